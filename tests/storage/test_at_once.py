"""Two at once: nothing is lost, nothing done twice, on a database that lets them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from storage import conversations, deliveries, drafts, follows, proposals, settings, spending, thanks, tips
from storage.database import Database
from storage.drafts import Capture
from storage.errors import Locked, NotFound, NotPossible
from storage.records import WORKSPACE, DraftState, Follow, Source, Viewer
from storage.tips import export
from tests.storage.steps import AYA, BEN, TEAM, draft, hashed, owned_by, share

MANY = 6
TRIES = 5
READER = Viewer(TEAM, "U0READER", is_full_member=True)


def at_once(*doing: Callable[[], object]) -> list[object]:
    """Does all of it at the same moment; gives what came of each. What is locked out is tried again, as a job is."""
    barrier = Barrier(len(doing))

    def do(one: Callable[[], object]) -> object:
        barrier.wait(10)
        for _ in range(TRIES):
            try:
                return one()
            except Locked as locked:
                error: Exception = locked
            except Exception as other:  # noqa: BLE001 - the test looks at it
                return other
        return error

    with ThreadPoolExecutor(len(doing)) as pool:
        return list(pool.map(do, doing))


def failures(outcomes: list[object]) -> list[Exception]:
    return [one for one in outcomes if isinstance(one, Exception)]


def test_the_first_calls_of_a_month_are_all_counted(db: Database) -> None:
    def call() -> None:
        spending.add(db, TEAM, "2026-11", task="answer", model="m", input_tokens=10, output_tokens=1, cost_usd=0.5)

    assert failures(at_once(*[call] * MANY)) == []
    spent = spending.of_month(db, TEAM, "2026-11")
    assert (spent.calls, spent.input_tokens, spent.cost_usd) == (MANY, 10 * MANY, 0.5 * MANY)


def test_a_draft_is_shared_once_whatever_its_author_presses(db: Database) -> None:
    waiting = draft(db)
    outcomes = at_once(*[lambda: share(db, waiting), lambda: share(db, waiting, anonymously=True)] * 2)
    assert [type(error) for error in failures(outcomes)] == [NotFound] * 3
    assert len(list(export(db, READER))) == 1


def test_an_author_may_look_at_what_would_be_shared_in_two_windows(db: Database) -> None:
    waiting = draft(db)
    words = waiting.content
    assert words is not None
    for _ in range(5):
        outcomes = at_once(*[lambda: proposals.propose(db, TEAM, "draft", waiting.id, words, words)] * MANY)
        assert failures(outcomes) == []
        assert len(set(outcomes)) == 1
        with db.writing() as session:
            proposals.forget(session, TEAM, "draft", waiting.id)


def test_a_draft_is_either_shared_or_discarded(db: Database) -> None:
    waiting = draft(db)
    at_once(lambda: share(db, waiting), lambda: drafts.close(db, TEAM, waiting.id, DraftState.DISCARDED))
    state = drafts.get(db, TEAM, waiting.id).state
    assert len(list(export(db, READER))) == (state is DraftState.SHARED)


def test_two_people_who_point_at_a_thread_get_one_draft(db: Database) -> None:
    def point(user: str) -> object:
        return drafts.begin(
            db,
            team_id=TEAM,
            draft_id=hashed("request", user).digest[:32],
            source=Source("thread", "C1", "1.1", "1.1", None, in_public=True),
            visibility=WORKSPACE,
            capture=Capture(f"emoji:{user}", user),
            thread=[hashed("thread")],
        )

    outcomes = at_once(*(lambda user=f"U{number}": point(user) for number in range(MANY)))
    assert failures(outcomes) == []
    begun = [one for one in outcomes if isinstance(one, tuple)]
    assert sum(is_new for _, is_new in begun) == 1
    assert len({one.id for one, _ in begun}) == 1
    assert len(drafts.captures(db, TEAM, begun[0][0].id)) == MANY


def test_a_capture_that_comes_while_the_last_one_goes_is_not_lost(db: Database) -> None:
    waiting = draft(db, key="emoji:ben")

    def point() -> object:
        return drafts.begin(
            db,
            team_id=TEAM,
            draft_id="another",
            source=waiting.source,
            visibility=WORKSPACE,
            capture=Capture("emoji:chie", "U0CHIE"),
            thread=[hashed(TEAM, "C1", "1.000001")],
        )

    outcomes = at_once(lambda: drafts.uncapture(db, TEAM, "emoji:ben"), point)
    assert failures(outcomes) == []
    begun = next(one for one in outcomes if isinstance(one, tuple))[0]
    kept = drafts.get(db, TEAM, begun.id)
    assert kept.state in (DraftState.PREPARING, DraftState.WAITING)
    assert [capture.key for capture in drafts.captures(db, TEAM, kept.id)][-1] == "emoji:chie"


def test_settings_changed_by_two_keep_both_changes(db: Database) -> None:
    at_once(
        lambda: settings.change_person(db, TEAM, AYA, never_capture=True),
        lambda: settings.change_person(db, TEAM, AYA, language="en"),
        lambda: settings.change_workspace(db, TEAM, purpose="for all"),
        lambda: settings.change_workspace(db, TEAM, pointers=False),
        lambda: settings.change_channel(db, TEAM, "C1", capture=False),
        lambda: settings.change_channel(db, TEAM, "C1", capture=False),
    )
    mine, rules = settings.person(db, TEAM, AYA), settings.workspace(db, TEAM)
    assert (mine.never_capture, mine.language) == (True, "en")
    assert (rules.purpose, rules.pointers) == ("for all", False)
    assert settings.closed_channels(db, TEAM) == ["C1"]


def test_what_is_noted_once_may_be_noted_by_two(db: Database) -> None:
    def note() -> None:
        deliveries.begin(db, TEAM, "r:reply:0", "D1")
        conversations.remember_thread(db, TEAM, "D1", "1.1", "answer")
        conversations.ask(
            db,
            team_id=TEAM,
            question_id="q1",
            asker_id=BEN,
            text="how?",
            language="en",
            channel_id="D1",
            thread_ts="1.1",
        )

    assert failures(at_once(*[note] * MANY)) == []
    assert deliveries.find(db, TEAM, "r:reply:0") is not None


def test_promise_8_a_tip_that_comes_out_while_its_source_is_deleted_goes(db: Database) -> None:
    for turn in range(4):
        places = [f"{turn}{number}.1" for number in range(MANY)]
        for ts in places:
            waiting = draft(db, ts=ts)
            words = waiting.content
            assert words is not None
            tips.publish_anonymously(
                db,
                team_id=TEAM,
                draft_id=waiting.id,
                tip_id=tips.new_id(),
                owner=hashed("owner", ts),
                visibility=WORKSPACE,
                comes_out_at=db.now(),
                digest=proposals.propose(db, TEAM, "draft", waiting.id, words, words),
            )
        deleted = [lambda ts=ts: tips.withdraw_resting_on(db, TEAM, [hashed(TEAM, "C1", ts)]) for ts in places]
        outcomes = at_once(*deleted, lambda: tips.come_out(db))
        assert failures(outcomes) == []
        assert sum(int(str(one)) for one in outcomes[:-1]) == MANY
    assert list(export(db, READER)) == []


def test_nobody_thanks_more_often_a_day_than_they_may(db: Database) -> None:
    shared = [share(db, draft(db, ts=f"{number}.1")) for number in range(MANY)]

    def give(tip_id: str) -> object:
        return thanks.give(
            db,
            Viewer(TEAM, BEN, is_full_member=True),
            tip_id,
            "助かりました",
            is_owner=owned_by(BEN),
            may_be_public=False,
            since=db.now(),
            a_day=3,
        )

    outcomes = at_once(*(lambda tip=tip: give(tip.id) for tip in shared))
    assert [type(error) for error in failures(outcomes)] == [NotPossible] * (MANY - 3)
    assert sum(map(len, thanks.of_tips(db, TEAM, [tip.id for tip in shared]).values())) == 3


def test_nobody_follows_more_than_they_may(db: Database) -> None:
    def follow(number: int) -> bool:
        one = Follow(TEAM, BEN, "topic", f"topic{number}", f"topic {number}", "weekly", db.now())
        return follows.add(db, one) is not None

    for number in range(follows.MOST - 1):
        follow(number)
    outcomes = at_once(*(lambda number=number: follow(follows.MOST + number) for number in range(MANY)))
    assert sorted(map(str, outcomes)) == ["False"] * (MANY - 1) + ["True"]
    assert len(follows.of_person(db, TEAM, BEN)) == follows.MOST
