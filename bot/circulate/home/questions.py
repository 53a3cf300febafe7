"""Open questions in Home: one's own, with what may answer them, and those of colleagues."""

from typing import Any

from bot.circulate.service import Asked, Home, Listed
from bot.slack.outgoing import actions, button, confirm, context, divider, fit, plain, section
from bot.slack.tip import shared
from bot.texts import say
from bot.texts.dates import full_day
from storage.records import Language, OpenQuestion, Tip

Block = dict[str, Any]

FOLLOW = "follows.question"

_TEXT = 300


def asked(shown: Home, language: Language, most: int) -> list[Block]:
    """One's own open questions; those without one's name are here for one's own eyes alone."""
    if not shown.asked:
        return []
    blocks: list[Block] = [divider(), section(say(language, "home.asked"))]
    for one in shown.asked[:most]:
        blocks += _own(one, language, shown.person.tz)
    if more := shown.asked_more + max(0, len(shown.asked) - most):
        blocks.append(context(say(language, "home.asked_more", count=more)))
    return blocks


def _own(one: Asked, language: Language, tz: str) -> list[Block]:
    question = one.question
    notes = [full_day(question.opened_at, language, tz)]
    if question.is_anonymous:
        notes.append(say(language, "home.asked_anonymous"))
    if question.state == "waiting":
        notes.append(say(language, "home.asked_waiting"))
    blocks = [section(_text(question)), context(" · ".join(notes))]
    for tip in one.tips:
        blocks += _answer(question, tip, language, tz)
    buttons: list[Block] = []
    if question.reminded_at is not None and question.replied_at is None:
        blocks.append(context(say(language, "home.asked_no_reply")))
        buttons.append(button(say(language, "questions.widen"), "questions.widen", question.id))
        buttons.append(button(say(language, "questions.keep"), "questions.keep", question.id))
    buttons.append(button(say(language, "questions.close"), "questions.close", question.id, confirm=_sure(language)))
    return [*blocks, actions(*buttons)]


def _answer(question: OpenQuestion, tip: Tip, language: Language, tz: str) -> list[Block]:
    content = tip.content
    said = "\n".join(fit(plain(text), _TEXT) for text in (content.task, content.outcome) if text)
    value = f"{question.id}:{tip.id}"
    return [
        section(f"{say(language, 'questions.solution')}\n*{plain(content.title)}*\n{said}"),
        context(" · ".join(shared(tip, language, tz))),
        actions(
            button(say(language, "questions.solved"), "questions.solved", value, style="primary"),
            button(say(language, "questions.not_yet"), "questions.not_yet", value),
        ),
    ]


def listed(shown: Home, language: Language, most: int) -> list[Block]:
    """Colleagues' open questions: one may know, or have it too."""
    if not shown.questions:
        return []
    blocks: list[Block] = [divider(), section(say(language, "home.questions"))]
    for one in shown.questions[:most]:
        blocks += _of_a_colleague(one, shown, language)
    return blocks


def _of_a_colleague(one: Listed, shown: Home, language: Language) -> list[Block]:
    question = one.question
    by = f"<@{question.asker_id}>" if question.asker_id else say(language, "home.questions_anonymous")
    answer = button(say(language, "questions.answer"), "questions.answer", question.id)
    if question.permalink:
        answer = button(say(language, "questions.open_thread"), "questions.open_thread", question.id)
        answer["url"] = question.permalink
    count = f" ({question.echoes})" if question.echoes else ""
    echo = button(f"{say(language, 'questions.echo')}{count}", "questions.echo", question.id)
    if one.is_echoed:
        echo["style"] = "primary"
    buttons = [answer, echo, button(say(language, "follows.open"), FOLLOW, question.id)]
    if shown.is_host:
        buttons.append(
            button(say(language, "home.questions_close"), "questions.close", question.id, confirm=_sure(language))
        )
    when = full_day(question.opened_at, language, shown.person.tz)
    return [section(_text(question)), context(f"{by} · {when}"), actions(*buttons)]


def _text(question: OpenQuestion) -> str:
    lines = fit(plain(question.text), _TEXT).splitlines() or ["…"]
    return "\n".join(f"> {line}" for line in lines)


def _sure(language: Language) -> Block:
    words = ("questions.close_title", "questions.close_text", "questions.close", "questions.form_cancel")
    return confirm(*(say(language, word) for word in words))
