"""What clicks of this room share: what stands in a form, a word in place."""

import json
from typing import Any

from bot.errors import Refused
from bot.ports import Outgoing, World
from bot.slack.taking import Body
from storage.records import MessageRef, Request


def typed(view: Body, block_id: str) -> str:
    """What stands in a text field of a form."""
    inputs = view["state"]["values"].get(block_id) or {}
    return str((inputs.get("value") or {}).get("value") or "").strip()


def about_of(view: Body) -> dict[str, Any]:
    """What a form is about, as its view said when it was opened."""
    about: dict[str, Any] = json.loads(view.get("private_metadata") or "{}")
    return about


def confirm(world: World, request: Request, said: Outgoing, *, about: str) -> None:
    """Says what was noted where it was pressed: in a DM in its place, in a channel only to who pressed."""
    pressed, place = request.payload.get("pressed"), request.payload.get("reply_to")
    user_id = request.person()
    if pressed is None or place is None:
        world.speaking.direct(f"{request.id}:noted", user_id, said)
    elif not str(pressed["channel"]).startswith("D"):
        try:
            key = f"{request.id}:noted"
            world.speaking.whisper(key, place["channel"], user_id, said, thread_ts=place["thread_ts"])
        except Refused:
            world.speaking.direct(f"{request.id}:noted:direct", user_id, said)
    else:
        ref = MessageRef(pressed["channel"], pressed["ts"])
        if not world.speaking.amend(ref, behind=pressed["block"], about=about, blocks=said.blocks):
            world.speaking.post(f"{request.id}:noted", place["channel"], said, thread_ts=place["thread_ts"])
