"""A theme's posts in its channel, and its section in Home."""

from collections.abc import Collection, Sequence
from typing import Any

from bot.circulate.beginning.purpose import purpose_line
from bot.circulate.themes.service import Current
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, confirm, context, divider, fit, header, packed, plain, quote
from bot.slack.outgoing import section as paragraph
from bot.texts import say
from bot.texts.dates import day
from storage.records import Kind, Language, Learned, Theme, Tip

Block = dict[str, Any]

OPEN = "themes.open"
OPEN_FIRST = "themes.open_first"
"""The same beside the first question, in the Home of an empty place."""
SHARE_UNDER = "capture.share_under"
"""A button of the room capture."""
FOLLOW = "follows.theme"
"""A button of follows."""
SAY = "themes.say"
"""Followed by the part of the retrospective."""
COLLECT = "themes.collect"
WRAP = "themes.wrap"
CLOSE = "themes.close"

PARTS = ("helped", "failed", "unused")

_REMINDED = 5
_LISTED = 20
_BODY, _BODY_WEIGHT = 38, 9_500
"""What a wrap-up takes of a message, so that its owner's choices fit beside it."""
_HOME = 3
_TITLE = 100


def kickoff(theme: Theme, tz: str, emoji: str, *, purpose: str = "") -> Outgoing:
    """What opens a theme: what for, what is asked, and one tap to share.

    `emoji`: the name of one that captures; `purpose`: the workspace's own line.
    """
    language = theme.language
    told = context(purpose_line(purpose, language))
    blocks = [header(say(language, "themes.title", name=theme.name)), *_asked(theme), told]
    owner = say(language, "themes.owner", owner=theme.owner_id) if theme.owner_id else ""
    if not theme.is_open or theme.state == "wrapping":
        over = "themes.retro_ended" if theme.format == "retro" else "themes.ended"
        blocks.append(context(say(language, over)))
    elif theme.format == "retro":
        until = say(language, "themes.retro_until")
        buttons = [button(say(language, f"themes.say_{part}"), f"{SAY}:{part}", f"{theme.id}:{part}") for part in PARTS]
        buttons.append(button(say(language, "themes.collect"), COLLECT, theme.id))
        notes = [context(" · ".join(filter(None, (owner, until)))), context(say(language, "themes.retro_how"))]
        blocks += [actions(*buttons), *notes]
    else:
        until = say(language, "themes.until", date=day(theme.ends_at, language, tz))
        notes = [
            context(" · ".join(filter(None, (owner, until)))),
            context(say(language, "themes.how", emoji=f":{emoji}:")),
        ]
        blocks += [_share(theme), *notes]
    return Outgoing(say(language, "themes.notification", name=plain(theme.name)), blocks)


def _asked(theme: Theme) -> list[Block]:
    return [paragraph(plain(theme.purpose)), *quote(theme.question)]


def _share(theme: Theme) -> Block:
    label = say(theme.language, "themes.share")
    return actions(button(label, SHARE_UNDER, theme.id, style="primary"), _follow(theme, theme.language))


def _follow(theme: Theme, language: Language) -> Block:
    return button(say(language, "follows.open"), FOLLOW, theme.id)


def reminder(theme: Theme, tips: Sequence[Tip], tz: str, *, guests: bool = False) -> Outgoing:
    """What has come so far. `tips`: those that everybody in the channel may see; with `guests` there is no telling."""
    language = theme.language
    date, name = day(theme.ends_at, language, tz), plain(theme.name)
    key = "themes.reminder" if tips else "themes.reminder_guests" if guests else "themes.reminder_none"
    lead = say(language, key, name=name, count=len(tips), date=date)
    blocks = [paragraph(lead), *quote(theme.question)]
    if tips:
        blocks.append(paragraph("\n".join(_line(tip, language) for tip in tips[:_REMINDED])))
    if len(tips) > _REMINDED:
        blocks.append(context(say(language, "themes.more", count=len(tips) - _REMINDED)))
    if theme.state == "running":
        blocks += [_share(theme), *_to_thread(theme)]
    else:
        blocks.append(context(say(language, "themes.ended")))
    return Outgoing(lead, blocks)


def _to_thread(theme: Theme) -> list[Block]:
    if not theme.permalink:
        return []
    return [context(f"<{theme.permalink}|{say(theme.language, 'themes.thread')}>")]


