"""The figures of a workspace against a small oracle, and what nobody can learn from them."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.circulate.insights import listeners
from bot.errors import Refused
from storage import _candidates, host_queue, insights
from storage import settings as chosen
from storage._tables import OpenQuestionRow, QuestionRow, ThemeRow, TipRow, TrialRow
from storage.database import Database
from storage.records import Insights, Request, Trials, Viewer
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, Rounds
from tests.storage.steps import TEAM

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
"""A Thursday."""

PUBLIC = ("C1", "C2")
PLACES = (*PUBLIC, "C9PRIVATE", "D1")
_teams = count()


@dataclass(frozen=True)
class Done:
    """Something that somebody did: asked, shared, tried (the tip of an act before), or had colleagues asked."""

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
    what=st.sampled_from(["ask", "share", "share", "try", "open"]),
    who=st.integers(0, 13),
    day=st.integers(0, 80),
    language=st.sampled_from(["ja", "ja", "en"]),
    place=st.sampled_from(PLACES),
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
            session.add(_row(team, number, one))
        session.flush()
        for one in done:
            if one.what == "try" and (tip := _tip_tried(done, one)) is not None:
                key = (team, f"t{tip}", one.user)
                row = session.get(TrialRow, key) or TrialRow(team_id=team, tip_id=f"t{tip}", user_id=one.user, note="")
                row.outcome, row.tried_at = one.outcome, one.at
                session.add(row)
                session.flush()
    return team


def _tip_tried(done: list[Done], trial: Done) -> int | None:
    """Each tries the first tip of the same channel that is somebody else's."""
    tips = (
        number
        for number, one in enumerate(done)
        if one.what == "share" and one.place == trial.place and one.who != trial.who
    )
    return next(tips, None)


def _row(team: str, number: int, one: Done) -> Any:
    if one.what == "share":
        return TipRow(
            team_id=team,
            id=f"t{number}",
            state="published",
            content={"title": "x", "kind": one.kind, "language": one.language, "topics": []},
            visible_channel_id="C9PRIVATE" if one.narrow else None,
            is_anonymous=not one.named,
            author_id=one.user if one.named else None,
            owner_hash=f"h{number}",
            owner_pepper_version=1,
            source_channel_id=one.place if one.named else None,
            made_with="plain",
            published_at=one.at,
            updated_at=one.at,
        )
    if one.what == "open":
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
            post_channel_id=one.place,
            post_ts="1.1",
            opened_at=one.at,
            closes_at=one.at + timedelta(days=30),
            replied_at=one.at + timedelta(hours=one.answer_hours) if one.answer_hours else None,
            feed_seq=0,
            revision=1,
            drawn_revision=1,
        )
    return QuestionRow(
        team_id=team,
        id=f"a{number}",
        asker_id=one.user if one.named or one.what == "try" else None,
        text="?",
        tip_ids=[],
        language=one.language,
        channel_id="D1" if one.what == "try" else one.place,
        thread_ts="1.1",
        state="answered",
        # who tries something has asked for it first, too long ago to count
        asked_at=one.at - timedelta(days=1_000) if one.what == "try" else one.at,
    )


def acts(done: list[Done]) -> list[tuple[str, datetime, str, str | None]]:
    """Who did what under their name that counts: person, time, language, public channel."""
    found = []
    trials: dict[tuple[str, int], Done] = {}
    for one in done:
        place = one.place if one.place in PUBLIC else None
        if one.what == "try" and (tip := _tip_tried(done, one)) is not None:
            trials[one.user, tip] = one
        counts = one.what in ("ask", "open") or (one.what == "share" and _counts(one))
        if one.named and counts:
            found.append((one.user, one.at, one.language, place))
    for (user, tip), one in trials.items():
        of = done[tip]
        if _counts(of):
            # nothing tells where a tip without a name came from
            place = of.place if of.named and of.place in PUBLIC else None
            found.append((user, one.at, of.language, place))
    return found


def _counts(tip: Done) -> bool:
    return tip.kind != "worry" and not tip.narrow


def figures(db: Database, team: str, now: datetime = NOW) -> Insights:
    return insights.figures(db, team, public=PUBLIC, now=now)


