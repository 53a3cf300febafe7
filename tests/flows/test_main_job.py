"""The main job, end to end: a thread in Slack becomes a cited answer."""

import pytest

from playground.person import Person
from playground.server import LocalSlack
from tests.flows.conftest import on_both_databases
from tests.flows.steps import BOT, ask, card_of, find, words

pytestmark = [pytest.mark.usefixtures("bot"), on_both_databases]


def test_from_an_emoji_to_a_cited_answer(slack: LocalSlack, ben: Person, aya: Person, chie: Person) -> None:
    told = slack.ts_of("glossary")
    chie.unreact("#ai-tips", told, "bulb")
    chie.react("#ai-tips", told, "bulb")
    chie.click(BOT, find(chie, ":bulb:")["ts"], "capture.confirm_emoji")

    card = card_of(aya, "用語集をプロンプトに入れると")
    assert "名前を出して共有" in words(card)
    find(chie, "承知しました")
    aya.click(BOT, card["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")

    reply = words(ask(ben, "用語集で議事録、みんなはどうやってる？"))
    assert "[1]" in reply
    assert "次の用語集を必ず使ってください" in reply
    assert "small-company.slack.com/archives/C0AITIPS" in reply


def test_a_question_in_english_is_answered_in_english(slack: LocalSlack, ben: Person, aya: Person) -> None:
    root = ben.post("#ai-tips", "How do you review SQL with AI?")
    told = aya.post("#ai-tips", "I paste the schema first.\n```\nReview this SQL query.\n```", thread_ts=root)
    ben.react("#ai-tips", told, "bulb")
    ben.click(BOT, find(ben, ":bulb:")["ts"], "capture.confirm_emoji")
    aya.click(BOT, card_of(aya, "I paste the schema first")["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    reply = words(ask(ben, "how do others review SQL"))
    assert "I paste the schema first" in reply
    assert "original thread" in reply
    assert slack.ts_of("glossary") not in reply
