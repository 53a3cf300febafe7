"""What comes round, end to end: Home for a newcomer, following in words and by form, a notice, thanks, one tap."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.app import Bot
from bot.trust.recognised import owns
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import follows, synonyms, trials, tries, unasked
from storage.records import TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.steps import BOT, TEAM, ask, find, press, settle, shared, words
from tests.flows.test_home import form_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def home_with(person: Person, part: str) -> dict[str, object]:
    found: dict[str, object] = eventually(lambda: (shown := person.home()) and part in str(shown) and shown)
    return found


def test_a_newcomer_is_introduced_once_follows_a_topic_and_asks_in_home(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, clock: FrozenClock
) -> None:
    ben.open_home()
    home = home_with(ben, "Got it")
    ben.click_in_view(str(home["id"]), "home.introduced")
    eventually(lambda: "Got it" not in str(ben.home()))
    assert unasked.rhythm(bot.world.db, TEAM, ben.id).digest_at is not None
    ben.click_in_view(str(home["id"]), "follows.choose")
    form = eventually(lambda: ben.views() and ben.views()[-1])
    assert form is not None
    told = {"terms": {"value": "議事録, Excel"}, "rhythm": {"value": "at_once"}}
    assert ben.submit(form["id"], told)["result"] == "closed"
    find(ben, "You follow Meeting minutes, Excel.")
    home_with(ben, "Meeting minutes · At once")
    bot.tick()
    clock.advance(minutes=1)
    tip = shared(bot, TipContent(title="議事録は用語集つきで", topics=("議事録",), prompts=("要約して",)))
    bot.tick()
    notice = find(ben, "New of what you follow (1)")
    assert "you follow Meeting minutes" in str(notice["blocks"])
    ben.click(BOT, notice["ts"], "thanks.open")
    thanks = eventually(lambda: ben.views() and ben.views()[-1])
    assert thanks is not None
    assert (
        ben.submit(thanks["id"], {"reason": {"value": "saved me an hour"}, "public": {"value": ["on"]}})["result"]
        == "closed"
    )
    find(ben, "Your thanks are on their way.")
    ben.click(BOT, notice["ts"], "answer.copy_prompt")
    eventually(lambda: "要約して" in str(ben.views()))
    settle(bot, slack)
    clock.advance(days=1)
    assert tries.due(bot.world.db, clock.now())
    bot.tick()
    asked = find(ben, "You took")
    ben.click(BOT, asked["ts"], "tried.tap_worked")
    find(ben, "Noted for")
    aya.click(BOT, find(aya, "へのお礼です")["ts"], "thanks.show")
    shown = find(aya, "知恵に添えて表示するようにしました")
    assert "へのお礼です" in words(shown)
    assert "thanks.show" not in str(shown["blocks"])
    assert "<@U0BEN> さんのお礼:「saved me an hour」" in words(ask(aya, "議事録のコツ"))
    assert trials.of_tips(bot.world.db, Viewer(TEAM, ben.id, is_full_member=True), [tip.id])[tip.id].worked == 1
    ben.click(BOT, notice["ts"], "digest.mute")
    find(ben, "Nothing comes unasked any more")
    assert unasked.rhythm(bot.world.db, TEAM, ben.id).is_muted
    settle(bot, slack)


def test_what_is_ticked_is_followed_also_where_hosts_merged_names(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    synonyms.merge(bot.world.db, TEAM, "会議のまとめ", "議事録")
    shared(bot, TipContent(title="議事録をExcelへ", topics=("議事録", "会議のまとめ", "Excel"), prompts=("要約して",)))
    press(ben, ask(ben, "議事録をExcelへ"), "follows.open")
    form = form_of(ben)
    options = next(block["element"]["options"] for block in form["blocks"] if block["block_id"] == "what")
    excel = next(one["value"] for one in options if one["text"]["text"] == "Excel")
    assert ben.submit(form["id"], {"what": {"value": [excel]}, "rhythm": {"value": "weekly"}})["result"] == "closed"
    find(ben, "You follow Excel.")
    assert [one.target for one in follows.of_person(bot.world.db, TEAM, ben.id)] == ["excel"]
    settle(bot, slack)


def test_words_to_the_bot_follow_and_a_reply_to_the_small_question_is_a_draft(
    bot: Bot, slack: LocalSlack, aya: Person, clock: FrozenClock
) -> None:
    aya.post(BOT, "エクセルをフォローして")
    find(aya, "Excel をフォローしました")
    assert [one.target for one in follows.of_person(bot.world.db, TEAM, aya.id)] == ["excel"]
    aya.post(BOT, "Excelのフォローをやめる")
    find(aya, "Excel のフォローをやめました")
    clock.moment = clock.moment.replace(hour=3)
    unasked.change_rhythm(bot.world.db, TEAM, aya.id, prompts="weekly", prompt_at=clock.now())
    bot.tick()
    question = find(aya, "このスレッドに返信してください")
    aya.post(BOT, "週報の下書きをAIに任せたら30分浮いた", thread_ts=question["ts"])
    card = eventually(lambda: [m for m in aya.thread(BOT, question["ts"]) if "capture." in str(m.get("blocks"))])
    assert card
    settle(bot, slack)


def test_a_months_note_waits_until_the_month_is_over_where_its_author_is(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tip = shared(bot, TipContent(title="議事録は用語集つきで"))
    reader = Viewer(TEAM, ben.id, is_full_member=True)
    trials.note(bot.world.db, reader, tip.id, "worked", is_owner=owns(bot.world, TEAM, ben.id))
    person = bot.world.reading.person
    monkeypatch.setattr(bot.world.reading, "person", lambda one: replace(person(one), tz="America/Los_Angeles"))
    clock.moment = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
    bot.tick()
    settle(bot, slack)
    assert "先月" not in str(aya.dm())
    clock.advance(days=1)
    bot.tick()
    find(aya, "先月、あなたの知恵が")
    settle(bot, slack)
