"""Capture's screens: the author's card, the capturer's receipt, the form."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from bot.capture import replaced_views, speaker_views, themed_views, visibility_views
from bot.capture.replaced import standing
from bot.conversation import Message
from bot.ports import Outgoing, Rules
from bot.slack.outgoing import (
    actions,
    button,
    code_blocks,
    confirm,
    context,
    divider,
    fit,
    modal,
    packed,
    plain,
    section,
    sections,
    weight_of,
)
from bot.texts import say
from bot.texts.dates import day
from storage.records import Draft, Kind, Language, Theme, Tip, TipContent

Block = dict[str, Any]

SHARE_NAMED = "capture.share_named"
SHARE_ANONYMOUSLY = "capture.share_anonymously"
EDIT = "capture.edit"
LATER = "capture.later"
DISCARD = "capture.discard"
EDIT_TIP = "capture.edit_tip"
WITHDRAW_TIP = "capture.withdraw_tip"
MAKE_ANONYMOUS = "capture.make_anonymous"
MAKE_NAMED = "capture.make_named"
CONFIRM_EMOJI = "capture.confirm_emoji"
DECLINE_EMOJI = "capture.decline_emoji"
SET_AUTHOR = "capture.set_author"
FORM = "capture.form"
SHARE_FROM_HOME = "home.share"
"""Home's button; Home is drawn by the room circulate."""
MAKE_OWN = "capture.make_own"
"""A button under one's own thread that looks worth keeping."""
SHARE_UNDER = "capture.share_under"
SHARE_NOTE = "capture.share_note"
SHARE_SAID = "capture.share_said"
"""Buttons of a theme's posts, drawn by the room circulate: share under it; a tip of what one said in it."""

FIELD = 3_000
"""A text field of a form holds so many characters."""

_BLOCKS_FOR_WORDS = 38
_WEIGHT_FOR_WORDS = 10_800


def kind_name(kind: Kind, language: Language) -> str:
    return say(language, f"capture.kind_{kind.value}")


def tip_body(
    content: TipContent,
    language: Language,
    *,
    beside: Sequence[Block] = (),
    blocks: int = _BLOCKS_FOR_WORDS,
    weight: int = _WEIGHT_FOR_WORDS,
) -> list[Block]:
    """The words of a tip: what is asked of a reader is a glance, so empty fields are left out.

    `beside`: other blocks of words on the same card, which are shown whole. `blocks`, `weight`: how much fits.
    """
    groups = [[section(f"*{plain(content.title)}*\n_{kind_name(content.kind, language)}_")]]
    groups += [
        sections(f"*{say(language, f'capture.field_{name}')}*\n{plain(text)}")
        for name in ("task", "background", "reasoning", "outcome", "caveats")
        if (text := getattr(content, name))
    ]
    if content.steps:
        steps = "\n".join(f"{number}. {plain(step)}" for number, step in enumerate(content.steps, start=1))
        groups.append(sections(f"*{say(language, 'capture.field_steps')}*\n{steps}"))
    for prompt in content.prompts:
        parts = [section(part) for part in code_blocks(prompt)]
        groups.append([context(f"*{say(language, 'capture.field_prompts')}*"), *parts])
    named = ", ".join(plain(name) for name in (*content.tools, *content.models))
    if named:
        groups.append([context(f"{say(language, 'capture.field_tools')}: {named}")])
    shown, *more = packed(groups, blocks=blocks - len(beside), weight=weight - weight_of(beside))
    return [*shown, context(say(language, "capture.card_cut"))] if more else shown


def made_with(label: str, language: Language) -> str | None:
    """How the draft came about; None for a person's own words."""
    if label == "plain":
        return say(language, "capture.card_made_plain")
    return None if label in ("", "author", "import") else say(language, "capture.card_made_with", model=plain(label))


