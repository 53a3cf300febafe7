"""What a refused call says."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from playground.person import Impossible


def error_of(call: Callable[..., Any], **arguments: Any) -> str:
    """Slack's word for why this call of the SDK was refused."""
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def impossible(act: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    """Why Slack's client does not let a person do this."""
    with pytest.raises(Impossible) as refused:
        act(*arguments, **named)
    return refused.value.code
