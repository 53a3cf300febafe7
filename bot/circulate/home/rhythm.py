"""The part of the settings on what comes unasked: digest, small questions, quiet hours; for admins cap and channels."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from bot.slack.outgoing import context, option, plain_text
from bot.texts import say
from storage.records import DigestRhythm, Language, Rhythm, WorkspaceSettings

Block = dict[str, Any]

CAPS = range(6)
"""How often a week somebody may be written to unasked, as admins choose it."""

_RHYTHMS: tuple[DigestRhythm, ...] = get_args(DigestRhythm)


def inputs(mine: Rhythm, language: Language) -> list[Block]:
    weekdays = [(say(language, f"rhythm.weekday_{day}"), str(day)) for day in range(7)]
    hours = [(f"{hour}:00", str(hour)) for hour in range(24)]
    rhythms = [(say(language, f"rhythm.{one}"), one) for one in _RHYTHMS]
    return [
        _select("digest", say(language, "rhythm.digest"), rhythms, mine.digest),
        _select("weekday", say(language, "rhythm.weekday"), weekdays, str(mine.weekday)),
        _select("hour", say(language, "rhythm.hour"), hours, str(mine.hour)),
        _select("quiet_from", say(language, "rhythm.quiet_from"), hours, str(mine.quiet_from)),
        _select("quiet_to", say(language, "rhythm.quiet_to"), hours, str(mine.quiet_to)),
        _checks("quiet", say(language, "rhythm.quiet"), _choices(language), _chosen(mine)),
        context(say(language, "rhythm.quiet_hint")),
        _select("prompts", say(language, "rhythm.prompts"), rhythms, mine.prompts),
        context(say(language, "rhythm.prompts_hint")),
    ]


def _choices(language: Language) -> list[tuple[str, str]]:
    return [(say(language, "rhythm.quiet_weekends"), "weekends"), (say(language, "rhythm.quiet_muted"), "muted")]


def _chosen(mine: Rhythm) -> list[str]:
    return [name for name, is_on in (("weekends", mine.quiet_weekends), ("muted", mine.is_muted)) if is_on]


def rules_inputs(rules: WorkspaceSettings, channels: Sequence[str], language: Language) -> list[Block]:
    """The admins' part: the cap, and channels with a digest of their own."""
    caps = [(say(language, "rhythm.cap_of", count=count), str(count)) for count in CAPS]
    chosen: Block = {"type": "multi_channels_select", "action_id": "value"}
    if channels:
        chosen["initial_channels"] = list(channels)[:100]
    digests = _input("digest_channels", say(language, "rhythm.channels"), chosen)
    return [
        _select("unasked_a_week", say(language, "rhythm.cap"), caps, str(rules.unasked_a_week)),
        {**digests, "optional": True},
        context(say(language, "rhythm.channels_hint")),
    ]


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen in the personal part, by the names of Rhythm."""

    def option(name: str) -> str:
        return str(values[name]["selected_option"]["value"])

    quiet = {one["value"] for one in values["quiet"]["selected_options"]}
    numbers = {name: int(option(name)) for name in ("weekday", "hour", "quiet_from", "quiet_to")}
    return {
        **numbers,
        "digest": option("digest"),
        "prompts": option("prompts"),
        "quiet_weekends": "weekends" in quiet,
        "is_muted": "muted" in quiet,
    }


def _select(block_id: str, label: str, choices: Sequence[tuple[str, str]], chosen: str) -> Block:
    options = [option(text, value) for text, value in choices]
    initial = next(option for option in options if option["value"] == chosen)
    element = {"type": "static_select", "action_id": "value", "options": options, "initial_option": initial}
    return _input(block_id, label, element)


def _checks(block_id: str, label: str, choices: Sequence[tuple[str, str]], chosen: Sequence[str]) -> Block:
    options = [option(text, value) for text, value in choices]
    element: Block = {"type": "checkboxes", "action_id": "value", "options": options}
    if ticked := [option for option in options if option["value"] in chosen]:
        element["initial_options"] = ticked
    return {**_input(block_id, label, element), "optional": True}


def _input(block_id: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain_text(label), "element": element}
