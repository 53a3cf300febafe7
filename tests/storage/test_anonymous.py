"""Promise 3 in the tables: what an anonymous tip may hold, when it comes out, and that it says what was confirmed."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import drafts, proposals, requests, tips
from storage._tables import Base
from storage.database import Database
from storage.errors import NotFound
from storage.records import Tip, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, hashed, owned_by, request, share, take_name_off

READER = Viewer(TEAM, BEN, is_full_member=True)
OWNER = Viewer(TEAM, AYA, is_full_member=False)
TODAY = datetime(2026, 11, 24, tzinfo=UTC)

SAYS = {"team_id", "id", "state", "content", "is_anonymous", "made_with", "prompt_version"}
"""What a tip's row may say: the words, and how they came about."""
KEYED = {"owner_hash", "owner_pepper_version"}
DAYS = {"published_at", "updated_at"}
EMPTY = {
    "author_id",
    "draft_id",
    "source_channel_id",
    "source_thread_ts",
    "permalink",
    "external_id",
    "comes_out_at",
    "visible_channel_id",
    "theme_id",
    "verified_at",
    "verified_by",
}
"""Empty for a tip of the whole workspace; a channel's has `visible_channel_id`, one of a big theme its `theme_id`."""


def waits(db: Database, *, minutes: int = 60) -> Tip:
    """A tip without a name that is not out yet."""
    waiting = draft(db)
    assert waiting.content is not None
    digest = proposals.propose(db, TEAM, "draft", waiting.id, waiting.content, waiting.content)
    tip_id = tips.new_id()
    return tips.publish_anonymously(
        db,
        team_id=TEAM,
        draft_id=waiting.id,
        tip_id=tip_id,
        owner=hashed("owner", tip_id, AYA),
        visibility=waiting.visibility,
        comes_out_at=db.now() + timedelta(minutes=minutes),
        digest=digest,
    )


def rows_about(db: Database, what: str) -> dict[str, list[dict[str, object]]]:
    """The rows of each table of ours that say `what` anywhere."""
    with db.engine.connect() as connection:
        return {
            table.name: found
            for table in Base.metadata.sorted_tables
            if (found := [dict(row) for row in connection.execute(sa.select(table)).mappings() if what in str(row)])
        }


@pytest.mark.parametrize("switched", [False, True])
def test_promise_3_every_column_of_an_anonymous_tip_is_one_that_it_may_have(db: Database, *, switched: bool) -> None:
    tip = share(db, draft(db), anonymously=not switched)
    if switched:
        take_name_off(db, OWNER, tip.id, owned_by(AYA))
    about = rows_about(db, tip.id)
    assert about.keys() == {"tips", "evidence", "changes"}
    [row] = about["tips"]
    assert row.keys() == SAYS | KEYED | DAYS | EMPTY
    assert {row[name] for name in EMPTY} == {None}
    assert {row[name] for name in DAYS} == {TODAY}
    assert len(str(row["owner_hash"])) == 64
    for one in about["evidence"]:
        assert one.keys() == {
            "team_id",
            "of",
            "record_id",
            "field",
            "message_hash",
            "pepper_version",
            "speaker_id",
        }
        assert (one["of"], one["field"], one["speaker_id"], len(str(one["message_hash"]))) == ("tip", "", None, 64)
    assert {one["changed_at"] for one in about["changes"]} == {TODAY}
    assert about["changes"][0].keys() == {"seq", "team_id", "tip_id", "changed_at"}


@pytest.mark.parametrize("at_work", [False, True])
def test_promise_3_nothing_leads_from_a_request_to_the_draft_that_was_shared(
    db: Database, clock: FrozenClock, *, at_work: bool
) -> None:
    accepted = requests.accept(db, request(), lambda *_: None)
    assert accepted is not None
    if not at_work:
        requests.end(db, TEAM, accepted.id, "done")
    waiting = draft(db, request=accepted.id)
    share(db, waiting, anonymously=True)
    clock.advance(hours=1)
    requests.end(db, TEAM, accepted.id, "done")
    clock.advance(minutes=2)
    requests.sweep(db, ended_before=clock.now())
    assert rows_about(db, accepted.id).keys() == {"requests"}
    [decided] = rows_about(db, str(hashed(TEAM, "C1", "1.000001").digest))["drafts"]
    assert {name for name, value in decided.items() if value not in (None, False, "")} == {
        "team_id",
        "id",
        "state",
        "thread_hash",
        "source_kind",
        "created_at",
        "decided_at",
    }
    assert decided["created_at"] == decided["decided_at"] == TODAY


