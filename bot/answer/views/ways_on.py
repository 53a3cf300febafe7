"""What somebody can do with a tip or an answer: the row under a card, what was noted, whether the answer helped."""

import json
from typing import Any, get_args

from bot.ports import Outgoing
from bot.slack import outgoing
from bot.slack.outgoing import BUTTON, actions, button, context, fit, notice, option, plain_text, section
from bot.texts import say
from storage.records import FeedbackReason, Kind, Language, ReportReason, Tip, TrialOutcome, Trials, Verdict

Block = dict[str, Any]

COPY_PROMPT = "answer.copy_prompt"
SHOW_THREAD = "answer.show_thread"
TRIED = "answer.tried"
ADD_LINE = "answer.add_line"
TRIAL_FORM = "answer.trial_form"
ASK_AUTHOR = "answer.ask_author"
FOLLOW = "follows.open"
ECHO = "company.echo"
TALK = "company.talk"
MORE = "hosting.more"
FEEDBACK = "answer.feedback"
REASON = "answer.reason_"

TOOL = 100
LINE = 300
"""Characters of a tool's or model's name, and of the line that somebody adds to a trial."""

_OUTCOMES: tuple[TrialOutcome, ...] = get_args(TrialOutcome)
_REASONS: tuple[FeedbackReason, ...] = get_args(FeedbackReason)


def card_row(tip: Tip, language: Language) -> list[Block]:
    """One row under a tip's card. A worry cannot be tried but gets company; an imported tip has nobody to ask."""
    elements: list[Block] = []
    if tip.content.kind is Kind.WORRY:
        elements.append(button(say(language, "company.echo"), ECHO, tip.id))
        if not tip.is_imported:
            elements.append(button(say(language, "company.talk"), TALK, tip.id))
    if tip.content.prompts:
        elements.append(button(say(language, "ways.copy_prompt"), COPY_PROMPT, tip.id))
    if tip.permalink:
        elements.append(button(say(language, "ways.show_thread"), SHOW_THREAD, tip.id, url=tip.permalink))
    if tip.content.kind is not Kind.WORRY:
        options = [option(outcome_name(one, language), f"{one}:{tip.id}") for one in _OUTCOMES]
        placeholder = plain_text(say(language, "ways.tried"))
        elements.append({"type": "static_select", "action_id": TRIED, "placeholder": placeholder, "options": options})
    if not tip.is_imported:
        elements.append(button(say(language, "ways.ask_author"), ASK_AUTHOR, tip.id))
    if tip.content.topics or tip.content.tools or tip.author_id:
        elements.append(button(say(language, "follows.open"), FOLLOW, tip.id))
    elements.append({"type": "overflow", "action_id": MORE, "options": _more(tip, language)})
    return [actions(*elements)]


def _more(tip: Tip, language: Language) -> list[Block]:
    """Something is wrong with it, in one tap; its author and hosts can say that it holds."""
    options = [option(say(language, f"hosting.more_{one}"), f"{one}:{tip.id}") for one in get_args(ReportReason)]
    return [*options, option(say(language, "hosting.more_verify"), f"verify:{tip.id}")]


def sums(trials: Trials, language: Language) -> list[Block]:
    """How often a tip was tried, for its card; nothing when nobody did."""
    if trials == Trials():
        return []
    told = say(language, "ways.sums", worked=trials.worked, changed=trials.changed, failed=trials.failed)
    return [context(told)]


def outcome_name(outcome: TrialOutcome, language: Language) -> str:
    return say(language, f"ways.tried_{outcome}")


def about_trial(tip_id: str) -> str:
    """The beginning of the block ids of what is said in place about a trial."""
    return f"ways.trial:{tip_id}:"


def noted(tip_id: str, outcome: TrialOutcome, language: Language) -> Outgoing:
    """What was noted, and the way to add a line."""
    text = say(language, "ways.noted", outcome=outcome_name(outcome, language))
    add = button(say(language, "ways.add_line"), ADD_LINE, tip_id)
    return Outgoing(text, [{**section(text), "block_id": f"{about_trial(tip_id)}{outcome}", "accessory": add}])


def trial_form(tip_id: str, language: Language) -> Block:
    """Tool, model and a line, all optional."""
    hints = {"tool": say(language, "ways.trial_tool_hint")}
    blocks = [context(say(language, "ways.trial_intro"))]
    for name, limit in (("tool", TOOL), ("model", TOOL), ("line", LINE)):
        element = {"type": "plain_text_input", "action_id": "value", "multiline": name == "line", "max_length": limit}
        block = field(name, say(language, f"ways.trial_{name}"), element, optional=True)
        if name in hints:
            block["hint"] = plain_text(hints[name])
        blocks.append(block)
    return modal(language, "ways.trial_title", blocks, callback_id=TRIAL_FORM, about={"tip": tip_id})


def feedback_row(question_id: str, language: Language) -> Block:
    """Two small buttons under an answer; whoever reads it may press them."""
    return {
        "type": "context_actions",
        "block_id": f"ways.judged:{question_id}",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": FEEDBACK,
                "positive_button": _judge("helpful", question_id, language),
                "negative_button": _judge("not_helpful", question_id, language),
            }
        ],
    }


def _judge(verdict: Verdict, question_id: str, language: Language) -> Block:
    return {
        "text": plain_text(say(language, f"ways.feedback_{verdict}")),
        "accessibility_label": fit(say(language, f"ways.feedback_{verdict}_label"), BUTTON),
        "value": f"{verdict}:{question_id}",
    }


def about_feedback(question_id: str) -> str:
    """The beginning of the block ids of what is said in place about an answer."""
    return f"ways.feedback:{question_id}:"


def thanks(question_id: str, language: Language) -> Outgoing:
    return _said(f"{about_feedback(question_id)}thanks", say(language, "ways.feedback_thanks"))


def why(question_id: str, language: Language) -> Outgoing:
    """The reasons, one tap each."""
    text = say(language, "ways.feedback_why")
    reasons = [button(reason_name(one, language), f"{REASON}{one}", question_id) for one in _REASONS]
    about = about_feedback(question_id)
    ways = actions(*reasons, block_id=f"{about}reasons")
    return Outgoing(text, [{**context(text), "block_id": f"{about}why"}, ways])


def reason_noted(question_id: str, reason: FeedbackReason, language: Language) -> Outgoing:
    text = say(language, "ways.feedback_noted", reason=reason_name(reason, language))
    return _said(f"{about_feedback(question_id)}{reason}", text)


def reason_name(reason: FeedbackReason, language: Language) -> str:
    return say(language, f"ways.reason_{reason}")


def sentence_modal(language: Language, title: str, text: str) -> Block:
    """A modal of one sentence, where there is nothing to do."""
    return notice(say(language, title), text, say(language, "ways.close"))


def modal(
    language: Language,
    title: str,
    blocks: list[Block],
    *,
    callback_id: str,
    about: dict[str, Any],
    submit: str = "ways.send",
    close: str = "ways.cancel",
) -> Block:
    """A form; `about` comes back with it."""
    return outgoing.modal(
        say(language, title),
        blocks,
        close=say(language, close),
        submit=say(language, submit),
        callback_id=callback_id,
        private_metadata=json.dumps(about),
    )


def field(block_id: str, label: str, element: Block, *, optional: bool = False) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain_text(label), "element": element, "optional": optional}


def _said(block_id: str, text: str) -> Outgoing:
    return Outgoing(text, [{**context(text), "block_id": block_id}])
