"""Company for worries: who has one too, offers, talks and their messages, and what ends all of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import (
    changing,
    deliveries,
    people,
    requests,
    retention,
    rising,
    talks,
    themes,
    tips,
    trials,
    tries,
    worries,
)
from storage.database import Database
from storage.errors import NotFound, NotPossible, Own
from storage.records import Kind, MessageRef, Talk, TalkLine, Tip, TipContent, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, hashed, owned_by, request, share, take_name_off

CHIE = "U0CHIE"
OWNER, TALKER, OTHER = (Viewer(TEAM, one, is_full_member=True) for one in (AYA, BEN, CHIE))
GUEST = Viewer(TEAM, "U0GUEST", is_full_member=False)
THREAD = MessageRef("D0BEN", "20.1")
ALL = ("offered", "shown", "declined", "open", "ending", "ended")


def nobody(*_: object) -> bool:
    return False


def worry(db: Database, *, anonymously: bool = False, ts: str = "1.1", visibility: Visibility | None = None) -> Tip:
    return share(db, draft(db, ts=ts, kind="worry", visibility=visibility or Visibility(None)), anonymously=anonymously)


def offer(db: Database, tip: Tip, *, talk_id: str = "t1", viewer: Viewer = TALKER, line: str = "話せます") -> Talk:
    return talks.offer(db, viewer, talk_id, tip.id, line, is_owner=owned_by(viewer.user_id or ""))


def open_talk(db: Database, tip: Tip) -> Talk:
    """Agreed to, with its threads, and two messages of the talker: one passed on, one waiting."""
    talk = offer(db, tip)
    talks.agree(db, OWNER, talk.id, owned_by(AYA), known_by=hashed("owner", talk.id, AYA))
    deliveries.begin(db, TEAM, deliveries.of_talk(talk.id, "root"), THREAD.channel_id)
    talks.begun(db, TEAM, talk.id, talker_thread=THREAD, owner_ts="30.1")
    for ts in ("21.1", "21.2"):
        talks.said(db, TEAM, talk.id, "talker", ts)
    talks.passed(db, TEAM, talks.lines(db, TEAM, talk.id)[0], "31.1")
    found = talks.get(db, TEAM, talk.id)
    assert found is not None
    return found


def rows(db: Database) -> list[str]:
    tables = ("talks:", "talk_lines:", "worry_echoes:", "worry_told:")
    return [row for row in everything(db) if row.startswith(tables) or "'talk:" in row]


def due(db: Database, clock: FrozenClock) -> list[Talk]:
    now = clock.now()
    old = now - timedelta(days=30)
    silent, followed = now - timedelta(days=14), now - timedelta(days=180)
    return talks.due(db, offered_before=old, said_before=silent, declined_before=old, ended_before=followed)


def test_me_too_is_a_number_for_its_owner_alone_and_taken_back(db: Database) -> None:
    tip = worry(db, anonymously=True)
    for viewer in (TALKER, TALKER, OTHER):
        worries.echo(db, viewer, tip.id, on=True, is_owner=owned_by(viewer.user_id or ""))
    assert [(one.id, count) for one, count in worries.echoes_of_owner(db, OWNER, owned_by(AYA))] == [(tip.id, 2)]
    assert worries.echoes_of_owner(db, TALKER, owned_by(BEN)) == []
    assert worries.echoed_by(db, TALKER) == {tip.id}
    worries.echo(db, TALKER, tip.id, on=False, is_owner=owned_by(BEN))
    assert worries.echoes_of_owner(db, OWNER, owned_by(AYA))[0][1] == 1
    with pytest.raises(Own):
        worries.echo(db, OWNER, tip.id, on=True, is_owner=owned_by(AYA))


@pytest.mark.parametrize("viewer", [GUEST, Viewer("T2", BEN, is_full_member=True)])
def test_promise_2_nobody_is_company_for_a_worry_that_they_do_not_see(db: Database, viewer: Viewer) -> None:
    tip = worry(db)
    with pytest.raises(NotFound):
        worries.echo(db, viewer, tip.id, on=True, is_owner=nobody)
    with pytest.raises(NotFound):
        offer(db, tip, viewer=viewer)
    since = tip.published_at - timedelta(days=1)
    assert worries.wanting_company(db, viewer, nobody, since=since, limit=3) == []


def test_only_worries_get_company_and_ones_own_are_not_offered(db: Database) -> None:
    tip, narrow = worry(db), worry(db, ts="1.2", visibility=Visibility("C9"))
    practice = share(db, draft(db, ts="1.3"))
    since = tip.published_at - timedelta(days=1)
    assert [one.id for one in worries.wanting_company(db, TALKER, owned_by(BEN), since=since, limit=3)] == [tip.id]
    assert worries.wanting_company(db, OWNER, owned_by(AYA), since=since, limit=3) == []
    for wrong in (practice, narrow):
        with pytest.raises(NotFound):
            offer(db, wrong)


def test_a_named_owner_is_told_of_more_people_and_not_again_soon(db: Database, clock: FrozenClock) -> None:
    tip, unnamed = worry(db), worry(db, ts="1.2", anonymously=True)
    for one in (tip, unnamed):
        worries.echo(db, TALKER, one.id, on=True, is_owner=nobody)
    [told] = worries.untold(db, told_before=clock.now())
    assert told == (TEAM, tip.id, AYA, 1)
    worries.told(db, told)
    worries.echo(db, OTHER, tip.id, on=True, is_owner=nobody)
    assert worries.untold(db, told_before=clock.now() - timedelta(days=30)) == []
    clock.advance(days=31)
    assert [one.people for one in worries.untold(db, told_before=clock.now() - timedelta(days=30))] == [2]


def test_an_offer_is_made_once_and_answered_by_the_owner_alone(db: Database, clock: FrozenClock) -> None:
    tip = worry(db, anonymously=True)
    talk = offer(db, tip)
    assert offer(db, tip) == talk
    with pytest.raises(NotPossible):
        offer(db, tip, talk_id="t2")
    with pytest.raises(Own):
        offer(db, tip, talk_id="t3", viewer=OWNER)
    assert talks.of_owner(db, OWNER, owned_by(AYA), states=("offered",))[0][0].line == "話せます"
    assert talks.of_owner(db, TALKER, owned_by(BEN), states=ALL) == []
    assert talks.of_owner(db, OTHER, owned_by(CHIE), states=ALL, anonymous_only=True) == []
    with pytest.raises(NotFound):
        talks.agree(db, TALKER, talk.id, owned_by(BEN), known_by=hashed("owner", talk.id, BEN))
    with pytest.raises(NotFound):
        talks.decline(db, TALKER, talk.id, owned_by(BEN))
    talks.decline(db, OWNER, talk.id, owned_by(AYA))
    with pytest.raises(NotPossible):
        offer(db, tip, talk_id="t2")
    with pytest.raises(NotFound):
        talks.agree(db, OWNER, talk.id, owned_by(AYA), known_by=hashed("owner", talk.id, AYA))
    assert "話せます" not in str(rows(db))
    clock.advance(days=31)
    assert due(db, clock) == []
    assert rows(db) == []


def test_an_offer_is_shown_by_one_of_several_requests_and_by_the_next_when_that_failed(db: Database) -> None:
    talk = offer(db, worry(db, anonymously=True))
    first, second = (requests.accept(db, request(key), lambda *_: None) for key in ("1", "2"))
    assert first is not None
    assert second is not None
    assert talks.claim(db, TEAM, talk.id, first.id, "offered")
    assert talks.claim(db, TEAM, talk.id, first.id, "offered")
    assert not talks.claim(db, TEAM, talk.id, second.id, "offered")
    requests.end(db, TEAM, first.id, "failed")
    assert talks.claim(db, TEAM, talk.id, second.id, "offered")
    talks.shown(db, TEAM, talk.id)
    assert not talks.claim(db, TEAM, talk.id, first.id, "offered")
    assert talks.claim(db, TEAM, talk.id, first.id, "shown")


def test_a_talk_is_known_by_its_threads_and_its_sides(db: Database) -> None:
    talk = open_talk(db, worry(db, anonymously=True))
    for place in (("D0BEN", "20.1"), ("D0AYA", "30.1")):
        found = talks.in_thread(db, TEAM, *place)
        assert found is not None
        assert found.id == talk.id
    for place in (("D0AYA", "20.1"), ("D0BEN", "20.2")):
        assert talks.in_thread(db, TEAM, *place) is None
    assert talks.is_owner_of(db, OWNER, talk.id, owned_by(AYA))
    assert not talks.is_owner_of(db, TALKER, talk.id, owned_by(BEN))
    assert not [row for row in rows(db) if AYA in row or "D0AYA" in row]


def test_messages_wait_are_passed_on_by_one_and_follow_what_becomes_of_them(db: Database) -> None:
    talk = open_talk(db, worry(db, anonymously=True))
    passed, waiting = talks.lines(db, TEAM, talk.id)
    assert (passed.state, passed.copy_ts, waiting.state) == ("passed", "31.1", "waiting")
    assert not talks.claim_line(db, TEAM, passed, "r1")
    assert talks.claim_line(db, TEAM, waiting, "r1")
    assert talks.changed(db, TEAM, waiting) == waiting
    stale = talks.changed(db, TEAM, passed)
    assert stale is not None
    assert stale.state == "stale"
    assert talks.claim_line(db, TEAM, stale, "r1")
    talks.drop_line(db, TEAM, stale)
    assert talks.line_of(db, TEAM, "21.1") is None
    assert not talks.said(db, TEAM, talk.id, "talker", "21.3")
    assert talks.said(db, TEAM, talk.id, "owner", "21.4")


@pytest.mark.parametrize("how", ["withdrawn", "kind", "source", "old", "owner forgotten", "owner stays nameless"])
def test_everything_ends_with_the_worry(db: Database, clock: FrozenClock, how: str) -> None:
    tip = worry(db)
    talk = open_talk(db, tip)
    offer(db, tip, talk_id="t2", viewer=OTHER)
    worries.echo(db, OTHER, tip.id, on=True, is_owner=nobody)
    worries.told(db, worries.untold(db, told_before=clock.now())[0])
    if how == "withdrawn":
        tips.withdraw(db, OWNER, tip.id, owned_by(AYA))
    elif how == "kind":
        tips.edit(db, OWNER, tip.id, TipContent(title="分かりました", kind=Kind.PRACTICE), owned_by(AYA))
    elif how == "source":
        tips.withdraw_resting_on(db, TEAM, [hashed(TEAM, "C1", "1.1")])
    elif how == "old":
        clock.advance(days=100)
        retention.sweep(db, TEAM, before=clock.now() - timedelta(days=90))
    else:
        people.forget(db, TEAM, AYA, owned_by(AYA), staying={tip.id} if "stays" in how else ())
    assert not [row for row in rows(db) if row.startswith("worry")]
    with pytest.raises(NotFound):
        talks.said(db, TEAM, talk.id, "talker", "22.1")
    assert {one.talker_id for one in due(db, clock)} == {BEN, CHIE}
    for one in due(db, clock):
        assert one.tip_id is None
        talks.end(db, TEAM, one.id)
    assert [line.copy_ts for line in talks.lines(db, TEAM, talk.id)] == ["31.1"]
    assert not [row for row in rows(db) if CHIE in row or "話せます" in row or tip.id in row]
    over = talks.in_thread(db, TEAM, "D0BEN", "20.1")
    assert over is not None
    assert over.state == "ended"
    clock.advance(days=181)
    assert due(db, clock) == []
    assert rows(db) == []


def test_promise_8_who_is_forgotten_leaves_no_offer_talk_or_echo(db: Database, clock: FrozenClock) -> None:
    anonymous, named = worry(db, anonymously=True), worry(db, ts="1.2")
    open_talk(db, anonymous)
    offer(db, named, talk_id="t2")
    for what, channel in (("card", "D0AYA"), ("receipt", "D0BEN")):
        deliveries.begin(db, TEAM, deliveries.of_talk("t2", what), channel)
    worries.echo(db, TALKER, named.id, on=True, is_owner=nobody)
    people.forget(db, TEAM, BEN, owned_by(BEN))
    assert not [row for row in rows(db) if BEN in row or "D0BEN" in row or "話せます" in row]
    assert [one.id for one in due(db, clock)] == ["t2"]
    talks.end(db, TEAM, "t2")
    assert [row for row in rows(db) if "t2" in row] == []


def test_silence_and_age_end_talks_and_offers(db: Database, clock: FrozenClock) -> None:
    tip = worry(db, anonymously=True)
    open_talk(db, tip)
    offer(db, tip, talk_id="t2", viewer=OTHER)
    clock.advance(days=13)
    talks.said(db, TEAM, "t1", "owner", "22.1")
    clock.advance(days=13)
    assert due(db, clock) == []
    clock.advance(days=2)
    assert [one.id for one in due(db, clock)] == ["t1"]
    clock.advance(days=3)
    assert sorted(one.id for one in due(db, clock)) == ["t1", "t2"]


def test_promise_3_a_name_that_is_taken_off_is_in_no_offer_any_more(db: Database) -> None:
    tip = worry(db)
    talk = offer(db, tip)
    for key in (deliveries.of_talk(talk.id, "card"), deliveries.to_person("echo", f"{tip.id}:1", AYA)):
        deliveries.begin(db, TEAM, key, "D0AYA")
    take_name_off(db, OWNER, tip.id, owned_by(AYA))
    left = [row for row in everything(db) if AYA in row or "D0AYA" in row]
    assert not [row for row in left if tip.id in row or talk.id in row]
    assert talks.of_owner(db, OWNER, owned_by(AYA), states=("offered",), anonymous_only=True)
    changing.make_named(db, OWNER, tip.id, owned_by(AYA))
    assert talks.of_owner(db, OWNER, owned_by(AYA), states=("offered",))


def test_worries_are_in_no_figure_and_no_report(db: Database, clock: FrozenClock) -> None:
    before, since = clock.now() - timedelta(days=60), clock.now() - timedelta(days=30)
    for number in range(6):
        made = draft(db, author=f"U{number}", ts=f"2.{number}", kind="worry")
        tip = share(db, made)
        content = TipContent(title="迷う", topics=("議事録",), kind=Kind.WORRY)
        tips.edit(db, Viewer(TEAM, f"U{number}", is_full_member=True), tip.id, content, nobody)
    assert rising.topics(db, TEAM, before=before, since=since, limit=3) == []
    tip = worry(db)
    trials.note(db, OTHER, tip.id, "worked", is_owner=nobody)
    with db.writing() as session:
        session.execute(sa.text("update tips set theme_id = 'th1'"))
    month = {"since": since, "until": clock.now() + timedelta(days=1)}
    assert tries.helped(db, TEAM, AYA, **month) == 0
    assert tries.to_note(db, **month) == []
    assert themes.tips_of(db, OTHER, "th1") == []
    assert tips.get(db, OTHER, tip.id) is not None


def test_what_is_over_says_so_to_an_owner_who_comes_by_once(db: Database) -> None:
    tip = worry(db, anonymously=True)
    talk = open_talk(db, tip)
    tips.withdraw(db, OWNER, tip.id, owned_by(AYA))
    talks.end(db, TEAM, talk.id)
    assert [one.id for one in talks.over_of_owner(db, TEAM, owned_by(AYA))] == [talk.id]
    assert talks.over_of_owner(db, TEAM, owned_by(BEN)) == []
    talks.told_owner(db, TEAM, talk.id)
    assert talks.over_of_owner(db, TEAM, owned_by(AYA)) == []
    assert talks.in_thread(db, TEAM, "D0AYA", "30.1") is not None
    assert TalkLine(talk.id, "talker", "21.2", "waiting", None) not in talks.lines(db, TEAM, talk.id)


def test_promise_8_after_the_end_a_deletion_still_finds_the_copy_for_half_a_year(
    db: Database, clock: FrozenClock
) -> None:
    talk = open_talk(db, worry(db, anonymously=True))
    talks.said(db, TEAM, talk.id, "owner", "32.1")
    in_flight = talks.line_of(db, TEAM, "32.1")
    assert in_flight is not None
    talks.end(db, TEAM, talk.id)
    talks.passed(db, TEAM, in_flight, "22.1")
    talks.told_owner(db, TEAM, talk.id)
    assert [line.copy_ts for line in talks.lines(db, TEAM, talk.id)] == ["31.1", "22.1"]
    brought = talks.line_of(db, TEAM, "21.1")
    assert brought is not None
    assert talks.changed(db, TEAM, brought) is not None
    assert [one.id for one in talks.over_of_owner(db, TEAM, owned_by(AYA))] == [talk.id]
    talks.drop_line(db, TEAM, brought)
    assert talks.over_of_owner(db, TEAM, owned_by(AYA)) == []
    clock.advance(days=179)
    assert due(db, clock) == []
    assert talks.line_of(db, TEAM, "32.1") is not None
    clock.advance(days=2)
    assert due(db, clock) == []
    assert rows(db) == []


@pytest.mark.parametrize("when", ["going on", "over", "withdrawn"])
def test_promise_8_what_somebody_said_who_is_forgotten_goes_from_where_it_was_passed_on_to(
    db: Database, when: str
) -> None:
    """An owner's at once, out of the talker's DM; a talker's when the owner comes by."""
    for forgotten in (AYA, BEN):
        tip = worry(db, anonymously=True, ts=f"1.{forgotten}")
        talk = open_talk(db, tip)
        talks.said(db, TEAM, talk.id, "owner", "32.1")
        talks.passed(db, TEAM, TalkLine(talk.id, "owner", "32.1", "waiting", None), "22.1")
        if when == "withdrawn":
            tips.withdraw(db, OWNER, tip.id, owned_by(AYA))
        if when != "going on":
            talks.end(db, TEAM, talk.id)
        people.forget(db, TEAM, forgotten, owned_by(forgotten))
        [copy] = talks.gone(db)
        assert copy.ref == MessageRef("D0BEN", "22.1")
        talks.drop_line(db, TEAM, copy.line)
        assert talks.gone(db) == []
        if forgotten == AYA:
            assert talks.over_of_owner(db, TEAM, owned_by(AYA)) == []
        else:
            assert not [row for row in rows(db) if BEN in row or "D0BEN" in row]
            [over] = talks.over_of_owner(db, TEAM, owned_by(AYA))
            assert [(line.copy_ts, line.state) for line in talks.lines(db, TEAM, over.id)] == [("31.1", "gone")]
        with db.writing() as session:
            for table in ("talks", "talk_lines"):
                session.execute(sa.text(f"delete from {table}"))  # noqa: S608 - a table of ours
