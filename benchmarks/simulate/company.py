"""Who lives in the simulated company: where, in which language, and how much each of them does."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playground.company.model import Channel, Company, Member, Role, Workspace

TEAM = "T0YEAR"
GENERAL, AI_TIPS, ASK_AI, RANDOM, BOARD = "general", "ai-tips", "ask-ai", "random", "board"
BOT = "yoridokoro"

PLACES: Sequence[tuple[str, str, int]] = (
    ("Asia/Tokyo", "ja-JP", 50),
    ("Europe/Berlin", "de-DE", 16),
    ("America/New_York", "en-US", 14),
    ("America/Los_Angeles", "en-US", 6),
    ("Europe/London", "en-GB", 6),
    ("Asia/Kolkata", "en-IN", 4),
    ("Australia/Sydney", "en-AU", 4),
)
"""Time zone, locale, and how many of a hundred people are there. Four of these change their clocks, on other days."""

HOSTS = 3

KINDS: Mapping[str, float] = {"keen": 0.04, "giving": 0.08, "asking": 0.18, "reading": 0.25, "silent": 0.45}
"""What kinds of people there are, of one: most people in a community read, or do not even do that."""


@dataclass(frozen=True)
class Someone:
    """One of the company. `kind`: a key of KINDS. `joins_week`: from when on they may come by the bot at all."""

    handle: str
    id: str
    tz: str
    locale: str
    kind: str
    role: Role
    joins_week: int
    is_host: bool = False

    @property
    def language(self) -> str:
        return "ja" if self.locale.startswith("ja") else "en"


def people(count: int, seed: int, lively: float = 1.0) -> list[Someone]:
    """The same people for the same seed. The first two, in two places, are admins; they and the third are hosts."""
    chance = random.Random(f"{seed}:people")  # noqa: S311 - not a secret
    shares = [share for _, _, share in PLACES]
    places = chance.choices(PLACES, weights=shares, k=count)
    places[:HOSTS] = PLACES[:HOSTS]
    kinds = chance.choices(list(KINDS), weights=list(KINDS.values()), k=count)
    kinds[:HOSTS] = ["keen"] * HOSTS
    found = []
    for number, ((tz, locale, _), kind) in enumerate(zip(places, kinds, strict=True)):
        is_host = number < HOSTS  # they are there from the start
        joins = 0 if is_host else int(chance.triangular(0, 30, 1) / lively**2)
        role: Role = "admin" if number < 2 else "member"  # noqa: PLR2004 - the first two
        found.append(Someone(f"p{number:03}", f"U0P{number:05}", tz, locale, kind, role, joins, is_host))
    return found


def company(everybody: Sequence[Someone]) -> Company:
    """Their workspace: channels with the bot, one without, and one that is private."""
    handles = tuple(one.handle for one in everybody)
    members = [
        Member(one.id, one.handle, f"Person {one.handle[1:]}", one.handle, one.locale, one.tz, one.role)
        for one in everybody
    ]
    with_bot = (*handles, BOT)
    return Company(
        workspace=Workspace(TEAM, "A Year", "a-year"),
        second_workspace=None,
        members=(*members, Member("U0YORIDOKORO", BOT, "Yoridokoro", role="bot")),
        channels=(
            Channel("C0GENERAL", GENERAL, members=with_bot),
            Channel("C0AITIPS", AI_TIPS, topic="AI at work", members=with_bot),
            Channel("C0ASKAI", ASK_AI, members=with_bot),
            Channel("C0RANDOM", RANDOM, members=handles),
            Channel("C0BOARD", BOARD, private=True, members=handles[:5]),
        ),
        posts=(),
    )


def told(everybody: Sequence[Someone]) -> str:
    """One line: how many are where, and of which kind."""
    places, kinds = Counter(one.tz for one in everybody), Counter(one.kind for one in everybody)
    return "; ".join(", ".join(f"{count} {name}" for name, count in each.most_common()) for each in (places, kinds))
