"""A tip wherever it is shown: who shared it and when, what is known of it, and what it says."""

from typing import Any

from bot.slack.outgoing import code_blocks, context, fit, plain, section
from bot.texts import say
from bot.texts.dates import full_day
from storage.records import Language, Tip

_PROMPTS = 2


def shared(tip: Tip, language: Language, tz: str) -> list[str]:
    """Who shared it, when, and the way to the original, as parts of a line."""
    link = [f"<{tip.permalink}|{say(language, 'answer.source')}>"] if tip.permalink else []
    return [shared_by(tip, language), full_day(tip.published_at, language, tz), *link]


def shared_by(tip: Tip, language: Language) -> str:
    """Who shared it; that it was without a name, or was imported and has no author."""
    if tip.author_id:
        return say(language, "answer.by_author", author=tip.author_id)
    return say(language, "answer.by_import" if tip.is_imported else "answer.by_anonymous")


def kept_for(tip: Tip, reader_id: str, language: Language) -> list[str]:
    """Whose tip it is that the reader looks after, as parts of a line; nothing of one's own."""
    if tip.author_id == reader_id:
        return []
    return [say(language, "keeping.you_look_after"), shared_by(tip, language)]


def origin(tip: Tip, language: Language, tz: str) -> str:
    """Whether it was verified, with what, who shared it and when, made by what, and the way to the original."""
    content = tip.content
    told = []
    if tip.verified_at is not None:
        day = full_day(tip.verified_at, language, tz)
        told.append(say(language, f"answer.verified_{tip.verified_by or 'host'}", date=day))
    if named := ", ".join(plain(name) for name in (*content.tools, *content.models)):
        told.append(say(language, "answer.tried_with", tools=named))
    who, when, *link = shared(tip, language, tz)
    told += [who, when]
    if tip.made_with == "plain":
        told.append(say(language, "answer.made_plain"))
    elif tip.made_with not in ("", "author", "import"):
        told.append(say(language, "answer.made_with", model=plain(tip.made_with)))
    return " · ".join([*told, *link])


def body(
    tip: Tip, language: Language, tz: str, *, letters: int, prompt_blocks: int | None = None
) -> list[dict[str, Any]]:
    """All below its title: what it says and where it comes from.

    `letters`: characters of a field. `prompt_blocks`: a prompt that takes more is left out; None: none is.
    """
    content = tip.content
    blocks = []
    if content.task:
        blocks.append(section(fit(plain(content.task), letters)))
    if content.steps:
        steps = "\n".join(f"{place}. {plain(step)}" for place, step in enumerate(content.steps, start=1))
        blocks.append(section(f"*{say(language, 'answer.steps')}*\n{fit(steps, letters * 2)}"))
    label = say(language, "answer.prompt_edited" if content.prompts_edited else "answer.prompt")
    for prompt in content.prompts[:_PROMPTS]:
        parts = code_blocks(prompt)
        if prompt_blocks is None or len(parts) <= prompt_blocks:
            blocks += [context(label), *map(section, parts)]
    for name in ("outcome", "caveats"):
        if text := getattr(content, name):
            blocks.append(section(f"*{say(language, f'answer.{name}')}*: {fit(plain(text), letters)}"))
    return [*blocks, context(origin(tip, language, tz))]
