"""The objects of one list in a JSON text that is still being written, each as soon as it is whole."""

import json
from typing import Any

_OPENING, _CLOSING = "{[", "}]"


class PartialList:
    """Reads the list under `key` of the text's first object, piece by piece. What stands around the object is skipped.

    A text that is no JSON gives nothing, and never an error: the whole is checked when it is there.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._text = ""
        self._at = 0
        self._depth = 0
        self._in_string = self._escaped = self._in_list = False
        self._string_from = self._object_from = 0
        self._last_string = ""

    def feed(self, piece: str) -> list[dict[str, Any]]:
        """The objects that became whole with this piece."""
        self._text += piece
        whole: list[dict[str, Any]] = []
        while self._at < len(self._text):
            found = self._step(self._text[self._at])
            self._at += 1
            if found is not None:
                whole.append(found)
        return whole

    def _step(self, char: str) -> dict[str, Any] | None:
        if self._in_string:
            self._inside_string(char)
        elif self._depth == 0:
            self._depth = int(char == "{")
        elif char == '"':
            self._in_string, self._string_from = True, self._at
        elif char in _OPENING:
            self._open(char)
        elif char in _CLOSING:
            return self._close()
        return None

    def _inside_string(self, char: str) -> None:
        if self._escaped:
            self._escaped = False
        elif char == "\\":
            self._escaped = True
        elif char == '"':
            self._in_string = False
            if self._depth == 1:
                self._last_string = self._text[self._string_from + 1 : self._at]

    def _open(self, char: str) -> None:
        if self._depth == 1:
            self._in_list = char == "[" and self._last_string == self._key
        elif self._depth == 2 and self._in_list and char == "{":  # noqa: PLR2004 - an element of the list
            self._object_from = self._at
        self._depth += 1

    def _close(self) -> dict[str, Any] | None:
        self._depth -= 1
        if self._depth != 2 or not self._in_list or not self._object_from:  # noqa: PLR2004 - as above
            return None
        text, self._object_from = self._text[self._object_from : self._at + 1], 0
        try:
            found = json.loads(text)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None
