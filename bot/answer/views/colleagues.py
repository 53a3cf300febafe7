"""Asking colleagues: the form, the post, what its asker is told, and the form for a reply."""

import json
from collections.abc import Mapping
from typing import Any

from bot.answer.colleagues import Ways
from bot.answer.service import QUESTION
from bot.answer.views.tip import tip_card
from bot.ports import Outgoing
from bot.slack.outgoing import (
    actions,
    button,
    confirm,
    context,
    fit,
    modal,
    notice,
    option,
    plain,
    plain_text,
    section,
    sections,
)
from bot.texts import say
from bot.texts.dates import full_day
from storage.records import Language, OpenQuestion, Tip

Block = dict[str, Any]

ASK_FORM = "questions.ask_form"
ECHO = "questions.echo"
ANSWER = "questions.answer"
SOLVED = "questions.solved"
NOT_YET = "questions.not_yet"
CLOSE = "questions.close"
KEEP = "questions.keep"
WIDEN = "questions.widen"
REPLY_FORM = "capture.question_reply"
"""The form for a reply is opened here; what is sent becomes a draft in the room capture."""

REPLY = 3_000
_QUOTED = 1_200


def ask_form(
    language: Language, about: Mapping[str, Any], text: str, where: Ways, *, same: OpenQuestion | None, public: bool
) -> Block:
    """What will be asked, under which name, and who will see it. `same`: a near-identical question is open already.

    `public`: the bot was asked where others read along.
    """
    blocks: list[Block] = []
    if same is not None:
        echo = button(say(language, "questions.echo"), ECHO, same.id, style="primary")
        blocks += [section(say(language, "questions.form_same")), quoted(same), actions(echo)]
        blocks += [context(link) for link in _link(same, language)]
        blocks.append(section(say(language, "questions.form_same_else")))
    blocks += [_text_input(language, "questions.form_text", text, QUESTION), _names(language)]
    blocks += [context(note) for note in _who_sees(language, where)]
    blocks.append(context(say(language, "questions.form_anonymity")))
    if public:
        blocks.append(context(say(language, "questions.form_public")))
    about = {**about, "same": same.id if same else None}
    return _modal(language, ASK_FORM, "questions.form_title", "questions.form_submit", blocks, json.dumps(about))


def _names(language: Language) -> Block:
    options = [option(say(language, f"questions.form_{name}"), name) for name in ("named", "anonymous")]
    element = {"type": "radio_buttons", "action_id": "value", "options": options, "initial_option": options[0]}
    return {
        "type": "input",
        "block_id": "name",
        "label": plain_text(say(language, "questions.form_name")),
        "element": element,
    }


def _who_sees(language: Language, where: Ways) -> list[str]:
    if where.channel is not None and where.channel.is_private:
        return [say(language, "questions.form_to_private", channel=f"<#{where.channel.id}>")]
    listed = say(language, "questions.form_listed")
    if where.channel is not None:
        return [say(language, "questions.form_to_channel", channel=f"<#{where.channel.id}>"), listed]
    if where.people:
        names = say(language, "questions.and").join(plain(person.name) for person in where.people)
        return [say(language, "questions.form_to_people", people=names), listed]
    return [say(language, "questions.form_to_nobody"), listed]


def sentence_modal(language: Language, text: str) -> Block:
    return notice(say(language, "questions.form_title"), text, say(language, "questions.form_done"))


def post(question: OpenQuestion, *, to: Language | None = None) -> Outgoing:
    """The question where it is asked: in a channel in its own language, in somebody's DM (`to`) in theirs."""
    language = to or question.language
    if not question.is_open and not question.text:
        gone = say(language, "questions.post_withdrawn")
        return Outgoing(gone, [section(gone)])
    lead = _lead(question, language, routed=to is not None)
    blocks = [section(lead), quoted(question)]
    if question.is_open:
        count = f" ({question.echoes})" if question.echoes else ""
        buttons = [button(f"{say(language, 'questions.echo')}{count}", ECHO, question.id)]
        if to is not None:
            buttons.insert(0, button(say(language, "questions.answer"), ANSWER, question.id, style="primary"))
        blocks.append(actions(*buttons))
        blocks.append(context(say(language, "questions.post_routed_how" if to else "questions.post_how")))
    else:
        blocks.append(context(say(language, f"questions.post_{'solved' if question.state == 'solved' else 'closed'}")))
    return Outgoing(f"{lead} {fit(plain(question.text), 200)}", blocks)


