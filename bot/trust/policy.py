"""A workspace's policy in plain words: which tools are approved, and what must not be entered."""

import unicodedata
from collections.abc import Iterable

from bot.ports import World
from storage import policies
from storage.records import TipContent, WorkspaceSettings


def unapproved(content: TipContent, rules: WorkspaceSettings) -> tuple[str, ...]:
    """The tools of a tip that are not on the list, as the tip names them; none where there is no list.

    "ChatGPT Enterprise" is approved by "ChatGPT Enterprise" alone, "Copilot in Word" by "Copilot", too.
    """
    if not rules.approved_tools:
        return ()
    approved = [_words(one) for one in rules.approved_tools]
    return tuple(tool for tool in content.tools if not _is_one_of(_words(tool), approved))


def tell(world: World, team_id: str, user_id: str) -> None:
    """Counts that somebody is told. Nobody learns who, nor about which tool or draft."""
    month = f"{world.clock.now():%Y-%m}"
    policies.told(world.db, team_id, month, world.keys.owner(team_id, policies.record_of(month), user_id))


def _is_one_of(tool: list[str], approved: Iterable[list[str]]) -> bool:
    """Whether an approved name stands in the tool's, word by word."""
    return any(
        wanted and tool[start : start + len(wanted)] == wanted for wanted in approved for start in range(len(tool))
    )


def _words(name: str) -> list[str]:
    return unicodedata.normalize("NFKC", name).casefold().split()
