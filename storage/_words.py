"""One field's words in a tip's content: put in, taken out, followed through an edit. Pure."""

import difflib
from typing import Any

from pydantic import ValidationError

from storage.records import TipContent

_ALIKE = 0.3


def place_of(field: str) -> tuple[str, int | None]:
    """`steps.1` → ("steps", 1); `outcome` → ("outcome", None)."""
    name, _, place = field.partition(".")
    return name, int(place) if place else None


def put_in(content: TipContent, field: str, text: str, *, before: int) -> TipContent | None:
    """The content with these words; `before`: how many earlier entries of their list are not there.

    None when there is no room for them beside what the author wrote.
    """
    name, place = place_of(field)
    there: Any = getattr(content, name)
    if place is None:
        return _changed(content, name, f"{there}\n{text}" if there else text)
    if text in there:
        return content
    at = max(0, min(len(there), place - before))
    return _changed(content, name, (*there[:at], text, *there[at:]))


def take_out(content: TipContent, field: str, text: str) -> TipContent:
    """The content without these words; of a text that cannot be told apart from them any more, nothing stays."""
    name, place = place_of(field)
    there: Any = getattr(content, name)
    if place is None:
        rest = there.replace(text, "").replace("\n\n", "\n").strip() if text in there else ""
        return content.model_copy(update={name: rest})
    if text not in there:
        return content
    at = there.index(text)
    return content.model_copy(update={name: (*there[:at], *there[at + 1 :])})


def followed(before: TipContent, after: TipContent, field: str, text: str) -> str | None:
    """Where these words went in the author's edit: the words that stand for them now, None when they are gone."""
    name, place = place_of(field)
    old: Any = getattr(before, name)
    new: Any = getattr(after, name)
    if text in new:
        return text
    if place is None:
        return new or None
    if len(old) == len(new) and text in old:
        return str(new[old.index(text)])
    fresh = [entry for entry in new if entry not in old]
    return next(iter(difflib.get_close_matches(text, fresh, n=1, cutoff=_ALIKE)), None)


def _changed(content: TipContent, name: str, value: Any) -> TipContent | None:
    try:
        return TipContent.model_validate({**content.model_dump(), name: value})
    except ValidationError:
        return None
