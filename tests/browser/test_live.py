"""What happens in Slack is seen at once, by those who may see it, without a reload."""

import re

from playwright.sync_api import expect
from slack_sdk import WebClient

from playground.bot_process import BotProcess
from playground.server import LocalSlack
from tests.browser.conftest import NARROW, Open
from tests.browser.test_walk import BOT, up_to

SECRET = "星の値段は三百二十万円 / the price of a star"


def test_what_one_writes_another_sees(slack_alone: LocalSlack, open_window: Open) -> None:
    mika, tom = open_window(slack_alone, "mika"), open_window(slack_alone, "tom", width=NARROW)
    for window in (mika, tom):
        window.go("random")
    mika.write("**一行目** :bulb: <b>not bold</b>\nsecond line")
    seen = tom.message("second line", where=".main")
    expect(seen).to_contain_text("<b>not bold</b>")
    expect(seen).to_contain_text("💡")
    assert seen.locator("b").count() == 0
    tom.use(seen, "Copy link")
    expect(tom.page.locator(".toasts")).to_contain_text("slack.com/archives/C")

    own = mika.message("second line", where=".main")
    mika.use(own, "メッセージを編集")
    mika.page.locator(".editing textarea").fill("もう一度 / once more")
    mika.page.locator(".editing .primary").click()
    expect(tom.message("once more", where=".main")).to_contain_text("(edited)")
    mika.use(mika.message("once more", where=".main"), "メッセージを削除")
    mika.page.locator("dialog.confirm .danger-button").click()
    expect(tom.message("once more")).to_have_count(0)


def test_unread_marks_come_and_go(slack_alone: LocalSlack, open_window: Open) -> None:
    window = open_window(slack_alone, "mika")
    window.go("general")
    slack_alone.person("tom").post("#random", "are there cats?")
    entry = window.page.locator(".sidebar").get_by_role("button", name=re.compile("^random"))
    expect(entry).to_have_accessible_name("random, 未読1件")
    window.go("random")
    expect(entry).to_have_accessible_name("random")
    window.be("Priya")
    expect(window.page.locator(".sidebar").get_by_role("button", name=re.compile("^random"))).to_have_accessible_name(
        "random, 1 unread"
    )


def test_reactions_are_added_by_word_and_taken_back(slack_alone: LocalSlack, open_window: Open) -> None:
    slack_alone.person("tom").post("#random", "who has the charger?")
    for handle, wanted in (("mika", "お祝い"), ("priya", "party popper")):
        window = open_window(slack_alone, handle)
        window.go("random")
        message = window.message("who has the charger?", where=".main")
        message.hover()
        message.locator(".tools-of-message > button[aria-haspopup=dialog]").click()
        window.page.locator(".picker input").fill(wanted)
        expect(window.page.locator(".picker .grid").last.get_by_role("button", name=":tada:")).to_be_visible()
        window.page.locator(".picker .grid").last.get_by_role("button", name=":tada:").click()
    chip = window.message("who has the charger?").get_by_role("button", name=re.compile("^:tada:"))
    expect(chip).to_contain_text("2")
    chip.click()
    expect(chip).to_contain_text("1")
    expect(chip).to_have_attribute("aria-pressed", "false")


def test_an_answer_grows_in_its_place(slack_alone: LocalSlack, open_window: Open) -> None:
    window = open_window(slack_alone, "mika")
    window.go("random")
    root = slack_alone.person("mika").post("#random", "一から数えて")
    app = WebClient(slack_alone.bot_token, base_url=slack_alone.api_url)
    slack_alone.person("mika").invite("#random", "yoridokoro")
    window.message("一から数えて", where=".main").wait_for()
    stream = app.chat_startStream(
        channel="C0RANDOM",
        thread_ts=root,
        recipient_user_id="U0MIKA",
        recipient_team_id=slack_alone.team_id,
        markdown_text="いち",
    )
    window.message("一から数えて", where=".main").locator(".replies").click()
    growing = window.message("いち", where=".thread")
    expect(growing.locator(".cursor")).to_be_attached()
    app.chat_appendStream(channel="C0RANDOM", ts=stream["ts"], markdown_text="、に **さん**")
    expect(growing.locator("strong", has_text="さん")).to_be_visible()
    app.chat_stopStream(channel="C0RANDOM", ts=stream["ts"])
    expect(growing.locator(".cursor")).to_have_count(0)


