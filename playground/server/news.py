"""What people's open clients are told at once: each change, to those who may see it and to nobody else."""

from typing import Literal

from playground.server.conversation import Conversation, Json
from playground.server.shapes import message_json
from playground.server.team import Team


def message(team: Team, conversation: Conversation, written: Json) -> None:
    """A message is new or has changed; its thread's root shows another count."""
    root = conversation.messages.get(str(written.get("thread_ts")))
    for each in (written, root) if root is not None and root is not written else (written,):
        _among_readers(team, conversation, {"type": "message", "message": message_json(each)})


def gone(team: Team, conversation: Conversation, removed: Json) -> None:
    """A message stands there no more."""
    _among_readers(team, conversation, {"type": "gone", "ts": removed["ts"]})
    root = conversation.messages.get(str(removed.get("thread_ts")))
    if root is not None:
        _among_readers(team, conversation, {"type": "message", "message": message_json(root)})


def whisper(team: Team, conversation: Conversation, user_id: str, written: Json) -> None:
    """A message that only one person sees is new or has changed."""
    news = {"type": "message", "channel": conversation.id, "message": dict(written)}
    team.newsroom.tell(news, lambda reader: reader == user_id)


def whisper_gone(team: Team, conversation: Conversation, user_id: str, ts: str) -> None:
    team.newsroom.tell({"type": "gone", "channel": conversation.id, "ts": ts}, lambda reader: reader == user_id)


def status(team: Team, conversation: Conversation, thread_ts: str) -> None:
    """The app shows something else about its work in a thread."""
    _among_readers(team, conversation, {"type": "status", "thread_ts": thread_ts})


def places(team: Team) -> None:
    """Channels, or who is in them, have changed; it says nothing of which."""
    team.newsroom.tell({"type": "places"}, lambda _: True)


def screen(team: Team, user_id: str, part: Literal["views", "home", "prompts", "toasts", "read"]) -> None:
    """Something besides messages has changed on one person's screen."""
    team.newsroom.tell({"type": part}, lambda reader: reader == user_id)


def _among_readers(team: Team, conversation: Conversation, news: Json) -> None:
    team.newsroom.tell(
        {**news, "channel": conversation.id}, lambda reader: team.may_see(team.users[reader], conversation)
    )
