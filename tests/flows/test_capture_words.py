"""Capture by words: `/share-tip`, shortcuts, and what one hands the bot in a DM."""

import pytest

from bot.app import Bot
from playground.person import Person, eventually, upload
from playground.server import LocalSlack
from tests.flows.steps import AI_TIPS, BOT, Message, card_of, find, has_read, no_card, settle, thread, tips_seen, words


def permalink(channel_id: str, ts: str, domain: str = "small-company") -> str:
    return f"https://{domain}.slack.com/archives/{channel_id}/p{ts.replace('.', '')}"


def form_of(person: Person) -> Message:
    found: Message = eventually(lambda: person.views() and person.views()[-1])
    return found


def initial(view: Message, block_id: str) -> str:
    block = next(block for block in view["blocks"] if block.get("block_id") == block_id)
    return str(block["element"].get("initial_value", ""))


def whispers(person: Person, channel: str) -> list[str]:
    return [message["text"] for message in person.messages(channel) if message.get("is_ephemeral")]


def test_share_tip_alone_opens_a_form_that_becomes_a_card_and_a_tip(bot: Bot, aya: Person) -> None:
    aya.slash("/share-tip")
    view = form_of(aya)
    told = {
        "title": {"value": "議事録は用語集つきで頼む"},
        "kind": {"value": "pitfall"},
        "prompt": {"value": "次の用語集を必ず使ってください。"},
        "tools": {"value": "ChatGPT、Copilot"},
        "steps": {"value": "用語集を貼る\n議事録を頼む"},
        "outcome": {"value": "誤変換が減った"},
    }
    assert aya.submit(view["id"], told)["result"] == "closed"
    card = card_of(aya, "議事録は用語集つきで頼む")
    assert "うまくいかなかったこと" in words(card)
    assert "次の用語集を必ず使ってください。" in words(card)
    aya.click(BOT, card["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    [tip] = tips_seen(bot)
    assert tip.content.tools == ("ChatGPT", "Copilot")
    assert tip.content.steps == ("用語集を貼る", "議事録を頼む")
    assert tip.author_id == aya.id
    assert tip.permalink is None


def test_the_form_says_at_each_field_what_is_wrong(bot: Bot, slack: LocalSlack, aya: Person) -> None:
    aya.slash("/share-tip")
    view = form_of(aya)
    sent = aya.submit(view["id"], {"title": {"value": "   "}, "tools": {"value": "ChatGPT, " + "あ" * 301}})
    assert sent["result"] == "errors"
    assert set(sent["errors"]) == {"title", "tools"}
    assert "タイトル" in sent["errors"]["title"]
    assert "300" in sent["errors"]["tools"]
    assert no_card(bot, slack, aya)


def test_share_tip_with_text_opens_the_form_filled_in(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    ben.slash("/share-tip", "Ask for a table first\nIt is easier to check, write to ben@small.example")
    view = form_of(ben)
    assert initial(view, "title") == "Ask for a table first"
    assert "easier to check" in initial(view, "task")
    assert "ben@small.example" not in initial(view, "task")
    settle(bot, slack)


def test_share_tip_with_a_permalink_captures_that_thread(bot: Bot, aya: Person, ben: Person, chie: Person) -> None:
    talk = thread("#ai-tips", (ben, "How do you write minutes?"), (aya, "用語集を先に渡します。"))
    chie.slash("/share-tip", permalink(AI_TIPS, talk.replies[0]))
    card_of(aya, "用語集を先に渡します")
    find(chie, "承知しました")
    assert bot.world.db


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "link",
    [
        "https://small-company.slack.com/archives/C0AITIPS/p12",
        "https://other-company.slack.com/archives/C0AITIPS/p1700000000000100",
        "https://example.com/archives/C0AITIPS/p1700000000000100",
        "https://small-company.slack.com/archives/C0AITIPS",
    ],
    ids=["invalid", "of another workspace", "of another site", "of a channel"],
)
def test_a_wrong_permalink_ends_in_a_sentence(link: str, slack: LocalSlack, chie: Person) -> None:
    chie.slash("/share-tip", link)
    assert any("リンクをコピー" in said for said in eventually(lambda: whispers(chie, "#general")))
    assert not [call for call in slack.calls if call.method == "conversations.replies"]


def test_a_permalink_of_a_private_channel_ends_in_a_sentence(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    ben.slash("/share-tip", permalink("C0SECRET", slack.ts_of("secret")))
    find(ben, "I can't see that channel")
    settle(bot, slack)


def test_a_permalink_of_an_unknown_channel_ends_in_a_sentence(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    ben.slash("/share-tip", permalink("C0NOSUCH", "1700000000.000100"))
    find(ben, "I can't see that channel")
    settle(bot, slack)


def test_a_permalink_of_a_deleted_message_ends_in_a_sentence(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    gone = aya.post("#ai-tips", "消します。")
    aya.delete("#ai-tips", gone)
    ben.slash("/share-tip", permalink(AI_TIPS, gone))
    find(ben, "I can't find that message")
    assert no_card(bot, slack, aya)


def test_the_message_shortcut_saves_a_thread(bot: Bot, slack: LocalSlack, aya: Person, ben: Person) -> None:
    talk = thread("#ai-tips", (ben, "How do you write minutes?"), (aya, "用語集を先に渡します。"))
    ben.message_shortcut("save_as_tip", "#ai-tips", talk.replies[0])
    card_of(aya, "用語集を先に渡します")
    find(ben, "made a draft")
    settle(bot, slack)


def test_where_the_bot_is_no_member_the_shortcut_uses_the_message_and_says_so(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    talk = thread("#random", (ben, "Any ideas?"), (aya, "用語集を先に渡します。"))
    ben.message_shortcut("save_as_tip", "#random", talk.replies[0])
    card = card_of(aya, "用語集を先に渡します")
    assert "Any ideas" not in words(card)
    find(ben, "used only the message")
    settle(bot, slack)


def test_in_a_private_channel_the_shortcut_is_refused_until_an_admin_switched_it_on(
    bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    told = aya.post("#secret-project", "見積もりの下書きをAIに頼みました。")
    chie.message_shortcut("save_as_tip", "#secret-project", told)
    find(chie, "プライベートチャンネル")
    assert no_card(bot, slack, aya)


def test_the_global_shortcut_opens_the_form(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    ben.global_shortcut("share_tip")
    assert form_of(ben)["callback_id"] == "capture.form"
    settle(bot, slack)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "said", ["共有: 議事録は箇条書きで頼む。", "共有：議事録は箇条書きで頼む。", "Share: 議事録は箇条書きで頼む。"]
)
def test_share_in_a_dm_is_answered_by_a_button_that_opens_the_form(said: str, aya: Person) -> None:
    aya.post(BOT, said)
    offer = find(aya, "フォーム")
    aya.click(BOT, offer["ts"], "capture.edit")
    view = form_of(aya)
    assert "議事録は箇条書きで頼む" in initial(view, "title")
    aya.submit(view["id"], {"title": {"value": "議事録は箇条書きで頼むと速い"}})
    card_of(aya, "議事録は箇条書きで頼むと速い")


def test_a_text_file_in_a_dm_becomes_a_draft(bot: Bot, slack: LocalSlack, aya: Person) -> None:
    note = upload("note.md", "# 翻訳\n用語を先に渡すと訳が安定します。", mimetype="text/markdown")
    aya.post(BOT, "", files=[note])
    offer = find(aya, "フォーム")
    aya.click(BOT, offer["ts"], "capture.edit")
    view = form_of(aya)
    assert "用語を先に渡す" in str(view)
    settle(bot, slack)


def test_a_forwarded_message_in_a_dm_becomes_a_draft(bot: Bot, slack: LocalSlack, aya: Person) -> None:
    told = aya.post("#ai-tips", "用語集を先に渡すと訳が安定します。")
    aya.forward("#ai-tips", told, BOT, "")
    offer = find(aya, "フォーム")
    assert "用語集を先に渡す" in words(offer)
    settle(bot, slack)


def test_a_forwarded_message_of_somebody_else_is_for_its_author_to_decide_on(
    bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    told = aya.post("#random", "用語集を先に渡すと訳が安定します。")
    chie.forward("#random", told, BOT, "これはいいですね")
    card_of(aya, "用語集を先に渡す")
    find(chie, "選ばれたメッセージだけ")
    assert no_card(bot, slack, chie)


def test_an_empty_share_says_what_to_write(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    ben.post(BOT, "share:")
    find(ben, "with a few words")
    assert no_card(bot, slack, ben)


def test_what_the_form_does_not_show_stays(bot: Bot, slack: LocalSlack, aya: Person) -> None:
    long_prompt = "用語集を使ってください。" * 400
    aya.post(BOT, f"共有: 長いプロンプト\n```\n{long_prompt}\n```")
    offer = find(aya, "フォーム")
    aya.click(BOT, offer["ts"], "capture.edit")
    view = form_of(aya)
    assert "長いプロンプトが1件" in str(view)
    aya.submit(view["id"], {"title": {"value": "長いプロンプトの例"}})
    aya.click(BOT, card_of(aya, "長いプロンプトの例")["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    [tip] = tips_seen(bot)
    assert tip.content.prompts == (long_prompt,)
    settle(bot, slack)


def test_a_draft_of_ones_own_words_belongs_to_nobody_else(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    aya.post(BOT, "共有: 議事録は箇条書きで頼む。")
    find(aya, "フォーム")
    settle(bot, slack)
    assert not has_read(ben, "議事録")
