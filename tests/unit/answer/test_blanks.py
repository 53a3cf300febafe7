"""The blanks of a prompt: found where they surely are, filled as typed, and code left alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.blanks import blanks, fill, names

PIECES = st.sampled_from(
    [
        *("{{顧客名}}", "{{ file name }}", "{{tone}}", "{用語集}", "【ここに議事録を貼り付け】", "[your name]"),
        *("{{ user.name }}", "{name}", "[x]", "[docs](u)", "【背景】", "{", "}", "{{", "}}", "```", "`", "\n", " "),
        *("{% if x %}", "議事録を要約。", "Write to ", "<p>", "$", "{{{a}}}"),
    ]
)
PROMPT = st.lists(PIECES, max_size=14).map("".join)
VALUE = st.text(max_size=12)


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("{{顧客名}}様への返信を書いて", ["顧客名"]),
        ("Summarise {{ file name }} in a {{tone}} tone, then {{ file  name }} again.", ["file name", "tone"]),
        ("{用語集} を使って {議事録} を要約。{用語集} は必ず守る。", ["用語集", "議事録"]),
        ("<transcript>{{transcript}}</transcript>", ["transcript"]),
        ("要約して:\n```\n{{transcript}}\n```", ["transcript"]),
        ("要約して:\n```\n{{議事録}}\n{用語集}\n```", ["議事録", "用語集"]),
        ("【ここに議事録を貼り付け】を【背景】の形で", ["ここに議事録を貼り付け"]),
        ("【○○部】の【会社名を入力】へ", ["○○部", "会社名を入力"]),
        ("宛先は【〇〇株式会社】です", ["〇〇株式会社"]),
        (
            "Dear [your manager], see [Insert the topic here] and [docs](https://x).",
            ["your manager", "Insert the topic here"],
        ),
        ('The customer is called "{{name}}".', ["name"]),
        ("Tone: {{tone}}", ["tone"]),
    ],
)
def test_what_is_a_blank(prompt: str, told: list[str]) -> None:
    assert list(names([prompt])) == told


@pytest.mark.parametrize(
    "prompt",
    [
        "{% for item in items %}{{ item }}{% endfor %}",
        "{{#each rows}}{{name}}{{/each}}",
        "Explain `{{ x }}` in Handlebars",
        "Fix this:\n```jinja\n<b>{{ name }}</b>\n{{ total }}\n```",
        "<p>{{ name }}</p>",
        "<a href={{url}}>x</a>",
        "run: echo ${{ secrets.TOKEN }}",
        "{{ user.name }} and {{ price | round }}",
        "{{ .Values.image }}",
        "{{{raw}}}",
        "{{else}}",
        "print(f'{name} has {count}')",
        '{"名前": "値"}',
        r"\frac{分子}{分母}",
        "f{顧客名}",
        "[ ] todo [x] done [1] [ERROR] [docs](https://x) [a]: b items[your index]",
        "【背景】【制約】【出力形式】",
        "const a = [1, 2]; { return a }",
        "",
    ],
)
def test_what_is_none(prompt: str) -> None:
    assert blanks(prompt) == ()
    assert fill(prompt, {"x": "1", "name": "2", "分子": "3"}) == prompt


def test_a_prompt_is_filled_as_typed_and_what_is_typed_is_no_blank() -> None:
    prompt = "{{宛先}}様、{{ 用件 }}の件です。{{宛先}}"
    assert fill(prompt, {"宛先": "{{用件}}", "用件": "\\1 & <@U1>"}) == "{{用件}}様、\\1 & <@U1>の件です。{{用件}}"
    assert fill(prompt, {"用件": "見積もり"}) == "{{宛先}}様、見積もりの件です。{{宛先}}"


def test_forty_blanks_are_told_in_their_order() -> None:
    wanted = [f"項目{number}" for number in range(40)]
    assert list(names(["".join(f"{{{{{name}}}}}" for name in wanted), "{{項目3}}{{ほか}}"])) == [*wanted, "ほか"]


@given(PROMPT)
def test_blanks_stand_in_order_apart_and_have_names(prompt: str) -> None:
    found = blanks(prompt)
    assert all(one.name and one.start < one.end for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


@given(PROMPT, VALUE)
def test_filling_changes_the_blanks_and_nothing_else(prompt: str, value: str) -> None:
    found = blanks(prompt)
    filled = fill(prompt, dict.fromkeys(names([prompt]), value))
    kept, last = [], 0
    for one in found:
        kept += [prompt[last : one.start], value or prompt[one.start : one.end]]
        last = one.end
    assert filled == "".join([*kept, prompt[last:]])
    assert fill(prompt, {}) == prompt


@given(st.text(max_size=300), st.text(max_size=10))
def test_any_text_is_read(text: str, value: str) -> None:
    assert fill(text, {}) == text
    fill(text, dict.fromkeys(names([text]), value))
