"""What stands in a form that was sent."""

import json
from typing import Any

from bot.slack.taking import Body


def typed(view: Body, block_id: str) -> str:
    """What stands in a text field of a form."""
    inputs = view["state"]["values"].get(block_id) or {}
    return str((inputs.get("value") or {}).get("value") or "").strip()


def about_of(view: Body) -> dict[str, Any]:
    """What a form is about, as its view said when it was opened."""
    about: dict[str, Any] = json.loads(view.get("private_metadata") or "{}")
    return about
