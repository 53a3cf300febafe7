"""A new pepper: old hashes are recognised until their owners have come by, and kept anew when they do."""

import json
from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.trust import identity
from bot.trust.identity import PepperKeys, open_keys
from storage import drafts, peppers, policies, proposals, requests, tips
from storage.database import Database
from storage.drafts import Capture
from storage.records import WORKSPACE, KeyedHash, Source, Tip, TipContent, Viewer
from tests.storage.steps import AYA, BEN, TEAM, everything, request
from tests.storage.test_open_questions import asked

CONTENT = TipContent(title="議事録は用語集つきで")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pepper.json"


def shared(db: Database, keys: PepperKeys, ts: str = "1.1") -> Tip:
    draft, _ = drafts.begin(
        db,
        team_id=TEAM,
        draft_id=tips.new_id(),
        source=Source("thread", "C1", ts, ts),
        visibility=WORKSPACE,
        capture=Capture("emoji", AYA),
        thread=keys.messages(TEAM, "C1", ts),
        content=CONTENT,
        author_id=AYA,
    )
    tip_id = tips.new_id()
    tip = tips.publish_anonymously(
        db,
        team_id=TEAM,
        draft_id=draft.id,
        tip_id=tip_id,
        owner=keys.owner(TEAM, tip_id, AYA),
        visibility=WORKSPACE,
        comes_out_at=db.now(),
        digest=proposals.propose(db, TEAM, "draft", draft.id, CONTENT, CONTENT),
    )
    tips.come_out(db)
    return tip


def mine(db: Database, keys: PepperKeys, user_id: str) -> list[Tip]:
    def is_owner(tip_id: str, kept: KeyedHash) -> bool:
        return keys.owns(kept, TEAM, tip_id, user_id)

    return tips.of_owner(db, Viewer(TEAM, user_id, is_full_member=True), is_owner)


def rotate(db: Database, file: Path) -> int:
    return identity.rotate(file, used=peppers.in_use(db))


def came_by(db: Database, keys: PepperKeys, user_id: str) -> int:
    def rekeyed(record_id: str, kept: KeyedHash) -> KeyedHash | None:
        return keys.owner(TEAM, record_id, user_id) if keys.owns(kept, TEAM, record_id, user_id) else None

    return peppers.rekey(db, TEAM, keys.newest, rekeyed)


def test_promise_3_an_old_pepper_stays_until_its_owners_have_come_by(db: Database, file: Path) -> None:
    tip = shared(db, open_keys(file))
    assert rotate(db, file) == 2
    keys = open_keys(file)
    assert (keys.oldest, keys.newest) == (1, 2)
    assert identity.prune(file, keep=peppers.in_use(db)) == []
    assert [one.id for one in mine(db, keys, AYA)] == [tip.id]
    assert came_by(db, keys, BEN) == 0
    before = tips.get(db, Viewer(TEAM, BEN, is_full_member=True), tip.id)
    assert came_by(db, keys, AYA) == 1
    assert came_by(db, keys, AYA) == 0
    assert peppers.in_use(db) == {2: peppers.Use(people=1, messages=0)}
    assert identity.prune(file, keep=peppers.in_use(db)) == [1]
    assert [one.id for one in mine(db, open_keys(file), AYA)] == [tip.id]
    assert tips.get(db, Viewer(TEAM, BEN, is_full_member=True), tip.id) == before


def test_promise_8_a_tip_that_is_withdrawn_while_its_owner_comes_by_is_nobodys(db: Database, file: Path) -> None:
    tip = shared(db, open_keys(file))
    rotate(db, file)
    keys = open_keys(file)

    def rekeyed(record_id: str, _: KeyedHash) -> KeyedHash:
        tips.withdraw(db, Viewer(TEAM, AYA, is_full_member=True), tip.id, lambda *_: True)
        return keys.owner(TEAM, record_id, AYA)

    assert peppers.rekey(db, TEAM, keys.newest, rekeyed) == 0
    assert peppers.in_use(db) == {}


def test_an_asker_without_a_name_is_kept_anew_too(db: Database, file: Path) -> None:
    question = asked(db, named=False)
    rotate(db, file)
    keys = open_keys(file)
    new = keys.owner(TEAM, question.id, AYA)
    assert peppers.rekey(db, TEAM, keys.newest, lambda record, _: new if record == question.id else None) == 1
    assert peppers.in_use(db)[2].people == 1


def test_a_thread_that_was_decided_under_an_old_pepper_is_not_captured_again(db: Database, file: Path) -> None:
    shared(db, open_keys(file))
    rotate(db, file)
    keys = open_keys(file)
    again, is_new = drafts.begin(
        db,
        team_id=TEAM,
        draft_id="again",
        source=Source("thread", "C1", "1.1", "1.1"),
        visibility=WORKSPACE,
        capture=Capture("emoji", BEN),
        thread=keys.messages(TEAM, "C1", "1.1"),
    )
    assert (is_new, again.state) == (False, "shared")


def test_promise_8_a_pepper_stays_while_somebody_who_was_told_of_the_policy_may_be_forgotten(
    db: Database, file: Path
) -> None:
    keys = open_keys(file)
    policies.told(db, TEAM, "2026-11", keys.owner(TEAM, policies.record_of("2026-11"), AYA))
    rotate(db, file)
    assert identity.prune(file, keep=peppers.in_use(db)) == []
    # hosts read of the last month until the next one is over
    policies.told(db, TEAM, "2027-01", open_keys(file).owner(TEAM, policies.record_of("2027-01"), BEN))
    assert identity.prune(file, keep=peppers.in_use(db)) == [1]


def test_promise_7_what_was_taken_on_before_a_new_pepper_is_known_after_it(db: Database, file: Path) -> None:
    event = request("message:D0AYA:1.1")
    assert requests.accept(db, identity.keyed(event, open_keys(file)), lambda *_: None) is not None
    rotate(db, file)
    assert requests.accept(db, identity.keyed(event, open_keys(file)), lambda *_: None) is None
    assert requests.accept(db, identity.keyed(request("message:D0AYA:1.2"), open_keys(file)), lambda *_: None)
    assert not [row for row in everything(db) if "D0AYA" in row]


def test_a_pepper_that_is_made_because_the_last_one_was_lost_is_another_one(db: Database, file: Path) -> None:
    tip = shared(db, open_keys(file))
    file.unlink()
    assert rotate(db, file) == 2
    assert sorted(open_keys(file).peppers) == [2]
    assert mine(db, open_keys(file), AYA) == []
    assert peppers.in_use(db)[1].people == 1
    assert tips.get(db, Viewer(TEAM, BEN, is_full_member=True), tip.id) is not None


def test_the_file_is_for_its_owner_alone_and_never_half_written(file: Path) -> None:
    open_keys(file)
    identity.rotate(file, used=())
    assert file.stat().st_mode & 0o077 == 0
    assert sorted(json.loads(file.read_text())["peppers"]) == ["1", "2"]
    assert [one.name for one in file.parent.glob("pepper*")] == ["pepper.json"]
    file.write_text("{")
    with pytest.raises(SetupError):
        identity.rotate(file, used=())


def test_the_newest_pepper_is_never_dropped(file: Path) -> None:
    open_keys(file)
    assert identity.prune(file, keep=set()) == []
    identity.rotate(file, used=())
    assert identity.prune(file, keep=set()) == [1]
