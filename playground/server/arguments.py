"""Arguments of a Web API call, from JSON or a form, with Slack's errors for what is missing or malformed."""

import json
from collections.abc import Mapping
from typing import Any

from playground.server.clock import micros
from playground.server.conversation import Json
from playground.server.errors import SlackError, invalid_arguments


class Arguments:
    """What the app sent, without its token."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = dict(given)

    def text(self, name: str, default: str = "") -> str:
        """A text; numbers and flags in JSON count as their text, as they do in a form."""
        value = self.given.get(name)
        if value is None:
            return default
        if isinstance(value, dict | list):
            raise invalid_arguments(f"must provide a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.given.get(name)
        return default if value is None else str(value).lower() in ("1", "true", "yes")

    def number(self, name: str, default: int, *, most: int, error: str = "invalid_limit") -> int:
        """A whole number from 1 to `most`; Slack takes 0 for "not given"."""
        try:
            value = int(self.text(name) or 0)
        except ValueError:
            raise SlackError(error) from None
        if value < 0 or value > most:
            raise SlackError(error)
        return value or default

    def moment(self, name: str, error: str) -> int | None:
        """A ts in microseconds."""
        value = self.text(name)
        if value in ("", "now"):
            return None
        try:
            return micros(value)
        except ValueError:
            raise SlackError(error) from None

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """A value that forms carry as JSON text; None when it is not given."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def objects(self, name: str, error: str) -> list[Json] | None:
        """A list of objects, such as blocks; None when it is not given."""
        value = self.json(name, error)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise SlackError(error)
        return value