def wrap_up(theme: Theme, tips: Sequence[Tip], questions: Sequence[str]) -> Outgoing:
    """What was learned, by whom or without a name, and which questions stay open."""
    language = theme.language
    text = say(language, "themes.wrapup", name=theme.name)
    return Outgoing(plain(text), [header(text), *wrap_up_body(theme, tips, questions)])


def wrap_up_body(theme: Theme, tips: Sequence[Tip], questions: Sequence[str]) -> list[Block]:
    language = theme.language
    blocks = [*quote(theme.question)]
    learned = [one for one in theme.learned if not one.is_own]
    if learned:
        blocks += [paragraph(f"*{say(language, 'themes.learned')}*"), _lines(learned)]
    own = [one for one in theme.learned if one.is_own]
    if own and theme.owner_id:
        blocks += [paragraph(say(language, "themes.own_words", owner=theme.owner_id)), _lines(own)]
    for kind in Kind:
        of_kind = [tip for tip in tips[:_LISTED] if tip.content.kind is kind]
        if of_kind:
            title = say(language, f"capture.kind_{kind.value}")
            blocks.append(paragraph("\n".join([f"*{title}*", *(_line(tip, language) for tip in of_kind)])))
    if len(tips) > _LISTED:
        blocks.append(context(say(language, "themes.more", count=len(tips) - _LISTED)))
    if questions:
        blocks.append(paragraph(f"*{say(language, 'themes.still_open')}*"))
        blocks += [block for text in questions for block in quote(fit(text, 300))]
    shown, *more = packed([[block] for block in blocks], blocks=_BODY, weight=_BODY_WEIGHT)
    cut = [context(say(language, "themes.cut"))] if more else []
    return [*shown, *cut, context(say(language, "themes.thanks", name=plain(theme.name)))]


def _lines(learned: Sequence[Learned]) -> Block:
    return paragraph("\n".join(f"• {plain(one.text)}" for one in learned))


def _line(tip: Tip, language: Language) -> str:
    by = f"<@{tip.author_id}>" if tip.author_id else say(language, "themes.anonymous")
    link = f" · <{tip.permalink}|{say(language, 'answer.source')}>" if tip.permalink else ""
    return f"• *{fit(plain(tip.content.title), _TITLE)}* – {by}{link}"


def section(
    shown: Sequence[Current], language: Language, tz: str, *, may_start: bool, followed: Collection[str] = ()
) -> list[Block]:
    """Home: the themes that are on, for everybody; for hosts to begin one, and to end what is theirs."""
    if not shown and not may_start:
        return []
    blocks: list[Block] = [divider(), paragraph(say(language, "themes.home"))]
    for one in shown[:_HOME]:
        blocks += _at_home(one, language, tz, is_followed=one.theme.id in followed)
    if may_start:
        label = say(language, "themes.start")
        blocks.append(actions(button(label, OPEN, "format:tips")))
    return blocks


def _at_home(one: Current, language: Language, tz: str, *, is_followed: bool) -> list[Block]:
    theme = one.theme
    about = f"*{plain(theme.name)}* – {plain(theme.purpose)}\n{fit(plain(theme.question), 300)}"
    notes = [f"<#{theme.channel_id}>", say(language, "themes.until", date=day(theme.ends_at, language, tz))]
    if one.tips:
        notes.append(say(language, "themes.count", count=one.tips))
    if theme.permalink:
        notes.append(f"<{theme.permalink}|{say(language, 'themes.thread')}>")
    running = theme.state == "running" and theme.format != "retro"
    buttons = [button(say(language, "themes.share"), SHARE_UNDER, theme.id)] if running else []
    if running and not is_followed:
        buttons.append(_follow(theme, language))
    if one.may_manage:
        words = ("themes.close_title", "themes.close_text", "themes.close", "themes.cancel")
        sure = confirm(*(say(language, word) for word in words))
        if theme.format != "retro":
            label = "themes.wrap_now" if theme.state == "running" else "themes.wrap_again"
            buttons.append(button(say(language, label), WRAP, theme.id))
        else:
            buttons.append(button(say(language, "themes.collect"), COLLECT, theme.id))
        buttons.append(button(say(language, "themes.close"), CLOSE, theme.id, confirm=sure))
    row = [actions(*buttons)] if buttons else []
    return [paragraph(about), context(" · ".join(notes)), *row]
