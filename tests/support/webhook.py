"""A receiver of webhooks on loopback: it remembers what it was told, and can fail in every way.

    with Webhook() as hook:
        hook.answers += [Answer(503), Answer(200)]  # the last one is given for ever

It knows nothing of the code under test.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.loopback import Loopback

SECRET = "T0P-S3CRET-PATH"


@dataclass(frozen=True)
class Answer:
    """What it says: nothing at all where ``status`` is 0, which closes the connection."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0


@dataclass(frozen=True)
class Heard:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: Any


class Webhook(Loopback):
    """``url`` is its address, whose path is a secret, as those of chat systems are."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.heard: list[Heard] = []
        super().__init__(_handler(self))

    @property
    def url(self) -> str:
        """Where to post."""
        return f"http://127.0.0.1:{self.port}/{SECRET}?token={SECRET}"

    def next(self) -> Answer:
        """The answer to give now."""
        if not self.answers:
            return Answer()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def _handler(hook: Webhook) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on stderr."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            hook.heard.append(Heard(self.path, headers, json.loads(body)))
            _reply(self, hook.next())

        def do_GET(self) -> None:
            hook.heard.append(Heard(self.path, {}, None))
            _reply(self, Answer(200))

    return Handler


def _reply(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    time.sleep(answer.seconds)
    if not answer.status:
        handler.close_connection = True
        return
    try:
        handler.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.body)
    except OSError:
        handler.close_connection = True  # the client had enough
