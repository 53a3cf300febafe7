"""What is said to somebody where they asked or pressed: in a channel for their eyes alone."""

from collections.abc import Mapping
from typing import Any

from bot.errors import Refused
from bot.ports import Outgoing, World
from storage.records import MessageRef, Request


def reply(world: World, key: str, user_id: str, place: Mapping[str, Any] | None, said: Outgoing) -> None:
    """In the thread of their DM, or only to them where others read; else, and where Slack refuses that, in their DM.

    `place`: channel and thread_ts, of a request's `reply_to`.
    """
    channel_id, thread_ts = (place.get("channel"), place.get("thread_ts")) if place else (None, None)
    if not channel_id:
        world.speaking.direct(key, user_id, said)
    elif str(channel_id).startswith("D"):
        world.speaking.post(key, channel_id, said, thread_ts=thread_ts)
    else:
        try:
            world.speaking.whisper(key, channel_id, user_id, said, thread_ts=thread_ts)
        except Refused:
            world.speaking.direct(f"{key}:direct", user_id, said)


def confirm(world: World, request: Request, said: Outgoing, *, about: str) -> None:
    """Says what was noted where it was pressed: in a DM in the message itself, in place of what is `about` the same."""
    pressed = request.payload.get("pressed")
    if pressed and str(pressed["channel"]).startswith("D"):
        ref = MessageRef(pressed["channel"], pressed["ts"])
        if world.speaking.amend(ref, behind=str(pressed.get("block")), about=about, blocks=said.blocks):
            return
    reply(world, f"{request.id}:noted", request.person(), request.payload.get("reply_to"), said)
