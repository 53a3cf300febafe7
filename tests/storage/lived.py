"""What a community did, laid into tables, and a plain count of it that knows nothing of how figures are made."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st

from storage import insights
from storage._tables import EchoRow, FeedbackRow, OpenQuestionRow, QuestionRow, ThanksRow, TipRow, TrialRow
from storage.database import Database
from storage.records import Insights

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
"""A Thursday."""

PUBLIC = ("C1", "C2")
PRIVATE, DIRECT = "C9PRIVATE", "D1"
"""A channel whose members alone can read; somebody's DM, and for a question to colleagues: no channel."""

GUEST = 500
MEMBERS = frozenset(f"U{number:02}" for number in range(GUEST))

LONG_AGO = timedelta(days=1_000)
_teams = count()


@dataclass(frozen=True)
class Done:
    """Something that somebody did: asked, shared, tried, thanked, judged an answer, had colleagues asked, or too.

    What was tried and thanked for is a tip of the same place; what was judged, and had too, was asked long ago.
    """

    what: str
    who: int
    day: int
    language: str = "ja"
    place: str = "C1"
    named: bool = True
    kind: str = "practice"
    narrow: bool = False
    outcome: str = "worked"
    answer_hours: int | None = None

    @property
    def user(self) -> str:
        return f"U{self.who:02}"

    @property
    def at(self) -> datetime:
        return NOW - timedelta(days=self.day)


DONE = st.builds(
    Done,
    what=st.sampled_from(["ask", "share", "share", "try", "thank", "judge", "open", "echo"]),
    who=st.integers(0, 13) | st.just(GUEST),
    day=st.integers(0, 80),
    language=st.sampled_from(["ja", "ja", "en"]),
    place=st.sampled_from([*PUBLIC, PRIVATE, DIRECT]),
    named=st.booleans() | st.just(True),
    kind=st.sampled_from(["practice", "practice", "worry"]),
    narrow=st.sampled_from([False, False, True]),
    outcome=st.sampled_from(["worked", "changed", "failed"]),
    answer_hours=st.none() | st.integers(1, 90),
)


def lay(db: Database, done: list[Done], team: str | None = None) -> str:
    """A workspace, of its own without `team`, in which this was done."""
    team = team or f"TL{next(_teams)}"
    with db.writing() as session:
        for number, one in enumerate(done):
            session.add_all(rows_of(team, number, one))
        session.flush()
        for one in done:
            table = {"try": TrialRow, "thank": ThanksRow}.get(one.what)
            tip = _tip_for(done, one)
            if table is None or tip is None:
                continue
            key = {"team_id": team, "tip_id": f"t{tip}", "user_id": one.user}
            row: Any = session.get(table, tuple(key.values())) or table(**key)
            if one.what == "try":
                row.outcome, row.tried_at, row.note = one.outcome, one.at, ""
            else:
                row.reason, row.given_at, row.may_be_public, row.is_public = "", one.at, False, False
            session.add(row)
            session.flush()
    return team


def _tip_for(done: list[Done], act: Done) -> int | None:
    """Each tries, and thanks for, the first tip of the same place that is somebody else's."""
    tips = (n for n, one in enumerate(done) if one.what == "share" and one.place == act.place and one.who != act.who)
    return next(tips, None)


def rows_of(team: str, number: int, one: Done) -> Iterator[Any]:
    if one.what == "share":
        yield _tip(team, number, one)
    if one.what == "open":
        yield _open_question(team, number, one)
    if one.what == "echo":
        yield _open_question(team, number, replace(one, named=False), at=one.at - LONG_AGO)
        yield EchoRow(team_id=team, question_id=f"q{number}", user_id=one.user, since=one.at)
    if one.what == "ask":
        yield _question(team, number, one, one.user if one.named else None, one.at)
    if one.what == "judge":
        yield _question(team, number, one, "U499", one.at - LONG_AGO)
        key = {"team_id": team, "question_id": f"a{number}", "user_id": one.user}
        yield FeedbackRow(**key, verdict="helped", given_at=one.at)


def _tip(team: str, number: int, one: Done) -> TipRow:
    return TipRow(
        team_id=team,
        id=f"t{number}",
        state="published",
        content={"title": "x", "kind": one.kind, "language": one.language, "topics": []},
        visible_channel_id=PRIVATE if one.narrow else None,
        is_anonymous=not one.named,
        author_id=one.user if one.named else None,
        owner_hash=f"h{number}",
        owner_pepper_version=1,
        source_channel_id=one.place if one.named else None,
        made_with="plain",
        published_at=one.at,
        updated_at=one.at,
    )


def _question(team: str, number: int, one: Done, asker_id: str | None, at: datetime) -> QuestionRow:
    return QuestionRow(
        team_id=team,
        id=f"a{number}",
        asker_id=asker_id,
        text="?",
        tip_ids=[],
        language=one.language,
        channel_id=one.place,
        thread_ts="1.1",
        state="answered",
        asked_at=at,
    )


def _open_question(team: str, number: int, one: Done, at: datetime | None = None) -> OpenQuestionRow:
    at = at or one.at
    in_channel = one.place != DIRECT
    return OpenQuestionRow(
        team_id=team,
        id=f"q{number}",
        text="?",
        language=one.language,
        state="open",
        is_anonymous=not one.named,
        asker_id=one.user if one.named else None,
        owner_hash=f"h{number}",
        owner_pepper_version=1,
        post_channel_id=one.place if in_channel else None,
        post_ts="1.1" if in_channel else None,
        opened_at=at,
        closes_at=at + timedelta(days=30),
        replied_at=at + timedelta(hours=one.answer_hours) if one.answer_hours else None,
        feed_seq=0,
        revision=1,
        drawn_revision=1,
    )


def acts(done: list[Done]) -> list[tuple[str, datetime, str, str | None]]:
    """What counts of it, by plain rules: person, time, language, public channel."""
    found = []
    last_words: dict[tuple[str, str, int], Done] = {}
    for one in done:
        if one.who == GUEST:
            continue
        channel = {"C1": "C1", "C2": "C2"}.get(one.place)
        if one.what == "share" and one.named and counts(one):
            found.append((one.user, one.at, one.language, channel))
        if one.what in ("try", "thank") and (tip := _tip_for(done, one)) is not None:
            last_words[one.what, one.user, tip] = one
        if one.place == "C9PRIVATE":
            continue
        if one.what in ("judge", "echo") or (one.what in ("ask", "open") and one.named):
            found.append((one.user, one.at, one.language, channel))
    for (_, user, tip), one in last_words.items():
        of = done[tip]
        if counts(of):
            # nothing tells where a tip without a name came from
            channel = {"C1": "C1", "C2": "C2"}.get(of.place) if of.named else None
            found.append((user, one.at, of.language, channel))
    return found


def counts(tip: Done) -> bool:
    return tip.kind != "worry" and not tip.narrow


def figures(
    db: Database,
    team: str,
    now: datetime = NOW,
    *,
    public: Collection[str] = PUBLIC,
    members: Collection[str] = MEMBERS,
) -> Insights:
    """As a host sees them."""
    insights.keep(db, team, public=public, members=members, now=now)
    unanswered = insights.unanswered(db, team, public=public, now=now)
    return replace(insights.figures(db, team, now=now), unanswered=unanswered)


def fives(people: set[str]) -> int:
    return len(people) // 5 * 5
