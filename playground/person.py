"""Somebody's Slack client, over the local Slack's control interface.

    aya = Person(url, control_token, "aya")
    ts = aya.post("#general", "@yoridokoro 議事録のコツは?")
    eventually(lambda: len(aya.thread("#general", ts)) > 1)

A channel is "#name", an id, or "@handle" for a direct message ("@yoridokoro": with the app). Text is what one types:
`@handle`, `#channel` and links become Slack's entities. What Slack's client would not allow raises Impossible.
"""

import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection
from typing import Any, TypeVar
from urllib.parse import urlsplit

Json = dict[str, Any]
T = TypeVar("T")

_TIMEOUT_SECONDS = 30
_POLL_SECONDS = 0.02
_HTTP_OK = 200


class Impossible(Exception):
    """Slack's client would not let somebody do this; `code` says why in one word."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def eventually(see: Callable[[], T | None], seconds: float = 30.0) -> T:
    """Looks again and again until `see` returns something true, and returns that. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while True:
        seen = see()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise TimeoutError(f"not seen within {seconds} s")
        time.sleep(_POLL_SECONDS)


def control(url: str, token: str, path: str, arguments: Mapping[str, Any] | None = None) -> Any:
    """Calls the control interface: a GET without arguments, a POST with them. Raises Impossible."""
    where = urlsplit(url)
    connection = HTTPConnection(str(where.hostname), where.port, timeout=_TIMEOUT_SECONDS)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if arguments is None:
            connection.request("GET", f"/control/{path}", headers=headers)
        else:
            connection.request("POST", f"/control/{path}", body=json.dumps(arguments), headers=headers)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    try:
        answer = json.loads(body)
    except ValueError:
        raise RuntimeError(f"the local Slack answered {response.status}") from None
    if response.status != _HTTP_OK:
        raise Impossible(answer["error"], answer.get("detail", ""))
    return answer["result"]


def upload(name: str, content: str | bytes, *, mimetype: str = "text/plain", title: str = "") -> Json:
    """A file for `Person.post`."""
    raw = content.encode() if isinstance(content, str) else content
    return {"name": name, "mimetype": mimetype, "title": title, "content_base64": base64.b64encode(raw).decode()}


