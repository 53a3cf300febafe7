"""Figures are counted once, when their week is over: nobody can be read from how they change, for they do not."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.circulate.insights import service
from bot.conversation import Channel
from bot.errors import Refused
from storage import care, changing, insights, merging, people, questions, retention, tips, trials
from storage._tables import OpenQuestionRow
from storage.database import Database
from storage.records import Insights, Part, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.rounds import Rounds
from tests.storage.lived import MEMBERS, NOW, PRIVATE, PUBLIC, Done, figures, lay, rows_of
from tests.storage.steps import as_host, everything

AYA, BEN = "U00", "U01"


def lived(db: Database) -> str:
    """Fives and no more behind each figure, so that one person less would change it."""
    done = [Done("share", who, day) for day in (15, 40, 70, 300) for who in range(5)]
    done += [Done("try", who, day, outcome="worked") for day in (14, 39) for who in range(20, 25)]
    done += [Done("open", who, day, answer_hours=2) for day in (16, 41) for who in range(5)]
    return lay(db, done)


def _own(*_: Any) -> bool:
    return True


def _not_own(*_: Any) -> bool:
    return False


def viewer(team: str, user: str) -> Viewer:
    return Viewer(team, user, is_full_member=True)


LATER: dict[str, Callable[[Database, str], Any]] = {
    "forgotten": lambda db, team: people.forget(db, team, AYA, lambda record, _: record in {"t0", "t5", "q0"}),
    "withdrawn": lambda db, team: [tips.withdraw(db, viewer(team, AYA), tip, _own) for tip in ("t0", "t5", "t15")],
    "another outcome": lambda db, team: trials.note(db, viewer(team, "U20"), "t0", "failed", is_owner=_not_own),
    "verified": lambda db, team: care.verify_as_host(db, viewer(team, BEN), "t15"),
    "out of date": lambda db, team: as_host(db, care.mark_obsolete_as_host, viewer(team, BEN), "t5"),
    "merged": lambda db, team: as_host(db, merging.merge, viewer(team, BEN), "t6", "t5"),
    "for fewer": lambda db, team: changing.set_visibility(db, viewer(team, AYA), "t5", Visibility(PRIVATE), _own),
    "taken back": lambda db, team: questions.close(db, team, "q30", "withdrawn"),
    "swept": lambda db, team: retention.sweep(db, team, before=NOW - timedelta(days=30)),
}


def of_before(told: Insights) -> Insights:
    """All but what waits for an answer, which is told as it is now."""
    return replace(told, unanswered=())


@pytest.mark.parametrize("what", LATER)
def test_what_somebody_does_later_changes_no_figure_of_before(db: Database, clock: FrozenClock, what: str) -> None:
    clock.moment = NOW
    team = lived(db)
    before = figures(db, team)
    assert (before.spans[-1].people, before.spans[-1].trials, before.stale is None) != (0, None, True)
    LATER[what](db, team)
    assert of_before(figures(db, team)) == of_before(before)
    assert of_before(figures(db, team, NOW + timedelta(days=3))).spans == before.spans
    after = figures(db, team, NOW + timedelta(weeks=4))
    assert after.spans[:-1] == before.spans[1:]
    assert after.weeks[:8] == before.weeks[4:]


def test_nor_does_it_when_the_bot_leaves_a_channel_or_somebody_the_company(db: Database) -> None:
    team = lived(db)
    before = figures(db, team)
    assert of_before(figures(db, team, public=(), members=MEMBERS - {AYA})) == of_before(before)


def test_who_looks_twice_before_the_next_week_is_over_sees_the_same(db: Database) -> None:
    """Week to week: what one person does now cannot be read from a figure that grew by one."""
    team = lived(db)
    before = figures(db, team)
    with db.writing() as session:
        session.add_all([*rows_of(team, 900, Done("share", 50, 12)), *rows_of(team, 901, Done("open", 51, 1))])
    assert figures(db, team) == before


def test_the_next_week_comes_to_those_that_are_kept(db: Database) -> None:
    team = lay(db, [Done("ask", who, 2) for who in range(6)])
    before, after = figures(db, team), figures(db, team, NOW + timedelta(weeks=1))
    assert after.weeks[:-1] == before.weeks[1:]
    assert [week.people for week in after.weeks[-2:]] == [0, 5]


def test_of_a_span_no_fewer_are_told_than_of_one_of_its_weeks(db: Database) -> None:
    """Who was forgotten between the week's end and the span's would be the difference of the two."""
    team = lay(db, [Done("ask", who, 20) for who in range(5)])
    assert 5 in [week.people for week in figures(db, team).weeks]
    people.forget(db, team, AYA, _not_own)
    assert figures(db, team, NOW + timedelta(weeks=2)).spans[-1].people == 5


def test_kept_is_nobody_no_tip_and_no_text_and_what_is_told_of_no_more_goes(db: Database) -> None:
    done = [Done("share", who, 40) for who in range(10)] + [Done("open", who, 40) for who in range(10)]
    team = lay(db, done)
    figures(db, team)
    figures(db, team, NOW + timedelta(weeks=8))
    kept = [row for row in everything(db) if row.startswith("told_figures:")]
    assert len(kept) == insights.WEEKS + insights.SPANS
    assert not [
        row for row in kept if "?" in row or any(f"U{one:02}" in row or f"'t{one}'" in row for one in range(10))
    ]


def test_two_processes_that_count_at_once_keep_one_of_both(db: Database) -> None:
    team = lived(db)
    seen: list[Insights] = []

    def look(public: tuple[str, ...]) -> None:
        seen.append(of_before(figures(db, team, public=public)))

    threads = [threading.Thread(target=look, args=(public,)) for public in (PUBLIC, (), PUBLIC, ())]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(seen) == len(threads)
    assert len({str(one) for one in seen}) == 1


def test_questions_that_wait_are_told_as_they_are_and_of_weeks_that_are_over(db: Database) -> None:
    team = lay(db, [Done("open", who, day) for who, day in enumerate((1, 3, 5, 11, 20, 70))])
    texts = {f"q{number}": f"question {number}" for number in range(6)}
    with db.writing() as session:
        for question_id, text in texts.items():
            session.get_one(OpenQuestionRow, (team, question_id)).text = text
    assert figures(db, team).unanswered == ("question 2", "question 3", "question 4", "question 5")
    questions.close(db, team, "q4", "withdrawn")
    assert figures(db, team).unanswered == ("question 2", "question 3", "question 5")


@pytest.fixture
def rounds(db: Database, clock: FrozenClock) -> Rounds:
    clock.moment = NOW
    return Rounds(db, own=tuple(Channel(one, one.lower(), False, False, True) for one in PUBLIC), members=MEMBERS)


def test_the_clock_counts_what_is_over_also_when_nobody_looks(rounds: Rounds, clock: FrozenClock) -> None:
    team = lived(rounds.db)
    for _ in range(2):
        service.tick(rounds.world())
    people.forget(rounds.db, team, AYA, lambda record, _: record in {"t0", "t5", "q0"})
    last = service.shown(rounds.world(), team).last
    assert (last.people, last.authors) == (10, 5)
    assert insights.are_kept(rounds.db, team, clock.now())
    clock.advance(weeks=1)
    assert not insights.are_kept(rounds.db, team, clock.now())
    service.tick(rounds.world())
    assert insights.are_kept(rounds.db, team, clock.now())


def test_where_slack_cannot_be_asked_the_clock_counts_later(rounds: Rounds, clock: FrozenClock) -> None:
    team, world = lived(rounds.db), rounds.world()

    def refuse() -> Any:
        raise Refused("errors.missing_scope")

    world.reading.full_members = refuse
    service.tick(world)
    assert not insights.are_kept(rounds.db, team, clock.now())
    service.tick(rounds.world())
    assert insights.are_kept(rounds.db, team, clock.now())


def test_a_channel_that_the_bot_left_keeps_its_name_and_one_that_is_private_by_now_has_none(rounds: Rounds) -> None:
    done = [Done("ask", who, 40) for who in range(5)]
    done += [Done("ask", who, 40, place="C2") for who in range(5, 11)]
    team = lay(rounds.db, done)
    assert service.shown(rounds.world(), team).figures.channels == (Part("C2", 5), Part("C1", 5))
    world = rounds.world()
    world.reading.own_channels = lambda: ()
    world.reading.channel = lambda one: Channel(one, one.lower(), one == "C2", False, False)
    shown = service.shown(world, team)
    assert shown.figures.channels == (Part("C1", 5), Part(None, 5))
    assert [shown.name_of(part) for part in shown.figures.channels] == ["#c1", None]
