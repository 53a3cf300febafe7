"""A modal while its trigger lives."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import Refused
from bot.slack.failures import sentence_of
from bot.slack.outgoing import notice
from bot.slack.taking import Body, Who
from bot.texts import say
from storage.records import Language

log = logging.getLogger(__name__)

_TOO_LATE = {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired"}


def refusal(title: str, refused: Refused, language: Language) -> dict[str, Any]:
    """In place of the modal that somebody wanted to open: why it does not."""
    return notice(say(language, title), sentence_of(refused, language), say(language, "keeping.close"))


def open_modal(
    client: WebClient, body: Body, reader: Who, view: Mapping[str, Any], *, above: bool = False
) -> str | None:
    """Opens a modal and gives its id. When its trigger has died, the person is asked to try once more: None.

    `above`: it lies over the modal in which it was asked for, if it was in one.
    """
    is_in_modal = (body.get("view") or {}).get("type") == "modal"
    show = client.views_push if above and is_in_modal else client.views_open
    try:
        opened = show(trigger_id=body["trigger_id"], view=dict(view))
    except SlackApiError as error:
        if error.response.get("error") not in _TOO_LATE:
            raise
        log.warning("a trigger died before its modal was opened")
        client.chat_postMessage(channel=reader.user_id, text=say(reader.language, "errors.too_late"))
        return None
    return str(opened["view"]["id"])
