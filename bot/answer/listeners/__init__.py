"""Answer's doors: every Slack id of the room on one screen, and its jobs."""

import re
from collections.abc import Mapping

from slack_bolt import App

from bot.answer.listeners import answering, arrivals, colleagues, open_questions, posts
from bot.answer.views import colleagues as questions
from bot.answer.views import reply
from bot.ports import Accept, Job, World
from bot.slack import incoming

ASK_TIP = "/ask-tip"

JUDGEMENTS = re.compile(r"^questions\.(solved|not_yet)$")

tick = posts.tick

JOBS: Mapping[str, Job] = {
    "answer.question": open_questions.with_news(answering.question),
    "answer.ask_colleagues": open_questions.ask_colleagues,
    "answer.question_echo": open_questions.echo,
    "answer.question_judged": open_questions.judged,
    "answer.question_closed": open_questions.closed,
    "answer.question_kept": open_questions.kept,
    "answer.question_widened": open_questions.widened,
}


def register(app: App, world: World, accept: Accept) -> None:
    arrive = arrivals.Arrivals(world, accept)
    ask = colleagues.Colleagues(world, accept)
    app.event("app_mention", matchers=[incoming.is_from_person])(arrive.question)
    app.event("message", matchers=[incoming.is_from_person])(arrive.question)
    app.command(ASK_TIP)(arrive.ask_tip)
    app.action(reply.ASK_COLLEAGUES)(ask.ask_colleagues)
    app.view(questions.ASK_FORM)(ask.asked)
    app.action(questions.ECHO)(ask.echo)
    app.action(questions.ANSWER)(ask.answer)
    app.action(JUDGEMENTS)(ask.judged)
    app.action(questions.CLOSE)(ask.close)
    app.action(questions.KEEP)(ask.keep)
    app.action(questions.WIDEN)(ask.widen)
    app.event("app_home_opened", matchers=[arrivals.is_messages_tab])(arrive.messages_tab_opened)
    app.event("agent_session_stopped")(arrive.stopped)
