"""Tools are known by their names, and a word of everyday language is none."""

import pytest

from bot.trust.tools import ai_tool_in, tools_in


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        ("ChatGPTに頼むと早い。chatgptは便利", ("ChatGPT",)),
        ("claude codeで直した", ("Claude Code",)),
        ("Gemini、Excel、GitHub Copilotを使う", ("Gemini", "GitHub Copilot", "Excel")),
        ("Move the cursor and whisper to the otter.", ()),
        ("Cursorで書き、Whisperで書き起こした", ("Cursor", "Whisper")),
        ("DeepLearningの勉強会", ()),
    ],
)
def test_tools_are_found_by_their_names(text: str, tools: tuple[str, ...]) -> None:
    assert tools_in(text) == tools


def test_a_spreadsheet_alone_is_no_sign_of_ai() -> None:
    assert ai_tool_in("Excelで集計した") == ""
    assert ai_tool_in("ExcelにGeminiの答えを貼った") == "Gemini"
    assert ai_tool_in("github copilotとClaude") == "Claude"