def _lead(question: OpenQuestion, language: Language, *, routed: bool) -> str:
    what = "routed" if routed else "post"
    if question.asker_id is None:
        return say(language, f"questions.{what}_anonymous")
    return say(language, f"questions.{what}_named", asker=f"<@{question.asker_id}>")


def quoted(question: OpenQuestion) -> Block:
    lines = fit(plain(question.text), _QUOTED).splitlines() or ["…"]
    return section("\n".join(f"> {line}" for line in lines))


def receipt(language: Language, question: OpenQuestion, people: int) -> Outgoing:
    """What its asker gets."""
    if question.state == "withdrawn":
        text = say(language, "questions.closed")
    elif question.is_anonymous:
        text = say(language, "questions.receipt_anonymous")
    elif question.post is not None:
        text = say(language, "questions.receipt_channel", permalink=question.permalink or "")
    else:
        text = say(language, "questions.receipt_people" if people else "questions.receipt_listed", count=people)
    return Outgoing(text, [section(text)])


def joined(language: Language, same: OpenQuestion) -> Outgoing:
    """Somebody else was quicker with the same question."""
    text = say(language, "questions.joined")
    echo = button(say(language, "questions.echo"), ECHO, same.id, style="primary")
    links = [context(link) for link in _link(same, language)]
    return Outgoing(text, [section(text), quoted(same), actions(echo), *links])


def solution(language: Language, question: OpenQuestion, tip: Tip, tz: str) -> Outgoing:
    """A tip that may answer a question, for somebody who has it."""
    text = say(language, "questions.solution")
    value = f"{question.id}:{tip.id}"
    buttons = [
        button(say(language, "questions.solved"), SOLVED, value, style="primary"),
        button(say(language, "questions.not_yet"), NOT_YET, value),
    ]
    blocks = [
        section(text),
        quoted(question),
        *tip_card(tip, 1, language, tz),
        actions(*buttons),
    ]
    return Outgoing(f"{text} {plain(tip.content.title)}", blocks)


def reminder(language: Language, question: OpenQuestion, tz: str) -> Outgoing:
    """Nobody replied: its asker says what becomes of it."""
    text = say(language, "questions.reminder", date=full_day(question.closes_at, language, tz))
    buttons = [
        button(say(language, "questions.widen"), WIDEN, question.id, style="primary"),
        button(say(language, "questions.keep"), KEEP, question.id),
        button(say(language, "questions.close"), CLOSE, question.id, confirm=sure(language)),
    ]
    return Outgoing(text, [section(text), quoted(question), actions(*buttons)])


def sure(language: Language) -> Block:
    return confirm(
        say(language, "questions.close_title"),
        say(language, "questions.close_text"),
        say(language, "questions.close"),
        say(language, "questions.form_cancel"),
    )


def expired(language: Language, question: OpenQuestion) -> Outgoing:
    text = say(language, "questions.expired")
    return Outgoing(text, [section(text), quoted(question)])


def reply_form(language: Language, question: OpenQuestion) -> Block:
    """For a reply where there is no thread to write in; it becomes a draft that its author decides on."""
    blocks = [
        *sections(say(language, "questions.reply_intro")),
        quoted(question),
        _text_input(language, "questions.reply_text", "", REPLY),
    ]
    about = json.dumps({"question": question.id})
    return _modal(language, REPLY_FORM, "questions.reply_title", "questions.reply_submit", blocks, about)


def _link(question: OpenQuestion, language: Language) -> list[str]:
    if not question.permalink:
        return []
    return [f"<{question.permalink}|{say(language, 'questions.open_thread')}>"]


def _text_input(language: Language, label: str, text: str, limit: int) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": limit}
    if text:
        element["initial_value"] = text[:limit]
    return {"type": "input", "block_id": "text", "label": plain_text(say(language, label)), "element": element}


def _modal(language: Language, callback: str, title: str, submit: str, blocks: list[Block], about: str) -> Block:
    return modal(
        say(language, title),
        blocks,
        close=say(language, "questions.form_cancel"),
        submit=say(language, submit),
        callback_id=callback,
        private_metadata=about,
    )
