"""Approved tools: what is on the list, by its words, and what is not."""

import pytest

from bot.trust.policy import unapproved
from storage.records import TipContent, WorkspaceSettings

RULES = WorkspaceSettings("T1", approved_tools=("ChatGPT Enterprise", "Copilot", "社内 GPT"))


@pytest.mark.parametrize(
    ("tools", "told"),
    [
        (("Copilot",), ()),
        (("copilot in Word", "ＣＯＰＩＬＯＴ"), ()),
        (("ChatGPT",), ("ChatGPT",)),
        (("ChatGPT Enterprise", "DeepL"), ("DeepL",)),
        (("Copiloting",), ("Copiloting",)),
        (("社内 GPT",), ()),
        ((), ()),
    ],
)
def test_a_tool_is_approved_when_an_approved_name_stands_in_it(tools: tuple[str, ...], told: tuple[str, ...]) -> None:
    assert unapproved(TipContent(title="用語集", tools=tools), RULES) == told


def test_without_a_list_nothing_is_said() -> None:
    assert unapproved(TipContent(title="用語集", tools=("DeepL",)), WorkspaceSettings("T1")) == ()