def card(
    draft: Draft,
    language: Language,
    *,
    capturer: str | None,
    due: datetime,
    tz: str,
    told: Sequence[Block] = (),
) -> Outgoing:
    """The author's card: the draft, who would see it, who may know anyway, and the five choices.

    `told`: what else the author is told, and nobody else: the theme, the workspace's approved tools.
    """
    content = draft.content
    if content is None:
        return Outgoing(say(language, "capture.card_gone"))
    withheld = speaker_views.withheld(draft.withheld, language)
    body = tip_body(content, language, beside=withheld)
    blocks = [section(_intro(draft, language, capturer)), divider(), *body, *withheld, divider()]
    from_a_thread = draft.source.kind in ("thread", "message")
    who_knows = say(language, "capture.card_anonymity" if from_a_thread else "capture.card_anonymity_own")
    notes = [_who_sees(draft, language), who_knows]
    notes += [say(language, "capture.card_due", date=day(due, language, tz))]
    notes += [say(language, "consent.card_stop")] if from_a_thread else []
    stands = standing(content)
    notes += [say(language, "replaced.card")] if stands.harmless or stands.secret else []
    if made := made_with(draft.made_with, language):
        notes.append(made)
    blocks += [context(note) for note in notes]
    blocks += told
    blocks.append(actions(*_choices(draft.id, language), block_id="capture.decision"))
    return Outgoing(say(language, "capture.card_notification", title=fit(plain(content.title), 150)), blocks)


def _intro(draft: Draft, language: Language, capturer: str | None) -> str:
    if draft.question_id is not None:
        return say(language, "capture.card_intro_question")
    if capturer is None:
        return say(language, "capture.card_intro_own")
    place = say(language, "capture.card_intro_plain_place")
    if draft.source.permalink and draft.source.channel_id:
        place = f"<{draft.source.permalink}|{place}> (<#{draft.source.channel_id}>)"
    return say(language, "capture.card_intro", capturer=plain(capturer), place=place)


def _who_sees(draft: Draft, language: Language) -> str:
    if draft.visibility.channel_id is None:
        return say(language, "capture.card_visible_workspace")
    return say(language, "capture.card_visible_channel", channel=f"<#{draft.visibility.channel_id}>")


def _choices(draft_id: str, language: Language) -> list[Block]:
    def choice(name: str, action_id: str, **more: Any) -> Block:
        return button(say(language, f"capture.{name}"), action_id, draft_id, **more)

    sure = confirm(
        say(language, "capture.discard_title"),
        say(language, "capture.discard_text"),
        say(language, "capture.discard_yes"),
        say(language, "capture.cancel"),
    )
    return [
        choice("share_named", SHARE_NAMED, style="primary"),
        choice("share_anonymously", SHARE_ANONYMOUSLY),
        choice("edit", EDIT),
        choice("later", LATER),
        choice("discard", DISCARD, style="danger", confirm=sure),
    ]


def shared_named(tip: Tip, language: Language) -> Outgoing:
    """What stands in the card's place after it was shared with a name."""
    text = say(language, "capture.card_shared_named", title=plain(tip.content.title))
    return Outgoing(text, [section(text), actions(*tip_buttons(tip, language))])


def tip_buttons(tip: Tip, language: Language) -> list[Block]:
    """What an owner can do with a tip that is shared."""
    sure = confirm(
        say(language, "capture.withdraw_title"),
        say(language, "capture.withdraw_text"),
        say(language, "capture.withdraw"),
        say(language, "capture.cancel"),
    )
    return [
        button(say(language, "capture.edit"), EDIT_TIP, tip.id),
        name_button(tip, language),
        button(say(language, "consent.see_title"), visibility_views.WHO_CAN_SEE, tip.id),
        button(say(language, "capture.withdraw"), WITHDRAW_TIP, tip.id, style="danger", confirm=sure),
    ]


def name_button(tip: Tip, language: Language) -> Block:
    """Takes the name off, after the modal that shows what is left, or puts it on."""
    if not tip.is_anonymous:
        return button(say(language, "consent.make_anonymous"), MAKE_ANONYMOUS, tip.id)
    sure = confirm(
        say(language, "consent.make_named_title"),
        say(language, "consent.make_named_text"),
        say(language, "consent.make_named"),
        say(language, "capture.cancel"),
    )
    return button(say(language, "consent.make_named"), MAKE_NAMED, tip.id, confirm=sure)


