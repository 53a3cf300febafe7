"""Turns as hosts hear of them: it is your week, somebody asks you to take theirs."""

from bot.circulate.hosting.service import Queue
from bot.circulate.hosting.views import OPEN, SWAP, TAKE_WEEK
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, section
from bot.texts import say
from storage.records import Language, Turn


def week(turn: Turn, queue: Queue, language: Language) -> Outgoing:
    text = say(language, "hosting.week_empty")
    elements = [button(say(language, "hosting.swap"), SWAP, turn.week)]
    if queue.entries:
        text = say(language, "hosting.week", count=len(queue.entries), minutes=queue.minutes)
        elements.insert(0, button(say(language, "hosting.show"), OPEN, "queue", style="primary"))
    return Outgoing(text, [section(text), actions(*elements)])


def swap(turn: Turn, language: Language) -> Outgoing:
    text = say(language, "hosting.swap_asked", user=turn.user_id)
    take = button(say(language, "hosting.take_week"), TAKE_WEEK, turn.week, style="primary")
    return Outgoing(text, [section(text), actions(take)])
