"""My tips in Home, and what came of them."""

from typing import Any

from bot.circulate.home.coming import Effect
from bot.circulate.service import Home
from bot.slack.outgoing import button, confirm, context, fit, plain, section
from bot.texts import say
from bot.texts.dates import full_day
from storage.records import Language, Tip

Block = dict[str, Any]

_LINE = 150
_THANKS = 2


def mine(shown: Home, language: Language, most: int) -> list[Block]:
    """One's own tips with what came of them; those without one's name are here for one's own eyes alone."""
    blocks: list[Block] = [{"type": "divider"}, section(say(language, "home.tips"))]
    if not shown.tips:
        return [*blocks, context(say(language, "home.tips_none"))]
    sure = confirm(
        *(say(language, f"capture.{word}") for word in ("withdraw_title", "withdraw_text", "withdraw", "cancel"))
    )
    for tip in shown.tips[:most]:
        about = full_day(tip.published_at, language, shown.person.tz)
        if tip.is_anonymous:
            about += f" · {say(language, 'home.anonymous')}"
        if tip.comes_out_at is not None:
            about = f"{say(language, 'home.waiting')} · {say(language, 'home.anonymous')}"
        if tip.is_hidden:
            keep = button(say(language, "sources.keep"), "capture.keep_tip", tip.id, style="primary")
            withdraw = button(say(language, "capture.withdraw"), "capture.withdraw_tip", tip.id, confirm=sure)
            note = say(language, "sources.home_missing")
            blocks.append(section(f"*{plain(tip.content.title)}*\n{about} · {note}"))
            blocks.append({"type": "actions", "elements": [keep, withdraw]})
            continue
        if tip.id in shown.edited:
            about += f" · {say(language, 'sources.home_edited')}"
        choices = [
            button(say(language, "capture.edit"), "capture.edit_tip", tip.id),
            _name_button(tip, language),
            button(say(language, "consent.see_title"), "capture.who_can_see", tip.id),
            button(say(language, "capture.withdraw"), "capture.withdraw_tip", tip.id, style="danger", confirm=sure),
        ]
        if tip.id in shown.edited:
            choices.append(button(say(language, "sources.leave"), "capture.update_leave", tip.id))
        lines = [f"*{plain(tip.content.title)}*", about, *effect(shown.coming.effects.get(tip.id), language)]
        blocks.append(section("\n".join(lines)))
        blocks.append({"type": "actions", "elements": choices})
    if len(shown.tips) > most:
        blocks.append(context(say(language, "home.tips_more", count=len(shown.tips) - most)))
    return blocks


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
