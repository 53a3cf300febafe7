"""A question to a tip's author: its forms, the author's card, and what the asker hears."""

from typing import Any

from bot.answer.views.ways_on import field, modal
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, context, fit, plain, plain_text, quote, section
from bot.texts import say
from storage.records import AuthorQuestion, Language, Tip

Block = dict[str, Any]

QUESTION_FORM = "answer.question_form"
REPLY_FORM = "answer.reply_form"
REPLY = "answer.author_reply"
NOT_NOW = "answer.author_not_now"

QUESTION = 1_000
ANSWER = 2_500
"""Characters of a question to an author, and of the answer."""

_TITLE = 120


def question_form(tip: Tip, language: Language, *, author: str | None, days: int) -> Block:
    """Says beforehand who reads the question, with whose name, and how long it waits."""
    if author is None:
        told = say(language, "ways.ask_anonymous", days=days)
    else:
        told = say(language, "ways.ask_named", author=fit(plain(author), _TITLE))
    element = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": QUESTION}
    ask = field("question", say(language, "ways.ask_label"), element)
    ask["hint"] = plain_text(say(language, "ways.ask_hint"))
    blocks = [section(f"*{_title(tip)}*"), section(told), ask]
    return modal(language, "ways.ask_title", blocks, callback_id=QUESTION_FORM, about={"tip": tip.id})


def reply_form(question: AuthorQuestion, tip: Tip, language: Language, *, card: dict[str, str] | None) -> Block:
    """`card`: the message that becomes one sentence when the answer was sent."""
    element = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": ANSWER}
    who = say(language, "ways.card_anonymous" if tip.is_anonymous else "ways.card_named", asker=question.asker_id)
    blocks = [*quote(question.text), field("answer", say(language, "ways.reply_label"), element), context(who)]
    about = {"question": question.id, "card": card}
    return modal(language, "ways.reply_title", blocks, callback_id=REPLY_FORM, about=about)


def card(question: AuthorQuestion, tip: Tip, language: Language) -> Outgoing:
    """The question for the author, who decides."""
    return Outgoing(say(language, "ways.card_text"), card_blocks(question, tip, language))


def card_blocks(question: AuthorQuestion, tip: Tip, language: Language) -> list[Block]:
    who = say(language, "ways.card_anonymous" if tip.is_anonymous else "ways.card_named", asker=question.asker_id)
    choices = [
        button(say(language, "ways.reply"), REPLY, question.id, style="primary"),
        button(say(language, "ways.not_now"), NOT_NOW, question.id),
    ]
    return [
        section(say(language, "ways.card_intro", asker=question.asker_id, title=_title(tip))),
        *quote(question.text),
        context(who),
        actions(*choices),
    ]


def receipt(question: AuthorQuestion, tip: Tip, language: Language, *, days: int) -> Outgoing:
    """What the asker keeps: the answer comes into its thread."""
    if tip.author_id:
        text = say(language, "ways.asked_named", title=_title(tip), author=f"<@{tip.author_id}>")
    else:
        text = say(language, "ways.asked_anonymous", title=_title(tip), days=days)
    return Outgoing(text, [section(text), *quote(question.text)])


def answer(tip: Tip, text: str, language: Language) -> Outgoing:
    """The author's answer; of an anonymous tip's author without a name."""
    if tip.author_id:
        lead = say(language, "ways.replied_named", author=f"<@{tip.author_id}>", title=_title(tip))
    else:
        lead = say(language, "ways.replied_anonymous", title=_title(tip))
    return Outgoing(lead, [section(lead), *quote(text)])


def declined(tip: Tip, language: Language) -> Outgoing:
    text = say(language, "ways.declined", title=_title(tip))
    return Outgoing(text, [section(text)])


def _title(tip: Tip) -> str:
    return fit(plain(tip.content.title), _TITLE)
