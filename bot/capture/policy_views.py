"""What an author is told, and nobody else, when a tool of their draft is not on the workspace's list."""

from collections.abc import Sequence
from typing import Any

from bot.slack.outgoing import context, fit, plain
from bot.texts import say
from storage.records import Language, WorkspaceSettings

Block = dict[str, Any]

_NAMES = 300
_POLICY = 600


def unapproved(tools: Sequence[str], rules: WorkspaceSettings, language: Language) -> list[Block]:
    """Which tools, which are approved, and the policy in the admins' words; nothing when all are approved."""
    if not tools:
        return []
    named, approved = (fit(plain(", ".join(names)), _NAMES) for names in (tools, rules.approved_tools))
    text = say(language, "policy.unapproved", tools=named, approved=approved)
    if rules.policy:
        text += "\n" + say(language, "policy.words", policy=fit(plain(rules.policy), _POLICY))
    return [context(f"{text}\n{say(language, 'policy.private')}")]
