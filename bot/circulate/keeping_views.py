"""What is kept and how it goes, as people see it: the short version of docs/privacy.md, forgetting, looking after."""

from typing import Any, Literal

from bot.circulate.keeping import ORPHANS
from bot.circulate.service import Home
from bot.slack.outgoing import button, context, divider, modal, option, plain, plain_text, section
from bot.texts import say
from storage.records import Language, OldSources, WorkspaceSettings

Block = dict[str, Any]

PRIVACY_BUTTON = "home.privacy"
FORGET_BUTTON = "home.forget"
FORGET_FORM = "home.forget_form"
TAKE_OVER = "home.take_over"

_PARTS = ("read", "stored", "goes", "seen", "stop", "admins", "anonymous")

TOOLS, POLICY = 1_000, 600
"""Characters of the list of approved tools, and of the policy."""

_DAYS = (180, 365, 730, 1095)
_SLACK_DAYS = (30, 90, 180, 365, 730)
_OLD: tuple[OldSources, ...] = ("keep", "ask", "withdraw")


def privacy(language: Language, rules: WorkspaceSettings, *, model: str | None, embedder: str | None) -> Block:
    """What is read, stored and sent, who sees it, how to stop it. Models are told by name and place."""
    sent = [say(language, "keeping.goes_to", model=plain(model))] if model else []
    sent += [say(language, "keeping.goes_embedder", model=plain(embedder))] if embedder else []
    goes = "\n".join([*sent, say(language, "keeping.goes_else" if sent else "keeping.goes_nowhere")])
    kept = say(language, "keeping.kept_for_ever")
    if rules.retention_days is not None:
        kept = say(language, "keeping.kept_days", days=rules.retention_days)
    private = say(language, "keeping.private_on" if rules.private_capture else "keeping.private_off")
    more = {"read": private, "stored": kept, "goes": goes}
    if rules.open_to != "members":
        more["seen"] = say(language, "keeping.seen_guests" if rules.open_to == "guests" else "keeping.seen_everybody")
    blocks = [
        section("\n".join(filter(None, (say(language, f"keeping.privacy_{part}"), more.get(part))))) for part in _PARTS
    ]
    title, close = say(language, "keeping.privacy_title"), say(language, "keeping.close")
    return modal(title, blocks, close=close, callback_id=PRIVACY_BUTTON)


def forget_form(language: Language) -> Block:
    """The person says what becomes of what they shared; the rest goes in any case."""
    options = [option(say(language, f"keeping.forget_{choice}"), choice) for choice in ("withdraw", "keep")]
    choice: Block = {
        "type": "radio_buttons",
        "action_id": "value",
        "options": options,
        "initial_option": options[0],
    }
    blocks: list[Block] = [
        section(say(language, "keeping.forget_what")),
        {
            "type": "input",
            "block_id": "tips",
            "label": plain_text(say(language, "keeping.forget_tips")),
            "element": choice,
        },
        context(say(language, "keeping.forget_note")),
    ]
    return modal(
        say(language, "keeping.forget_title"),
        blocks,
        close=say(language, "home.form_cancel"),
        submit=say(language, "keeping.forget_yes"),
        callback_id=FORGET_FORM,
    )


def buttons(language: Language) -> list[Block]:
    return [
        button(say(language, "keeping.privacy"), PRIVACY_BUTTON, "privacy"),
        button(say(language, "keeping.forget"), FORGET_BUTTON, "forget"),
    ]


def orphans(shown: Home, language: Language) -> list[Block]:
    """For hosts and admins: tips whose author has left."""
    if not shown.orphans:
        return []
    blocks: list[Block] = [divider(), section(say(language, "keeping.orphans"))]
    for tip in shown.orphans[:ORPHANS]:
        take = button(say(language, "keeping.take_over"), TAKE_OVER, tip.id)
        blocks.append({**section(f"*{plain(tip.content.title)}*"), "accessory": take})
    return blocks


def rules_inputs(language: Language, rules: WorkspaceSettings) -> list[Block]:
    """The admins' part of the settings: for how long, and what becomes of tips whose source Slack keeps no longer."""
    old = [{"text": plain_text(say(language, f"keeping.old_{one}")), "value": one} for one in _OLD]
    chosen = next(option for option in old if option["value"] == rules.old_sources)
    radio: Block = {"type": "radio_buttons", "action_id": "value", "options": old, "initial_option": chosen}
    return [
        _days("retention", language, _DAYS, rules.retention_days),
        context(say(language, "keeping.retention_hint")),
        _days("slack_retention", language, _SLACK_DAYS, rules.slack_retention_days),
        {
            "type": "input",
            "block_id": "old_sources",
            "label": plain_text(say(language, "keeping.old_sources")),
            "element": radio,
        },
    ]


def told_of_policy(shown: Home, language: Language) -> list[Block]:
    """For hosts and admins: a sum, and only from five people on."""
    if shown.told_of_policy is None:
        return []
    return [context(say(language, "policy.sum", people=shown.told_of_policy))]


def policy_inputs(language: Language, rules: WorkspaceSettings) -> list[Block]:
    """The admins' part of the settings: approved tools, and the policy in plain words."""
    tools: Block = {"type": "plain_text_input", "action_id": "value", "max_length": TOOLS}
    words: Block = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": POLICY}
    if rules.approved_tools:
        tools["initial_value"] = ", ".join(rules.approved_tools)
    if rules.policy:
        words["initial_value"] = rules.policy
    parts = (("approved_tools", "policy.approved_tools", tools), ("policy", "policy.policy", words))
    inputs: list[Block] = [
        {
            "type": "input",
            "block_id": name,
            "optional": True,
            "label": plain_text(say(language, label)),
            "element": element,
        }
        for name, label, element in parts
    ]
    return [*inputs, context(say(language, "policy.hint"))]


def tools_of(text: str) -> list[str]:
    """What was written as approved tools: names between commas."""
    parts = text.replace("、", ",").replace("，", ",").split(",")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _days(
    name: Literal["retention", "slack_retention"], language: Language, days: tuple[int, ...], chosen: int | None
) -> Block:
    options = [{"text": plain_text(say(language, f"keeping.{name}_none")), "value": "none"}]
    every = sorted({*days, *([chosen] if chosen is not None else [])})
    options += [{"text": plain_text(say(language, "keeping.days", days=one)), "value": str(one)} for one in every]
    wanted = "none" if chosen is None else str(chosen)
    initial = next(option for option in options if option["value"] == wanted)
    element: Block = {"type": "static_select", "action_id": "value", "options": options, "initial_option": initial}
    label = plain_text(say(language, f"keeping.{name}"))
    return {"type": "input", "block_id": name, "label": label, "element": element}


def days_of(value: str) -> int | None:
    """What was chosen in one of the menus."""
    return None if value == "none" else int(value)