def test_only_you_see_a_whisper(slack_alone: LocalSlack, open_window: Open) -> None:
    mika, tom = open_window(slack_alone, "mika"), open_window(slack_alone, "tom")
    app = WebClient(slack_alone.bot_token, base_url=slack_alone.api_url)
    for window in (mika, tom):
        window.go("ai-tips")
    app.chat_postEphemeral(channel="C0AITIPS", user="U0MIKA", text="あなただけに / for you alone")
    expect(mika.message("for you alone")).to_contain_text("あなただけに表示されています")
    app.chat_postMessage(channel="C0AITIPS", text="for all")
    expect(tom.message("for all")).to_be_visible()
    assert "for you alone" not in "".join(tom.wire)


def test_an_outsider_never_receives_a_byte_of_a_private_channel(slack_alone: LocalSlack, open_window: Open) -> None:
    """Two windows, two people, one private channel: looked for on the wire, not on the screen."""
    member, outsider = open_window(slack_alone, "mika"), open_window(slack_alone, "shiori")
    member.go("pricing-2027")
    member.write(SECRET)
    message = member.message(SECRET, where=".main")
    expect(message).to_be_visible()
    message.hover()
    message.get_by_role("button", name=":bulb:").first.click()
    slack_alone.person("mika").rename("#pricing-2027", "pricing-2028")
    outsider.go("random")
    outsider.write("still here")
    expect(outsider.message("still here", where=".main")).to_be_visible()
    outsider.button("舞台裏を見る").click()
    expect(outsider.page.locator(".drawer")).to_contain_text("shiori")
    received = "".join(outsider.wire)
    for part in (SECRET, "pricing-202", "C0PRICING", message.get_attribute("data-ts") or "?"):
        assert part not in received
    assert SECRET.split(" / ", maxsplit=1)[0] in "".join(member.wire)


def test_keys_do_what_they_do_in_slack(slack_alone: LocalSlack, open_window: Open) -> None:
    window = open_window(slack_alone, "tom")
    window.page.keyboard.press("Control+k")
    window.page.keyboard.type("a")
    names = window.page.locator("dialog.jump li").all_inner_texts()
    for _ in range(names.index("# random")):
        window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Enter")
    window.page.locator('main[aria-label="random"]').wait_for()
    area = window.page.locator(".main .composer textarea")
    area.focus()
    window.page.keyboard.type("first")
    window.page.keyboard.press("Shift+Enter")
    window.page.keyboard.type("second")
    expect(area).to_have_value("first\nsecond")
    window.page.keyboard.press("Enter")
    expect(area).to_have_value("")
    expect(window.message("first")).to_contain_text("second")
    window.page.keyboard.type("@ai")
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("Control+k")
    window.page.keyboard.press("Escape")
    expect(window.page.locator("dialog")).to_have_count(0)


def test_commands_and_people_are_offered_while_one_types(slack_alone: LocalSlack, open_window: Open) -> None:
    window = open_window(slack_alone, "tom")
    window.go("random")
    area = window.page.locator(".main .composer textarea")
    area.fill("/")
    expect(window.page.get_by_role("option")).to_have_count(2)
    area.fill("hello @pri")
    window.page.get_by_role("option", name=re.compile("Priya")).click()
    expect(area).to_have_value("hello @priya ")
    area.press("Enter")
    expect(window.message("hello").locator(".mention")).to_have_text("@Priya")


def test_a_file_is_sent_and_read(slack_alone: LocalSlack, open_window: Open) -> None:
    tom, mika = open_window(slack_alone, "tom"), open_window(slack_alone, "mika")
    for window in (tom, mika):
        window.go("random")
    with tom.page.expect_file_chooser() as chosen:
        tom.page.locator(".main .under label").click()
    chosen.value.set_files({"name": "用語集.md", "mimeType": "text/markdown", "buffer": "星 = star".encode()})
    tom.write("the glossary")
    sent = mika.message("the glossary", where=".main")
    sent.get_by_role("button", name=re.compile("用語集.md")).click()
    expect(sent.locator("pre")).to_have_text("星 = star")


def test_somebody_who_is_no_member_may_look_and_join(slack_alone: LocalSlack, open_window: Open) -> None:
    window = open_window(slack_alone, "shiori")
    window.go("data")
    expect(window.page.locator(".main .composer")).to_have_count(0)
    window.button("#data に参加する").click()
    expect(window.page.locator(".main .composer")).to_be_visible()


