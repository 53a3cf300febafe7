"""What an author is shown when the conversation behind their tip was edited, or is missing in Slack."""

from typing import Any

from bot.capture.sources import mark_of
from bot.capture.tip_views import tip_body
from bot.capture.views import EDIT_TIP, WITHDRAW_TIP
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, confirm, context, divider, fit, plain, section
from bot.slack.tip import kept_for
from bot.texts import say
from storage.records import Language, Tip, TipContent

Block = dict[str, Any]

UPDATE_TAKE = "capture.update_take"
UPDATE_EDIT = "capture.update_edit"
UPDATE_LEAVE = "capture.update_leave"
KEEP = "capture.keep_tip"

_TITLE = 150


def update(tip: Tip, proposal: TipContent | None, language: Language, *, again: bool = False) -> Outgoing:
    """The card: the tip as the conversation reads now, whole, and the author's choices.

    `again`: somebody marked the conversation again; else it was edited.

    Without a proposal the author has put words of their own in place, and only they know what the edit means for them.
    """
    title = fit(plain(tip.content.title), _TITLE)
    leave = button(say(language, "sources.leave"), UPDATE_LEAVE, tip.id)
    edit = button(say(language, "capture.edit"), EDIT_TIP, tip.id)
    if proposal is None:
        text = say(language, "sources.marked_own" if again else "sources.edited_own", title=title)
        return Outgoing(text, [section(text), actions(edit, leave)])
    text = say(language, "sources.marked" if again else "sources.edited", title=title)
    choices = [
        button(say(language, "sources.take"), UPDATE_TAKE, f"{tip.id}:{mark_of(proposal)}", style="primary"),
        button(say(language, "capture.edit"), UPDATE_EDIT, tip.id),
        leave,
    ]
    body = [section(text), divider(), *tip_body(proposal, language), divider()]
    note = context(say(language, "sources.edited_note"))
    return Outgoing(text, [*body, note, actions(*choices)])


def said_otherwise(tip: Tip, language: Language) -> Outgoing:
    """Words of somebody else went out of the tip, since they say something else now."""
    text = say(language, "sources.said_otherwise", title=fit(plain(tip.content.title), _TITLE))
    edit = button(say(language, "capture.edit"), EDIT_TIP, tip.id)
    return Outgoing(text, [section(text), actions(edit)])


def missing(tip: Tip, reader_id: str, language: Language) -> Outgoing:
    """Nobody sees the tip until its author, or who looks after it instead, says whether it stays."""
    text = say(language, "sources.missing", title=fit(plain(tip.content.title), _TITLE))
    whose = kept_for(tip, reader_id, language)
    kept = [context(" · ".join(whose))] if whose else []
    return Outgoing(text, [section(text), *kept, actions(*missing_buttons(tip, language))])


def missing_buttons(tip: Tip, language: Language) -> list[Block]:
    words = ("capture.withdraw_title", "capture.withdraw_text", "capture.withdraw", "capture.cancel")
    sure = confirm(*(say(language, word) for word in words))
    return [
        button(say(language, "sources.keep"), KEEP, tip.id, style="primary"),
        button(say(language, "capture.withdraw"), WITHDRAW_TIP, tip.id, style="danger", confirm=sure),
    ]