def hours(rules: Rules) -> int:
    """Within how many hours a tip without a name comes out, as its author is told."""
    return -(-rules.anonymous_delay_minutes // 60)


def sentence(text: str) -> Outgoing:
    """A message of one sentence of ours."""
    return Outgoing(text, [section(text)])


def receipt(text: str, draft_id: str, language: Language, others: Sequence[Message]) -> Outgoing:
    """What the capturer gets. `others`: who else spoke in the thread, should the author be somebody else."""
    blocks = [section(text)]
    if others:
        options = [
            {
                "text": {"type": "plain_text", "text": fit(one.author_name or "?", 75)},
                "value": f"{draft_id}:{one.author_id}",
            }
            for one in others[:100]
        ]
        blocks.append(
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": say(language, "capture.receipt_wrong_author")},
                "accessory": {
                    "type": "static_select",
                    "action_id": SET_AUTHOR,
                    "placeholder": {"type": "plain_text", "text": say(language, "capture.receipt_choose")},
                    "options": options,
                },
            }
        )
    return Outgoing(text, blocks)


def first_emoji(language: Language, emoji: str, value: str) -> Outgoing:
    """Asked once, before the first thread is read."""
    text = say(language, "capture.first_emoji", emoji=emoji)
    buttons = [
        button(say(language, "capture.first_emoji_yes"), CONFIRM_EMOJI, value, style="primary"),
        button(say(language, "capture.first_emoji_no"), DECLINE_EMOJI, value),
    ]
    return Outgoing(text, [section(text), actions(*buttons)])


def offer_form(language: Language, draft_id: str, content: TipContent) -> Outgoing:
    """The answer to "share: …": messages carry no trigger, so a button opens the form."""
    text = say(language, "capture.dm_offer")
    open_it = button(say(language, "capture.dm_offer_button"), EDIT, draft_id, style="primary")
    title = section(f"*{plain(content.title)}*")
    return Outgoing(text, [section(text), title, actions(open_it)])


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
    yield _text("title", language, c.title if content else "", limit=150, optional=False)
    kinds = [{"text": _words(kind_name(kind, language)), "value": kind.value} for kind in Kind]
    chosen = next(option for option in kinds if option["value"] == c.kind.value)
    yield {
        "type": "input",
        "block_id": "kind",
        "label": _words(say(language, "capture.field_kind")),
        "element": {"type": "radio_buttons", "action_id": "value", "options": kinds, "initial_option": chosen},
    }
    yield _text("task", language, c.task, several=True)
    first = c.prompts[0] if c.prompts else ""
    if len(first) <= FIELD:
        yield _text("prompt", language, first, several=True, label="prompts", hint="capture.form_hint_prompt")
    tools = ", ".join((*c.tools, *c.models))
    yield _text("tools", language, tools, limit=1_000, hint="capture.form_hint_tools")
    yield _text("steps", language, "\n".join(c.steps), several=True, hint="capture.form_hint_list")
    yield _text("outcome", language, c.outcome, several=True)
    yield _text("caveats", language, c.caveats, several=True)
    yield _text("topics", language, ", ".join(c.topics), limit=300)


def _text(
    name: str,
    language: Language,
    value: str,
    *,
    several: bool = False,
    limit: int = FIELD,
    optional: bool = True,
    label: str | None = None,
    hint: str | None = None,
) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": several, "max_length": limit}
    if value:
        element["initial_value"] = value[:limit]
    block: Block = {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": _words(say(language, f"capture.field_{label or name}")),
        "element": element,
    }
    if hint:
        block["hint"] = _words(say(language, hint))
    return block


def _words(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _kept_aside(content: TipContent | None) -> tuple[str, ...]:
    """The prompts that the form does not show: all but the first, and the first when a field cannot hold it."""
    if content is None:
        return ()
    return content.prompts if content.prompts and len(content.prompts[0]) > FIELD else content.prompts[1:]
