"""Random workspaces, and every way to ask them without Slack: what comes back names only tips that one may see."""

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.answer import finding, service
from bot.answer.reception import receptions
from bot.answer.views import reply as views
from bot.circulate.digest import service as coming
from bot.conversation import Channel
from bot.ports import Answered, Outgoing, Sentence
from storage import author_questions, digests, search, tips, trials, worries
from storage.database import Database
from storage.records import Meaning, News, Tip, Viewer, Visibility
from tests.storage.meaning_steps import KEY, embed, meaning
from tests.storage.steps import draft, hashed, owned_by, publish

TEAMS = ("T1", "T2")
PEOPLE = tuple(f"U{n}" for n in range(8))
CHANNELS = tuple(f"C{n}" for n in range(6))
WORDS = "議事録 要約 プロンプト 翻訳 表 review code minutes summary Excel 用語集 glossary 契約書 contract".split()  # noqa: SIM905 - a list of words is read as words
OWN = "sonnet haiku elegy ballad limerick epic ode rondel villanelle sestina triolet tanka".split()  # noqa: SIM905 - as above


@dataclass(frozen=True)
class Placed:
    """A tip, where it may be seen, and the word that stands in it alone."""

    id: str
    team: str
    place: str | None
    mark: str
    author: str | None
    is_withdrawn: bool = False


def may_see(viewer: Viewer, tip: Placed) -> bool:
    """The rule, as one would explain it to a colleague."""
    if tip.team != viewer.team_id:
        return False
    if tip.is_withdrawn:
        return False
    if tip.place is None:
        return viewer.is_full_member or viewer.is_let_in
    return tip.place in viewer.channel_ids


class CitesAll:
    """A model that cites every tip it was given, in a sentence of the tip's own."""

    is_on = True

    def answer(self, _question: str, found: Sequence[Tip], *, tell: Callable[[Sentence], None], **_: Any) -> Answered:
        said = tuple(Sentence(tip.content.title, (number,)) for number, tip in enumerate(found, start=1))
        for sentence in said:
            tell(sentence)
        return Answered(said, "cites all", "1")


def world_of(db: Database, folder: Path) -> Any:
    """What the room answer needs of the world."""
    embedder = SimpleNamespace(key=KEY, question=_question)
    channels = tuple(Channel(c, f"channel-{c}", c > "C2", is_shared=False, is_member=True) for c in CHANNELS)
    return SimpleNamespace(
        db=db,
        index=search.open_index(db, folder),
        clock=SimpleNamespace(now=db.now),
        embedder=embedder,
        model=CitesAll(),
        reading=SimpleNamespace(own_channels=lambda: channels),
        rules=SimpleNamespace(language="ja", pointer_working_days=2),
    )


def _question(text: str, _key: str | None = None) -> Meaning:
    return meaning(text)


def fill(db: Database, chance: random.Random, places: Sequence[str | None], numbers: range) -> list[Placed]:
    """Tips in these places: named, anonymous or imported, some tried, some withdrawn. The same draw, the same ids."""
    placed = [_one(db, chance, places[number % len(places)], number) for number in numbers]
    embed(db)
    return placed


def _one(db: Database, chance: random.Random, place: str | None, number: int) -> Placed:
    tip_id = hashlib.sha256(b"%d" % number).hexdigest()[:32]
    team, author, mark = chance.choice(("T1", "T1", "T1", "T2")), chance.choice(PEOPLE), f"mark{number:05}q"
    title = " ".join([mark, *chance.sample(WORDS, 3), *chance.sample(OWN, 2)])
    kind = "worry" if number % 4 == 0 else "practice"
    waiting = draft(
        db, author=author, ts=f"1.{number:06}", team=team, visibility=Visibility(place), title=title, kind=kind
    )
    anonymously = chance.choice((False, True))
    owner = hashed("owner", tip_id, author)
    how = {"team_id": team, "draft_id": waiting.id, "tip_id": tip_id, "owner": owner, "visibility": Visibility(place)}
    publish(db, how, anonymously=anonymously)
    everywhere = Viewer(team, "U99", is_full_member=True, channel_ids=frozenset(CHANNELS))
    for _ in range(chance.randrange(3)):
        tried_by = Viewer(team, f"U{chance.randrange(90, 99)}", is_full_member=True, channel_ids=frozenset(CHANNELS))
        trials.note(db, tried_by, tip_id, chance.choice(("worked", "failed")), is_owner=nobody)
    if chance.random() < 0.3:
        author_questions.ask(db, everywhere, f"q{number}", tip_id, f"{mark}?", is_owner=nobody)
    if gone := chance.random() < 0.15:
        tips.withdraw(db, Viewer(team, author, is_full_member=True), tip_id, owned_by(author))
    return Placed(tip_id, team, place, mark, author, gone)


def nobody(*_: object) -> bool:
    return False


def anybody(chance: random.Random) -> Viewer:
    """A person in some channels, or everybody in one channel; a full member or a guest, who may be let in."""
    team, full = chance.choice(TEAMS), chance.random() < 0.6
    let_in = not full and chance.random() < 0.3
    if chance.random() < 0.2:
        return Viewer(team, None, full, frozenset({chance.choice(CHANNELS)}), let_in)
    places = frozenset(chance.sample(CHANNELS, chance.randrange(5)))
    return Viewer(team, chance.choice(PEOPLE), full, places, let_in)