def fives(people: set[str]) -> int:
    return len(people) // 5 * 5


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(done=st.lists(DONE, max_size=60))
def test_figures_are_what_a_plain_count_says(db: Database, done: list[Done]) -> None:
    told, did = figures(db, lay(db, done)), acts(done)
    for week in told.weeks:
        start = datetime(week.start.year, week.start.month, week.start.day, tzinfo=UTC)
        assert week.people == fives({who for who, at, *_ in did if start <= at < start + timedelta(days=7)})
    shares = [one for one in done if one.what == "share" and one.named and _counts(one)]
    for span in told.spans:
        start = datetime(span.start.year, span.start.month, span.start.day, tzinfo=UTC)
        end = start + timedelta(days=28)
        assert span.people == fives({who for who, at, *_ in did if start <= at < end})
        shared = Counter(one.user for one in shares if start <= one.at < end)
        assert span.authors == fives(set(shared))
        earlier = {one.user for one in shares if one.at < start}
        assert span.newcomers == fives(set(shared) - earlier)
        if span.top is None:
            assert len(shared) < 10
        else:
            assert span.top.people == 5
            most = sum(sorted(shared.values(), reverse=True)[:5])
            assert span.top.percent == round(100 * most / sum(shared.values()))
        asked = [o for o in done if o.what == "open" and o.place in PUBLIC and start <= o.at < end]
        in_time = [o for o in asked if o.answer_hours and o.answer_hours < 48]
        late = [o for o in asked if o not in in_time]
        if span.questions is None:
            assert len({one.user for one in asked if one.named}) < 5
        else:
            assert span.questions.asked == len(asked)
            behind = [{one.user for one in part if one.named} for part in (in_time, late) if part]
            is_told = all(len(people) >= 5 for people in behind)
            assert span.questions.in_time == (len(in_time) if is_told else None)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(done=st.lists(DONE.filter(lambda one: one.day > 20), min_size=20, max_size=80))
def test_a_total_minus_its_parts_never_shows_a_group_under_five(db: Database, done: list[Done]) -> None:
    told = figures(db, lay(db, done))
    start = told.spans[-1].start
    span = [act for act in acts(done) if start <= act[1].date() < start + timedelta(days=28)]
    for column, parts in ((2, told.languages), (3, told.channels)):
        most: dict[str, Counter[str]] = {}
        for act in span:
            most.setdefault(act[0], Counter())[str(act[column] or "")] += 1
        where = {who: min(c, key=lambda name: (-c[name], name)) for who, c in most.items()}
        left = len(where)
        for part in parts:
            if part.name is not None:
                people = sum(1 for place in where.values() if place == part.name)
                assert people >= 5
                assert part.people == people // 5 * 5
                left -= people
            assert part.people >= 5
        assert left == 0 or left >= 5 or not parts


def test_worries_and_who_shared_without_a_name_count_in_no_figure(db: Database) -> None:
    week = 14
    quiet = [Done("share", who, week, kind="worry") for who in range(10)]
    quiet += [Done("share", who, week, named=False) for who in range(10)]
    told = figures(db, lay(db, quiet))
    assert {week.people for week in told.weeks} == {0}
    assert {(span.people, span.authors, span.newcomers, span.top) for span in told.spans} == {(0, 0, 0, None)}
    assert told.languages == told.channels == ()
    heard = [*quiet, *(Done("try", who, week) for who in range(10, 20))]
    told = figures(db, lay(db, [one for one in heard if one.kind == "worry" or one.what == "try"]))
    assert all(span.trials is None and span.people == 0 for span in told.spans)


def test_who_looks_twice_before_the_next_week_is_over_sees_the_same(db: Database) -> None:
    """Week to week: what one person does now cannot be read from a figure that grew by one."""
    done = [Done("share", who, day) for day in (8, 15, 22, 40) for who in range(7)]
    team = lay(db, done)
    before = figures(db, team)
    with db.writing() as session:
        session.add(_row(team, 900, Done("share", 50, 0)))
        session.add(_row(team, 901, Done("open", 51, 1, answer_hours=2)))
    assert figures(db, team) == before
    assert figures(db, team, NOW + timedelta(days=4)).spans == before.spans


