"""What redaction replaced in a draft: its author sees it, and puts back what is harmless. Secrets stay out.

A value is never kept for that. Of a thread it is found again in Slack, of one's own words in the form as it was sent.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.errors import Refused
from bot.ports import World
from bot.trust import consent
from bot.trust.redaction import harmless, restore
from bot.trust.redaction.kinds import PLACEHOLDER, class_of, kind_of
from storage.records import Draft, TipContent


@dataclass(frozen=True, slots=True)
class Standing:
    """The placeholders in a text, as they come: those that may be put back, and those that stand for secrets."""

    harmless: tuple[str, ...]
    secret: tuple[str, ...]


def standing(content: TipContent) -> Standing:
    found = {match.group(): match for text in texts_of(content) for match in PLACEHOLDER.finditer(text)}
    secrets = [one for one, match in found.items() if class_of(kind_of(match[1])) == "secret"]
    return Standing(tuple(one for one in found if one not in secrets), tuple(secrets))


def texts_of(content: TipContent) -> Iterator[str]:
    """Every text of a tip, as it stands."""
    for value in content.model_dump(mode="json", exclude={"kind", "language", "prompts_edited"}).values():
        yield from [value] if isinstance(value, str) else value


def values(world: World, draft: Draft) -> Mapping[str, str]:
    """What the harmless placeholders of a thread's draft stand for, read anew; empty where that cannot be read.

    Raises SlackUnavailable.
    """
    source = draft.source
    if draft.content is None or source.kind != "thread" or source.channel_id is None or source.message_ts is None:
        return {}
    wanted = standing(draft.content).harmless
    if not wanted:
        return {}
    try:
        thread = world.reading.thread(source.channel_id, source.message_ts)
        thread = consent.heard(world, draft.team_id, thread, source.message_ts)
    except Refused:
        return {}
    found = harmless([message.text for message in thread])
    return {placeholder: found[placeholder] for placeholder in wanted if placeholder in found}


def put_back(content: TipContent, chosen: Collection[str], known: Mapping[str, str]) -> TipContent:
    """The content with the chosen placeholders turned back. What does not fit into its field stays as it is."""
    told = content.model_dump(mode="json")
    for name, value in told.items():
        if isinstance(value, str) and name not in ("kind", "language"):
            told[name] = restore(value, chosen, known)
        elif isinstance(value, list):
            told[name] = [restore(one, chosen, known) for one in value]
    try:
        return TipContent.model_validate(told)
    except ValueError:
        return content


def put_back_before(content: TipContent | None) -> frozenset[str]:
    """Harmless values that stand in a content: its author put them there, and is not asked again."""
    return frozenset(harmless(list(texts_of(content))).values()) if content is not None else frozenset()
