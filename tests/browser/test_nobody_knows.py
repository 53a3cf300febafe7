"""Nobody knows yet: three people in two languages, end to end in their windows."""

import re

from playwright.sync_api import expect

from playground.person import eventually
from playground.server import LocalSlack
from tests.browser.conftest import Open
from tests.browser.test_walk import BOT

ASKED = "観葉植物の水やり当番表、みんなはAIでどう作ってる？"
KNOWN = "I let Claude draw up the watering rota from our calendar export: one plant a line, holidays left out."


def test_nobody_knows_until_somebody_replies_and_everybody_who_asked_hears_of_it(
    slack: LocalSlack, open_window: Open
) -> None:
    choose_the_channel(slack)
    mika = open_window(slack, "mika")
    mika.go(BOT)
    mika.write(ASKED)
    mika.page.locator(".thread").get_by_role("button", name="みんなに聞く").click()
    form = mika.page.locator("dialog.modal")
    expect(form).to_contain_text("ai-tips")
    expect(form.locator("textarea")).to_have_value(ASKED)
    form.get_by_role("button", name="聞く", exact=True).click()
    expect(form).to_have_count(0)

    shiori = open_window(slack, "shiori")
    shiori.go("ai-tips")
    post = shiori.message("水やり当番表", where=".main")
    expect(post).to_contain_text("まだ答えのない質問")
    post.get_by_role("button", name=re.compile("私も知りたい")).click()
    expect(post.get_by_role("button", name=re.compile(r"私も知りたい \(1\)"))).to_be_visible()

    tom = open_window(slack, "tom")
    tom.go("ai-tips")
    question = tom.message("水やり当番表", where=".main")
    question.hover()
    question.get_by_role("button", name="Reply in thread").click()
    tom.write(KNOWN, where=".thread")
    tom.go(BOT)
    card = tom.message("watering rota", where=".main").last
    expect(card).to_contain_text("You replied to a colleague's open question")
    card.get_by_role("button", name="Share with my name").click()
    expect(tom.message("Shared with your name", where=".main")).to_be_visible()

    shiori.go(BOT)
    expect(shiori.message("答えになりそうな知恵", where=".main")).to_contain_text("watering rota")
    told = mika.message("答えになりそうな知恵", where=".main")
    expect(told).to_contain_text("watering rota")
    told.get_by_role("button", name="解決しました").click()
    expect(mika.message("質問を締め切りました", where=".main")).to_be_visible()
    tom.go("ai-tips")
    expect(tom.message("この質問は解決しました", where=".main").first).to_be_visible()


def choose_the_channel(slack: LocalSlack) -> None:
    """An admin chooses where colleagues are asked, in Home's settings."""
    chie = slack.person("chie")
    chie.open_home()
    home = eventually(chie.home)
    chie.click_in_view(home["id"], "home.settings")
    form = eventually(chie.views)[-1]
    (place,) = [one["id"] for one in chie.channels() if one.get("name") == "ai-tips"]
    assert chie.submit(form["id"], {"questions_channel": {"value": place}})["result"] == "closed"
    eventually(lambda: any("保存しました" in message["text"] for message in chie.dm()))
