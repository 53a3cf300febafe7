"""A reply as messages: the text with its numbers, each tip as a card, and what to do when nothing was found."""

from typing import Any

from bot.answer.service import QUESTION, Reply
from bot.answer.views.tip import tip_card
from bot.ports import Outgoing
from bot.slack.outgoing import button, context, fit, packed, plain, section, sections
from bot.texts import say
from storage.records import Language, Tip

Block = dict[str, Any]

ASK_COLLEAGUES = "answer.ask_colleagues"

_LEADS = {
    "plain_off": "answer.found_plain",
    "plain_error": "answer.found_plain_error",
    "plain_budget": "answer.found_budget",
    "unsupported": "answer.found_unsupported",
}


def reply_messages(
    reply: Reply, *, question_id: str, in_channel: bool, tz: str = "UTC", question: str | None = None
) -> list[Outgoing]:
    """The reply as one or more messages within Slack's limits. `question`: shown first where nobody sees it above."""
    language = reply.language
    lead: list[Block] = []
    if question:
        lead += sections(say(language, "answer.slash_question", question=plain(fit(question, 500))))
    if reply.ending == "nothing":
        lead += _nothing(reply, question_id, in_channel=in_channel)
    else:
        lead += sections(_text(reply))
    groups = [tip_card(tip, number, language, tz) for number, tip in enumerate(reply.tips, start=1)]
    tail = [section(say(language, "answer.pointer", permalink=link)) for link in reply.pointers]
    if reply.ending == "unsupported":
        tail.append(ask_colleagues(language, question_id))
    if reply.is_cut:
        tail.append(context(say(language, "answer.cut", limit=QUESTION)))
    summary = summary_of(reply)
    return [Outgoing(summary, blocks) for blocks in packed([lead, *groups, *([tail] if tail else [])])]


def summary_of(reply: Reply) -> str:
    """The reply in one line, for the notification and as what was answered."""
    if reply.sentences:
        return fit(_text(reply), 600)
    titles = " · ".join(plain(tip.content.title) for tip in reply.tips)
    return fit(titles, 600) or say(reply.language, "answer.nothing")


def _text(reply: Reply) -> str:
    """The sentences with numbers that lead to their tips; permalinks of cited tips are the only links."""
    if not reply.sentences:
        return say(reply.language, _LEADS[reply.ending])
    joint = "" if reply.language == "ja" else " "
    return joint.join(
        f"{plain(sentence.text)}{' ' if reply.language == 'en' else ''}"
        + "".join(_number(number, reply.tips[number - 1]) for number in sentence.cites)
        for sentence in reply.sentences
    )


def _number(number: int, tip: Tip) -> str:
    return f"<{tip.permalink}|[{number}]>" if tip.permalink else f"[{number}]"


def _nothing(reply: Reply, question_id: str, *, in_channel: bool) -> list[Block]:
    language = reply.language
    text = say(language, "answer.nothing_channel" if in_channel else "answer.nothing")
    return [section(f"{text}\n{say(language, 'answer.nothing_offer')}"), ask_colleagues(language, question_id)]


def ask_colleagues(language: Language, question_id: str) -> Block:
    """The way on where no answer stands, or a weak one: its form says who would see the question."""
    offer = button(say(language, "answer.ask_colleagues"), ASK_COLLEAGUES, question_id)
    return {"type": "actions", "elements": [offer]}


def said(text: str) -> Outgoing:
    """A message of one sentence of ours."""
    return Outgoing(text, [section(text)])
