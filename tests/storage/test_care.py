"""Whether a tip still holds, tips that become one, reports, the queue, turns."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from storage import (
    audit,
    care,
    changing,
    host_queue,
    keepers,
    merging,
    people,
    reports,
    search,
    sources,
    thanks,
    tips,
    trials,
    turns,
    unasked,
)
from storage.database import Database
from storage.errors import NotFound, NotPossible, Own
from storage.records import QueueItem, Tip, TipContent, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, as_host, draft, everything, owned_by, share, take_name_off

CHIE, DAN = "U0CHIE", "U0DAN"
READER = Viewer(TEAM, "U0READER", is_full_member=True)
AUTHOR, HOST = Viewer(TEAM, AYA, is_full_member=True), Viewer(TEAM, CHIE, is_full_member=True)
BENS = Viewer(TEAM, BEN, is_full_member=True)
WORDS = "議事録の用語集を先に渡してから要約を頼むと、固有名詞の誤りがほとんどなくなりました。"


def one(
    db: Database, ts: str, *, by: str = AYA, anonymously: bool = False, channel: str = "C1", narrow: bool = False
) -> Tip:
    where = Visibility(channel) if narrow else Visibility()
    return share(
        db, draft(db, ts=ts, author=by, channel=channel, visibility=where, title=WORDS), anonymously=anonymously
    )


def seen(db: Database) -> set[str]:
    return {tip.id for tip in tips.export(db, READER)}


def trail(db: Database) -> list[tuple[str, str | None]]:
    return [(entry.action, entry.actor_id) for entry in audit.entries(db, TEAM) if entry.action != "tip.shared"]


def test_its_owner_verifies_a_tip_hosts_may_and_nobody_else(db: Database) -> None:
    tip = one(db, "1.1")
    with pytest.raises(NotFound):
        care.verify(db, BENS, tip.id, owned_by(BEN))
    assert care.verify(db, AUTHOR, tip.id, owned_by(AYA)).verified_by == "owner"
    assert care.verify_as_host(db, HOST, tip.id).verified_by == "host"
    assert tips.many(db, READER, [tip.id])[0].verified_at == db.now()
    assert tips.edit(db, AUTHOR, tip.id, TipContent(title="other words"), owned_by(AYA)).verified_at is None
    assert set(trail(db)) == {("tip.verified", AYA), ("tip.verified", CHIE), ("tip.edited", AYA)}


def test_promise_3_of_a_verified_tip_without_a_name_the_day_alone_is_kept(db: Database) -> None:
    tip = one(db, "1.1", anonymously=True)
    verified = care.verify(db, AUTHOR, tip.id, owned_by(AYA)).verified_at
    assert verified is not None
    assert (verified.hour, verified.minute, trail(db)) == (0, 0, [])
    as_host(db, care.ask, HOST, tip.id, "stale")
    assert not [row for row in everything(db) if AYA in row and not row.startswith(("captures", "drafts"))]
    assert care.untold(db) == []
    named = one(db, "1.2")
    care.verify(db, AUTHOR, named.id, owned_by(AYA))
    as_host(db, care.ask, HOST, named.id, "stale")
    take_name_off(db, AUTHOR, named.id, owned_by(AYA))
    assert care.of_tips(db, TEAM, [named.id])[named.id].since == db.now().replace(hour=0)
    assert care.untold(db) == []
    assert trail(db) == []


@pytest.mark.parametrize("anonymously", [False, True])
def test_an_obsolete_tip_leaves_everything_but_its_owners_home(db: Database, tmp_path: Path, anonymously: bool) -> None:
    tip, index = one(db, "1.1", anonymously=anonymously), search.open_index(db, tmp_path / "index")
    assert search.search(db, index, READER, "議事録")
    care.mark_obsolete(db, AUTHOR, tip.id, owned_by(AYA))
    assert (seen(db), search.search(db, index, READER, "議事録")) == (set(), [])
    mine = tips.of_owner(db, AUTHOR, owned_by(AYA))
    assert [(two.id, two.is_obsolete) for two in mine] == [(tip.id, True)]
    care.bring_back(db, AUTHOR, tip.id, owned_by(AYA))
    assert search.search(db, index, READER, "議事録")
    care.mark_obsolete(db, AUTHOR, tip.id, owned_by(AYA))
    tips.edit(db, AUTHOR, tip.id, TipContent(title="議事録の新しいやり方"), owned_by(AYA))
    assert seen(db) == {tip.id}, "who updates it means it to be found"
    care.mark_obsolete(db, AUTHOR, tip.id, owned_by(AYA))
    tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA))
    assert tips.of_owner(db, AUTHOR, owned_by(AYA)) == []


def test_a_host_puts_away_what_they_see_and_its_owner_is_told(db: Database) -> None:
    tip, narrow = one(db, "1.1"), one(db, "1.2", narrow=True, channel="C2")
    with pytest.raises(NotFound):
        as_host(db, care.mark_obsolete_as_host, HOST, narrow.id)
    as_host(db, care.mark_obsolete_as_host, HOST, tip.id)
    [(author, told)] = care.untold(db)
    assert (author, told.what) == (AYA, "obsolete")
    care.told(db, told)
    assert care.untold(db) == []
    assert care.of_tips(db, TEAM, [tip.id])[tip.id].what == "obsolete"
    care.bring_back(db, AUTHOR, tip.id, owned_by(AYA))
    assert care.of_tips(db, TEAM, [tip.id]) == {}


def test_who_looks_after_a_tip_is_asked_in_its_authors_place(db: Database) -> None:
    tip = one(db, "1.1")
    keepers.left(db, TEAM, AYA)
    as_host(db, care.ask, HOST, tip.id, "stale")
    assert care.untold(db) == [], "its author has left, and nobody looks after it"
    keepers.take_over(db, BENS, tip.id)
    assert [user for user, _ in care.untold(db)] == [BEN]
    unasked.change_rhythm(db, TEAM, BEN, is_muted=True)
    assert care.untold(db) == []
    care.verify(db, BENS, tip.id, owned_by(BEN))
    assert tips.many(db, READER, [tip.id])[0].verified_by == "owner"


def test_merging_keeps_evidence_and_a_cited_tip_leads_to_its_successor(db: Database, clock: FrozenClock) -> None:
    stays, goes = one(db, "1.1"), one(db, "1.2", by=BEN)
    for user in (AYA, CHIE, DAN):
        trials.note(db, Viewer(TEAM, user, is_full_member=True), goes.id, "worked", is_owner=owned_by(user))
    clock.advance(minutes=1)
    trials.note(db, HOST, stays.id, "failed", is_owner=owned_by(CHIE))
    give = {"may_be_public": True, "since": clock.now() - timedelta(days=1), "a_day": 3}
    thanks.give(db, Viewer(TEAM, DAN, is_full_member=True), goes.id, "助かった", is_owner=owned_by(DAN), **give)
    as_host(db, merging.merge, HOST, stays.id, goes.id)
    assert seen(db) == {stays.id}
    counted = trials.of_tips(db, READER, [stays.id])[stays.id]
    assert (counted.worked, counted.failed) == (1, 1), "its author's own trial does not count, a second word neither"
    assert [each.user_id for each in thanks.of_tips(db, TEAM, [stays.id])[stays.id]] == [DAN]
    found = tips.get(db, READER, goes.id)
    assert found is not None
    assert found.id == stays.id
    trials.note(db, READER, goes.id, "worked", is_owner=owned_by("U0READER"))
    assert trials.of_tips(db, READER, [stays.id])[stays.id].worked == 2
    with pytest.raises(Own):
        trials.note(db, AUTHOR, goes.id, "worked", is_owner=owned_by(AYA))
    assert [each.author_id for each in merging.also_from(db, READER, [stays.id])[stays.id]] == [BEN]
    assert {(author, told.what) for author, told in care.untold(db)} == {(BEN, "merged"), (AYA, "joined")}
    care.bring_back(db, BENS, goes.id, owned_by(BEN))
    assert seen(db) == {stays.id, goes.id}
    counted = trials.of_tips(db, READER, [stays.id])[stays.id]
    assert (counted.worked, counted.failed) == (1, 1), "what it lent went back with it"
    assert care.untold(db) == []


def test_promise_3_a_merge_links_no_tip_without_a_name_with_anybody(db: Database) -> None:
    stays, unnamed = one(db, "1.1"), one(db, "1.2", by=BEN, anonymously=True)
    as_host(db, merging.merge, HOST, stays.id, unnamed.id)
    assert merging.also_from(db, READER, [stays.id]) == {}
    assert not [row for row in everything(db) if BEN in row and row.startswith(("care", "merges", "audit"))]
    care.bring_back(db, BENS, unnamed.id, owned_by(BEN))
    as_host(db, merging.merge, HOST, unnamed.id, stays.id)
    assert [each.author_id for each in merging.also_from(db, READER, [unnamed.id])[unnamed.id]] == [AYA]
    take_name_off(db, AUTHOR, stays.id, owned_by(AYA))
    assert merging.also_from(db, READER, [unnamed.id]) == {}


def test_promise_2_tips_that_others_see_are_not_merged(db: Database) -> None:
    wide, narrow = one(db, "1.1"), one(db, "1.2", narrow=True, channel="C2")
    inside = Viewer(TEAM, CHIE, is_full_member=True, channel_ids=frozenset({"C2"}))
    with pytest.raises(NotPossible):
        as_host(db, merging.merge, inside, wide.id, narrow.id)
    with pytest.raises(NotFound):
        as_host(db, merging.merge, HOST, wide.id, narrow.id)
    with pytest.raises(NotFound):
        as_host(db, merging.merge, HOST, wide.id, wide.id)


def _withdraw(db: Database, tip: Tip) -> None:
    tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA))


def _narrow(db: Database, tip: Tip) -> None:
    changing.set_visibility(db, AUTHOR, tip.id, Visibility("C1"), owned_by(AYA))


def _hide(db: Database, tip: Tip) -> None:
    sources.hide(db, TEAM, tip.id)


@pytest.mark.parametrize("what", [_withdraw, _narrow, _hide])
def test_what_stands_behind_a_tip_comes_back_when_that_one_goes(
    db: Database, what: Callable[[Database, Tip], None]
) -> None:
    stays, middle, goes = one(db, "1.1"), one(db, "1.2", by=BEN), one(db, "1.3", by=BEN)
    as_host(db, merging.merge, HOST, middle.id, goes.id)
    as_host(db, merging.merge, HOST, stays.id, middle.id)
    found = tips.get(db, READER, goes.id)
    assert found is not None
    assert found.id == stays.id
    what(db, stays)
    assert seen(db) == {middle.id, goes.id}


def test_who_is_forgotten_leaves_no_report_no_turn_and_no_trace_of_what_they_were_asked(db: Database) -> None:
    tip = one(db, "1.1")
    as_host(db, care.ask, HOST, tip.id, "stale")
    reports.give(db, BENS, tip.id, "wrong", is_owner=owned_by(BEN))
    turns.volunteer(db, TEAM, BEN, on=True)
    turns.assign(db, TEAM, "2026-11-23", BEN)
    people.forget(db, TEAM, BEN, owned_by(BEN))
    assert not [row for row in everything(db) if BEN in row and row.startswith(("reports", "volunteers", "turns"))]
    people.forget(db, TEAM, AYA, owned_by(AYA))
    assert not [row for row in everything(db) if row.startswith(("care", "queue_items"))]


def test_reports_are_reasons_and_counts_and_nobodys(db: Database) -> None:
    tip, narrow = one(db, "1.1"), one(db, "1.2", narrow=True, channel="C2")
    for user, reason in ((BEN, "wrong"), (CHIE, "outdated"), (BEN, "outdated")):
        viewer = Viewer(TEAM, user, is_full_member=True, channel_ids=frozenset({"C2"}))
        for each in (tip, narrow):
            reports.give(db, viewer, each.id, reason, is_owner=owned_by(user))  # type: ignore[arg-type] # a reason
    with pytest.raises(Own):
        reports.give(db, AUTHOR, tip.id, "wrong", is_owner=owned_by(AYA))
    with pytest.raises(NotFound):
        reports.give(db, READER, narrow.id, "wrong", is_owner=owned_by("U0READER"))
    [report] = reports.waiting(db, READER)
    assert (report.tip_id, report.reasons) == (tip.id, (("outdated", 2),))
    care.verify_as_host(db, HOST, tip.id)
    assert reports.waiting(db, READER) == []


def test_the_queue_shows_what_its_viewer_sees_and_not_again_what_was_decided(db: Database, clock: FrozenClock) -> None:
    tip, other, narrow = one(db, "1.1"), one(db, "1.2"), one(db, "1.3", narrow=True, channel="C2")
    pair = QueueItem(TEAM, "duplicate", f"{tip.id}:{other.id}", tip.id, other.id)
    hidden = QueueItem(TEAM, "duplicate", f"{tip.id}:{narrow.id}", tip.id, narrow.id)
    stale = QueueItem(TEAM, "stale", tip.id, tip.id, weight=3)
    host_queue.find(db, [pair, hidden, stale])
    inside = Viewer(TEAM, CHIE, is_full_member=True, channel_ids=frozenset({"C2"}))
    assert {item.key for item in host_queue.waiting(db, HOST, ["duplicate", "stale"])} == {pair.key, tip.id}
    assert len(host_queue.waiting(db, inside, ["duplicate", "stale"])) == 3
    with db.writing() as session:
        host_queue.decided(db, session, pair, until=None)
        host_queue.decided(db, session, stale, until=clock.now() + timedelta(days=14))
    with pytest.raises(NotPossible), db.writing() as session:
        host_queue.decided(db, session, stale, until=None)
    host_queue.find(db, [pair, stale])
    assert host_queue.waiting(db, HOST, ["duplicate", "stale"]) == []
    assert host_queue.put_off(db, TEAM, "stale") == {tip.id}
    clock.advance(days=15)
    assert [item.kind for item in host_queue.waiting(db, HOST, ["duplicate", "stale"])] == ["stale"]


def test_minutes_are_a_sum_by_week_and_nobodys(db: Database) -> None:
    for week, kind in (
        ("2026-11-16", "stale"),
        ("2026-11-23", "stale"),
        ("2026-11-23", "stale"),
        ("2026-11-23", "report"),
    ):
        with db.writing() as session:
            host_queue.spend(session, TEAM, week, kind, 2)  # type: ignore[arg-type] # a kind
    assert host_queue.minutes_by_week(db, TEAM) == {
        "2026-11-16": {"stale": 2},
        "2026-11-23": {"report": 2, "stale": 4},
    }
    assert list(host_queue.minutes_by_week(db, TEAM, since="2026-11-23")) == ["2026-11-23"]


def test_near_duplicates_are_found_once_among_those_that_the_same_people_see(db: Database, tmp_path: Path) -> None:
    first, second = one(db, "1.1"), one(db, "1.2", by=BEN)
    one(db, "1.3", narrow=True, channel="C2")
    one(db, "1.4").content.model_copy()
    share(db, draft(db, ts="1.5", title=WORDS, kind="pitfall"))
    index = search.open_index(db, tmp_path / "index")
    everybody = Viewer(TEAM, None, is_full_member=True)
    assert second.id in {tip.id for tip in search.twins(db, index, first, everybody)}
    assert all(tip.visibility == first.visibility for tip in search.twins(db, index, first, everybody))
    assert len(search.twins(db, index, first, everybody)) == 2
    new, upto = host_queue.changed(db, lambda _tip: everybody, limit=10)
    assert len(new) == 5
    host_queue.looked(db, upto)
    assert host_queue.changed(db, lambda _tip: everybody, limit=10)[0] == []


def test_what_nobody_touched_is_found_with_how_much_it_is_used(db: Database, clock: FrozenClock) -> None:
    old, used, verified, asked = (one(db, f"1.{number}") for number in range(4))
    clock.advance(days=200)
    one(db, "2.1")
    trials.note(db, BENS, used.id, "changed", is_owner=owned_by(BEN))
    care.verify_as_host(db, HOST, verified.id)
    as_host(db, care.ask, HOST, asked.id, "stale")
    before = clock.now() - timedelta(days=180)
    found = {tip_id: count for tip_id, _, count in host_queue.untouched(db, TEAM, before=before, used_since=before)}
    assert found == {old.id: 0, used.id: 1}
    trials.note(db, BENS, used.id, "worked", is_owner=owned_by(BEN))
    assert [each[0] for each in host_queue.untouched(db, TEAM, before=before, used_since=before)] == [old.id]
    assert host_queue.teams_to_look(db, before=before) == [TEAM]
    host_queue.looked_through(db, TEAM)
    assert host_queue.teams_to_look(db, before=before) == []


def test_turns_go_round_and_the_first_yes_takes_a_week(db: Database) -> None:
    for user in (AYA, BEN, CHIE):
        turns.volunteer(db, TEAM, user, on=True)
    first = turns.volunteers(db, TEAM)[0]
    assert turns.assign(db, TEAM, "2026-11-23", first).user_id == first
    assert turns.assign(db, TEAM, "2026-11-23", "U0LATE").user_id == first
    second, third, last = turns.volunteers(db, TEAM)
    assert last == first
    with pytest.raises(NotFound):
        turns.take(db, TEAM, "2026-11-23", second)
    with pytest.raises(NotFound):
        turns.want_swap(db, TEAM, "2026-11-23", second)
    assert [turns.want_swap(db, TEAM, "2026-11-23", first).swaps for _ in range(2)] == [1, 1]
    assert turns.take(db, TEAM, "2026-11-23", third).user_id == third
    with pytest.raises(NotFound):
        turns.take(db, TEAM, "2026-11-23", second)
    assert turns.volunteers(db, TEAM)[0] == second
    turns.volunteer(db, TEAM, second, on=False)
    assert second not in turns.volunteers(db, TEAM)
    turns.tidy(db, TEAM, before="2026-11-30")
    assert turns.of_week(db, TEAM, "2026-11-23") is None
