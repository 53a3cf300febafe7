"""The main job, end to end: a thread in Slack becomes a cited answer."""

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from tests.flows.conftest import find, words


def confirm_first_emoji(person: Person) -> None:
    asked = find(person, ":bulb:")
    person.click("@yoridokoro", asked["ts"], "capture.confirm_emoji")


def test_from_an_emoji_to_a_cited_answer(bot: Bot, slack: LocalSlack, ben: Person, aya: Person, chie: Person) -> None:
    slack_ts = slack.ts_of("glossary")
    chie.unreact("#ai-tips", slack_ts, "bulb")
    chie.react("#ai-tips", slack_ts, "bulb")
    confirm_first_emoji(chie)

    card = find(aya, "用語集をプロンプトに入れると")
    assert "名前を出して共有" in words(card)
    find(chie, "承知しました")
    aya.click("@yoridokoro", card["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")

    asked = ben.post("@yoridokoro", "用語集で議事録、みんなはどうやってる？")
    reply = eventually(lambda: [m for m in ben.thread("@yoridokoro", asked)[1:] if "[1]" in words(m)], 15)[-1]
    assert "次の用語集を必ず使ってください" in words(reply)
    assert "small-company.slack.com/archives/C0AITIPS" in words(reply)
