"""A tip of one's own in Home, and what came of it."""

from typing import Any

from bot.circulate.home.coming import Effect
from bot.circulate.hosting import owner_views
from bot.circulate.service import Home
from bot.slack.outgoing import actions, button, confirm, fit, plain, section
from bot.texts import say
from bot.texts.dates import full_day
from storage.records import ASKED, Care, Language, Tip

Block = dict[str, Any]

_LINE = 150
_THANKS = 2


def entry(tip: Tip, shown: Home, language: Language) -> list[Block]:
    """A tip and what its owner can do: all of it, or, where nobody else sees it, what becomes of it."""
    words = ("capture.withdraw_title", "capture.withdraw_text", "capture.withdraw", "capture.cancel")
    sure = confirm(*(say(language, word) for word in words))
    title, about, care = f"*{plain(tip.content.title)}*", _about(tip, shown, language), shown.care.get(tip.id)
    withdraw = button(say(language, "capture.withdraw"), "capture.withdraw_tip", tip.id, confirm=sure)
    if tip.is_hidden:
        keep = button(say(language, "sources.keep"), "capture.keep_tip", tip.id, style="primary")
        about = f"{about} · {say(language, 'sources.home_missing')}"
        return [section(f"{title}\n{about}"), actions(keep, withdraw)]
    if tip.is_obsolete or tip.is_merged:
        ways = [*owner_views.choices(care, tip, language), withdraw]
        return [section(f"{title}\n{about}"), actions(*ways)]
    choices = [
        button(say(language, "capture.edit"), "capture.edit_tip", tip.id),
        _name_button(tip, language),
        button(say(language, "consent.see_title"), "capture.who_can_see", tip.id),
        {**withdraw, "style": "danger"},
    ]
    if tip.id in shown.edited:
        about += f" · {say(language, 'sources.home_edited')}"
        choices.append(button(say(language, "sources.leave"), "capture.update_leave", tip.id))
    choices += _care(care, tip, language)
    lines = [title, about, *effect(shown.coming.effects.get(tip.id), language)]
    return [section("\n".join(lines)), actions(*choices)]


def _about(tip: Tip, shown: Home, language: Language) -> str:
    """When it was shared and how, and what a host asks or has noted."""
    tz = shown.person.tz
    told = [full_day(tip.published_at, language, tz)]
    if tip.comes_out_at is not None:
        told = [say(language, "home.waiting")]
    if tip.is_anonymous:
        told.append(say(language, "home.anonymous"))
    said = owner_views.note(shown.care.get(tip.id), tip, language, tz)
    return " · ".join([*told, said] if said else told)


def _care(care: Care | None, tip: Tip, language: Language) -> list[Block]:
    """What a host has asked, beside what one can do in any case; while it is not out yet there is nothing to say."""
    if tip.comes_out_at is not None:
        return []
    asked = [one for one in owner_views.choices(care, tip, language) if one["action_id"] != owner_views.EDIT]
    return asked if care is not None and care.what in ASKED else [*owner_views.for_home(tip, language), *asked]


def _name_button(tip: Tip, language: Language) -> Block:
    """A name goes by a modal that shows what is left; it comes on with the click."""
    if not tip.is_anonymous:
        return button(say(language, "consent.make_anonymous"), "capture.make_anonymous", tip.id)
    words = ("consent.make_named_title", "consent.make_named_text", "consent.make_named", "capture.cancel")
    sure = confirm(*(say(language, word) for word in words))
    return button(say(language, "consent.make_named"), "capture.make_named", tip.id, confirm=sure)


def effect(came: Effect | None, language: Language) -> list[str]:
    """Lines for the author alone: trials as a sum, what somebody said of one, thanks with their reasons."""
    if came is None:
        return []
    tried = came.trials
    lines = []
    if total := tried.worked + tried.changed + tried.failed:
        lines.append(say(language, "home.effect", total=total, worked=tried.worked + tried.changed))
    if came.line:
        lines.append(say(language, "home.effect_line", line=fit(plain(came.line), _LINE)))
    lines += [
        say(language, "home.effect_thanks", user=one.user_id, reason=fit(plain(one.reason), _LINE))
        for one in came.thanks[:_THANKS]
    ]
    return lines
