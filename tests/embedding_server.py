"""A scripted `/v1/embeddings` over HTTP."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override


class Endpoint(ThreadingHTTPServer):
    """`/v1/embeddings` of a model with three dimensions; `answers` overrides what comes next, one each."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, Any]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body)
        data = [
            {"index": n, "object": "embedding", "embedding": [1.0, len(text), 0.5]}
            for n, text in enumerate(body["input"])
        ]
        status, answer = (
            200,
            {
                "object": "list",
                "model": body["model"],
                "data": data[::-1],
                "usage": {"prompt_tokens": 7, "total_tokens": 7},
            },
        )
        if self.server.answers:
            status, answer = self.server.answers.pop(0)
        told = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def embedding_endpoint() -> Iterator[Endpoint]:
    """One that runs until the block ends."""
    with Endpoint() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield running
        running.shutdown()
        thread.join()
