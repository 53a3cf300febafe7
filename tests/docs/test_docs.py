"""The documents say what is so: every setting, command, id, scope and function is where a reader looks for it."""

import ast
import importlib
import re
import subprocess
import tomllib
from functools import reduce
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from bot.commands import main
from bot.commands.check import OPTIONAL_SCOPES, SCOPES
from bot.config import Settings
from playground.server.methods.registry import METHODS

ROOT = Path(__file__).parent.parent.parent
OPERATING = (ROOT / "docs/operating.md").read_text("utf-8")
FLOWS = (ROOT / "docs/flows.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text("utf-8"))
FREE: dict[str, Any] = yaml.safe_load((ROOT / "manifest.free.yaml").read_text("utf-8"))
SOURCES = {path: path.read_text("utf-8") for path in sorted((ROOT / "bot").rglob("*.py"))}
NO_IDS = {"answer.first"}
"""A block: a constant of the same shape that nobody presses."""

PAID_SCOPES = {"assistant:write"}
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "channel_archive": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "group_left": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
}
"""docs.slack.dev/reference/events: what an event needs; those without a scope are left out."""


def commands(group: click.Group, name: str = "") -> list[str]:
    found = []
    for word, command in group.commands.items():
        found += commands(command, f"{word} ") if isinstance(command, click.Group) else [f"{name}{word}"]
    return found


def settings() -> list[str]:
    return [str(field.alias or name.upper()) for name, field in Settings.model_fields.items()]


def bot_scopes(manifest: dict[str, Any]) -> set[str]:
    scopes = manifest["oauth_config"]["scopes"]
    return {*scopes["bot"], *scopes.get("bot_optional", ())}


def used(pattern: str) -> set[str]:
    return {found for text in SOURCES.values() for found in re.findall(pattern, text)}


def methods_called() -> set[str]:
    """Slack's methods that the bot calls: attributes of its clients that are named like one."""
    names = {name.replace(".", "_"): name for name in METHODS}
    attributes = {
        node.attr for text in SOURCES.values() for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)
    }
    return {names[attribute] for attribute in attributes if attribute in names}


@pytest.mark.parametrize("setting", settings())
def test_every_setting_is_explained(setting: str) -> None:
    assert f"| `{setting}` |" in OPERATING


def test_no_setting_is_explained_that_there_is_not() -> None:
    assert set(re.findall(r"^\| `([A-Z][A-Z_]+)` \|", OPERATING, re.MULTILINE)) == set(settings())


@pytest.mark.parametrize("command", commands(main))
def test_every_command_is_explained(command: str) -> None:
    assert re.search(rf"`(python -m bot )?{command.partition(' ')[0]}\b", OPERATING)


@pytest.mark.parametrize("scope", sorted(bot_scopes(MANIFEST)))
def test_every_scope_is_explained(scope: str) -> None:
    assert f"`{scope}`" in OPERATING


def test_no_scope_is_explained_that_is_not_asked_for() -> None:
    told = set(re.findall(r"`([a-z_]+:[a-z]+)`", OPERATING))
    assert told | {"commands"} == bot_scopes(MANIFEST)


def test_every_id_that_slack_sends_is_explained() -> None:
    """Buttons, menus, forms: each has a constant. One that goes on (`:1`, `_worked`) is explained with how it does."""
    named = {
        value
        for text in SOURCES.values()
        for value in re.findall(r'^[A-Z_]+ = "([a-z]+\.[a-z_]+)"', text, re.MULTILINE)
    }
    registered = named - NO_IDS
    assert {each.partition(".")[0] for each in registered} >= {"capture", "answer", "themes", "hosting", "home"}
    assert {each for each in registered if not re.search(rf"`{each}[`:]|{each}(?<=_)[a-z]", OPERATING)} == set()