def test_a_decided_thread_is_still_known_and_not_captured_again(db: Database) -> None:
    share(db, draft(db), anonymously=True)
    again = draft(db, by=AYA)
    assert (again.state, again.author_id) == ("shared", None)


def test_promise_3_a_tip_without_a_name_comes_out_later_and_says_only_the_day(db: Database, clock: FrozenClock) -> None:
    tip = waits(db, minutes=90)
    clock.advance(minutes=89)
    assert tips.come_out(db) == 0
    assert tips.get(db, READER, tip.id) is None
    assert rows_about(db, tip.id).keys() == {"tips", "evidence"}
    clock.advance(minutes=1)
    assert tips.come_out(db) == 1
    assert tips.come_out(db) == 0
    out = tips.get(db, READER, tip.id)
    assert out is not None
    assert (out.published_at, out.updated_at, out.comes_out_at) == (TODAY, TODAY, None)
    assert [one.id for one in tips.of_owner(db, OWNER, owned_by(AYA))] == [tip.id]


def test_its_owner_sees_it_before_and_can_still_edit_it(db: Database, clock: FrozenClock) -> None:
    tip = waits(db)
    [own] = tips.of_owner(db, OWNER, owned_by(AYA))
    assert own.comes_out_at == clock.now() + timedelta(hours=1)
    assert tips.of_owner(db, READER, owned_by(BEN)) == []
    tips.edit(db, OWNER, tip.id, TipContent(title="用語集は先に渡す"), owned_by(AYA))
    assert tips.get(db, READER, tip.id) is None
    clock.advance(hours=1)
    tips.come_out(db)
    assert [one.content.title for one in tips.export(db, READER)] == ["用語集は先に渡す"]


@pytest.mark.parametrize("how", ["withdrawn", "source deleted"])
def test_what_ends_before_it_comes_out_never_does(db: Database, clock: FrozenClock, how: str) -> None:
    tip = waits(db)
    if how == "withdrawn":
        tips.withdraw(db, OWNER, tip.id, owned_by(AYA))
    else:
        assert tips.withdraw_resting_on(db, TEAM, [hashed(TEAM, "C1", "1.000001")]) == 1
    clock.advance(hours=2)
    assert tips.come_out(db) == 0
    assert list(tips.export(db, READER)) == []
    assert not [row for row in everything(db) if "議事録は用語集つきで" in row]


def test_what_was_confirmed_is_what_is_stored(db: Database) -> None:
    waiting = draft(db)
    assert waiting.content is not None
    shown = waiting.content.model_copy(update={"title": "‹取引先 1›の議事録"})
    digest = proposals.propose(db, TEAM, "draft", waiting.id, waiting.content, shown)
    drafts.edit(db, TEAM, waiting.id, TipContent(title="直した題"))
    how = {"team_id": TEAM, "draft_id": waiting.id, "owner": hashed("owner"), "visibility": waiting.visibility}
    for stale in (digest, "0" * 64):
        with pytest.raises(NotFound):
            tips.publish_anonymously(db, **how, tip_id=tips.new_id(), comes_out_at=db.now(), digest=stale)  # type: ignore[arg-type] # a dict
    digest = proposals.propose(db, TEAM, "draft", waiting.id, TipContent(title="直した題"), shown)
    tip = tips.publish_anonymously(db, **how, tip_id=tips.new_id(), comes_out_at=db.now(), digest=digest)  # type: ignore[arg-type] # a dict
    assert tip.content == shown
    assert rows_about(db, "直した題") == {}
    assert not [row for row in everything(db) if row.startswith("proposals")]
