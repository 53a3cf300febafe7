"""One's own drafts and tips in Home, and all of them, a page at a time, in place of Home."""

from collections.abc import Sequence
from typing import Any

from bot.circulate.home import tips
from bot.circulate.service import Home
from bot.slack.outgoing import actions, button, context, divider, header, plain, section
from bot.texts import say
from storage.records import Draft, Language

Block = dict[str, Any]

ALL = "home.mine"
NEWER = "home.mine_newer"
OLDER = "home.mine_older"
BACK = "home.back"

PAGE = 20
"""Drafts and tips on a page: at most two blocks each, of the hundred that Slack takes."""


def drafts(shown: Home, language: Language, most: int) -> list[Block]:
    """What waits for one's decision, the first of it."""
    if not shown.drafts:
        return []
    blocks = _drafts(shown.drafts[:most], language)
    if len(shown.drafts) > most:
        blocks.append(_all(language, len(shown.drafts), begins_at=0))
    return blocks


def shared(shown: Home, language: Language, most: int) -> list[Block]:
    """One's own tips with what came of them; those without one's name are here for one's own eyes alone."""
    blocks: list[Block] = [divider(), section(say(language, "home.tips"))]
    if not shown.tips:
        return [*blocks, context(say(language, "home.tips_none"))]
    for tip in shown.tips[:most]:
        blocks += tips.entry(tip, shown, language)
    if len(shown.tips) > most:
        blocks.append(_all(language, len(shown.tips), begins_at=len(shown.drafts)))
    return blocks


def page(shown: Home, language: Language, begins_at: int) -> list[Block]:
    """Of all of one's drafts and then tips, those from there on. `begins_at` counts both, from 0."""
    count = len(shown.drafts) + len(shown.tips)
    begins_at = max(0, min(begins_at, count - 1))
    ends_at = min(begins_at + PAGE, count)
    waiting = shown.drafts[begins_at:ends_at]
    of_tips = shown.tips[max(0, begins_at - len(shown.drafts)) : max(0, ends_at - len(shown.drafts))]
    blocks: list[Block] = [
        header(say(language, "home.mine_title")),
        context(say(language, "home.mine_page", first=min(begins_at + 1, count), last=ends_at, count=count)),
        actions(button(say(language, "home.mine_back"), BACK, "home")),
        *(_drafts(waiting, language) if waiting else []),
    ]
    if of_tips:
        blocks += [divider(), section(say(language, "home.tips"))]
    for tip in of_tips:
        blocks += tips.entry(tip, shown, language)
    return blocks + _ways(language, begins_at, count)


def _ways(language: Language, begins_at: int, count: int) -> list[Block]:
    ways = []
    if begins_at > 0:
        ways.append(button(say(language, "home.mine_newer"), NEWER, str(max(0, begins_at - PAGE))))
    if begins_at + PAGE < count:
        ways.append(button(say(language, "home.mine_older"), OLDER, str(begins_at + PAGE)))
    return [divider(), actions(*ways)] if ways else []


def _all(language: Language, count: int, *, begins_at: int) -> Block:
    return actions(button(say(language, "home.mine_all", count=count), ALL, str(begins_at)))


def _drafts(waiting: Sequence[Draft], language: Language) -> list[Block]:
    blocks: list[Block] = [divider(), section(say(language, "home.drafts"))]
    for draft in waiting:
        if draft.content is None:
            continue
        choices = [
            button(say(language, f"capture.{name}"), f"capture.{name}", draft.id)
            for name in ("share_named", "share_anonymously", "edit", "later", "discard")
        ]
        blocks.append(section(f"*{plain(draft.content.title)}*"))
        blocks.append(actions(*choices))
    return blocks