@dataclass(frozen=True)
class Asking:
    """Somebody who asks this world about these tips."""

    world: Any
    viewer: Viewer
    question: str
    ids: tuple[str, ...]


def _told(found: Iterable[Tip]) -> str:
    return json.dumps([tip.content.title for tip in found])


def _hits(asking: Asking, meant: Meaning | None) -> str:
    hits = search.search(
        asking.world.db, asking.world.index, asking.viewer, asking.question, 30, meaning=meant, wait=True
    )
    folded = tips.many(asking.world.db, _all_seeing(asking.viewer), [one for hit in hits for one in hit.folded])
    return _told([*(hit.tip for hit in hits), *folded])


def _all_seeing(viewer: Viewer) -> Viewer:
    return Viewer(viewer.team_id, None, is_full_member=True, channel_ids=frozenset(CHANNELS))


def _trials(asking: Asking) -> str:
    found = trials.of_tips(asking.world.db, asking.viewer, asking.ids)
    return _told(
        tip
        for team in TEAMS
        for tip in tips.many(asking.world.db, _all_seeing(Viewer(team, None, is_full_member=True)), list(found))
    )


def messages(asking: Asking) -> str:
    """All that an asker receives: the first tips, the answer, what stands below it."""
    standing = service.first(asking.world, asking.viewer, asking.question)
    reply = service.answer(asking.world, asking.viewer, asking.question, standing=standing)
    received = receptions(asking.world, asking.viewer, [one.tip.id for one in reply.tips])
    sent: list[Outgoing] = views.first_messages(standing.shown, reply.language, "UTC") if standing.shown else []
    sent += views.reply_messages(reply, question_id="q", in_channel=asking.viewer.user_id is None, received=received)
    said = [[message.text, message.blocks] for message in sent]
    return json.dumps([views.answer_text(reply), said], ensure_ascii=False)


def _news(asking: Asking) -> str:
    """What a digest, a notice or Home would tell of, were every tip news for everybody."""
    about = (asking.viewer.team_id, asking.viewer.user_id or "")
    found = coming.readable(asking.world, asking.viewer, (News(*about, one, "topic", "x") for one in asking.ids))
    return _told(one.tip for one in found)


def _lately(asking: Asking) -> str:
    """What came of late, with the channels that are named for it: only those that the viewer knows."""
    found = digests.recent(asking.world.db, asking.viewer, datetime(2020, 1, 1, tzinfo=UTC))
    assert {channel for _, channel in found} - {None} <= asking.viewer.channel_ids
    return _told(tip for tip, _ in found)


SURFACES: dict[str, Callable[[Asking], str]] = {
    "export": lambda a: _told(tips.export(a.world.db, a.viewer)),
    "by id": lambda a: _told(tips.many(a.world.db, a.viewer, a.ids)),
    "one by id": lambda a: _told(filter(None, (tips.get(a.world.db, a.viewer, one) for one in a.ids[:5]))),
    "of a thread": lambda a: _told(tips.of_thread(a.world.db, a.viewer, "C1", "1.000001")),
    "trials": _trials,
    "search by words": lambda a: _hits(a, None),
    "search by meaning": lambda a: _hits(a, meaning(a.question)),
    "finding": lambda a: _told(hit.tip for hit in finding.find(a.world, a.viewer, a.question, limit=30).hits),
    "finding in a channel": lambda a: _told(
        hit.tip
        for channel in a.viewer.channel_ids
        for hit in finding.find(a.world, a.viewer, f"{a.question} from:#{channel}").hits
    ),
    "the answer's messages": messages,
    "news": _news,
    "of late": _lately,
    "worries that want company": lambda a: _told(
        worries.wanting_company(a.world.db, a.viewer, nobody, since=datetime(2020, 1, 1, tzinfo=UTC), limit=30)
    ),
}
EXACT = {"export", "by id"}
"""Surfaces that show all that may be seen, not only no more."""


def leaks(world: Any, placed: Sequence[Placed], chance: random.Random, cases: int) -> Iterator[str]:
    """One viewer at one surface is a case; gives what went wrong in each."""
    by_mark = {tip.mark: tip for tip in placed}
    names = list(SURFACES)
    for number in range(cases):
        name = names[number % len(names)]
        if number % len(names) == 0:
            words = chance.sample([*WORDS, *OWN, chance.choice(list(by_mark))], 3)
            asking = Asking(world, anybody(chance), " ".join(words), tuple(tip.id for tip in placed))
        told = SURFACES[name](asking)
        shown = {mark for mark in by_mark if mark in told}
        allowed = {mark for mark, tip in by_mark.items() if may_see(asking.viewer, tip)}
        if shown - allowed:
            yield f"{name} shows {asking.viewer} {sorted(shown - allowed)}"
        if name in EXACT and shown != allowed:
            yield f"{name} hides from {asking.viewer} {sorted(allowed - shown)}"