def test_spans_never_overlap_so_that_no_week_is_the_difference_of_two() -> None:
    ends = {insights.last_span(NOW + timedelta(hours=hours)) for hours in range(24 * 200)}
    assert {later - one for one, later in pairwise(sorted(ends))} == {timedelta(days=28)}
    weeks = {insights.last_week(NOW + timedelta(hours=hours)) for hours in range(24 * 200)}
    assert {later - one for one, later in pairwise(sorted(weeks))} == {timedelta(days=7)}
    assert {week.weekday() for week in weeks | ends} == {0}
    assert NOW - insights.last_week(NOW) >= timedelta(days=2)


def test_one_more_or_less_person_changes_no_number_of_people_but_by_five(db: Database) -> None:
    for size in (5, 6, 10, 11):
        done = [Done("share", who, 15, language="ja" if who % 3 else "en") for who in range(size)]
        one, other = figures(db, lay(db, done)), figures(db, lay(db, done[:-1]))
        for more, less in zip((*one.weeks, *one.spans), (*other.weeks, *other.spans), strict=True):
            assert more.people - less.people in (0, 5)


def test_the_top_is_never_fewer_than_five_and_neither_are_the_others(db: Database) -> None:
    def top_of(*shares: int) -> Any:
        done = [Done("share", who, 30) for who, many in enumerate(shares) for _ in range(many)]
        return [span.top for span in figures(db, lay(db, done)).spans if span.top]

    assert top_of(40, 1, 1, 1, 1, 1, 1, 1, 1) == []
    (top,) = top_of(6, 5, 5, 5, 5, 1, 1, 1, 1, 1)
    assert (top.people, top.percent) == (5, 84)
    (many,) = top_of(*[5] * 7, *[1] * 121)
    assert (many.people, many.percent) == (7, 22)


def test_trials_are_told_by_outcome_only_with_five_people_behind_each(db: Database) -> None:
    def tried(*outcomes: str) -> Any:
        done = [Done("share", 99, 60), *(Done("try", n, 30, outcome=what) for n, what in enumerate(outcomes))]
        return [span.trials for span in figures(db, lay(db, done)).spans if span.trials]

    assert tried(*["worked"] * 4) == []
    (few,) = tried(*["worked"] * 9, "failed")
    assert (few.tried, few.outcomes) == (10, None)
    (told,) = tried(*["worked"] * 6, *["failed"] * 5)
    assert (told.tried, told.outcomes) == (11, Trials(6, 0, 5))


def test_stale_is_what_nobody_touched_or_tried_with_success_for_half_a_year(db: Database) -> None:
    old = [Done("share", who, 300) for who in range(6)]
    new = [Done("share", who, 50) for who in range(6, 12)]
    stale = figures(db, lay(db, [*old, *new])).stale
    assert stale is not None
    assert (stale.tips, stale.stale) == (12, 6)
    # everybody tries the first tip: five stale ones are left
    stale = figures(db, lay(db, [*old, *new, Done("try", 40, 50)])).stale
    assert stale is not None
    assert stale.stale == 5
    stale = figures(db, lay(db, [*old[:3], *new])).stale
    assert stale is not None
    assert (stale.tips, stale.stale) == (9, None)


@pytest.mark.parametrize(
    ("touched", "is_fresh"),
    [("verified", True), ("edited", True), ("worked", True), ("changed", False), ("failed", False), ("", False)],
)
def test_search_hosts_and_figures_mean_the_same_by_a_touched_tip(db: Database, touched: str, is_fresh: bool) -> None:
    old, new = ([Done("share", 6 * half + who, days) for who in range(6)] for half, days in enumerate((300, 50)))
    tried = [Done("try", 40, 50, outcome=touched)] if touched in ("worked", "changed", "failed") else []
    team, at = lay(db, [*old, *new, *tried]), NOW - timedelta(days=50)
    with db.writing() as session:
        tip = session.get_one(TipRow, (team, "t0"))
        tip.verified_at = at if touched == "verified" else None
        tip.updated_at = at if touched == "edited" else tip.updated_at
    before = NOW - insights.STALE
    in_queue = {row[0]: row[1] for row in host_queue.untouched(db, team, before=before, used_since=before)}
    found = _candidates.seen(db, Viewer(team, None, is_full_member=True), ["t0", "t1"])
    stale = figures(db, team).stale
    assert stale is not None
    assert stale.stale == (5 if is_fresh else 6)
    assert ("t0" in in_queue) is not is_fresh
    assert found["t0"].touched == (at if is_fresh else NOW - timedelta(days=300))
    assert found["t1"].touched == in_queue["t1"] == NOW - timedelta(days=300)


