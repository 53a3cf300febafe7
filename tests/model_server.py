"""A scripted model: an OpenAI-compatible server over HTTP that answers what its queue says, and else obligingly.

with ScriptedModel() as model:
    model.queue.append(Status(429, retry_after=0))
    client = OpenAI(base_url=model.url, api_key="none")
"""

import argparse
import json
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Asked = Mapping[str, Any]


@dataclass(frozen=True)
class Say:
    """Answers with this text; `finish` "length" is an answer that was cut off."""

    text: str
    finish: str = "stop"


@dataclass(frozen=True)
class Status:
    """Answers with an error."""

    code: int
    error: str = "scripted"
    retry_after: float | None = None


@dataclass(frozen=True)
class Silence:
    """Says nothing for so long, then breaks off."""

    seconds: float


@dataclass(frozen=True)
class Slowly:
    """Writes the obliging answer in so many pieces, so long apart."""

    pieces: int
    seconds: float


@dataclass(frozen=True)
class Reset:
    """Breaks the connection after the request was read."""


@dataclass(frozen=True)
class BreakOff:
    """Writes this text, then breaks the connection."""

    text: str


Behaviour = Say | Status | Silence | Slowly | Reset | BreakOff


_MARKS = {
    "merge": "was read in parts",
    "fill": "You turn a Slack thread into one tip",
    "answer": "A colleague asks how others",
    "words": "so that\nit stands alone",
    "details": "You point at what in its texts",
}


def task_of(asked: Asked) -> str:
    """Which of the bot's prompts this is."""
    system = asked["messages"][0]["content"]
    for task, mark in _MARKS.items():
        if mark in system:
            return task
    raise LookupError("none of the bot's prompts")


def data_of(asked: Asked) -> Any:
    """The data that the bot put between its marks."""
    found = re.search(r"<data-(\w+)>\n(.*)\n</data-\1>", asked["messages"][1]["content"], re.DOTALL)
    return json.loads(found.group(2)) if found else {}


def oblige(asked: Asked) -> str:
    """A sensible answer made of the data alone: quotes and numbers are right."""
    task, data = task_of(asked), data_of(asked)
    if task == "fill":
        return json.dumps(_fill(data), ensure_ascii=False)
    if task == "merge":
        return json.dumps(data["parts"][0], ensure_ascii=False)
    if task == "answer":
        said = [{"text": tip.get("outcome") or tip["title"], "cites": [tip["number"]]} for tip in data["tips"][:3]]
        return json.dumps({"sentences": said}, ensure_ascii=False)
    if task == "details":
        return json.dumps({"details": []})
    earlier = data["earlier"][-1]["question"] if data["earlier"] else ""
    return json.dumps({"question": f"{earlier} {data['question']}".strip()}, ensure_ascii=False)


def _fill(data: Any) -> dict[str, Any]:
    """The person who wrote most code and text knows how; fields rest on their messages."""
    people = [{"number": n, "by": by, "text": text} for n, by, text in data["messages"] if by != "bot"]
    marked = next((m for m in people if m["number"] == data["marked"]), None)
    first = people[0]["number"] if people else 0
    telling = [m for m in people if "```" in m["text"]] or [m for m in people if m["number"] != first] or people
    knows = marked["by"] if marked and marked["number"] != first else (telling[0]["by"] if telling else "P1")
    own = [m for m in people if m["by"] == knows] or people
    main = next((m for m in own if "```" in m["text"]), own[0])
    numbers = [main["number"]]
    prose = re.sub(r"```.*?```", "", main["text"], flags=re.DOTALL).strip()
    prompts = [
        {"text": code.strip("\n"), "rests_on": [m["number"]]}
        for m in own
        for code in re.findall(r"```\n?(.*?)```", m["text"], re.DOTALL)
    ]
    last = own[-1]
    nothing = {"text": "", "rests_on": []}
    return {
        "kind": "practice",
        "title": {"text": (prose.splitlines() or [main["text"]])[0][:100], "rests_on": numbers},
        "task": {"text": prose[:500], "rests_on": numbers},
        "background": nothing,
        "reasoning": nothing,
        "prompts": prompts,
        "tools": [],
        "models": [],
        "steps": [],
        "outcome": {"text": last["text"][:200], "rests_on": [last["number"]]} if last is not main else nothing,
        "caveats": nothing,
        "topics": [],
    }


class ScriptedModel:
    """The server in a thread. `queue` is played first, then `default`; `requests` is everything it was asked.

    `pause_seconds`: how long it thinks before each answer; `pace`: how it then writes, if not at once.
    """

    def __init__(
        self, default: Callable[[Asked], str] = oblige, port: int = 0, *, pause: float = 0.0, pace: Slowly | None = None
    ) -> None:
        self.queue: deque[Behaviour] = deque()
        self.requests: list[dict[str, Any]] = []
        self.default = default
        self.pause_seconds = pause
        self.pace = pace
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.model = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        # its end waits for the next look
        serve = partial(self._server.serve_forever, poll_interval=0.02)
        threading.Thread(target=serve, name="scripted-model", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def tasks(self) -> list[str]:
        return [task_of(asked) for asked in self.requests]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    model: ScriptedModel

    def handle_error(self, *_: object) -> None:
        """Nothing: clients break off, some of them because they are killed."""


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def log_message(self, *_: object) -> None:
        """Nothing: the tests read `requests`."""

    def do_POST(self) -> None:
        model = self.server.model
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        model.requests.append(asked)
        time.sleep(model.pause_seconds)
        behaviour: Behaviour = model.queue.popleft() if model.queue else model.pace or Say(model.default(asked))
        match behaviour:
            case Reset():
                self.connection.close()
            case Silence(seconds):
                time.sleep(seconds)
                self.connection.close()
            case Status():
                self._refuse(behaviour)
            case Slowly(pieces, seconds):
                text = model.default(asked)
                size = max(1, -(-len(text) // pieces))
                self._stream([text[at : at + size] for at in range(0, len(text), size)], "stop", seconds)
            case BreakOff(text):
                self._begin_stream()
                self._chunk({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})
                self.connection.close()
            case Say(text, finish):
                self._stream([text], finish, 0)

    def _refuse(self, status: Status) -> None:
        said = {"error": {"message": status.error, "type": status.error, "code": status.error}}
        body = json.dumps(said).encode()
        self.send_response(status.code)
        if status.retry_after is not None:
            self.send_header("Retry-After", str(status.retry_after))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def _stream(self, pieces: list[str], finish: str, seconds: float) -> None:
        self._begin_stream()
        for piece in pieces:
            time.sleep(seconds)
            self._chunk({"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
        self._chunk({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        usage = {"prompt_tokens": 10, "completion_tokens": len(pieces), "total_tokens": 10 + len(pieces)}
        self._chunk({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _chunk(self, part: dict[str, Any]) -> None:
        whole = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted", **part}
        self.wfile.write(f"data: {json.dumps(whole)}\n\n".encode())
        self.wfile.flush()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A scripted OpenAI-compatible model on loopback.")
    parser.add_argument("--port", type=int, default=8088)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds it thinks before each answer")
    parser.add_argument("--pieces", type=int, default=0, help="in how many pieces it writes")
    parser.add_argument("--seconds", type=float, default=0.0, help="between two pieces")
    given = parser.parse_args()
    written = Slowly(given.pieces, given.seconds) if given.pieces else None
    with ScriptedModel(port=given.port, pause=given.pause, pace=written):
        threading.Event().wait()
