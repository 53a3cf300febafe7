"""The form's screen; what is sent is read by `bot.capture.form`."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from bot.capture import replaced_views, themed_views
from bot.capture.replaced import standing
from bot.capture.tip_views import kind_name
from bot.slack.outgoing import context, modal, plain_text
from bot.texts import say
from storage.records import Kind, Language, Theme, TipContent

Block = dict[str, Any]

FORM = "capture.form"

FIELD = 3_000
"""A text field of a form holds so many characters."""


def form(
    language: Language,
    content: TipContent | None,
    *,
    draft_id: str | None = None,
    tip_id: str | None = None,
    themes: Sequence[Theme] = (),
    theme_id: str | None = None,
) -> Block:
    """The modal: a new tip, a draft to edit, or a published tip to edit. `themes`: what it may be shared under."""
    about = {"draft": draft_id, "tip": tip_id, "language": content.language if content else language}
    blocks: list[Block] = [context(say(language, "capture.form_intro"))]
    blocks += themed_views.menu(themes, theme_id, language)
    blocks += list(_inputs(language, content))
    blocks += replaced_views.secrets(standing(content).secret if content else (), language)
    long_prompts = _kept_aside(content)
    if long_prompts:
        blocks.append(context(say(language, "capture.form_long_prompts", count=len(long_prompts))))
    editing = bool(draft_id or tip_id)
    return modal(
        say(language, "capture.form_title_edit" if editing else "capture.form_title"),
        blocks,
        close=say(language, "capture.form_cancel"),
        submit=say(language, "capture.form_submit_tip" if tip_id else "capture.form_submit"),
        callback_id=FORM,
        private_metadata=json.dumps(about),
    )


def _inputs(language: Language, content: TipContent | None) -> Iterator[Block]:
    c = content or TipContent(title="-", language=language)
    yield _text("title", "capture.field_title", language, c.title if content else "", limit=150, optional=False)
    kinds = [{"text": plain_text(kind_name(kind, language)), "value": kind.value} for kind in Kind]
    chosen = next(option for option in kinds if option["value"] == c.kind.value)
    yield {
        "type": "input",
        "block_id": "kind",
        "label": plain_text(say(language, "capture.field_kind")),
        "element": {"type": "radio_buttons", "action_id": "value", "options": kinds, "initial_option": chosen},
    }
    yield _text("task", "capture.field_task", language, c.task, several=True)
    first = c.prompts[0] if c.prompts else ""
    if len(first) <= FIELD:
        yield _text("prompt", "capture.field_prompts", language, first, several=True, hint="capture.form_hint_prompt")
    tools = ", ".join((*c.tools, *c.models))
    yield _text("tools", "capture.field_tools", language, tools, limit=1_000, hint="capture.form_hint_tools")
    yield _text(
        "steps", "capture.field_steps", language, "\n".join(c.steps), several=True, hint="capture.form_hint_list"
    )
    yield _text("outcome", "capture.field_outcome", language, c.outcome, several=True)
    yield _text("caveats", "capture.field_caveats", language, c.caveats, several=True)
    yield _text("topics", "capture.field_topics", language, ", ".join(c.topics), limit=300)


def _text(
    name: str,
    label: str,
    language: Language,
    value: str,
    *,
    several: bool = False,
    limit: int = FIELD,
    optional: bool = True,
    hint: str | None = None,
) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": several, "max_length": limit}
    if value:
        element["initial_value"] = value[:limit]
    block: Block = {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": plain_text(say(language, label)),
        "element": element,
    }
    if hint:
        block["hint"] = plain_text(say(language, hint))
    return block


def _kept_aside(content: TipContent | None) -> tuple[str, ...]:
    """The prompts that the form does not show: all but the first, and the first when a field cannot hold it."""
    if content is None:
        return ()
    return content.prompts if content.prompts and len(content.prompts[0]) > FIELD else content.prompts[1:]
