"""Thanks as people see them, the welcome, and the monthly note."""

import json
from typing import Any

from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, context, fit, modal, notice, plain, plain_text, quote, section
from bot.slack.tip import shared_by
from bot.texts import say
from storage.records import LEAST_PEOPLE, Language, Thanks, Tip

Block = dict[str, Any]

OPEN = "thanks.open"
FORM = "thanks.form"
SHOW = "thanks.show"
FOLLOW = "follows.choose"

REASON = 200
"""Characters of a reason."""

_TITLE = 150


def form(tip: Tip, language: Language) -> Block:
    """Why one says thanks, and whether others may read it too."""
    why: Block = {"type": "plain_text_input", "action_id": "value", "max_length": REASON}
    option = {"text": plain_text(say(language, "thanks.public_on")), "value": "on"}
    public: Block = {"type": "checkboxes", "action_id": "value", "options": [option]}
    by = shared_by(tip, language)
    blocks = [
        section(say(language, "thanks.form_intro", title=fit(plain(tip.content.title), _TITLE), by=by)),
        {"type": "input", "block_id": "reason", "label": plain_text(say(language, "thanks.reason")), "element": why},
        {
            "type": "input",
            "block_id": "public",
            "optional": True,
            "label": plain_text(say(language, "thanks.public")),
            "element": public,
        },
        context(say(language, "thanks.form_note")),
    ]
    return modal(
        say(language, "thanks.title"),
        blocks,
        close=say(language, "home.form_cancel"),
        submit=say(language, "thanks.submit"),
        callback_id=FORM,
        private_metadata=json.dumps({"tip": tip.id}),
    )


def nobody(language: Language) -> Block:
    """Instead of the form: an imported tip has no author here."""
    return notice(
        say(language, "thanks.title"), say(language, "thanks.refused_imported"), say(language, "keeping.close")
    )


def to_author(one: Thanks, tip: Tip, language: Language) -> Outgoing:
    """For the author; where who thanks wants it too, one tap shows it with the tip."""
    text = say(language, "thanks.to_author", user=one.user_id, title=fit(plain(tip.content.title), _TITLE))
    blocks = [section(text), *quote(one.reason)]
    if one.may_be_public and not one.is_public:
        show = button(say(language, "thanks.show"), SHOW, f"{one.tip_id}:{one.user_id}")
        blocks.append(actions(show))
    note = "thanks.now_shown" if one.is_public else "thanks.private"
    return Outgoing(text, [*blocks, context(say(language, note))])


def welcome(language: Language) -> Outgoing:
    text = say(language, "thanks.welcome")
    follow = button(say(language, "follows.choose"), FOLLOW, "choose")
    return Outgoing(text, [section(text), actions(follow)])


def monthly(people: int, language: Language) -> Outgoing:
    """How many people one's tips helped, where that tells nothing of single ones."""
    if people >= LEAST_PEOPLE:
        return Outgoing(say(language, "thanks.monthly", people=people))
    return Outgoing(say(language, "thanks.monthly_few"))
