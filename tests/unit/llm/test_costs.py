"""What a capture and an answer may cost, held against what is really sent; and what prompt caches need."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.conversation import Message, Thread
from bot.llm import ModelSettings, open_model
from bot.llm.reading import allowance
from bot.llm.tokens import estimate
from bot.ports import Model, Turn
from storage.records import WORKSPACE, Kind, Tip, TipContent
from tests.model_server import Asked, Say, ScriptedModel, data_of, oblige, task_of

JA = "用語集を先に渡しておくと、固有名詞の誤変換がかなり減りました。"
EN = "Giving it the glossary first cut the mistakes in product names by half."
CODE = '```\nfor row in rows:\n    if row["状態"] == "完了":\n        print(f"{row[\'id\']}\\t{row[\'title\']}")\n```'
TALK = "うちでも試しました。\nありがとうございます、助かります!"


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as running:
        yield running


def opened(server: ScriptedModel, *, context: int = 32_000, output: int = 4_000) -> Model:
    settings = ModelSettings(base_url=server.url, model="scripted", context_tokens=context, max_output_tokens=output)
    return open_model(settings, spent=lambda: 0.0, record=lambda *_: None)


def sent(asked: dict[str, Any]) -> int:
    """Tokens of a request: what is said and the shape that is asked for."""
    shape = json.dumps(asked.get("response_format", {}), ensure_ascii=False)
    return sum(estimate(message["content"]) for message in asked["messages"]) + estimate(shape)


def thread(*texts: str) -> Thread:
    said = tuple(Message(f"{n}.0", f"U{n % 5}", "x", text) for n, text in enumerate(texts, start=1))
    return Thread("C1", "1.0", said)


THREADS = {
    "one short message": thread(JA),
    "two": thread("議事録、どうしてますか？", f"{JA}\n{CODE}"),
    "hundreds of messages": thread(*(f"{n}: {(JA, EN, TALK, CODE)[n % 4]}" for n in range(240))),
    "messages of a word": thread(JA, *("了解です" for _ in range(400))),
    "one that fills a book": thread(JA * 900),
    "one of code": thread(CODE * 200),
    "emoji and words": thread(JA, *(":tada:" for _ in range(300)), EN),
    "quotes that JSON escapes": thread(*('"""\\n"\\\\"\t"' * 40 + EN for _ in range(30))),
}


@pytest.mark.parametrize("name", THREADS)
@pytest.mark.parametrize(("context", "output"), [(32_000, 4_000), (8_000, 1_000), (4_000, 500)])
def test_a_capture_costs_little_more_than_its_thread(
    server: ScriptedModel, name: str, context: int, output: int
) -> None:
    of = THREADS[name]
    opened(server, context=context, output=output).fill_tip(of, pointed_at="1.0", language="ja")
    assert sum(map(sent, server.requests)) <= allowance(of)
    assert allowance(of) <= 1.3 * sum(estimate(m.text) for m in of) + 1_500
    assert all(sent(asked) + output <= context for asked in server.requests)
    assert any(data_of(asked).get("marked") == 1 for asked in server.requests)


def test_parts_that_say_much_are_merged_as_far_as_the_capture_may_cost(server: ScriptedModel) -> None:
    much = {"text": EN * 30, "rests_on": [1, 2, 3]}
    fields: dict[str, Any] = dict.fromkeys(("title", "task", "background", "reasoning", "outcome", "caveats"), much)
    fields |= {name: [] for name in ("prompts", "tools", "models", "steps", "topics")} | {"kind": "practice"}
    of = THREADS["hundreds of messages"]
    server.queue.extend([Say(json.dumps(fields))] * 20)
    opened(server, context=4_000, output=500).fill_tip(of, pointed_at="1.0", language="ja")
    assert server.tasks().count("fill") > 2
    assert sum(map(sent, server.requests)) <= allowance(of)


PROMPTS = tuple(f"第{n}部を要約してください。" for n in range(3))
LONG = thread(*(f"{JA * 150}\n```\n{prompt}\n```" for prompt in PROMPTS))


def test_prompts_of_parts_are_joined_without_passing_through_the_model_again(server: ScriptedModel) -> None:
    server.default = prompts_and_title
    filled = opened(server, context=12_000, output=1_000).fill_tip(LONG, pointed_at="1.0", language="ja")
    assert server.tasks()[-1] == "merge"
    assert not any(prompt in server.requests[-1]["messages"][1]["content"] for prompt in PROMPTS)
    assert filled.content.prompts == PROMPTS


def prompts_and_title(asked: Asked) -> str:
    """A title, and every prompt of the part."""
    empty: dict[str, Any] = {"text": "", "rests_on": []}
    fields = dict.fromkeys(("task", "background", "reasoning", "outcome", "caveats"), empty)
    fields |= {name: [] for name in ("prompts", "tools", "models", "steps", "topics")}
    fields |= {"kind": "practice", "title": {"text": "用語集", "rests_on": [1]}}
    if task_of(asked) == "fill":
        fields["prompts"] = [
            {"text": prompt, "rests_on": [number]}
            for number, _, text in data_of(asked)["messages"]
            for prompt in PROMPTS
            if prompt in text
        ]
    return json.dumps(fields, ensure_ascii=False)


def tip(number: int, text: str) -> Tip:
    content = TipContent(
        kind=Kind.PITFALL if number % 3 == 0 else Kind.PRACTICE,
        title=f"{number} {text}"[:150],
        task=text * 3,
        background=(text * 200)[:3_000],
        reasoning=(text * 200)[:3_000],
        prompts=((text * 600)[:12_000], CODE * 20),
        tools=("ChatGPT", "Claude"),
        steps=((text * 20)[:3_000],) * 10,
        outcome=text * 5,
        caveats=text * 5,
    )
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Tip("T1", f"t{number}", content, WORKSPACE, "U2", False, None, "scripted", None, now, now)


@pytest.mark.parametrize("text", [JA, EN])
@pytest.mark.parametrize("tips", [1, 8])
def test_an_answer_costs_at_most_6000_tokens(server: ScriptedModel, text: str, tips: int) -> None:
    opened(server).answer(text * 5, [tip(n, text) for n in range(tips)], language="ja")
    assert [sent(asked) <= 6_000 for asked in server.requests] == [True]


def test_the_fixed_part_of_each_prompt_comes_first_and_is_the_same_from_call_to_call(server: ScriptedModel) -> None:
    server.default = lambda asked: (prompts_and_title if task_of(asked) in ("fill", "merge") else oblige)(asked)
    model = opened(server, context=12_000, output=1_000)
    for of in (THREADS["two"], LONG):
        model.fill_tip(of, pointed_at="1.0", language="ja")
    for question in ("議事録は？", "And in English?"):
        model.answer(question, [tip(1, JA)], language="en")
        model.search_words(question, earlier=[Turn("議事録は？", ("用語集",))])
    first: dict[str, set[bytes]] = {}
    for asked in server.requests:
        head = asked["messages"][0]
        assert head["role"] == "system"
        assert "<data-" not in head["content"]
        first.setdefault(task_of(asked), set()).add(json.dumps([head, asked["response_format"]]).encode())
    assert {task: len(heads) for task, heads in first.items()} == {"fill": 1, "merge": 1, "answer": 1, "words": 1}
