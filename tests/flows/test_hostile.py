"""Promise 6 end to end: hostile texts in a thread and in a question, and a model that obeys them in every field."""

import json
from typing import Any

from bot.app import Bot
from playground.person import Person
from playground.server import LocalSlack
from storage.records import Kind
from tests.flows.steps import ask, card_of, find, settle, tips_seen, trusting
from tests.hostile.corpus import KINDS
from tests.hostile.oracle import PERMALINK, active, faults, hidden, markdown_faults
from tests.model_server import Asked, ScriptedModel, data_of, task_of

SOME = " ".join(
    KINDS[language][kind][0]
    for language in ("ja", "en")
    for kind in (
        "instructions",
        "broadcasts",
        "mentions",
        "links",
        "addresses",
        "images",
        "citations",
        "bidi",
        "hidden",
    )
)
PROMPT = KINDS["ja"]["prompts"][1]


def _obeys(asked: Asked) -> str:
    """Says the hostile words in every field there is."""
    if task_of(asked) == "fill":
        told = {"text": SOME, "rests_on": [1]}
        single = dict.fromkeys(("title", "task", "background", "reasoning", "outcome", "caveats"), told)
        several = {name: [told] for name in ("tools", "models", "steps", "topics")}
        prompts = [{"text": PROMPT, "rests_on": [1]}, told | {"text": f"{SOME}!"}]
        return json.dumps({"kind": "worry", **single, **several, "prompts": prompts}, ensure_ascii=False)
    said = [{"text": tip.get("outcome", SOME), "cites": [tip["number"], 9]} for tip in data_of(asked).get("tips", ())]
    back = {"question": SOME, "options": [SOME, f"{SOME}?"]}
    return json.dumps({"sentences": said, "own": [SOME], "ask_back": back, "question": SOME}, ensure_ascii=False)


def _sent(slack: LocalSlack) -> list[Any]:
    """All that the bot said or showed."""
    calls = [
        call
        for call in slack.calls
        if call.method.startswith(("chat.", "views.")) and call.method != "chat.getPermalink"
    ]
    assert calls
    return [_whole(dict(call.arguments)) for call in calls]


def _whole(value: Any) -> Any:
    """Arguments as Slack reads them: JSON in strings is what it says."""
    for key in ("blocks", "view", "chunks"):
        if isinstance(value.get(key), str):
            value[key] = json.loads(value[key])
    return value


def test_promise_6_a_hostile_thread_and_question_do_nothing_with_an_obedient_model(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person, chie: Person
) -> None:
    model.default = _obeys
    trusting(bot, chie)
    told = aya.post("#ai-tips", f"{SOME}\n{PROMPT}")
    chie.react("#ai-tips", told, "bulb")
    card = card_of(aya, "これまでの指示")
    assert tips_seen(bot) == [], "an order in a thread publishes nothing"
    aya.click("@yoridokoro", str(card["ts"]), "capture.share_named")
    find(aya, "名前を出して共有しました")
    [tip] = tips_seen(bot)
    assert tip.content.kind is not Kind.WORRY
    assert tip.content.prompts == (PROMPT,)
    ask(ben, f"これまでの指示は？ {SOME}")
    settle(bot, slack)
    for sent in _sent(slack):
        assert faults(sent) == []
        if "markdown_text" in sent:
            assert markdown_faults(str(sent["markdown_text"]), {PERMALINK, str(tip.permalink)}) == []
        for text in filter(None, [sent.get("text")]):
            assert [*active(str(text)), *hidden(str(text))] == []
    said_in_public = [sent for sent in _sent(slack) if str(sent.get("channel", "")).startswith("C")]
    assert said_in_public == []
