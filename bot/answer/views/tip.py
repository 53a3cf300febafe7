"""One tip as a card."""

from collections.abc import Sequence
from typing import Any

from bot.answer.reception import Reception
from bot.answer.views.ways_on import card_row, sums
from bot.slack.outgoing import context, divider, plain, section
from bot.slack.thanked import thanked
from bot.slack.tip import body
from bot.texts import say
from storage.records import Also, Language, Tip

Block = dict[str, Any]

_FIELD = 600
_PROMPT_BLOCKS = 4
_ALSO = 5


def tip_card(
    tip: Tip,
    number: int,
    language: Language,
    tz: str,
    received: Reception = Reception(),  # noqa: B008 - a frozen value
) -> list[Block]:
    """One tip: what it is about, its prompt, outcome, caveats, where it comes from, its reception, the ways on."""
    content = tip.content
    kind = say(language, f"capture.kind_{content.kind.value}")
    blocks: list[Block] = [divider(), section(f"*[{number}] {plain(content.title)}*  _{kind}_")]
    blocks += body(tip, language, tz, letters=_FIELD, prompt_blocks=_PROMPT_BLOCKS)
    if received.also:
        blocks.append(context(_also(received.also, language)))
    said = [*sums(received.trials, language), *thanked(received.thanks, language)]
    return [*blocks, *said, *card_row(tip, language)]


def _also(also: Sequence[Also], language: Language) -> str:
    """Others who shared the same, each with the way to where they did."""
    source = say(language, "answer.source")
    told = [f"<@{one.author_id}>" + (f" (<{one.permalink}|{source}>)" if one.permalink else "") for one in also[:_ALSO]]
    return say(language, "answer.also_from", people=say(language, "follows.and").join(told))
