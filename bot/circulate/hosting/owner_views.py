"""What a tip's owner is asked or told about it: in their DM, and in Home beside the tip."""

from typing import Any, cast

from bot.conversation import Person
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, confirm, context, fit, plain, section
from bot.slack.tip import kept_for, shared
from bot.texts import say
from bot.texts.dates import full_day
from storage.records import ASKED, Care, CareWhat, Language, ReportReason, Tip

Block = dict[str, Any]

VERIFY = "hosting.own_verify"
OBSOLETE = "hosting.own_obsolete"
BACK = "hosting.own_back"
SEEN = "hosting.own_seen"
EDIT = "capture.edit_tip"

_TITLE = 150
_SAID: dict[CareWhat, str] = {
    "stale": "hosting.ask_stale",
    "retired": "hosting.ask_retired",
    "thin": "hosting.ask_thin",
    "report": "hosting.ask_report",
    "obsolete": "hosting.told_obsolete",
    "merged": "hosting.told_merged",
    "joined": "hosting.told_joined",
}


def card(care: Care, tip: Tip, reader: Person, language: Language, *, other: Tip | None = None) -> Outgoing:
    """A question or a notice for a named author, or for who looks after their tip: they read whose it is.

    The day and the link tell which tip it is: two may have one title. `other`: the tip that it was merged with, if they
    may see it.
    """
    title = fit(plain(tip.content.title), _TITLE)
    with_it = fit(plain(other.content.title), _TITLE) if other else "…"
    values = {"title": title, "about": plain(care.about), "reason": _reason(care, language), "other": with_it}
    text = say(language, _SAID[care.what], **values)
    if care.what == "merged" and tip.author_id == reader.id:
        joint = "" if language == "ja" else " "
        text = f"{text}{joint}{say(language, 'hosting.told_merged_named')}"
    _, *when = shared(tip, language, reader.tz)
    which = [*kept_for(tip, reader.id, language), *when]
    return Outgoing(text, [section(text), context(" · ".join(which)), actions(*choices(care, tip, language))])


def choices(care: Care | None, tip: Tip, language: Language) -> list[Block]:
    """What the owner can do about it now."""
    edit = button(say(language, "hosting.own_edit"), EDIT, tip.id)
    if tip.is_merged:
        return [button(say(language, "hosting.own_part"), BACK, tip.id)]
    if tip.is_obsolete:
        return [edit, button(say(language, "hosting.own_back"), BACK, tip.id)]
    if care is None:
        return []
    if care.what == "thin":
        return [edit, button(say(language, "hosting.fine"), SEEN, tip.id)]
    if care.what in ASKED:
        holds = button(say(language, "hosting.own_verify"), VERIFY, tip.id)
        gone = button(say(language, "hosting.own_obsolete"), OBSOLETE, tip.id)
        return [holds, edit, gone]
    return [button(say(language, "hosting.own_seen"), SEEN, tip.id)]


def for_home(tip: Tip, language: Language) -> list[Block]:
    """What an owner can say of a tip at any time: that it holds, or that it is out of date."""
    words = ("hosting.sure_obsolete_title", "hosting.sure_obsolete_text", "hosting.sure_obsolete_yes", "hosting.cancel")
    sure = confirm(*(say(language, word) for word in words))
    return [
        button(say(language, "hosting.own_verify"), VERIFY, tip.id),
        button(say(language, "hosting.own_obsolete"), OBSOLETE, tip.id, confirm=sure),
    ]


def note(care: Care | None, tip: Tip, language: Language, tz: str) -> str:
    """What stands beside a tip in its owner's Home; empty when there is nothing to say."""
    if tip.is_merged:
        return say(language, "hosting.note_merged")
    if tip.is_obsolete:
        return say(language, "hosting.note_obsolete")
    if care is not None:
        return say(language, f"hosting.note_{care.what}", about=plain(care.about), reason=_reason(care, language))
    if tip.verified_at is not None:
        return say(language, "hosting.note_verified", date=full_day(tip.verified_at, language, tz))
    return ""


def _reason(care: Care, language: Language) -> str:
    return say(language, f"hosting.reason_{cast('ReportReason', care.about)}") if care.what == "report" else ""