def test_where_slack_takes_no_files_a_host_reads_the_figures_and_nobody_else(db: Database, clock: FrozenClock) -> None:
    clock.moment = NOW
    chosen.change_workspace(db, TEAM, host_ids=(AYA,))
    rounds = Rounds(db)
    world = rounds.world()

    def refuse(*_: Any) -> None:
        raise Refused("errors.missing_scope")

    world.files = SimpleNamespace(direct=refuse)

    def ask(user_id: str, request_id: str) -> None:
        asked = Request(TEAM, request_id, "circulate.insights", "k", "light", user_id, {}, "accepted", None, NOW, None)
        listeners.show(world, asked, lambda _name, do, **_: do())

    ask(AYA, "a" * 32)
    (told,) = rounds.to(AYA)
    assert told.startswith("Nothing can be told yet")
    lay(db, [Done("share", who, day) for day in (15, 40) for who in range(7)], TEAM)
    for _ in range(2):
        ask(AYA, "b" * 32)
    assert len(rounds.to(AYA)) == 3
    assert "could not be uploaded" in rounds.to(AYA)[2]
    assert "5+" in rounds.blocks(AYA)
    with pytest.raises(Refused):
        ask(BEN, "c" * 32)
    assert rounds.to(BEN) == []


@pytest.mark.parametrize(("people", "told"), [(4, 0), (5, 5), (9, 5), (10, 10)])
def test_a_themes_turnout_counts_people_with_their_name(db: Database, people: int, told: int) -> None:
    done = [Done("share", who, 10) for who in range(people)] + [Done("share", 70, 10, named=False)]
    team = lay(db, done)
    at = NOW - timedelta(days=20)
    words = {"format": "call", "name": "Minutes", "purpose": "p", "question": "q", "language": "en", "learned": []}
    times = {"started_at": at, "ends_at": NOW + timedelta(days=9), "revision": 1, "drawn_revision": 1}
    with db.writing() as session:
        for theme_id, channel in (("th", "C1"), ("secret", "C9PRIVATE")):
            session.add(ThemeRow(team_id=team, id=theme_id, channel_id=channel, state="running", **words, **times))
        session.execute(sa.update(TipRow).where(TipRow.team_id == team).values(theme_id="th"))
    (turnout,) = figures(db, team).themes
    assert (turnout.theme, turnout.people, turnout.is_open) == ("Minutes", told, True)


def test_weeks_with_fewer_people_are_counted_in_a_row(db: Database) -> None:
    def fewer(*people: int) -> int:
        weeks = zip(people, range(len(people) - 1, -1, -1), strict=True)
        done = [Done("ask", who, 10 + 7 * back) for many, back in weeks for who in range(many)]
        return figures(db, lay(db, done)).weeks_fewer

    assert fewer(12, 11, 9, 8, 6) == 4
    assert fewer(12, 11, 11, 8, 6) == 2
    assert fewer(6, 7) == 0
    assert fewer(4, 3, 2, 1, 0) == 0


def test_questions_and_topics_are_listed(db: Database) -> None:
    done = [Done("open", n, 20) for n in range(3)] + [Done("open", 5, 20, place="C9PRIVATE")]
    done += [Done("share", who, 40, kind="worry" if who > 7 else "practice") for who in range(12)]
    team = lay(db, done)
    with db.writing() as session:
        for row in session.scalars(sa.select(TipRow).where(TipRow.team_id == team)):
            row.content = {**(row.content or {}), "topics": ["Excel"]}
    told = figures(db, team)
    assert told.unanswered == ("?",) * 3
    assert [(one.topic, one.people) for one in told.rising] == [("Excel", 5)]
