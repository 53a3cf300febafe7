"""One tip as a card."""

from collections.abc import Sequence
from typing import Any

from bot.answer.reception import Reception
from bot.answer.views.ways_on import card_row, sums
from bot.slack.outgoing import code_blocks, context, fit, plain, section
from bot.slack.thanked import thanked
from bot.texts import say
from bot.texts.dates import full_day
from storage.records import Also, Language, Tip

Block = dict[str, Any]

_FIELD = 600
_PROMPTS = 2
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
    blocks: list[Block] = [{"type": "divider"}, section(f"*[{number}] {plain(content.title)}*  _{kind}_")]
    if content.task:
        blocks.append(section(fit(plain(content.task), _FIELD)))
    if content.steps:
        steps = "\n".join(f"{place}. {plain(step)}" for place, step in enumerate(content.steps, start=1))
        blocks.append(section(f"*{say(language, 'answer.steps')}*\n{fit(steps, _FIELD * 2)}"))
    prompt_label = say(language, "answer.prompt_edited" if content.prompts_edited else "answer.prompt")
    for prompt in content.prompts[:_PROMPTS]:
        parts = code_blocks(prompt)
        if len(parts) <= _PROMPT_BLOCKS:
            blocks.append(context(prompt_label))
            blocks += [section(part) for part in parts]
    for name in ("outcome", "caveats"):
        if text := getattr(content, name):
            blocks.append(section(f"*{say(language, f'answer.{name}')}*: {fit(plain(text), _FIELD)}"))
    blocks.append(context(_origin(tip, language, tz)))
    if received.also:
        blocks.append(context(_also(received.also, language)))
    said = [*sums(received.trials, language), *thanked(received.thanks, language)]
    return [*blocks, *said, *card_row(tip, language)]


def _also(also: Sequence[Also], language: Language) -> str:
    """Others who shared the same, each with the way to where they did."""
    source = say(language, "answer.source")
    told = [f"<@{one.author_id}>" + (f" (<{one.permalink}|{source}>)" if one.permalink else "") for one in also[:_ALSO]]
    return say(language, "answer.also_from", people=say(language, "follows.and").join(told))


def _origin(tip: Tip, language: Language, tz: str) -> str:
    """With what, who or "anonymous", when, made by what, and the way to the original."""
    content = tip.content
    told = []
    if tip.verified_at is not None:
        day = full_day(tip.verified_at, language, tz)
        told.append(say(language, f"answer.verified_{tip.verified_by or 'host'}", date=day))
    if named := ", ".join(plain(name) for name in (*content.tools, *content.models)):
        told.append(say(language, "answer.tried_with", tools=named))
    if tip.author_id:
        told.append(say(language, "answer.by_author", author=tip.author_id))
    else:
        told.append(say(language, "answer.by_anonymous" if tip.is_anonymous else "answer.by_import"))
    told.append(full_day(tip.published_at, language, tz))
    if tip.made_with == "plain":
        told.append(say(language, "answer.made_plain"))
    elif tip.made_with not in ("", "author", "import"):
        told.append(say(language, "answer.made_with", model=plain(tip.made_with)))
    if tip.permalink:
        told.append(f"<{tip.permalink}|{say(language, 'answer.source')}>")
    return " · ".join(told)
