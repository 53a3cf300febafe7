"""Names of tools in what people write. How a name is spelled otherwise, and what is the same tool: `storage.terms`."""

import re

_AI = (
    *("ChatGPT", "Claude Code", "Claude", "Gemini", "GitHub Copilot", "Copilot", "Notion AI", "DeepL", "Perplexity"),
    *("NotebookLM", "Cursor", "Midjourney", "Whisper", "Otter", "Slack AI", "Grammarly"),
)
"""The longer name before the one it holds."""

_OTHERS = ("Excel",)
"""Used with AI, and no sign of it."""

_WORDS = frozenset({"Cursor", "Otter", "Whisper"})
"""Words of everyday language; with a capital letter they are the tool."""


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", 0 if name in _WORDS else re.IGNORECASE)


_PATTERNS = {name: _pattern(name) for name in (*_AI, *_OTHERS)}


def tools_in(text: str) -> tuple[str, ...]:
    """The tools that a text names; a name within a longer one that was found does not count."""
    found: list[str] = []
    for name, pattern in _PATTERNS.items():
        if pattern.search(text) and not any(name in longer for longer in found):
            found.append(name)
    return tuple(found)


def ai_tool_in(text: str) -> str:
    """The first of the AI tools that a text names; empty when it names none."""
    return next((name for name in _AI if _PATTERNS[name].search(text)), "")