def test_commands_and_shortcuts_are_the_ones_of_the_manifest() -> None:
    features = MANIFEST["features"]
    assert used(r'"(/[a-z]+-tip)"') == {each["command"] for each in features["slash_commands"]}
    assert used(r'^(?:SAVE_AS_TIP|SHARE_A_TIP) = "(\w+)"'.replace("^", "(?m)^")) == {
        each["callback_id"] for each in features["shortcuts"]
    }
    assert FREE["features"]["slash_commands"] == features["slash_commands"]
    assert FREE["features"]["shortcuts"] == features["shortcuts"]
    for each in (*features["slash_commands"], *features["shortcuts"]):
        assert f"`{each.get('command') or each['callback_id']}`" in OPERATING


def test_events_listened_to_are_the_ones_subscribed_to() -> None:
    listened = used(r'app\.event\("(\w+)"')
    subscribed = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert {name.partition(".")[0] for name in subscribed} == listened
    assert set(FREE["settings"]["event_subscriptions"]["bot_events"]) <= set(subscribed)


def test_what_the_bot_calls_and_hears_needs_every_scope_that_is_asked_for_and_no_other() -> None:
    asked_for = bot_scopes(MANIFEST)
    needed = {"commands"}
    for name in methods_called():
        scopes = set(METHODS[name].scopes)
        assert not scopes or scopes & asked_for, name
        needed |= scopes & asked_for
    for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]:
        if event in EVENT_SCOPES:
            assert EVENT_SCOPES[event] in asked_for, event
            needed.add(EVENT_SCOPES[event])
    assert asked_for - needed <= {"files:read"}
    assert "files:read" not in asked_for or used("url_private")
    assert bot_scopes(FREE) == asked_for - PAID_SCOPES


def test_doctor_knows_the_scopes_of_the_manifest() -> None:
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) - PAID_SCOPES == SCOPES
    assert bot_scopes(MANIFEST) == SCOPES | set(OPTIONAL_SCOPES)


def test_every_function_that_the_flows_name_exists() -> None:
    names = set(re.findall(r"`((?:bot|storage)(?:\.\w+)+)`", FLOWS))
    assert len(names) > 40
    assert {name for name in names if not exists(name)} == set()


def exists(name: str) -> bool:
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            module: Any = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        try:
            reduce(getattr, parts[end:], module)
        except AttributeError:
            return False
        return True
    return False


@pytest.mark.parametrize(
    "document", ["README.md", "docs/operating.md", "docs/flows.md", "docs/decisions.md", "docs/threats.md"]
)
def test_every_link_leads_somewhere(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert [link for link in links if not link.startswith("http") and not (path.parent / link).exists()] == []


def test_the_readme_names_every_target_of_make() -> None:
    shown = subprocess.run(
        ["/usr/bin/env", "make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    targets = set(re.findall(r"^make ([a-z-]+)", shown, re.MULTILINE))
    assert {"setup", "run", "test", "check", "bench", "help"} <= targets
    assert {target for target in targets if f"make {target}" not in README} - {"setup-dev"} == set()


def test_the_readme_shows_what_it_is_a_picture_and_the_two_commands_first() -> None:
    first_screen = "\n".join(README.splitlines()[:14])
    for part in ("how do others", "docs/screens/1-react.ja.jpeg", "make run", "make test"):
        assert part in first_screen


def test_the_import_rule_names_all_that_is_storages_own() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    named = next(one for one in contracts if "public modules" in one["name"])["forbidden_modules"]
    files = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / "storage").rglob("*.py"))
    own = {
        ".".join(parts[: parts.index(part) + 1])
        for parts in (file.parts for file in files)
        for part in parts
        if re.match("_[a-z]", part)
    }
    assert set(named) == own


def test_the_changelog_has_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_every_prompt_has_the_version_that_tips_record() -> None:
    for path in (ROOT / "prompts").glob("*.md"):
        if path.name != "README.md":
            assert re.search(r'^version = "\d+"$', path.read_text("utf-8"), re.MULTILINE), path.name


def test_no_merge_was_left_half_done() -> None:
    listing = ["git", "ls-files", "-z"]
    tracked = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = [
        ROOT / name for name in tracked.split("\0") if name.endswith((".md", ".toml", ".py", ".yaml", ".ts", ".tsx"))
    ]
    assert len(texts) > 100
    assert [each for each in texts if re.search(r"^(<{7}|>{7}) ", each.read_text("utf-8"), re.MULTILINE)] == []
