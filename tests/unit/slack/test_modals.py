"""A modal opens while its trigger lives; whoever was too late is asked to try once more."""

from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack.modals import open_modal
from bot.slack.taking import Who

BEN = Who("T1", "U0BEN", "en")
VIEW = {"type": "modal"}


def slack(error: str | None = None) -> Any:
    told: list[tuple[str, Any]] = []

    def opened(how: str) -> Any:
        def do(*, trigger_id: str, view: dict[str, Any]) -> dict[str, Any]:
            told.append((how, trigger_id))
            if error:
                raise SlackApiError("no", {"ok": False, "error": error})
            return {"view": {"id": "V1", **view}}

        return do

    return SimpleNamespace(
        told=told,
        views_open=opened("open"),
        views_push=opened("push"),
        chat_postMessage=lambda **said: told.append(("said", said)),
    )


def test_a_trigger_that_died_asks_to_try_once_more() -> None:
    client = slack("expired_trigger_id")
    assert open_modal(client, {"trigger_id": "1.2"}, BEN, VIEW) is None
    [_, (_, said)] = client.told
    assert said["channel"] == BEN.user_id
    assert "try once more" in said["text"]


def test_what_slack_refuses_otherwise_is_a_fault_of_ours() -> None:
    with pytest.raises(SlackApiError):
        open_modal(slack("invalid_arguments"), {"trigger_id": "1.2"}, BEN, VIEW)


@pytest.mark.parametrize(
    ("where", "above", "how"),
    [("home", True, "open"), ("modal", True, "push"), ("modal", False, "open"), (None, True, "open")],
)
def test_one_lies_above_the_modal_in_which_it_was_asked_for(where: str | None, above: bool, how: str) -> None:
    client = slack()
    body = {"trigger_id": "1.2"} | ({"view": {"type": where}} if where else {})
    assert open_modal(client, body, BEN, VIEW, above=above) == "V1"
    assert client.told == [(how, "1.2")]