class Person:
    """Acts and sees as one person."""

    def __init__(self, url: str, control_token: str, handle: str) -> None:
        self.url = url
        self.handle = handle
        self._token = control_token

    @property
    def id(self) -> str:
        return str(self._do("me")["id"])

    def wait_for(self, see: Callable[[], T | None], seconds: float = 30.0) -> T:
        """See `eventually`."""
        return eventually(see, seconds)

    def post(
        self,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        files: Sequence[Json] = (),
        blocks: Sequence[Json] | None = None,
        broadcast: bool = False,
    ) -> str:
        """Writes a message and returns its ts; `files` come from `upload`."""
        more = {"thread_ts": thread_ts, "files": list(files), "broadcast": broadcast}
        return str(self._do("post", channel=channel, text=text, blocks=list(blocks) if blocks else None, **more))

    def forward(self, channel: str, ts: str, to: str, text: str = "") -> str:
        """Shares a message into another conversation, with some words or none; returns the new message's ts."""
        return str(self._do("forward", channel=channel, ts=ts, to=to, text=text))

    def edit(self, channel: str, ts: str, text: str) -> None:
        self._do("edit", channel=channel, ts=ts, text=text)

    def delete(self, channel: str, ts: str) -> None:
        self._do("delete", channel=channel, ts=ts)

    def react(self, channel: str, ts: str, name: str) -> None:
        self._do("react", channel=channel, ts=ts, name=name)

    def unreact(self, channel: str, ts: str, name: str) -> None:
        self._do("unreact", channel=channel, ts=ts, name=name)

    def slash(self, command: str, text: str = "", channel: str = "#general") -> bool:
        """Runs a command; False when the app did not answer in time."""
        return bool(self._do("slash", command=command, text=text, channel=channel))

    def message_shortcut(self, callback_id: str, channel: str, ts: str) -> bool:
        return bool(self._do("message_shortcut", callback_id=callback_id, channel=channel, ts=ts))

    def global_shortcut(self, callback_id: str) -> bool:
        return bool(self._do("global_shortcut", callback_id=callback_id))

    def click(self, channel: str, ts: str, action_id: str, *, value: Any = None, block_id: str | None = None) -> bool:
        """Presses a button, or chooses `value` (an option's value, a person's id, a date, a list of them)."""
        return bool(self._do("click", channel=channel, ts=ts, action_id=action_id, value=value, block_id=block_id))

    def click_in_view(self, view_id: str, action_id: str, *, value: Any = None, block_id: str | None = None) -> bool:
        return bool(self._do("click_in_view", view_id=view_id, action_id=action_id, value=value, block_id=block_id))

    def submit(self, view_id: str, values: Mapping[str, Mapping[str, Any]] | None = None) -> Json:
        """Fills in and sends a form.

        {"result": "errors" | "update" | "push" | "clear" | "closed" | "timeout", "errors": {block_id: text}, "view": …}
        """
        result: Json = self._do("submit", view_id=view_id, values=values or {})
        return result

    def close(self, view_id: str, *, everything: bool = False) -> None:
        self._do("close", view_id=view_id, everything=everything)

    def suggest(
        self,
        action_id: str,
        typed: str,
        *,
        view_id: str | None = None,
        channel: str | None = None,
        ts: str | None = None,
        block_id: str | None = None,
    ) -> list[Json]:
        """Types into an external select and returns the options that the app offers; they can be chosen then."""
        place = {"view_id": view_id, "channel": channel, "ts": ts, "block_id": block_id}
        return list(self._do("suggest", action_id=action_id, typed=typed, **place))

    def attach(self, view_id: str, action_id: str, files: Sequence[Json], *, block_id: str | None = None) -> None:
        """Chooses the files of a form; new ones come from `upload`, {"id": …} are those that stay."""
        self._do("attach", view_id=view_id, action_id=action_id, files=list(files), block_id=block_id)

    def open_home(self) -> None:
        self._do("open_home")

    def open_messages_tab(self) -> str:
        """Opens the DM with the app and returns its channel id."""
        return str(self._do("open_messages_tab"))

    def join(self, channel: str) -> None:
        self._do("join", channel=channel)

    def leave(self, channel: str) -> None:
        self._do("leave", channel=channel)

    def invite(self, channel: str, who: str) -> None:
        self._do("invite", channel=channel, who=who)

    def remove(self, channel: str, who: str) -> None:
        self._do("remove", channel=channel, who=who)

    def rename(self, channel: str, name: str) -> None:
        self._do("rename", channel=channel, name=name)

    def make_private(self, channel: str) -> None:
        self._do("make_private", channel=channel)

    def archive(self, channel: str, *, archived: bool = True) -> None:
        self._do("archive", channel=channel, archived=archived)

    def stop_agent_session(self, channel: str, thread_ts: str) -> None:
        self._do("stop_agent_session", channel=channel, thread_ts=thread_ts)

    def set_profile(self, **changes: Any) -> None:
        """display_name, real_name, title, status_text, status_emoji, status_expiration, locale, tz."""
        self._do("set_profile", **changes)

    def set_person(self, who: str, *, role: str | None = None, deactivated: bool | None = None) -> None:
        """As an admin: somebody's role, and whether they still have an account."""
        self._do("set_person", who=who, role=role, deactivated=deactivated)

    def people(self) -> list[Json]:
        return list(self._do("people"))

    def channels(self) -> list[Json]:
        return list(self._do("channels"))

    def messages(self, channel: str) -> list[Json]:
        """What stands at top level, oldest first; what only this person sees is marked `is_ephemeral`."""
        return list(self._do("messages", channel=channel))

    def thread(self, channel: str, ts: str) -> list[Json]:
        return list(self._do("thread", channel=channel, ts=ts))

    def dm(self) -> list[Json]:
        """All messages of the DM with the app, oldest first."""
        return list(self._do("dm"))

    def views(self) -> list[Json]:
        """The open modals, the topmost last."""
        return list(self._do("views"))

    def home(self) -> Json | None:
        home: Json | None = self._do("home")
        return home

    def status(self, channel: str, thread_ts: str) -> Json:
        """{"status", "loading_messages", "agent_status", "stoppable", "title"} of the app's work in a thread."""
        return dict(self._do("status", channel=channel, thread_ts=thread_ts))

    def suggested_prompts(self) -> Json:
        return dict(self._do("suggested_prompts"))

    def toasts(self) -> list[str]:
        """Short notices, such as operation_timeout when the app did not answer a click."""
        return list(self._do("toasts"))

    def _do(self, verb: str, **arguments: Any) -> Any:
        return control(self.url, self._token, f"as/{self.handle}/{verb}", arguments)
