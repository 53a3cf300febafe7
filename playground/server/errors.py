"""How the local Slack refuses: an app's call, or what a person tries to do on their screen."""

from typing import Any


class SlackError(Exception):
    """A Web API call failed; `code` is Slack's word for it, `more` goes into the answer beside it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


class Impossible(Exception):
    """Slack's client would not let this person do this; `code` says why in one word."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def invalid_arguments(*messages: str) -> SlackError:
    """The error of a call whose arguments have the wrong form."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {text}" for text in messages]})
