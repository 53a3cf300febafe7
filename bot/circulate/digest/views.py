"""What is new, as people see it: in a digest, a notice, a channel, Home; and a tip to be read in place."""

from collections.abc import Sequence
from typing import Any

from bot.circulate.beginning.purpose import purpose_line
from bot.circulate.company import views as company
from bot.circulate.digest.service import Item
from bot.circulate.follows.views import OPEN as FOLLOW
from bot.circulate.follows.views import what
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, context, divider, fit, modal, plain, section
from bot.slack.thanked import thanked as thanks_shown
from bot.slack.tip import body, shared
from bot.texts import say
from storage.follows import TERMS
from storage.records import Kind, Language, Thanks, Tip

Block = dict[str, Any]

READ = "digest.read"
MUTE = "digest.mute"
UNMUTE = "digest.unmute"
THANK = "thanks.open"
COPY_PROMPT = "answer.copy_prompt"
SETTINGS = "home.settings"

_SAID = 200
_FIELD = 900


def reason(one: Item, language: Language) -> str:
    """Why it is here: what is followed, one's question, or a channel."""
    if one.why == "own_question":
        return say(language, "digest.why_own_question")
    if one.why == "channel":
        return say(language, "digest.why_channel", channel=f"<#{one.about}>")
    if one.why in TERMS and not one.about:
        return say(language, "digest.why_follow")
    return say(language, "digest.why_followed", name=what(one.why, one.theme or one.about, language))


def item(one: Item, language: Language, tz: str) -> list[Block]:
    """A tip in three blocks: what it is, why it is here, what one can do. A worry is not quoted."""
    content = one.tip.content
    if content.kind is Kind.WORRY:
        wants = section(f"*{say(language, 'company.digest')}*")
        return [wants, context(reason(one, language)), company.row(one.tip, language, reads=True)]
    said = fit(plain(content.outcome or content.task), _SAID)
    title = f"*{plain(content.title)}*"
    about = [reason(one, language), *shared(one.tip, language, tz)]
    buttons = [button(say(language, "digest.read"), READ, one.tip.id)]
    if content.prompts:
        buttons.append(button(say(language, "ways.copy_prompt"), COPY_PROMPT, one.tip.id))
    if content.topics or content.tools:
        buttons.append(button(say(language, "follows.open"), FOLLOW, one.tip.id))
    if not one.tip.is_imported:
        buttons.append(button(say(language, "thanks.open"), THANK, one.tip.id))
    return [
        section(f"{title}\n{said}" if said else title),
        context(" · ".join(about)),
        actions(*buttons),
    ]


def digest(items: Sequence[Item], language: Language, tz: str, *, purpose: str, is_first: bool) -> Outgoing:
    """A personal digest; the first one says what it is and for what."""
    text = say(language, "digest.title", count=len(items))
    blocks = [section(f"*{text}*")]
    if is_first:
        told = [say(language, "digest.first"), purpose_line(purpose, language)]
        blocks.append(context("\n".join(told)))
    for one in items:
        blocks += item(one, language, tz)
    return Outgoing(text, [*blocks, *_foot(language)])


def notice(items: Sequence[Item], language: Language, tz: str) -> Outgoing:
    """News of what somebody follows, between two digests."""
    text = say(language, "digest.notice", count=len(items))
    blocks = [section(f"*{text}*")]
    for one in items:
        blocks += item(one, language, tz)
    return Outgoing(text, [*blocks, *_foot(language)])


def for_channel(items: Sequence[Item], language: Language, tz: str) -> Outgoing:
    """A channel's digest: what everybody there may see."""
    text = say(language, "digest.channel_title", count=len(items))
    blocks = [section(f"*{text}*")]
    for one in items:
        blocks += item(one, language, tz)
    return Outgoing(text, [*blocks, context(say(language, "digest.channel_foot"))])


def home(items: Sequence[Item], language: Language, tz: str) -> list[Block]:
    """What is new for somebody, in Home."""
    if not items:
        return []
    blocks: list[Block] = [divider(), section(say(language, "digest.home"))]
    for one in items:
        blocks += item(one, language, tz)
    return blocks


def _foot(language: Language) -> list[Block]:
    buttons = [
        button(say(language, "digest.mute"), MUTE, "mute"),
        button(say(language, "home.settings"), SETTINGS, "settings"),
    ]
    return [actions(*buttons)]


def muted(language: Language) -> Outgoing:
    text = say(language, "digest.muted")
    return Outgoing(text, [{**section(text), "accessory": button(say(language, "digest.unmute"), UNMUTE, "unmute")}])


def tip_modal(tip: Tip, language: Language, tz: str, *, thanked: Sequence[Thanks] = ()) -> Block:
    """A tip to be read where one is."""
    content = tip.content
    blocks = [section(f"*{plain(content.title)}*  _{say(language, f'capture.kind_{content.kind.value}')}_")]
    blocks += [*body(tip, language, tz, letters=_FIELD), *thanks_shown(thanked, language)]
    if content.kind is Kind.WORRY:
        blocks.append(company.row(tip, language))
    return _modal(blocks, language)


def gone(language: Language) -> Block:
    return _modal([section(say(language, "digest.gone"))], language)


def _modal(blocks: list[Block], language: Language) -> Block:
    return modal(say(language, "digest.read_title"), blocks, close=say(language, "keeping.close"))
