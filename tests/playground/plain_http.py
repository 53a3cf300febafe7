"""Requests without an SDK, to loopback only and without following redirections."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Response:
    """What came back; `kind` is its content type."""

    status: int
    kind: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def get(url: str, token: str | None = None) -> Response:
    """A GET request, with a token in its header or none."""
    return _request("GET", url, headers={"Authorization": f"Bearer {token}"} if token else {})


def post_json(url: str, body: Any, token: str | None = None) -> Response:
    """A POST request with a JSON body."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    return _request("POST", url, json.dumps(body).encode(), headers)


def _request(method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Response:
    place = urlsplit(url)
    with closing(HTTPConnection(str(place.hostname), place.port)) as connection:
        connection.request(method, place._replace(scheme="", netloc="").geturl(), body, dict(headers or {}))
        answer = connection.getresponse()
        return Response(answer.status, answer.headers.get_content_type(), answer.read())
