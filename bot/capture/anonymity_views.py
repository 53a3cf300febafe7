"""The modal before a tip is shared without a name: exactly what will stand there, and what was taken out for it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.capture.tip_views import tip_body
from bot.capture.visibility_views import EVERYBODY, newcomers
from bot.slack.outgoing import actions, button, context, divider, fit, modal, plain, plain_text, section
from bot.texts import say
from bot.trust.unnamed import Unnamed
from storage.records import Language, OpenTo

Block = dict[str, Any]

FORM = "capture.anonymous_form"
NAMED_FORM = "capture.named_instead_form"
WIDER = "capture.wider"
WIDER_YES = "capture.wider_yes"

_BLOCKS, _WEIGHT = 80, 200_000
"""Of the words: a modal holds more than a message, and nothing may be left out here."""

_TAKEN = 20
_VALUE = 80
MORE = 1_000
"""Characters of the field for what shall be taken out besides."""


def reading(language: Language) -> Block:
    """While the words are looked at."""
    return _modal(language, [section(say(language, "anonymity.reading"))])


def notice(language: Language, text: str) -> Block:
    """Why it cannot be shared without a name."""
    return _modal(language, [section(text)])


def too_few(language: Language, text: str, about: Mapping[str, Any]) -> Block:
    """Why not, and what its author can do instead: show it with their name there, or to the workspace without it."""
    wider = button(say(language, "anonymity.wider"), WIDER, str(about["id"]))
    blocks = [section(text), actions(wider), context(say(language, "anonymity.wider_note"))]
    if about["of"] == "tip":
        return {**_modal(language, blocks), "private_metadata": json.dumps(about)}
    submit = plain_text(say(language, "capture.share_named"))
    return {**_modal(language, blocks, about=about), "callback_id": NAMED_FORM, "submit": submit}


def wider(language: Language, about: Mapping[str, Any], people: int | None, open_to: OpenTo = "members") -> Block:
    """Nobody new reads it before its author saw who that is. `people`: how many, where it is known."""
    yes = button(say(language, "consent.widen_yes"), WIDER_YES, str(about["id"]), style="primary")
    blocks = [
        section(newcomers(EVERYBODY, people, language, open_to)),
        context(say(language, "consent.widen_note")),
        context(say(language, "anonymity.wider_then")),
        actions(yes),
    ]
    return {**_modal(language, blocks), "private_metadata": json.dumps(about)}


def confirm(
    shown: Unnamed,
    language: Language,
    *,
    about: Mapping[str, Any],
    hours: int,
    from_a_thread: bool,
    is_shared: bool,
    has_model: bool,
) -> Block:
    """The exact text. `about` is given back with the form; without a model its author confirms that they looked."""
    content = shown.content
    blocks = [
        section(say(language, "anonymity.exactly")),
        divider(),
        *tip_body(content, language, blocks=_BLOCKS, weight=_WEIGHT),
    ]
    if content.topics:
        topics = ", ".join(plain(topic) for topic in content.topics)
        blocks.append(context(f"{say(language, 'capture.field_topics')}: {topics}"))
    blocks += [divider(), *_taken(shown, language)]
    if content.prompts_edited:
        blocks.append(context(say(language, "anonymity.prompt_edited")))
    who_knows = say(language, "capture.card_anonymity" if from_a_thread else "capture.card_anonymity_own")
    when = say(language, "anonymity.stays" if is_shared else "anonymity.when", hours=hours)
    blocks += [context(who_knows), context(when)]
    if about["to_all"]:
        blocks.append(context(f"{say(language, 'consent.see_label')} {say(language, 'consent.see_workspace')}"))
    more: Block = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": MORE}
    blocks.append(
        {
            "type": "input",
            # another id each time: Slack keeps what was typed into a field that stays
            "block_id": more_id(str(about["digest"])),
            "optional": True,
            "label": plain_text(say(language, "anonymity.more")),
            "hint": plain_text(say(language, "anonymity.more_hint")),
            "element": more,
        }
    )
    if not has_model:
        blocks += [context(say(language, "anonymity.plain")), _looked(language)]
    return _modal(language, blocks, about={**about, "must_look": not has_model})


def more_id(digest: str) -> str:
    """The field's id on the screen that shows the words of this digest."""
    return f"more.{digest[:12]}"


def _taken(shown: Unnamed, language: Language) -> list[Block]:
    """What was changed, before and after, for its author's eyes."""
    if not shown.taken:
        return [context(say(language, "anonymity.taken_none"))]
    listed = [
        f"• {plain(one.placeholder)} ← {plain(fit(one.value.replace('`', ''), _VALUE))}" for one in shown.taken[:_TAKEN]
    ]
    if len(shown.taken) > _TAKEN:
        listed.append(say(language, "anonymity.taken_more", count=len(shown.taken) - _TAKEN))
    return [section("\n".join([say(language, "anonymity.taken"), *listed]))]


def _looked(language: Language) -> Block:
    option = {"text": plain_text(say(language, "anonymity.looked")), "value": "looked"}
    element: Block = {"type": "checkboxes", "action_id": "value", "options": [option]}
    label = plain_text(say(language, "anonymity.looked_label"))
    # optional: with words to take out besides, the next screen is the one to confirm
    return {"type": "input", "block_id": "looked", "optional": True, "label": label, "element": element}


def _modal(language: Language, blocks: Sequence[Block], *, about: Mapping[str, Any] | None = None) -> Block:
    return modal(
        say(language, "anonymity.title"),
        blocks,
        close=say(language, "capture.cancel"),
        submit=None if about is None else say(language, "anonymity.yes"),
        callback_id=FORM,
        private_metadata=None if about is None else json.dumps(about),
    )
