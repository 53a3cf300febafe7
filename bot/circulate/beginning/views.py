"""One's own threads that look worth keeping, and the first steps of hosts and admins."""

from typing import Any, get_args

from bot.circulate.beginning.scoring import Reason
from bot.circulate.beginning.service import FEW, LOOK_BACK_DAYS, Lively, OwnThread, OwnThreads
from bot.circulate.themes.views import OPEN_FIRST
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, code_block, context, divider, plain, section
from bot.texts import say
from storage.records import LEAST_PEOPLE, Language

Block = dict[str, Any]

FIND_MINE = "beginning.find_mine"
NOT_THIS = "beginning.not_this"
FIND_CHANNELS = "beginning.find_channels"
MAKE_OWN = "capture.make_own"
"""A button of the room capture."""

_LANGUAGES: tuple[Language, ...] = get_args(Language)


def offer(language: Language) -> list[Block]:
    """Home: everybody can have their own threads looked for."""
    told = section(say(language, "beginning.mine", days=LOOK_BACK_DAYS))
    find = button(say(language, "beginning.mine_find"), FIND_MINE, "find")
    return [divider(), told, actions(find)]


def looking(language: Language) -> Outgoing:
    return Outgoing(say(language, "beginning.mine_looking"))


def own_threads(found: OwnThreads, language: Language) -> Outgoing:
    """At most five, each with its first words and why; or honestly that there is none, and where was looked."""
    counts = {"looked": found.looked, "there": found.there}
    if not found.there:
        return _sentence(say(language, "beginning.mine_nowhere"))
    if not found.looked:
        return _sentence(say(language, "beginning.mine_unread", there=found.there))
    if not found.threads:
        return _sentence(say(language, "beginning.mine_none", days=LOOK_BACK_DAYS, **counts))
    text = say(language, "beginning.mine_found", days=LOOK_BACK_DAYS, **counts)
    blocks = [section(text)]
    for number, one in enumerate(found.threads):
        blocks += _own_thread(one, f"own.{number}", language)
    return Outgoing(text, [*blocks, context(say(language, "beginning.mine_foot"))])


def _own_thread(one: OwnThread, about: str, language: Language) -> list[Block]:
    """The ids of its blocks begin with `about`: one thread can be taken out of the message."""
    source = f"<{one.permalink}|{say(language, 'beginning.mine_source')}>"
    why = " · ".join([f"<#{one.channel_id}>", *(_why(reason, language) for reason in one.scored.reasons), source])
    value = f"{one.channel_id}|{one.scored.ts}"
    make = button(say(language, "beginning.mine_make"), MAKE_OWN, value, style="primary")
    leave = button(say(language, "beginning.mine_not_this"), NOT_THIS, about)
    return [
        {**section(f"*{plain(one.scored.first_words)}*"), "block_id": about},
        {**context(why), "block_id": f"{about}.why"},
        actions(make, leave, block_id=f"{about}.act"),
    ]


def _why(reason: Reason, language: Language) -> str:
    blanks = {"count": reason.count, "tool": reason.name}
    needed = {"thanked": ("count",), "reacted": ("count",), "replied": ("count",), "tool": ("tool",)}
    chosen = {name: blanks[name] for name in needed.get(reason.why, ())}
    return say(language, f"beginning.why_{reason.why}", **chosen)


def begin(language: Language, purpose: str, emoji: str, *, needs_theme: bool) -> list[Block]:
    """Home, for hosts and admins where there is hardly a tip: a theme, an invitation in both languages, whom to ask.

    `emoji`: the name of one that captures.
    """
    blocks: list[Block] = [divider(), section(say(language, "beginning.begin", few=FEW))]
    if needs_theme:
        question = plain(say(language, "themes.question_tips"))
        start = button(say(language, "beginning.begin_theme_open"), OPEN_FIRST, "format:tips", style="primary")
        blocks.append({**section(say(language, "beginning.begin_theme", question=question)), "accessory": start})
    blocks.append(section(say(language, "beginning.begin_invite")))
    in_order = sorted(_LANGUAGES, key=lambda one: one != language)
    blocks += [section(code_block(_invitation(one, purpose, emoji))) for one in in_order]
    whom = say(language, "beginning.begin_whom", people=LEAST_PEOPLE, days=LOOK_BACK_DAYS)
    find = button(say(language, "beginning.begin_whom_find"), FIND_CHANNELS, "find")
    return [*blocks, {**section(whom), "accessory": find}]


def _invitation(language: Language, purpose: str, emoji: str) -> str:
    about = {"purpose": purpose or say(language, "beginning.purpose"), "emoji": f":{emoji}:"}
    return say(language, "beginning.begin_invitation", **about)


def looking_for_channels(language: Language) -> Outgoing:
    return Outgoing(say(language, "beginning.whom_looking"))


def channels(found: Lively, language: Language) -> Outgoing:
    """Channels by name, never with a number of people: at least five stand behind each."""
    counts = {"people": LEAST_PEOPLE, "days": LOOK_BACK_DAYS, "looked": found.looked, "there": found.there}
    if not found.channel_ids:
        return _sentence(say(language, "beginning.whom_none", **counts))
    named = "\n".join(f"• <#{channel_id}>" for channel_id in found.channel_ids)
    return _sentence(say(language, "beginning.whom_found", channels=named, **counts))


def _sentence(text: str) -> Outgoing:
    return Outgoing(text, [section(text)])
