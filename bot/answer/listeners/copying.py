"""Prompts to copy, and their blanks. All of it happens here: what somebody types into a blank goes nowhere else."""

from typing import Any

from slack_sdk import WebClient

from bot.answer import ways_on as service
from bot.answer.listeners.fields import about_of
from bot.answer.views import copying as views
from bot.answer.views.ways_on import sentence_modal
from bot.errors import Refused
from bot.ports import World
from bot.slack.failures import sentence_of
from bot.slack.modals import open_modal
from bot.slack.taking import Ack, Body, Who, who
from bot.texts import say


class Copying:
    """Listeners that open a modal or answer one, and accept nothing. That one was copied is known for two weeks."""

    def __init__(self, world: World) -> None:
        self._world = world

    def copy(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        ack()
        pressed_by, tip_id = who(self._world, body), str(action["value"])
        open_modal(client, body, pressed_by, self._view(pressed_by, tip_id))
        service.took_along(self._world, pressed_by.team_id, pressed_by.user_id, [tip_id])

    def more(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """The next prompts, in place of those that are shown."""
        ack()
        tip_id, _, start = str(action["value"]).partition(":")
        view = self._view(who(self._world, body), tip_id, start=int(start))
        client.views_update(view_id=body["view"]["id"], view=view)

    def filled(self, body: Body, view: Body, ack: Ack) -> None:
        sent_by, about = who(self._world, body), about_of(view)
        tip_id, start = str(about["tip"]), int(about["start"])
        try:
            tip = service.tip_for(self._world, sent_by.team_id, sent_by.user_id, tip_id)
        except Refused as refused:
            ack(response_action="update", view=_sentence(sent_by, refused))
            return
        typed = views.typed_blanks(tip, view["state"]["values"])
        if not typed:
            again = views.opened(tip, sent_by.language, start=start, edited=True)
            ack(response_action="update", view=again)
            return
        shown = views.filled(tip, sent_by.language, typed, start=start)
        if shown is None:
            wrong = {views.blank_id(tip, 0): say(sent_by.language, "ways.blanks_too_long")}
            ack(response_action="errors", errors=wrong)
            return
        ack(response_action="update", view=shown)

    def done(self, ack: Ack) -> None:
        ack()

    def _view(self, pressed_by: Who, tip_id: str, *, start: int = 0) -> dict[str, Any]:
        """The prompts as this person may see them now, or why not."""
        try:
            tip = service.tip_for(self._world, pressed_by.team_id, pressed_by.user_id, tip_id)
        except Refused as refused:
            return _sentence(pressed_by, refused)
        return views.opened(tip, pressed_by.language, start=start)


def _sentence(reader: Who, refused: Refused) -> dict[str, Any]:
    return sentence_modal(reader.language, "ways.copy_title", sentence_of(refused, reader.language))
