"""An item of the hosts' queue waits as long as its reason, comes again when its owner stays silent, is decided once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.circulate.hosting import finding, owners, service, views
from storage import (
    care,
    deciding,
    host_queue,
    merging,
    reports,
    requests,
    retired,
    search,
    settings,
    tips,
    trials,
    unasked,
)
from storage.database import Database
from storage.errors import Locked
from storage.records import Decision, Kind, QueueItem, Tip, TipContent, Viewer
from storage.search import Index
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, CHIE, Rounds, shared
from tests.storage.host_steps import EVERYBODY, accepted, decide, entries, kinds, old_tip
from tests.storage.steps import TEAM, as_host, draft, everything, owned_by, share
from tests.storage.test_at_once import at_once

AUTHOR = Viewer(TEAM, AYA, is_full_member=True)
MUCH = "用語集を先に渡してから要約を頼むと、固有名詞の誤りがほとんどなくなりました。" * 3
NOON = 3
"""In UTC; in Tokyo it is a working hour."""


@pytest.fixture
def rounds(db: Database) -> Rounds:
    settings.change_workspace(db, TEAM, host_ids=(CHIE,), unasked_a_week=9)
    return Rounds(db)


@pytest.fixture
def index(db: Database, tmp_path: Path) -> Index:
    return search.open_index(db, tmp_path / "index")


def rows(db: Database) -> list[str]:
    return [row for row in everything(db) if row.startswith("queue_items")]


def written(rounds: Rounds, tip: Tip, **words: object) -> TipContent:
    found = tips.get(rounds.db, EVERYBODY, tip.id)
    assert found is not None
    return found.content.model_copy(update=words)


def fill(rounds: Rounds, tip: Tip) -> None:
    tips.edit(rounds.db, AUTHOR, tip.id, written(rounds, tip, outcome=MUCH), owned_by(AYA))


def on_a_weekday_at_noon(clock: FrozenClock, *, in_days: int = 0) -> None:
    clock.advance(days=in_days)
    while clock.moment.weekday() != 2:
        clock.advance(days=1)
    clock.moment = clock.moment.replace(hour=NOON)


@pytest.mark.parametrize("kind", ["thin", "stale", "retired"])
def test_a_tip_comes_again_when_its_owner_stays_silent_and_a_host_may_put_it_away(
    rounds: Rounds, clock: FrozenClock, index: Index, kind: str
) -> None:
    clock.moment = clock.moment.replace(year=2024 if kind == "retired" else 2026)
    words = {"tools": ("Claude 2.1",), "title": "長い題" * 9} if kind == "retired" else {"title": "長い題" * 9}
    tip = shared(rounds.db, "1.1", **words)  # its words
    if kind != "thin":
        fill(rounds, tip)
        clock.advance(days=190 if kind == "stale" else 300)
    finding.tick(rounds.world(index))
    if kind == "retired":
        trials.note(rounds.db, Viewer(TEAM, BEN, is_full_member=True), tip.id, "worked", is_owner=owned_by(BEN))
    assert kinds(rounds) == [kind]
    decide(rounds, CHIE, "ask_owner", kind, tip.id)
    on_a_weekday_at_noon(clock)
    owners.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1
    clock.advance(days=13)
    finding.tick(rounds.world(index))
    assert kinds(rounds) == [], "its owner has two weeks"
    clock.advance(days=1)
    [entry] = entries(rounds)
    assert (entry.item.kind, entry.silence, entry.may_end) == (kind, "unanswered", True)
    decide(rounds, CHIE, "obsolete", kind, tip.id)
    assert tips.get(rounds.db, EVERYBODY, tip.id) is None


def test_an_owner_has_two_weeks_from_when_they_were_told(rounds: Rounds, clock: FrozenClock, index: Index) -> None:
    tip = old_tip(rounds, clock)
    finding.tick(rounds.world(index))
    rounds.change(AYA, is_away=True)
    decide(rounds, CHIE, "ask_owner", "stale", tip.id)
    on_a_weekday_at_noon(clock, in_days=8)
    rounds.change(AYA, is_away=False)
    owners.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1
    clock.advance(days=8)
    assert kinds(rounds) == [], "a host's click is more than two weeks ago, the question is not"
    clock.advance(days=6)
    assert [entry.silence for entry in entries(rounds)] == ["unanswered"]


@pytest.mark.parametrize("anonymously", [False, True])
def test_a_host_reads_honestly_that_an_owner_could_not_be_reached_and_decides(
    rounds: Rounds, clock: FrozenClock, index: Index, anonymously: bool
) -> None:
    tip = old_tip(rounds, clock, anonymously=anonymously)
    unasked.change_rhythm(rounds.db, TEAM, AYA, is_muted=True)
    finding.tick(rounds.world(index))
    decide(rounds, CHIE, "ask_owner", "stale", tip.id)
    on_a_weekday_at_noon(clock, in_days=15)
    owners.tick(rounds.world())
    assert rounds.to(AYA) == []
    [entry] = entries(rounds)
    assert (entry.silence, entry.may_end) == ("unreached", True)
    assert "could not be reached" in str(views.item(entry, "en", "UTC", clock.now()))
    assert "was asked and has not answered" not in str(views.item(entry, "en", "UTC", clock.now()))
    decide(rounds, CHIE, "obsolete", "stale", tip.id)
    assert tips.get(rounds.db, EVERYBODY, tip.id) is None


def _edited(rounds: Rounds, tip: Tip) -> None:
    fill(rounds, tip)


def _verified_by_its_owner(rounds: Rounds, tip: Tip) -> None:
    care.verify(rounds.db, AUTHOR, tip.id, owned_by(AYA))


def _verified_by_a_host(rounds: Rounds, tip: Tip) -> None:
    care.verify_as_host(rounds.db, EVERYBODY, tip.id)


def _put_away(rounds: Rounds, tip: Tip) -> None:
    care.mark_obsolete(rounds.db, AUTHOR, tip.id, owned_by(AYA))


@pytest.mark.parametrize("what", [_edited, _verified_by_its_owner, _verified_by_a_host, _put_away])
def test_what_is_done_about_a_tip_settles_its_items(
    rounds: Rounds, clock: FrozenClock, index: Index, what: Callable[[Rounds, Tip], None]
) -> None:
    clock.moment = clock.moment.replace(year=2025, month=2)
    tip = old_tip(rounds, clock)
    finding.tick(rounds.world(index))
    assert [any(f"'{kind}'" in row for row in rows(rounds.db)) for kind in ("thin", "stale", "retired")] == [True] * 3
    what(rounds, tip)
    assert (rows(rounds.db), kinds(rounds)) == ([], [])
    finding.tick(rounds.world(index))
    assert (rows(rounds.db), kinds(rounds)) == ([], [])


def test_a_tip_on_what_is_retired_waits_as_long_as_that_is_gone(
    rounds: Rounds, clock: FrozenClock, index: Index
) -> None:
    clock.moment = clock.moment.replace(year=2025, month=2)
    tip = shared(rounds.db, "1.1", title="長い題" * 9, tools=("Claude 2.1",))
    fill(rounds, tip)
    clock.advance(days=170)
    finding.tick(rounds.world(index))
    assert kinds(rounds) == ["retired"]
    retired.change(rounds.db, TEAM, [])
    assert kinds(rounds) == []
    host_queue.look_again(rounds.db, TEAM)
    finding.tick(rounds.world(index))
    assert rows(rounds.db) == []


def test_what_says_little_and_holds_is_not_asked_about_again(rounds: Rounds, clock: FrozenClock, index: Index) -> None:
    enough, fine, silent = (shared(rounds.db, f"1.{number}", title="題" * (30 + number), by=AYA) for number in range(3))
    finding.tick(rounds.world(index))
    assert kinds(rounds).count("thin") == 3
    for tip in (enough, silent):
        decide(rounds, CHIE, "ask_owner", "thin", tip.id)
    decide(rounds, CHIE, "fine", "thin", fine.id)
    care.answered(rounds.db, AUTHOR, enough.id, owned_by(AYA))
    clock.advance(days=90)
    finding.tick(rounds.world(index))
    assert [entry.item.key for entry in entries(rounds)] == [silent.id]
    decide(rounds, CHIE, "fine", "thin", silent.id)
    assert care.of_tips(rounds.db, TEAM, [silent.id]) == {}, "a host has answered"
    clock.advance(days=90)
    assert "thin" not in kinds(rounds)


def test_worries_are_never_items_and_a_colleague_can_report_one(
    rounds: Rounds, clock: FrozenClock, index: Index
) -> None:
    worries = [share(rounds.db, draft(rounds.db, ts=f"1.{number}", title="不安", kind="worry")) for number in range(2)]
    worry = worries[0]
    tips.edit(rounds.db, AUTHOR, worry.id, written(rounds, worry, tools=("Claude 2.1",)), owned_by(AYA))
    clock.advance(days=400)
    retired.change(rounds.db, TEAM, [*retired.listed(rounds.db, TEAM)])
    finding.tick(rounds.world(index))
    assert (rows(rounds.db), entries(rounds)) == ([], ())
    host_queue.find(rounds.db, [QueueItem(TEAM, kind, worry.id, worry.id) for kind in ("thin", "stale", "retired")])
    assert entries(rounds) == (), "found by an earlier version"
    reports.give(rounds.db, EVERYBODY, worry.id, "private", is_owner=owned_by(CHIE))
    assert kinds(rounds) == ["report"]
    decide(rounds, CHIE, "ask_owner", "report", worry.id)
    clock.advance(days=15)
    assert [(entry.item.kind, entry.silence) for entry in entries(rounds)] == [("report", "unreached")]


def test_a_tip_that_becomes_a_worry_is_no_item_any_more(rounds: Rounds, index: Index) -> None:
    tip = shared(rounds.db, "1.1", title="短い")
    finding.tick(rounds.world(index))
    assert kinds(rounds) == ["thin"]
    tips.edit(rounds.db, AUTHOR, tip.id, written(rounds, tip, kind=Kind.WORRY), owned_by(AYA))
    finding.tick(rounds.world(index))
    assert (rows(rounds.db), entries(rounds)) == ([], ())


def test_what_a_host_does_not_see_crowds_nothing_out(rounds: Rounds) -> None:
    hidden = [shared(rounds.db, f"2.{number}", title="秘", channel="C2", private=True) for number in range(3)]
    items = [QueueItem(TEAM, "thin", one.id, one.id, weight=9) for one in hidden]
    items.append(QueueItem(TEAM, "duplicate", f"{hidden[0].id}:x", hidden[0].id, hidden[1].id, weight=9))
    seen = [shared(rounds.db, f"1.{number}", title="短い") for number in range(2)]
    items.append(QueueItem(TEAM, "thin", seen[0].id, seen[0].id))
    items.append(QueueItem(TEAM, "duplicate", f"{seen[0].id}:{hidden[0].id}", seen[0].id, hidden[0].id, weight=9))
    items.append(QueueItem(TEAM, "duplicate", f"{seen[0].id}:{seen[1].id}", seen[0].id, seen[1].id))
    host_queue.find(rounds.db, items)
    found = host_queue.waiting(rounds.db, EVERYBODY, ["thin", "duplicate"], limit=1)
    assert [(item.kind, item.other_id) for item in found] == [("thin", None), ("duplicate", seen[1].id)]


def test_pairs_of_what_is_merged_put_away_or_seen_by_others_go(rounds: Rounds, index: Index) -> None:
    one, two, three, four = (shared(rounds.db, f"1.{number}", title="同じ題") for number in range(4))
    narrow = shared(rounds.db, "2.1", title="同じ題", channel="C2", private=True)
    pairs = [finding.pair(two, three), finding.pair(three, four), finding.pair(four, one), finding.pair(one, narrow)]
    host_queue.find(rounds.db, pairs)
    inside = Viewer(TEAM, CHIE, is_full_member=True, channel_ids=frozenset({"C2"}))
    assert kinds(rounds, inside).count("duplicate") == 3, "two for others cannot become one"
    as_host(rounds.db, merging.merge, EVERYBODY, one.id, two.id)
    care.mark_obsolete(rounds.db, AUTHOR, four.id, owned_by(AYA))
    assert [row for row in rows(rounds.db) if "duplicate" in row and narrow.id not in row] == []
    finding.tick(rounds.world(index))
    assert [row for row in rows(rounds.db) if narrow.id in row and "duplicate" in row] == []


def test_what_hosts_left_makes_room_for_older_ones_that_weigh_less(
    rounds: Rounds, clock: FrozenClock, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_MOST", 1)
    heavy, light = old_tip(rounds, clock, "1.1"), shared(rounds.db, "1.2", title="長い題" * 20)
    clock.advance(days=190)
    finding.tick(rounds.world(index))
    assert [entry.item.key for entry in entries(rounds) if entry.item.kind == "stale"] == [heavy.id]
    decide(rounds, CHIE, "leave", "stale", heavy.id)
    clock.advance(days=2)
    finding.tick(rounds.world(index))
    assert [entry.item.key for entry in entries(rounds) if entry.item.kind == "stale"] == [light.id]


def test_promise_7_a_decision_is_made_once_and_noted_with_it(
    rounds: Rounds, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = shared(rounds.db, "1.1", title="同じ題"), shared(rounds.db, "1.2", title="同じ題", by=BEN)
    pair = finding.pair(one, two)
    host_queue.find(rounds.db, [pair])
    with monkeypatch.context() as crashing:
        crashing.setattr(host_queue, "spend", _dies)
        with pytest.raises(Locked):
            decide(rounds, CHIE, "merge", "duplicate", f"{one.id}:{two.id}")
    assert len(tips.many(rounds.db, EVERYBODY, [one.id, two.id])) == 2
    assert kinds(rounds) == ["duplicate"]
    clock.advance(minutes=1)
    request = decide(rounds, CHIE, "merge", "duplicate", f"{one.id}:{two.id}")
    assert sorted(service.decide(rounds.world(), request)) == [AYA, BEN], "the step is done again after a crash"
    assert [tip.id for tip in tips.many(rounds.db, EVERYBODY, [one.id, two.id])] == [one.id]
    assert service.minutes_by_week(rounds.world(), TEAM) == {"2026-11-23": 2}


def _dies(*_: object) -> None:
    raise Locked


def test_two_hosts_decide_at_once_and_it_is_decided_once(rounds: Rounds, clock: FrozenClock) -> None:
    tip = shared(rounds.db, "1.1", title="短い")
    item = QueueItem(TEAM, "thin", tip.id, tip.id)
    host_queue.find(rounds.db, [item])
    asks = [accepted(rounds, str(number)).id for number in range(2)]

    def ask(request_id: str) -> Callable[[], object]:
        one = Decision(item, "ask_owner", clock.now() + timedelta(days=14), "2026-11-23", 1)
        decide = partial(deciding.decide, rounds.db, EVERYBODY, one)
        return lambda: requests.once(rounds.db, TEAM, request_id, decide)

    came = at_once(*map(ask, asks))
    assert sorted(type(one).__name__ for one in came) == ["NoneType", "NotPossible"]
    assert host_queue.minutes_by_week(rounds.db, TEAM) == {"2026-11-23": {"thin": 1}}
