"""Expected errors: each one has a sentence for the person who caused it, in bot/texts, under its `text_key`.

An unexpected one has a number.
"""

import secrets
from collections.abc import Mapping


class ExpectedError(Exception):
    """Something a person can cause. `text_key` names its sentence; `values` fill the sentence's blanks.

    To add one: raise `Refused` with a new key and put the sentence into both files of bot/texts.
    """

    def __init__(self, text_key: str, **values: str) -> None:
        super().__init__(text_key)
        self.text_key = text_key
        self.values: Mapping[str, str] = values


class Refused(ExpectedError):
    """The request is understood and will not be done."""


class SetupError(ExpectedError):
    """The operator has to mend a setting before the bot can start. Ends the command with exit code 1."""


class ModelUnavailable(Exception):
    """No answer from the model: no key, down, too slow, over budget, or nothing usable after one repair.

    `reason` is one of: off, over_budget, unreachable, rate_limited, out_of_quota, refused_key, invalid, truncated,
    broken_off (after something of it was told).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SlackUnavailable(Exception):
    """Slack did not answer, even after the retries it asked for. The job runs again later."""


class OutcomeUnknown(SlackUnavailable):
    """The connection broke after a write was sent: it may have happened. Look before repeating."""


def new_reference() -> str:
    """A short number for an unexpected failure that a person can read out to their admin."""
    return secrets.token_hex(4)
