"""What is told of shares, trials, questions, themes and age, of which span, and what it counts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage import _candidates, care, changing, host_queue, insights, merging
from storage._tables import SolutionRow, ThemeRow, TipRow
from storage.database import Database
from storage.records import Trials, Viewer, Visibility
from tests.storage.lived import NOW, PRIVATE, Done, figures, lay
from tests.storage.steps import as_host


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


@pytest.mark.parametrize("how", ["merged", "out of date", "for fewer readers"])
def test_who_shared_before_is_no_newcomer_whatever_became_of_that_tip(db: Database, how: str) -> None:
    old, new = ([Done("share", who, day) for who in range(6)] for day in (100, 40))
    kept = Done("share", 50, 110)
    team = lay(db, [*old, *new, kept])
    everybody = Viewer(team, "U50", is_full_member=True)
    for number in range(6):
        tip = f"t{number}"
        if how == "merged":
            as_host(db, merging.merge, everybody, "t12", tip)
        elif how == "out of date":
            as_host(db, care.mark_obsolete_as_host, everybody, tip)
        else:
            author = replace(everybody, user_id=f"U{number:02}")
            changing.set_visibility(db, author, tip, Visibility(PRIVATE), lambda *_: True)
    told = figures(db, team)
    assert [(span.authors, span.newcomers) for span in told.spans if span.authors] == [(5, 0)]


def test_a_tip_that_its_asker_turned_down_is_no_answer(db: Database) -> None:
    asked = [Done("open", who, 40) for who in range(12)]
    team = lay(db, asked)
    with db.writing() as session:
        for number, one in enumerate(asked):
            at = one.at + timedelta(hours=2)
            key = {"team_id": team, "question_id": f"q{number}", "tip_id": "t"}
            session.add(SolutionRow(**key, found_at=at, solved=False if number < 6 else None))
    (told,) = [span.questions for span in figures(db, team).spans if span.questions]
    assert (told.asked, told.in_time) == (12, 6)


def theme(db: Database, team: str, theme_id: str, *, began: int, ended: int | None = None, channel: str = "C1") -> None:
    words = {"format": "call", "name": theme_id, "purpose": "p", "question": "q", "language": "en", "learned": []}
    times = {"started_at": NOW - timedelta(days=began), "ends_at": NOW + timedelta(days=9)}
    closed = NOW - timedelta(days=ended) if ended is not None else None
    state = "running" if ended is None else "closed"
    numbers = {"revision": 1, "drawn_revision": 1}
    with db.writing() as session:
        key = {"team_id": team, "id": theme_id, "channel_id": channel}
        session.add(ThemeRow(**key, state=state, closed_at=closed, **words, **times, **numbers))


@pytest.mark.parametrize(("people", "told"), [(4, 0), (5, 5), (9, 5), (10, 10)])
def test_a_themes_turnout_counts_people_with_their_name_in_the_span(db: Database, people: int, told: int) -> None:
    """The four weeks to 1 November: who shared under it before or after is not in its figure."""
    done = [Done("share", who, 40) for who in range(people)]
    done += [Done("share", who, day) for who in range(20, 30) for day in (20, 60)]
    team = lay(db, [*done, Done("share", 70, 40, named=False)])
    theme(db, team, "on", began=70)
    theme(db, team, "over", began=70, ended=60)
    theme(db, team, "to come", began=10)
    theme(db, team, "secret", began=70, channel=PRIVATE)
    with db.writing() as session:
        session.execute(sa.update(TipRow).where(TipRow.team_id == team).values(theme_id="on"))
    (turnout,) = figures(db, team).themes
    assert (turnout.theme, turnout.people, turnout.is_open) == ("on", told, True)


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
