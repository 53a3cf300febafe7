"""Forgetting, the audit trail, who looks after tips, and how long anything is kept."""

from datetime import timedelta

import pytest

from bot.trust.unnamed import names_of, unnamed
from storage import (
    audit,
    changing,
    conversations,
    deliveries,
    drafts,
    keepers,
    people,
    policies,
    proposals,
    requests,
    retention,
    settings,
    shown,
    sources,
    tips,
)
from storage.database import Database
from storage.errors import NotFound
from storage.records import DraftState, MessageRef, TipContent, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, hashed, owned_by, request, share, take_name_off

READER = Viewer(TEAM, "U0READER", is_full_member=True)
AUTHOR = Viewer(TEAM, AYA, is_full_member=True)
HOST = Viewer(TEAM, BEN, is_full_member=True)
DM = "D0AYA"


def trail(db: Database) -> list[tuple[str, str | None, str, str | None]]:
    return [(one.actor_kind, one.actor_id, one.action, one.record_id) for one in audit.entries(db, TEAM)]


def ask(db: Database, ts: str, asker: str = AYA) -> None:
    conversations.ask(
        db,
        team_id=TEAM,
        question_id=hashed("question", ts).digest[:32],
        asker_id=asker,
        text="議事録は？",
        language="ja",
        channel_id=DM,
        thread_ts=ts,
    )


def lived(db: Database) -> tuple[str, str, str]:
    """What somebody leaves behind who used the bot for a while: ids of a named, an anonymous and a narrow tip."""
    named, anonymous = share(db, draft(db, ts="1.1")), share(db, draft(db, ts="1.2"), anonymously=True)
    narrow = share(db, draft(db, ts="1.3", channel="C2", visibility=Visibility("C2")))
    sources.offer(db, TEAM, named.id, TipContent(title="用語集"), read_until=db.now())
    ref = MessageRef(DM, "9.1")
    deliveries.begin(db, TEAM, deliveries.of_tip(named.id, "update"), DM)
    sources.card_posted(db, TEAM, named.id, ref)
    waiting = draft(db, ts="1.4")
    drafts.card_posted(db, TEAM, waiting.id, ref, due_at=db.now())
    drafts.close(db, TEAM, draft(db, ts="1.5").id, DraftState.DISCARDED)
    ask(db, "7.1")
    settings.change_workspace(db, TEAM, by=AYA, purpose="みんなへ", host_ids=(AYA, BEN))
    settings.change_person(db, TEAM, AYA, language="ja", words_ok=True)
    policies.told(db, TEAM, "2026-11", hashed("owner", policies.record_of("2026-11"), AYA))
    accepted = requests.accept(db, request(hashed("request", DM, "7.1").digest, user=AYA), lambda *_: None)
    assert accepted is not None
    requests.end(db, TEAM, accepted.id, "done")
    return named.id, anonymous.id, narrow.id


def traces(db: Database) -> list[str]:
    owners = {hashed("owner", record, AYA).digest for record in (*_ids(db), policies.record_of("2026-11"))}
    return [row for row in everything(db) if AYA in row or DM in row or any(owner in row for owner in owners)]


def _ids(db: Database) -> list[str]:
    return [row.split("'")[3] for row in everything(db) if row.startswith("tips:")]


def test_promise_8_who_is_forgotten_leaves_nothing_behind(db: Database) -> None:
    lived(db)
    assert len(traces(db)) > 8
    gone = people.forget(db, TEAM, AYA, owned_by(AYA))
    assert (gone.tips, gone.staying, gone.drafts, gone.questions) == (3, 0, 1, 1)
    assert traces(db) == []
    assert list(tips.export(db, READER)) == []
    assert settings.workspace(db, TEAM).host_ids == (BEN,)
    assert not [row for row in everything(db) if "用語集" in row or "議事録" in row]


def test_promise_8_who_is_forgotten_may_leave_tips_that_lead_to_nobody(db: Database) -> None:
    named, anonymous, _ = lived(db)
    gone = people.forget(db, TEAM, AYA, owned_by(AYA), staying={named, anonymous})
    assert (gone.tips, gone.staying) == (1, 2)
    assert traces(db) == []
    left = list(tips.export(db, READER))
    assert {one.id for one in left} == {named, anonymous}
    assert all(one.is_anonymous and one.author_id is None and one.permalink is None for one in left)
    with pytest.raises(NotFound):
        tips.withdraw(db, AUTHOR, named, owned_by(AYA))
    assert tips.withdraw_resting_on(db, TEAM, [hashed(TEAM, "C1", "1.1")]) == 1


