"""An answer as messages: the first tips as cards, the answer below them, and what to do when nothing was found."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from bot.answer.reception import Reception, Receptions
from bot.answer.service import QUESTION, Reply
from bot.answer.service import Numbered as NumberedTip
from bot.answer.views.tip import tip_card
from bot.answer.views.ways_on import feedback_row
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, context, divider, fit, markdown, packed, plain, section, sections
from bot.texts import say
from storage.records import Language

Block = dict[str, Any]

NOTHING_SAID: Receptions = MappingProxyType({})

ASK_COLLEAGUES = "answer.ask_colleagues"
SEE_PRIVATELY = "answer.see_privately"
READING = "answer.reading"
"""Followed by a number: a message may hold each action id once."""

FIRST = "answer.first"
"""Block id of the line above the first tips: it tells them from the answer."""

_LEADS = {
    "plain_off": "answer.found_plain",
    "plain_error": "answer.found_plain_error",
    "plain_budget": "answer.found_budget",
    "unsupported": "answer.found_unsupported",
    "near": "answer.found_near",
    "stopped": "answer.stopped_early",
}
_CUT_SHORT = {"stopped": "answer.stopped", "broken": "answer.broken_off"}
_TEXT = 9_000
"""Characters of an answer; Slack takes 12,000 of Markdown in one message."""

_ASKED = 500
_FILTERS = 200


def first_messages(
    shown: tuple[NumberedTip, ...], language: Language, tz: str, received: Receptions = NOTHING_SAID
) -> list[Outgoing]:
    """The best tips, before the model has said a word."""
    lead = {**context(say(language, "answer.first")), "block_id": FIRST}
    groups = packed([[lead], *(_card(one, language, tz, received) for one in shown)])
    summary = fit(" · ".join(plain(one.tip.content.title) for one in shown), 600)
    for number, blocks in enumerate(groups[1:], start=1):
        blocks[0] = {**blocks[0], "block_id": f"{FIRST}:{number}"}
    return [Outgoing(summary, blocks) for blocks in groups]


def answer_text(reply: Reply) -> str:
    """The sentences as Markdown, with numbers that lead to their tips: permalinks of cited tips are the only links."""
    links = {one.number: one.tip.permalink for one in reply.tips}
    joint, gap = ("", "") if reply.language == "ja" else (" ", " ")
    told = joint.join(
        markdown(sentence.text) + gap + "".join(_number(number, links.get(number)) for number in sentence.cites)
        for sentence in reply.sentences
    )
    return told if len(told) <= _TEXT else told[: told.rfind("[[", 0, _TEXT)]


def _number(number: int, permalink: str | None) -> str:
    return f"[[{number}]]({permalink})" if permalink else f"[{number}]"


def reply_messages(
    reply: Reply,
    *,
    question_id: str,
    in_channel: bool,
    tz: str = "UTC",
    received: Receptions = NOTHING_SAID,
) -> list[Outgoing]:
    """What stands below the answer's text (`answer_text`): its notes, the tips that do not stand yet, ways on.

    The first message is the answer's own; more follow when the tips do not fit into it.
    """
    language = reply.language
    cards = [_card(one, language, tz, received) for one in reply.tips[reply.standing :]]
    tail = [section(say(language, "answer.pointer", permalink=link)) for link in reply.pointers]
    if reply.is_cut:
        tail.append(context(say(language, "answer.cut", limit=QUESTION)))
    tail += _ways_on(reply, question_id, in_channel=in_channel)
    if reply.tips:
        tail.append(feedback_row(question_id, language))
    # the text is in the same message and weighs with it
    text = [section(answer_text(reply)[:3_000])] * (1 + len(answer_text(reply)) // 3_000) if reply.sentences else []
    groups = packed([[*text, *_notes(reply, in_channel=in_channel)], *cards, *([tail] if tail else [])])
    groups[0] = groups[0][len(text) :]
    return [Outgoing(summary_of(reply), blocks) for blocks in groups]


def _card(one: NumberedTip, language: Language, tz: str, received: Receptions) -> list[Block]:
    return tip_card(one.tip, one.number, language, tz, received.get(one.tip.id, Reception()))


def summary_of(reply: Reply) -> str:
    """The reply in one line, for the notification and as what was answered."""
    if reply.sentences:
        joint = "" if reply.language == "ja" else " "
        return fit(joint.join(plain(sentence.text) for sentence in reply.sentences), 600)
    if reply.ask_back:
        return plain(reply.ask_back.question)
    titles = " · ".join(plain(one.tip.content.title) for one in reply.tips)
    return fit(titles, 600) or say(reply.language, "answer.nothing")


def _notes(reply: Reply, *, in_channel: bool) -> list[Block]:
    """What is to be known about the answer, in a line each."""
    language = reply.language
    blocks: list[Block] = []
    if reply.ending in _LEADS:
        blocks += sections(say(language, _LEADS[reply.ending]))
    elif reply.ending == "nothing":
        blocks.append(section(say(language, "answer.nothing_channel" if in_channel else "answer.nothing")))
        if reply.narrowed:
            blocks.append(section(say(language, "filters.narrowed", filters=_listed(reply.narrowed))))
    elif reply.ask_back:
        blocks.append(section(plain(reply.ask_back.question)))
    if reply.cut_short:
        blocks.append(context(say(language, _CUT_SHORT[reply.cut_short])))
    if reply.worked and reply.failed:
        blocks.append(context(say(language, "answer.voices", worked=reply.worked, failed=reply.failed)))
    if reply.own:
        own = "\n".join(f"> {plain(text)}" for text in reply.own)
        blocks += [divider(), section(f"{say(language, 'answer.own')}\n{own}")]
    return blocks


def _listed(filters: Sequence[str]) -> str:
    return fit(" ".join(plain(one) for one in filters), _FILTERS)


def _ways_on(reply: Reply, question_id: str, *, in_channel: bool) -> list[Block]:
    """Buttons. *See more privately* is offered in every channel: it tells nothing about whether there is more."""
    language = reply.language
    blocks: list[Block] = []
    buttons: list[Block] = []
    if reply.ask_back:
        buttons += [
            button(plain(option), f"{READING}:{number}", option)
            for number, option in enumerate(reply.ask_back.options, start=1)
        ]
    elif reply.ending in ("nothing", "near", "unsupported"):
        blocks.append(context(say(language, "answer.nothing_offer")))
        buttons.append(button(say(language, "answer.ask_colleagues"), ASK_COLLEAGUES, question_id))
    if in_channel:
        buttons.append(button(say(language, "answer.see_privately"), SEE_PRIVATELY, question_id))
    return [*blocks, actions(*buttons)] if buttons else []


def said(text: str) -> Outgoing:
    """A message of one sentence of ours."""
    return Outgoing(text, [section(text)])


def asked(question: str, language: Language) -> Outgoing:
    """The head of a thread in a DM: what was asked, perhaps by somebody else."""
    return said(say(language, "answer.slash_question", question=plain(question[:_ASKED])))


def chosen(option: str, language: Language) -> Outgoing:
    """Which reading of a question somebody means; its words are the model's."""
    return said(say(language, "answer.reading_chosen", option=plain(option)))
