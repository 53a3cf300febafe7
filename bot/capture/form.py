"""What the form's fields say, checked: a tip's content, or a sentence at each field that is wrong."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.capture.form_views import FIELD
from bot.capture.replaced_views import FOUND, REPLACED
from bot.capture.themed_views import MENU, NONE
from bot.texts import say
from bot.trust.redaction import harmless, redact_all
from storage.records import Kind, Language, TipContent

_LINE = 300


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form that was sent: what it is about, its fields as TipContent takes them, and what is wrong with them.

    `restore`: placeholders of the thread whose values its author wants back. `found`: harmless values of the form
    itself, by placeholder, about which they have not been asked; they are for their eyes and are not kept. `theme`: the
    chosen one, "" for none, None where nothing was asked.
    """

    draft_id: str | None
    tip_id: str | None
    fields: Mapping[str, Any]
    has_prompt_field: bool
    errors: Mapping[str, str]
    restore: tuple[str, ...] = ()
    found: Mapping[str, str] = field(default_factory=dict)
    theme: str | None = None


def about(view: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The draft and the tip that a form is about."""
    told = json.loads(view.get("private_metadata") or "{}")
    return told.get("draft"), told.get("tip")


def read(view: Mapping[str, Any], language: Language, allowed: Collection[str] = ()) -> Submitted:
    """Reads a view_submission. Secrets and personal data are replaced here, before anything is stored.

    `allowed`: harmless values that stand in what is edited; their author put them back before.
    """
    told_language = json.loads(view.get("private_metadata") or "{}").get("language", language)
    values = view["state"]["values"]
    told = {block: _value(inputs) for block, inputs in values.items()}
    errors: dict[str, str] = {}
    if not 1 <= len(told.get("title", "").strip()) <= 150:  # noqa: PLR2004 - the record's own limit
        errors["title"] = say(language, "capture.form_error_title")
    for name in ("task", "prompt", "steps", "outcome", "caveats"):
        if len(told.get(name, "")) > FIELD:
            errors[name] = say(language, "capture.form_error_long", limit=FIELD)
    tools, topics = _list(told.get("tools", "")), _list(told.get("topics", ""))
    for name, several in (("tools", tools), ("topics", topics)):
        if any(len(one) > _LINE for one in several):
            errors[name] = say(language, "capture.form_error_tools")
    written = {
        "title": [told.get("title", "").strip()],
        "task": [told.get("task", "")],
        "prompts": [told["prompt"]] if told.get("prompt", "").strip() else [],
        "tools": tools,
        "steps": [line.strip() for line in told.get("steps", "").splitlines() if line.strip()],
        "outcome": [told.get("outcome", "")],
        "caveats": [told.get("caveats", "")],
        "topics": topics,
    }
    asked, chosen = _chosen(values, FOUND)
    said = [text for several in written.values() for text in several]
    known = {one: value for one, value in harmless(said).items() if value not in allowed}
    clean = _redacted(written, {*allowed, *(known[one] for one in chosen if one in known)})
    fields = {
        **clean,
        **{name: "".join(clean[name]) for name in ("task", "outcome", "caveats")},
        "title": "".join(clean["title"])[:150],
        "kind": told.get("kind") or Kind.PRACTICE.value,
        "language": told_language,
    }
    return Submitted(
        *about(view),
        fields,
        "prompt" in values,
        errors,
        _chosen(values, REPLACED)[1],
        {} if asked else known,
        "" if told.get(MENU) == NONE else told.get(MENU),
    )


def _chosen(values: Mapping[str, Any], block: str) -> tuple[bool, tuple[str, ...]]:
    """Whether it was asked what may come back, and what was chosen."""
    if block not in values:
        return False, ()
    element: Mapping[str, Any] = next(iter(values[block].values()), {})
    options = element.get("selected_options") or []
    return True, tuple(str(option["value"]) for option in options)


def merged(before: TipContent | None, fields: Mapping[str, Any], *, has_prompt_field: bool) -> TipContent:
    """The fields of a form over what there was: what the form does not show stays."""
    told = dict(fields)
    if before is not None:
        shown = before.prompts[:1] if has_prompt_field else ()
        told["prompts"] = [*told["prompts"], *before.prompts[len(shown) :]]
        told["prompts_edited"] = before.prompts_edited or tuple(told["prompts"]) != before.prompts
        told["background"], told["reasoning"] = before.background, before.reasoning
        kept = set(before.models)
        told["models"] = [name for name in told["tools"] if name in kept]
        told["tools"] = [name for name in told["tools"] if name not in kept]
    return TipContent.model_validate(told)


def _value(inputs: Mapping[str, Any]) -> str:
    element: Mapping[str, Any] = next(iter(inputs.values()), {})
    chosen = element.get("selected_option")
    return str(chosen["value"]) if chosen else str(element.get("value") or "")


def _list(text: str) -> list[str]:
    parts = text.replace("、", ",").replace("，", ",").split(",")
    return [part.strip() for part in parts if part.strip()][:20]


def _redacted(written: Mapping[str, Sequence[str]], allowed: Collection[str]) -> dict[str, list[str]]:
    """All fields redacted as one text: two values never get the same placeholder."""
    done = iter(redact_all([text for several in written.values() for text in several], allowed=allowed))
    return {name: [next(done).text for _ in several] for name, several in written.items()}