def test_promise_8_the_words_of_tips_that_stay_lose_the_names_of_who_is_forgotten(db: Database) -> None:
    said = TipContent(
        title="佐藤式の議事録",
        task="佐藤 彩です。@aya まで、sato@example.co.jp でも。",
        prompts=("佐藤の口調で三行に要約してください。", "次の表だけを使ってください。"),
        tools=("Claude",),
    )
    named, anonymous = share(db, draft(db, ts="1.1")), share(db, draft(db, ts="1.2"), anonymously=True)
    for tip in (named, anonymous):
        tips.edit(db, AUTHOR, tip.id, said, owned_by(AYA))
    shown.note(db, TEAM, MessageRef("C9", "9.1"), [anonymous.id], "ja")
    proposals.propose(db, TEAM, "tip", named.id, said, said)
    names = names_of(["aya", "佐藤 彩"])
    people.forget(
        db,
        TEAM,
        AYA,
        owned_by(AYA),
        staying={named.id, anonymous.id},
        without_names=lambda content: unnamed(content, names).content,
    )
    assert not [row for row in everything(db) if any(word in row for word in ("佐藤", "aya", "sato@"))]
    for left in tips.export(db, READER):
        assert left.content.title == "‹名前 1›式の議事録"
        assert left.content.prompts == ("‹名前 1›の口調で三行に要約してください。", "次の表だけを使ってください。")
        assert left.content.prompts_edited
        assert left.content.tools == ("Claude",)
    assert [one.ref for one in shown.outdated(db, TEAM)] == [MessageRef("C9", "9.1")]


def test_a_hidden_tip_is_withdrawn_when_its_author_is_forgotten(db: Database) -> None:
    tip = share(db, draft(db))
    sources.hide(db, TEAM, tip.id)
    gone = people.forget(db, TEAM, AYA, owned_by(AYA), staying={tip.id})
    assert (gone.tips, gone.staying) == (1, 0)
    assert traces(db) == []


def test_the_trail_says_who_decided_what_on_which_record_and_no_word_of_it(db: Database) -> None:
    tip = share(db, draft(db, ts="1.1"))
    tips.edit(db, AUTHOR, tip.id, TipContent(title="用語集"), owned_by(AYA))
    changing.set_visibility(db, AUTHOR, tip.id, Visibility("C1"), owned_by(AYA))
    tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA))
    no = draft(db, ts="1.2")
    drafts.close(db, TEAM, no.id, DraftState.DISCARDED)
    settings.change_workspace(db, TEAM, by=BEN, pointers=False)
    settings.change_channel(db, TEAM, "C9", capture=False, by=BEN)
    audit.looked(db, TEAM, "audit.read", actor=BEN)
    audit.looked(db, TEAM, "tips.exported")
    assert sorted(trail(db), key=str) == sorted(
        [
            ("person", AYA, "tip.shared", tip.id),
            ("person", AYA, "tip.edited", tip.id),
            ("person", AYA, "tip.readers_changed", tip.id),
            ("person", AYA, "tip.withdrawn", tip.id),
            ("person", None, "draft.discarded", no.id),
            ("person", BEN, "rules.changed", TEAM),
            ("person", BEN, "rules.changed", "C9"),
            ("person", BEN, "audit.read", None),
            ("operator", None, "tips.exported", None),
        ],
        key=str,
    )
    assert list(audit.entries(db, "T2")) == []
    assert not [row for row in everything(db) if row.startswith("audit:") and "用語集" in row]


def test_promise_3_the_trail_says_nothing_about_anonymous_tips(db: Database) -> None:
    tip = share(db, draft(db, ts="1.1"), anonymously=True)
    tips.edit(db, AUTHOR, tip.id, TipContent(title="用語集"), owned_by(AYA))
    changing.set_visibility(db, AUTHOR, tip.id, Visibility("C1"), owned_by(AYA))
    other = share(db, draft(db, ts="1.2"))
    take_name_off(db, AUTHOR, other.id, owned_by(AYA))
    tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA))
    tips.withdraw_resting_on(db, TEAM, [hashed(TEAM, "C1", "1.2")])
    assert trail(db) == []


def test_the_trail_is_read_page_by_page_and_from_a_day_on(db: Database, clock: FrozenClock) -> None:
    for _ in range(501):
        audit.looked(db, TEAM, "audit.read", actor=BEN)
    clock.advance(days=1)
    audit.looked(db, TEAM, "tips.exported")
    assert len(trail(db)) == 502
    assert [one.action for one in audit.entries(db, TEAM, since=clock.now())] == ["tips.exported"]


def test_tips_of_somebody_who_left_are_looked_after_by_who_takes_them_over(db: Database) -> None:
    tip = share(db, draft(db, ts="1.1"))
    narrow = share(db, draft(db, ts="1.2", channel="C2", visibility=Visibility("C2")))
    assert (TEAM, AYA) in keepers.people(db)
    for _ in range(2):
        keepers.left(db, TEAM, AYA)
    assert keepers.orphans(db, HOST) == [tip.id]
    with pytest.raises(NotFound):
        keepers.take_over(db, HOST, narrow.id)
    for _ in range(2):
        keepers.take_over(db, HOST, tip.id)
    with pytest.raises(NotFound):
        keepers.take_over(db, READER, tip.id)
    assert [(one.id, one.author_id) for one in tips.of_owner(db, HOST, owned_by(BEN))] == [(tip.id, AYA)]
    tips.edit(db, HOST, tip.id, TipContent(title="用語集"), owned_by(BEN))
    people.forget(db, TEAM, BEN, owned_by(BEN))
    assert keepers.orphans(db, HOST) == [tip.id]
    assert not [row for row in everything(db) if row.startswith("keepers:") and BEN in row]


