"""Trials and feedback: a tap is accepted, a job notes it and says so in place."""

from typing import cast, get_args

from slack_sdk import WebClient

from bot.answer import ways_on as service
from bot.answer.listeners.fields import about_of, typed
from bot.answer.views import ways_on as views
from bot.errors import Refused
from bot.ports import Accept, Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.modals import open_modal
from bot.slack.replying import confirm
from bot.slack.taking import Ack, Body, take_click, take_form, who
from bot.texts import say
from bot.trust.redaction import redact
from storage.records import FeedbackReason, Request, TrialOutcome, Verdict


class WaysOn:
    """Listeners that accept one request each, or open a modal while its trigger lives."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def show_thread(self, ack: Ack) -> None:
        """A link button opens its link by itself; Slack tells of it all the same."""
        ack()

    def tried(self, body: Body, action: Body, ack: Ack) -> None:
        outcome, _, tip_id = str(action["selected_option"]["value"]).partition(":")
        take_click(self._accept, "answer.trial", body, {"tip": tip_id, "outcome": outcome})
        ack()

    def add_line(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        ack()
        pressed_by = who(self._world, body)
        open_modal(client, body, pressed_by, views.trial_form(str(action["value"]), pressed_by.language))

    def line_added(self, body: Body, view: Body, ack: Ack) -> None:
        about, sent_by = about_of(view), who(self._world, body)
        told = {name: redact(typed(view, name)).text for name in ("tool", "model", "line")}
        limits = {"tool": views.TOOL, "model": views.TOOL, "line": views.LINE}
        wrong = {
            name: say(sent_by.language, "ways.trial_long", limit=limit)
            for name, limit in limits.items()
            if len(told[name]) > limit
        }
        if wrong:
            ack(response_action="errors", errors=wrong)
            return
        if any(told.values()):
            take_form(self._accept, "answer.trial_line", body, view, {"tip": about["tip"], **told})
        ack()

    def judged(self, body: Body, action: Body, ack: Ack) -> None:
        verdict, _, question_id = str(action["value"]).partition(":")
        take_click(self._accept, "answer.feedback", body, {"question": question_id, "verdict": verdict})
        ack()

    def reason_given(self, body: Body, action: Body, ack: Ack) -> None:
        reason = str(action["action_id"]).removeprefix(views.REASON)
        told = {"question": action["value"], "verdict": "not_helpful", "reason": reason}
        take_click(self._accept, "answer.feedback", body, told)
        ack()


def trial(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Somebody tried a tip; the last word wins."""
    tip_id, outcome = request.payload["tip"], request.payload["outcome"]
    if outcome not in get_args(TrialOutcome):
        raise Refused("ways.gone")
    service.note_trial(world, request.team_id, request.person(), tip_id, outcome)
    language = language_of_reader(world, request.team_id, request.person())
    confirm(world, request, views.noted(tip_id, outcome, language), about=views.about_trial(tip_id))


def trial_line(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    told = request.payload
    person = request.person()
    service.describe_trial(
        world, request.team_id, person, told["tip"], tool=told["tool"], model=told["model"], line=told["line"]
    )
    language = language_of_reader(world, request.team_id, person)
    world.speaking.direct(f"{request.id}:noted", person, Outgoing(say(language, "ways.trial_saved")))


def feedback(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Somebody says whether an answer helped, and perhaps why not; the last word wins."""
    question_id = str(request.payload["question"])
    verdict, reason = request.payload["verdict"], request.payload.get("reason")
    if verdict not in get_args(Verdict) or reason not in (None, *get_args(FeedbackReason)):
        raise Refused("ways.feedback_gone")
    service.judge(world, request.team_id, request.person(), question_id, verdict, reason)
    if verdict == "helpful":
        service.took_along_answer(world, request.team_id, request.person(), question_id)
    language = language_of_reader(world, request.team_id, request.person())
    if reason:
        said = views.reason_noted(question_id, cast("FeedbackReason", reason), language)
    else:
        said = (views.thanks if verdict == "helpful" else views.why)(question_id, language)
    confirm(world, request, said, about=views.about_feedback(question_id))
