"""What people write into the form is redacted as one text."""

import json
from typing import Any

import pytest

from bot.capture import form


def sent(language: str, **fields: str) -> dict[str, Any]:
    values = {name: {"value": {"type": "plain_text_input", "value": text}} for name, text in fields.items()}
    return {"private_metadata": json.dumps({"language": language}), "state": {"values": values}}


@pytest.mark.parametrize(("language", "title"), [("ja", "問い合わせの返信の下書き"), ("en", "Drafts of replies")])
def test_two_addresses_in_two_fields_have_two_placeholders(language: Any, title: str) -> None:
    view = sent(
        language,
        title=f"{title} aya@example.com",
        task="ben@example.com",
        prompt="aya@example.com → chie@example.com",
        tools="Claude, dan@example.com",
        steps="1 ben@example.com\n\n2 aya@example.com",
        outcome="",
        caveats="aya@example.com",
        topics="mail",
    )
    fields = form.read(view, language).fields
    told = json.dumps({name: value for name, value in fields.items() if name != "kind"}, ensure_ascii=False)
    assert "example.com" not in told
    aya, ben = fields["title"].removeprefix(f"{title} "), fields["task"]
    assert len({aya, ben}) == 2
    assert fields["steps"] == [f"1 {ben}", f"2 {aya}"]
    assert fields["prompts"][0].startswith(f"{aya} → ")
    chie, dan = fields["prompts"][0].removeprefix(f"{aya} → "), fields["tools"][1]
    assert len({aya, ben, chie, dan}) == 4
    assert (fields["caveats"], fields["outcome"], fields["topics"], fields["tools"][0]) == (aya, "", ["mail"], "Claude")


def test_a_placeholder_that_stood_in_a_field_is_given_to_nothing_else() -> None:
    fields = form.read(sent("en", title="Mail ‹e-mail 1›", task="ben@example.com"), "en").fields
    assert (fields["title"], fields["task"]) == ("Mail ‹e-mail 1›", "‹e-mail 2›")
