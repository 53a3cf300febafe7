"""Admins choose which emoji capture; it holds at once."""

import pytest

from bot.app import Bot
from bot.circulate.home.settings import EMOJI_MOST, emoji_of
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import drafts, settings
from tests.flows.steps import TEAM, card_of, find, no_card, settle, trusting, words
from tests.flows.test_home import form_of, home_of


def choose(admin: Person, written: str) -> str:
    """Sends the settings with these emoji; gives what is said of them, empty when they are taken."""
    admin.click_in_view(home_of(admin, "設定")["id"], "home.settings")
    form = eventually(lambda: (shown := form_of(admin)) and "下書きを作る絵文字" in words(shown) and shown)
    sent = admin.submit(form["id"], {"emoji": {"value": written}})
    if sent["result"] == "errors":
        admin.close(form["id"])
        return str(sent["errors"]["emoji"])
    return ""


def test_an_admin_chooses_the_emoji_that_capture_without_a_restart(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    trusting(bot, ben)
    before = aya.post("#ai-tips", "議事録は箇条書きで頼むと速いです。")
    ben.react("#ai-tips", before, "bulb")
    card_of(aya, "箇条書き")
    assert "名前で" in choose(chie, "💡")
    assert choose(chie, ":memo: :pencil2:") == ""
    find(chie, "保存しました")
    assert settings.workspace(bot.world.db, TEAM).capture_emoji == ("memo", "pencil2")
    assert ":memo: :pencil2:" in str(home_of(aya, ":memo:"))
    after = aya.post("#ai-tips", "翻訳は用語を先に渡すと安定します。")
    ben.react("#ai-tips", after, "bulb")
    assert no_card(bot, slack, ben)
    assert len(drafts.of_author(bot.world.db, TEAM, aya.id)) == 1
    ben.react("#ai-tips", after, "memo")
    card_of(aya, "用語を先に渡す")
    ben.unreact("#ai-tips", before, "bulb")
    eventually(lambda: len(drafts.of_author(bot.world.db, TEAM, aya.id)) == 1)
    settle(bot, slack)
    assert choose(chie, "") == ""
    eventually(lambda: settings.workspace(bot.world.db, TEAM).capture_emoji == ())
    home_of(aya, ":bulb:")
    settle(bot, slack)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (":bulb:", ["bulb"]),
        (" memo、:+1::skin-tone-3: , :知恵: memo", ["memo", "+1", "知恵"]),
        ("", []),
        ("💡", None),
        ("<!channel>", None),
        (":Bulb:", None),
        (" ".join(f":e{number}:" for number in range(EMOJI_MOST + 1)), None),
    ],
)
def test_emoji_are_written_by_name(written: str, names: list[str] | None) -> None:
    assert emoji_of(written) == names
