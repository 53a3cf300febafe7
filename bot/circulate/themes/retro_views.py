"""An AI retrospective: the small form, what was said in the thread, the summary, and the offer to make a tip of it."""

from collections.abc import Sequence
from typing import Any

from bot.circulate.themes.views import PARTS
from bot.ports import Outgoing
from bot.slack.outgoing import (
    actions,
    button,
    context,
    header,
    modal,
    notice,
    option,
    packed,
    plain,
    plain_text,
    quote,
    section,
)
from bot.texts import say
from storage.records import Language, NotePart, Theme, ThemeNote

Block = dict[str, Any]

NOTE_FORM = "themes.note_form"
SHARE_NOTE = "capture.share_note"
"""A button of the room capture."""

NOTE = 500
"""Characters of what somebody says."""


def note_form(theme: Theme, part: NotePart, language: Language, *, unnamed: bool) -> Block:
    """`unnamed`: whether so many people read the channel that one may speak without a name."""
    text: Block = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": NOTE}
    label = plain_text(say(language, f"themes.say_{part}"))
    blocks: list[Block] = [{"type": "input", "block_id": "text", "label": label, "element": text}]
    if unnamed:
        options = [option(say(language, f"themes.note_{how}"), how) for how in ("named", "unnamed")]
        radio = {"type": "radio_buttons", "action_id": "value", "options": options, "initial_option": options[0]}
        name = plain_text(say(language, "themes.note_name"))
        blocks.append({"type": "input", "block_id": "name", "label": name, "element": radio})
    blocks.append(context(say(language, "themes.note_unnamed_how" if unnamed else "themes.note_few")))
    return modal(
        say(language, "themes.name_retro"),
        blocks,
        close=say(language, "themes.cancel"),
        submit=say(language, "themes.note_submit"),
        callback_id=NOTE_FORM,
        private_metadata=f"{theme.id}:{part}",
    )


def sentence_modal(language: Language, text: str) -> Block:
    return notice(say(language, "themes.home_title"), text, say(language, "keeping.close"))


def said(note: ThemeNote, language: Language) -> Outgoing:
    """A contribution in the thread."""
    by = f"<@{note.author_id}>" if note.author_id else say(language, "themes.anonymous")
    text = f"*{say(language, f'themes.part_{note.part}')}* · {by}"
    return Outgoing(text, [section(text), *quote(note.text)])


def summary(theme: Theme, notes: Sequence[ThemeNote]) -> list[Outgoing]:
    """What was said, grouped by the three questions, in as many messages as it needs."""
    language = theme.language
    title = say(language, "themes.summary", name=theme.name)
    if not notes:
        return [Outgoing(plain(title), [header(title), section(say(language, "themes.summary_none"))])]
    groups: list[list[Block]] = [[header(title)]]
    for part in PARTS:
        of_part = [note for note in notes if note.part == part]
        groups.append([section(f"*{say(language, f'themes.part_{part}')}* ({len(of_part)})")])
        groups += [[*quote(note.text), context(_by(note, language))] for note in of_part]
    groups.append([context(say(language, "themes.summary_how"))])
    return [Outgoing(plain(title), blocks) for blocks in packed(groups)]


def _by(note: ThemeNote, language: Language) -> str:
    return f"<@{note.author_id}>" if note.author_id else say(language, "themes.anonymous")


def offer(theme: Theme, notes: Sequence[ThemeNote], language: Language) -> Outgoing:
    """For somebody who spoke with their name: each of their notes can become a tip, by their own decision."""
    text = say(language, "themes.offer_notes", name=plain(theme.name))
    blocks = [section(text)]
    for note in notes[:10]:
        make = button(say(language, "themes.make_tip"), SHARE_NOTE, note.id)
        blocks += [*quote(note.text), actions(make)]
    return Outgoing(text, blocks)
