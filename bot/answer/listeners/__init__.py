"""Answer's doors: every Slack id of the room on one screen, and its jobs."""

import re
from collections.abc import Mapping

from slack_bolt import App

from bot.answer.listeners import answering, arrivals, asking, colleagues, copying, open_questions, posts, ways_on
from bot.answer.views import asking as asking_views
from bot.answer.views import colleagues as questions
from bot.answer.views import copying as copying_views
from bot.answer.views import reply
from bot.answer.views import ways_on as ways_views
from bot.ports import Accept, Job, World
from bot.slack import incoming

ASK_TIP = "/ask-tip"

JUDGEMENTS = re.compile(r"^questions\.(solved|not_yet)$")

JOBS: Mapping[str, Job] = {
    "answer.question": open_questions.with_news(answering.question),
    "answer.privately": answering.privately,
    "answer.ask_colleagues": open_questions.ask_colleagues,
    "answer.question_echo": open_questions.echo,
    "answer.question_judged": open_questions.judged,
    "answer.question_closed": open_questions.closed,
    "answer.question_kept": open_questions.kept,
    "answer.question_widened": open_questions.widened,
    "answer.trial": ways_on.trial,
    "answer.trial_line": ways_on.trial_line,
    "answer.feedback": ways_on.feedback,
    "answer.ask_author": asking.ask_author,
    "answer.author_reply": asking.author_reply,
    "answer.author_not_now": asking.author_not_now,
}

came_by = asking.came_by


def register(app: App, world: World, accept: Accept) -> None:
    arrive = arrivals.Arrivals(world, accept)
    ask = colleagues.Colleagues(world, accept)
    app.event("app_mention", matchers=[incoming.is_from_person])(arrive.question)
    app.event("message", matchers=[incoming.is_from_person])(arrive.question)
    app.command(ASK_TIP)(arrive.ask_tip)
    app.action(reply.ASK_COLLEAGUES)(ask.ask_colleagues)
    app.action(re.compile(rf"^{re.escape(reply.READING)}:\d$"))(arrive.reading_chosen)
    app.action(reply.SEE_PRIVATELY)(arrive.see_privately)
    _register_questions(app, ask)
    _register_ways_on(app, world, accept)
    app.event("app_home_opened", matchers=[arrivals.is_messages_tab])(arrive.messages_tab_opened)
    app.event("agent_session_stopped")(arrive.stopped)


def _register_questions(app: App, ask: colleagues.Colleagues) -> None:
    """The buttons of open questions."""
    app.view(questions.ASK_FORM)(ask.asked)
    app.action(questions.ECHO)(ask.echo)
    app.action(questions.ANSWER)(ask.answer)
    app.action(JUDGEMENTS)(ask.judged)
    app.action(questions.CLOSE)(ask.close)
    app.action(questions.KEEP)(ask.keep)
    app.action(questions.WIDEN)(ask.widen)


def _register_ways_on(app: App, world: World, accept: Accept) -> None:
    """The buttons under a tip's card and under an answer."""
    on, copy, ask = ways_on.WaysOn(world, accept), copying.Copying(world), asking.Asking(world, accept)
    app.action(ways_views.COPY_PROMPT)(copy.copy)
    app.action(copying_views.MORE_PROMPTS)(copy.more)
    app.view(copying_views.BLANKS_FORM)(copy.filled)
    app.view(copying_views.COPY_FORM)(copy.done)
    app.action(ways_views.SHOW_THREAD)(on.show_thread)
    app.action(ways_views.TRIED)(on.tried)
    app.action(ways_views.ADD_LINE)(on.add_line)
    app.view(ways_views.TRIAL_FORM)(on.line_added)
    app.action(ways_views.FEEDBACK)(on.judged)
    app.action(re.compile(f"^{re.escape(ways_views.REASON)}"))(on.reason_given)
    app.action(ways_views.ASK_AUTHOR)(ask.ask)
    app.view(asking_views.QUESTION_FORM)(ask.asked)
    app.action(asking_views.REPLY)(ask.reply)
    app.view(asking_views.REPLY_FORM)(ask.replied)
    app.action(asking_views.NOT_NOW)(ask.not_now)


def tick(world: World) -> None:
    """Questions to authors that are due end; open questions are posted, matched and grow old."""
    asking.tick(world)
    posts.tick(world)