def test_an_app_that_does_not_answer_is_said(
    slack: LocalSlack, running: tuple[LocalSlack, BotProcess], open_window: Open
) -> None:
    window = open_window(slack, "tom")
    window.go(BOT)
    running[1]._process.kill()
    expect(window.page.locator(".strip")).to_contain_text("The bot is not connected")
    window.page.locator(".main .under").get_by_role("button", name="Shortcuts").click()
    window.page.get_by_role("menuitem", name=re.compile("Share a tip")).click()
    expect(window.page.locator(".toasts p")).to_have_text("The app did not answer in time. Try again.")


def test_a_link_leads_far_up_into_a_thread(slack_alone: LocalSlack, open_window: Open) -> None:
    window = open_window(slack_alone, "shiori")
    window.go("ai-tips")
    up_to(window, "テスト結果のExcelで")
    slack_alone.person("tom").post("#random", "see above")
    expect(window.message("テスト結果のExcelで", where=".main")).to_be_visible()


def test_reset_brings_the_company_back(slack: LocalSlack, open_window: Open) -> None:
    window = open_window(slack, "tom")
    window.go("random")
    window.write("soon forgotten")
    expect(window.message("soon forgotten", where=".main")).to_be_visible()
    window.button("Reset").click()
    window.page.locator("dialog.confirm .danger-button").click()
    expect(window.message("soon forgotten")).to_have_count(0)
    # the bot starts anew, which takes longer on a busy machine
    expect(window.page.locator(".toasts")).to_contain_text("The company is as it was.", timeout=60_000)
    expect(window.page.locator(".main .message").first).to_be_visible()
    expect(window.page.locator(".strip")).to_have_count(0)
    window.go(BOT)
    window.write("how do others check test data?")
    expect(window.page.locator(".thread .message").nth(1)).to_be_visible()


def test_what_is_typed_is_read_as_slack_reads_it(slack_alone: LocalSlack, open_window: Open) -> None:
    window = open_window(slack_alone, "mika")
    window.go("random")
    window.write("> 引用 *太字*\n> 二行目\n- 一つ\n- _二つ_\nsnake_case と `code` ~x~ @tom #ai-tips")
    shown = window.message("snake_case", where=".main")
    expect(shown.locator("[class*=rich_text_quote]")).to_have_text("引用 太字\n二行目", use_inner_text=True)
    expect(shown.locator("li")).to_have_text(["一つ", "二つ"])
    text = shown.locator(".text").inner_text()
    assert not set("*>~`") & set(text)
    assert "snake_case" in text
    window.use(shown, "メッセージを編集")
    expect(window.page.locator(".editing textarea")).to_have_value(
        "> 引用 *太字*\n> 二行目\n- 一つ\n- _二つ_\nsnake_case と `code` ~x~ @tom #ai-tips"
    )
    window.page.locator(".editing textarea").press("Escape")
    expect(window.page.locator(".editing")).to_have_count(0)


def test_what_is_half_written_waits_where_it_was_begun(slack_alone: LocalSlack, open_window: Open) -> None:
    window = open_window(slack_alone, "tom")
    area = window.page.locator(".main .composer textarea")
    window.go("random")
    area.fill("half a thought")
    window.go("general")
    expect(area).to_have_value("")
    window.go("random")
    expect(area).to_have_value("half a thought")
    area.press("Enter")
    expect(window.message("half a thought", where=".main")).to_be_visible()
    window.go("general")
    window.go("random")
    expect(area).to_have_value("")


def test_new_messages_are_marked_where_they_begin(slack_alone: LocalSlack, open_window: Open) -> None:
    window = open_window(slack_alone, "mika")
    window.go("general")
    for text in ("first news", "second news"):
        slack_alone.person("tom").post("#random", text)
    window.page.locator(".sidebar").get_by_role("button", name="random, 未読2件").wait_for()
    window.go("random")
    line = window.page.get_by_role("separator", name="新しいメッセージ")
    expect(line).to_have_count(1)
    expect(window.page.locator(".row", has=line)).to_contain_text("first news")
    window.go("general")
    window.go("random")
    expect(line).to_have_count(0)


def test_a_reply_may_stand_in_the_channel_too(slack_alone: LocalSlack, open_window: Open) -> None:
    root = slack_alone.person("tom").post("#random", "who is in?")
    slack_alone.person("mika").post("#random", "me", thread_ts=root)
    window = open_window(slack_alone, "priya")
    window.go("random")
    window.message("who is in?", where=".main").locator(".replies").click()
    window.page.locator(".thread").get_by_label("Also send to #random").check()
    window.write("all of us", where=".thread")
    expect(window.message("all of us", where=".main")).to_contain_text("Also sent to the channel")
    expect(window.page.locator(".thread").get_by_label("Also send to #random")).not_to_be_checked()
