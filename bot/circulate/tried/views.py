"""The one quiet question, and what stands in its place once it was answered."""

from typing import Any, get_args

from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, context, fit, plain, section
from bot.texts import say
from storage.records import Language, Tip, TrialOutcome

Block = dict[str, Any]

TAP = "tried.tap_"
ADD_LINE = "answer.add_line"
THANK = "thanks.open"

_TITLE = 150


def ask(tip: Tip, language: Language) -> Outgoing:
    title = fit(plain(tip.content.title), _TITLE)
    text = say(language, "tried.ask", title=title)
    taps = [
        button(say(language, f"ways.tried_{outcome}"), f"{TAP}{outcome}", tip.id) for outcome in get_args(TrialOutcome)
    ]
    return Outgoing(text, [section(text), actions(*taps), context(say(language, "tried.why"))])


def noted(tip: Tip, outcome: TrialOutcome, language: Language) -> Outgoing:
    """What was noted; a line may follow, and thanks where it worked."""
    title = fit(plain(tip.content.title), _TITLE)
    text = say(language, "tried.noted", title=title, outcome=say(language, f"ways.tried_{outcome}"))
    buttons = [button(say(language, "ways.add_line"), ADD_LINE, tip.id)]
    if outcome != "failed" and not tip.is_imported:
        buttons.append(button(say(language, "thanks.open"), THANK, tip.id))
    return Outgoing(text, [section(text), actions(*buttons)])
