"""The figures of a workspace against a small oracle, and what nobody can learn from them."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.circulate.insights import listeners
from bot.errors import Refused
from storage import insights
from storage import settings as chosen
from storage.database import Database
from storage.records import Request
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, Rounds
from tests.storage.lived import DIRECT, DONE, GUEST, MEMBERS, NOW, PRIVATE, PUBLIC, Done, acts, figures, fives, lay
from tests.storage.steps import TEAM


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(done=st.lists(DONE, max_size=60))
def test_figures_are_what_a_plain_count_says(db: Database, done: list[Done]) -> None:
    told, did = figures(db, lay(db, done)), acts(done)
    for week in told.weeks:
        start = datetime(week.start.year, week.start.month, week.start.day, tzinfo=UTC)
        assert week.people == fives({who for who, at, *_ in did if start <= at < start + timedelta(days=7)})
    named = [one for one in done if one.what == "share" and one.named and one.who != GUEST and one.kind != "worry"]
    shares = [one for one in named if not one.narrow]
    for span in told.spans:
        start = datetime(span.start.year, span.start.month, span.start.day, tzinfo=UTC)
        end = start + timedelta(days=28)
        assert span.people == fives({who for who, at, *_ in did if start <= at < end})
        shared = Counter(one.user for one in shares if start <= one.at < end)
        assert span.authors == fives(set(shared))
        earlier = {one.user for one in named if one.at < start}
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


def test_who_asks_directly_takes_part_and_what_only_some_can_read_is_in_no_figure(db: Database) -> None:
    """What is in a private channel, asked, judged or had too, moves nothing; what the bot is asked does."""
    public = [Done("ask", who, 40) for who in range(5)]
    before = figures(db, lay(db, public))
    unseen = [Done(what, who, 40, place=PRIVATE) for what in ("ask", "judge", "open", "echo") for who in range(10, 30)]
    assert figures(db, lay(db, [*public, *unseen])) == before
    direct = [Done("ask", who, 40, place=DIRECT, language="en") for who in range(10, 16)]
    told = figures(db, lay(db, [*public, *direct]))
    assert (before.spans[-1].people, told.spans[-1].people) == (5, 10)
    assert [(part.name, part.people) for part in told.languages] == [("en", 5), ("ja", 5)]
    assert [(part.name, part.people) for part in told.channels] == [("C1", 5), (None, 5)]


def test_guests_are_in_no_figure_of_people_as_they_are_not_in_the_whole(db: Database) -> None:
    four = [Done("share", who, 40) for who in (1, 2, 3, 4, GUEST)]
    told = figures(db, lay(db, [*four, *(replace(one, day=15, what="ask") for one in four)]))
    assert not any(week.people for week in told.weeks)
    assert not any(span.people or span.authors or span.newcomers for span in told.spans)


def test_where_slack_takes_no_files_a_host_reads_the_figures_and_nobody_else(db: Database, clock: FrozenClock) -> None:
    clock.moment = NOW - timedelta(weeks=13)
    chosen.change_workspace(db, TEAM, host_ids=(AYA,))
    rounds = Rounds(db, members=MEMBERS)
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
    clock.moment = NOW
    lay(db, [Done("share", who, day) for day in (15, 40) for who in range(7)], TEAM)
    for _ in range(2):
        ask(AYA, "b" * 32)
    assert len(rounds.to(AYA)) == 3
    assert "could not be uploaded" in rounds.to(AYA)[2]
    assert "5+" in rounds.blocks(AYA)
    with pytest.raises(Refused):
        ask(BEN, "c" * 32)
    assert rounds.to(BEN) == []
