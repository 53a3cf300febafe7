"""What an admin opens: guests read, a shared channel is captured and answered in, the trail is exported from Home."""

import csv
import io
from typing import Any

import sqlalchemy as sa

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import audit, changing, settings
from storage.records import WORKSPACE, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.steps import BOT, TEAM, answer_in, ask, card_of, find, has_read, settle, shared, trusting, words
from tests.flows.test_home import form_of, home_of

PARTNER = "C0PARTNER"


def opened(admin: Person, button: str) -> dict[str, Any]:
    home = home_of(admin, button)
    admin.click_in_view(home["id"], button)
    return form_of(admin)


def test_promise_2_guests_read_workspace_tips_once_an_admin_opened_them(
    plain_bot: Bot, slack: LocalSlack, chie: Person
) -> None:
    shared(plain_bot, TipContent(title="Give the model a glossary before it writes the minutes"))
    dan = slack.person("dan")
    question = "How do others write minutes with a glossary?"
    assert "glossary before" not in words(ask(dan, question))
    assert "home.readers" not in str(home_of(slack.person("ben"), "home.settings"))
    form = opened(chie, "home.readers")
    assert "すでに共有されている知恵にも" in words(form)
    assert chie.submit(form["id"], {"open_to": {"value": "guests"}})["result"] == "closed"
    find(chie, "ゲストの方も読めるようになりました")
    assert "glossary before" in words(ask(dan, question))
    assert "shared with the whole workspace" in str(home_of(dan, "guest"))


def test_promises_1_and_2_a_channel_shared_with_another_company_is_opened_by_an_admin_in_plain_words(
    plain_bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    trusting(plain_bot, chie)
    shared(plain_bot, TipContent(title="契約書の用語集は社内だけの知恵"))
    root = aya.post("#partner", "契約書のレビューでは、条項ごとに用語集をAIに渡すと見落としが減りました。")
    slack.person("eva").post("#partner", "わが社の秘訣は逆から読むことです。", thread_ts=root)
    chie.react("#partner", root, "bulb")
    find(chie, "他社と共有されているため")

    form = opened(chie, "home.shared_channels")
    updated = chie.submit(form["id"], {"channel": {"value": PARTNER}})
    assert updated["result"] == "update"
    assert "他社の方を含む全員が読みます" in words(updated["view"])
    both = {"capture": {"value": ["on"]}, "answers": {"value": ["on"]}}
    assert chie.submit(updated["view"]["id"], both)["result"] == "closed"
    find(chie, "他社の方も読みます")

    chie.unreact("#partner", root, "bulb")
    chie.react("#partner", root, "bulb")
    card = card_of(aya, "条項ごと")
    assert "他社の方も見つけられます" in words(card)
    assert "逆から" not in words(card)
    aya.click(BOT, card["ts"], "capture.share_named")
    settle(plain_bot, slack)
    asked = slack.person("eva").post("#partner", "@yoridokoro 契約書の用語集はどう使いますか?")
    said = words(answer_in(lambda: aya.thread("#partner", asked)[1:]))
    assert "条項ごと" in said
    assert "社内だけ" not in said
    home_of(aya, "条項ごと")


def test_an_admin_gets_the_list_of_decisions_and_their_export_is_in_it(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, chie: Person
) -> None:
    settings.change_workspace(plain_bot.world.db, TEAM, by="U0CHIE", pointers=False)
    clock.advance(seconds=1)
    form = opened(chie, "home.trail")
    assert "CSV" in words(form)
    assert chie.submit(form["id"])["result"] == "closed"
    message = find(chie, "判断の記録です")
    text = chie._do("file", file_id=message["files"][0]["id"])["text"]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["action"], row["who"]) for row in rows] == [("rules.changed", "U0CHIE"), ("audit.exported", "U0CHIE")]
    settle(plain_bot, slack)
    assert [entry.action for entry in audit.entries(plain_bot.world.db, TEAM)][-1] == "audit.exported"


def test_promise_2_a_channel_that_turned_private_while_the_bot_was_down_is_found_out(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, ben: Person, chie: Person
) -> None:
    tip = shared(plain_bot, TipContent(title="用語集を先に渡す"))
    plain_bot.tick()
    # what tells of it is lost
    chie.make_private("#ai-tips")
    settle(plain_bot, slack)
    with plain_bot.world.db.writing() as session:
        session.execute(sa.text("update tips set visible_channel_id = null"))
        session.execute(sa.text("update drafts set source_in_public = true"))
    clock.advance(minutes=11)
    plain_bot.world.reading.forget(channel_id="C0AITIPS")
    plain_bot.tick()
    with plain_bot.world.db.reading() as session:
        assert session.scalar(sa.text("select visible_channel_id from tips")) == "C0AITIPS"
    # what its owner opens again is not taken back
    changing.set_visibility(plain_bot.world.db, Viewer(TEAM, "U0AYA", False), tip.id, WORKSPACE, lambda *_: True)
    clock.advance(minutes=11)
    plain_bot.tick()
    with plain_bot.world.db.reading() as session:
        assert session.scalar(sa.text("select visible_channel_id from tips")) is None
    assert not has_read(ben, "用語集")


def test_promise_8_an_edit_that_comes_while_the_draft_is_being_made_is_what_the_card_shows(
    plain_bot: Bot, slack: LocalSlack, aya: Person, chie: Person, monkeypatch: Any
) -> None:
    """The thread is read, then edited, and only then is the draft filled: no event finds anything that rests on it."""
    from bot.capture import service  # noqa: PLC0415 - what is slowed down here

    trusting(plain_bot, chie)
    told = aya.post("#ai-tips", "議事録では用語集を先に渡すと、固有名詞の間違いが減りました。")
    keep, edits = service.keep, []

    def keep_late(world: Any, draft: Any, thread: Any, *more: Any) -> Any:
        if not edits:
            edits.append(aya.edit("#ai-tips", told, "議事録では用語集を前日に渡すと、固有名詞の間違いが減りました。"))
            slack.wait_idle()
        return keep(world, draft, thread, *more)

    monkeypatch.setattr(service, "keep", keep_late)
    chie.react("#ai-tips", told, "bulb")
    card = card_of(aya, "前日に渡す")
    settle(plain_bot, slack)
    assert "先に渡す" not in words(card)
    assert not has_read(aya, "先に渡す")


def test_capturing_a_thread_again_offers_its_author_an_update_and_tells_the_capturer_nothing(
    plain_bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    trusting(plain_bot, ben, chie)
    root = aya.post("#ai-tips", "議事録では用語集を先に渡すと、固有名詞の間違いが減りました。")
    chie.react("#ai-tips", root, "bulb")
    card = card_of(aya, "先に渡す")
    aya.click(BOT, card["ts"], "capture.share_named")
    settle(plain_bot, slack)
    ben.react("#ai-tips", root, "bulb")
    find(ben, "decided on before")
    settle(plain_bot, slack)
    assert not has_read(aya, "もう一度印が付きました")
    aya.post("#ai-tips", "その後、略語の一覧も一緒に渡すと、議事録の修正がさらに半分になりました。", thread_ts=root)
    ben.unreact("#ai-tips", root, "bulb")
    ben.react("#ai-tips", root, "bulb")
    offer = find(aya, "もう一度印が付きました")
    assert "略語の一覧" in words(offer)
    aya.click(BOT, offer["ts"], "capture.update_take")
    eventually(lambda: has_read(aya, "更新しました"))