def test_a_keeper_who_leaves_too_leaves_their_tips_to_others(db: Database) -> None:
    tip = share(db, draft(db, ts="1.1"))
    keepers.left(db, TEAM, AYA)
    keepers.take_over(db, HOST, tip.id)
    assert {(TEAM, AYA), (TEAM, BEN)} <= set(keepers.people(db))
    keepers.left(db, TEAM, BEN)
    assert (keepers.orphans(db, HOST), keepers.people(db)) == ([tip.id], [(TEAM, AYA)])


def test_who_comes_back_has_what_nobody_took_over(db: Database) -> None:
    share(db, draft(db, ts="1.1"))
    keepers.left(db, TEAM, AYA)
    keepers.back(db, TEAM, AYA)
    assert keepers.orphans(db, HOST) == []


def test_what_is_older_than_the_workspace_keeps_goes_and_nothing_else(db: Database, clock: FrozenClock) -> None:
    old, touched = share(db, draft(db, ts="1.1")), share(db, draft(db, ts="1.2"))
    anonymous = share(db, draft(db, ts="1.3"), anonymously=True)
    ask(db, "7.1")
    waiting = draft(db, ts="1.4")
    elsewhere = share(db, draft(db, ts="1.5", team="T2"), team="T2")
    clock.advance(days=100)
    tips.edit(db, AUTHOR, touched.id, TipContent(title="用語集"), owned_by(AYA))
    ask(db, "7.2", BEN)
    before = clock.now() - timedelta(days=90)
    swept = retention.sweep(db, TEAM, before=before)
    assert (swept.tips, swept.questions) == (2, 1)
    assert [one.id for one in tips.export(db, READER)] == [touched.id]
    assert drafts.get(db, TEAM, waiting.id).state is DraftState.WAITING
    assert tips.get(db, Viewer("T2", BEN, is_full_member=True), elsewhere.id) is not None
    assert not [row for row in everything(db) if row.startswith("audit:") and anonymous.id in row]
    assert ("clock", None, "tip.outlived", old.id) in trail(db)
    assert retention.sweep(db, TEAM, before=before).is_empty


def test_promise_8_where_a_message_that_came_round_to_somebody_stands_is_not_kept_for_ever(
    db: Database, clock: FrozenClock
) -> None:
    naming = [deliveries.to_person("digest", "2026-11-02", AYA), f"question:q1:to:{AYA}", f"theme:t1:offer:{AYA}"]
    staying = deliveries.of_draft("d1", "card")
    for key in (*naming, staying):
        deliveries.begin(db, TEAM, key, DM)
    clock.advance(days=60)
    recent = deliveries.to_person("digest", "2027-01-04", AYA)
    deliveries.begin(db, TEAM, recent, DM)
    deliveries.tidy(db, before=db.now() - timedelta(days=59))
    kept = [key for key in (*naming, staying, recent) if deliveries.find(db, TEAM, key)]
    assert kept == [staying, recent]


def test_promise_8_that_somebody_was_asked_about_a_tip_goes_with_it(db: Database) -> None:
    tip = share(db, draft(db))
    key = deliveries.to_person("tried", tip.id, BEN)
    deliveries.begin(db, TEAM, key, "D0BEN")
    tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA))
    assert deliveries.find(db, TEAM, key) is None


def test_who_was_told_of_the_approved_tools_is_a_sum_of_five_people_at_least(db: Database) -> None:
    for number in (1, 2, 3, 4, 4):
        policies.told(db, TEAM, "2026-11", hashed("person", str(number)))
    assert policies.people_told(db, TEAM, "2026-11") is None
    policies.told(db, TEAM, "2026-11", hashed("person", "5"))
    policies.told(db, TEAM, "2026-11", hashed("person", "6"))
    assert policies.people_told(db, TEAM, "2026-11") == 5
    assert policies.people_told(db, TEAM, "2026-12") is None
    assert policies.people_told(db, "T2", "2026-11") is None
    policies.told(db, TEAM, "2026-12", hashed("person", "1"))
    assert policies.people_told(db, TEAM, policies.month_before("2026-12")) == 5
    policies.told(db, TEAM, "2027-01", hashed("person", "1"))
    assert policies.people_told(db, TEAM, "2026-11") is None
    assert policies.month_before("2027-01") == "2026-12"
