"""Capture's screens: the author's card, what takes its place, the capturer's receipt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.capture import speaker_views, visibility_views
from bot.capture.replaced import standing
from bot.capture.tip_views import tip_body
from bot.conversation import Message
from bot.ports import Outgoing, Rules
from bot.slack.outgoing import (
    actions,
    button,
    confirm,
    context,
    divider,
    fit,
    option,
    plain,
    plain_text,
    section,
)
from bot.texts import say
from bot.texts.dates import day
from storage.records import Draft, Language, Tip, TipContent

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
SHARE_FROM_HOME = "home.share"
"""Home's button; Home is drawn by the room circulate."""
MAKE_OWN = "capture.make_own"
"""A button under one's own thread that looks worth keeping."""
SHARE_UNDER = "capture.share_under"
SHARE_NOTE = "capture.share_note"
SHARE_SAID = "capture.share_said"
"""Buttons of a theme's posts, drawn by the room circulate: share under it; a tip of what one said in it."""


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
    def choice(label: str, action_id: str, **more: Any) -> Block:
        return button(say(language, label), action_id, draft_id, **more)

    sure = confirm(
        say(language, "capture.discard_title"),
        say(language, "capture.discard_text"),
        say(language, "capture.discard_yes"),
        say(language, "capture.cancel"),
    )
    return [
        choice("capture.share_named", SHARE_NAMED, style="primary"),
        choice("capture.share_anonymously", SHARE_ANONYMOUSLY),
        choice("capture.edit", EDIT),
        choice("capture.later", LATER),
        choice("capture.discard", DISCARD, style="danger", confirm=sure),
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
        options = [option(one.author_name or "?", f"{draft_id}:{one.author_id}") for one in others[:100]]
        blocks.append(
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": say(language, "capture.receipt_wrong_author")},
                "accessory": {
                    "type": "static_select",
                    "action_id": SET_AUTHOR,
                    "placeholder": plain_text(say(language, "capture.receipt_choose")),
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
