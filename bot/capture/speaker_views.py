"""What other speakers and the author see about words that are not the author's alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, code_blocks, context, plain, section, sections
from bot.texts import say
from bot.texts.dates import day
from storage.records import Borrowed, Language, Tip
from storage.speakers import Speaker

Block = dict[str, Any]

SPEAKER_OK = "capture.speaker_ok"
SPEAKER_LEAVE_OUT = "capture.speaker_leave_out"
SPEAKER_NEVER = "capture.speaker_never"
REFUSE_WORDS = "capture.refuse_words"

_FIELDS = {
    "title": "capture.field_title",
    "task": "capture.field_task",
    "background": "capture.field_background",
    "reasoning": "capture.field_reasoning",
    "prompts": "capture.field_prompts",
    "tools": "capture.field_tools",
    "models": "capture.field_tools",
    "steps": "capture.field_steps",
    "outcome": "capture.field_outcome",
    "caveats": "capture.field_caveats",
    "topics": "capture.field_topics",
}


def ask(
    speaker: Speaker, words: Sequence[Borrowed], language: Language, *, capturer: str | None, due: datetime, tz: str
) -> Outgoing:
    """The one question. The author is not named: they may yet share without a name."""
    label = say(language, "consent.ask_link")
    links = " ".join(f"<{link}|{label}>" for link in speaker.links[:10]) or label
    who = say(language, "consent.asked_by", name=plain(capturer)) if capturer else say(language, "consent.ask_somebody")
    notes = [say(language, "consent.ask_until", date=day(due, language, tz)), say(language, "consent.ask_limits")]
    choices = [
        button(say(language, "consent.ok"), SPEAKER_OK, speaker.draft_id, style="primary"),
        button(say(language, "consent.leave_out"), SPEAKER_LEAVE_OUT, speaker.draft_id),
        button(say(language, "consent.never"), SPEAKER_NEVER, speaker.draft_id, style="danger"),
    ]
    blocks = [
        section(say(language, "consent.ask", capturer=who, links=links)),
        *words_of_others(words, language),
        *map(context, notes),
        actions(*choices),
    ]
    return Outgoing(say(language, "consent.ask_notification"), blocks)


def answered(speaker: Speaker, language: Language, *, never: bool = False) -> Outgoing:
    """What takes the question's place: it says none of the words any more."""
    if speaker.state == "agreed":
        text = say(language, "consent.answered_ok")
        undo = button(say(language, "consent.leave_out"), SPEAKER_LEAVE_OUT, speaker.draft_id)
        return Outgoing(text, [section(text), actions(undo)])
    return _sentence(say(language, "consent.answered_never" if never else "consent.answered_leave_out"))


def closed(language: Language) -> Outgoing:
    """The same whatever the author decided: it tells nothing of it."""
    return _sentence(say(language, "consent.closed"))


def withheld(words: Sequence[Borrowed], language: Language) -> list[Block]:
    """The part of the author's card that is not shared yet, whole: their decision is about it, too."""
    if not words:
        return []
    return [
        section(say(language, "consent.withheld")),
        *words_of_others(words, language),
        context(say(language, "consent.withheld_anonymity")),
    ]


def came_in(tip: Tip, user_id: str, words: Sequence[Borrowed], language: Language) -> Outgoing:
    """The author learns what their tip has now, and can take it out."""
    text = say(language, "consent.came_in", title=plain(tip.content.title))
    refuse = button(say(language, "consent.refuse"), REFUSE_WORDS, f"{tip.id}:{user_id}")
    blocks = [section(text), *words_of_others(words, language), actions(refuse)]
    return Outgoing(text, blocks)


def refused(tip: Tip, language: Language) -> Outgoing:
    return _sentence(say(language, "consent.refused", title=plain(tip.content.title)))


def not_in_tip(tip: Tip, language: Language) -> Outgoing:
    return _sentence(say(language, "consent.not_in_tip", title=plain(tip.content.title)))


def words_of_others(words: Sequence[Borrowed], language: Language) -> list[Block]:
    """Fields as they would be read: prompts as quotes, everything else in few blocks."""
    prose = [one for one in words if not one.field.startswith("prompts")]
    lines = "\n".join(f"• {_name(one, language)}: {plain(one.text)}" for one in prose)
    blocks = sections(lines) if lines else []
    for prompt in (one for one in words if one.field.startswith("prompts")):
        blocks.append(context(f"*{_name(prompt, language)}*"))
        blocks += [{"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in code_blocks(prompt.text)]
    return blocks


def _name(one: Borrowed, language: Language) -> str:
    return say(language, _FIELDS[one.field.partition(".")[0]])


def _sentence(text: str) -> Outgoing:
    return Outgoing(text, [section(text)])
