"""Answer's doors: every Slack id of the room on one screen, and its jobs."""

import re
from collections.abc import Mapping

from slack_bolt import App

from bot.answer.listeners import answering, arrivals, colleagues
from bot.answer.views import reply
from bot.ports import Accept, Job, World
from bot.slack import incoming

ASK_TIP = "/ask-tip"

JOBS: Mapping[str, Job] = {
    "answer.question": answering.question,
    "answer.privately": answering.privately,
    "answer.ask_colleagues": colleagues.ask_colleagues,
}


def register(app: App, world: World, accept: Accept) -> None:
    arrive = arrivals.Arrivals(world, accept)
    ask = colleagues.Colleagues(world, accept)
    app.event("app_mention", matchers=[incoming.is_from_person])(arrive.question)
    app.event("message", matchers=[incoming.is_from_person])(arrive.question)
    app.command(ASK_TIP)(arrive.ask_tip)
    app.action(reply.ASK_COLLEAGUES)(ask.ask_colleagues)
    app.action(re.compile(rf"^{re.escape(reply.READING)}:\d$"))(arrive.reading_chosen)
    app.action(reply.SEE_PRIVATELY)(arrive.see_privately)
    app.event("app_home_opened", matchers=[arrivals.is_messages_tab])(arrive.messages_tab_opened)
    app.event("agent_session_stopped")(arrive.stopped)


def tick(world: World) -> None:
    """Nothing of this room is due by the clock."""
