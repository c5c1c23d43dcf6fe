"""A Prometheus server on loopback that says what it was told to, and can fail in every way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.loopback import Loopback

Value = Callable[[float, float], "str | None"]  # from the instant that is asked for and the window, both in seconds


class FakePrometheus(Loopback):
    """Answers queries by their names: ``values["total"]`` answers `total($window)`.

    ``raw`` replaces every answer by (status, content type, bytes); ``now`` is its clock; ``asked`` are the parameters
    of each request with its headers; ``delay`` in seconds comes before each answer.
    """

    def __init__(self, now: float) -> None:
        self.now = now
        self.values: dict[str, Value] = {}
        self.raw: tuple[int, str, bytes] | None = None
        self.times = 1_000_000  # how often `raw` is given
        self.warnings: list[str] = []
        self.series = 1
        self.delay = 0.0
        self.asked: list[dict[str, str]] = []
        super().__init__(_handler(self))

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        """The JSON of an answer, as Prometheus gives it."""
        if asked["query"] == "time()":
            return {"status": "success", "data": {"resultType": "scalar", "result": [self.now, str(self.now)]}}
        name, _, window = asked["query"].rstrip(")").partition("(")
        value = self.values[name]
        if path.endswith("/query"):
            at = float(asked["time"])
            told = value(at, _seconds(window))
            series = [] if told is None else [{"metric": {}, "value": [at, told]}] * self.series
            return {"status": "success", "warnings": self.warnings, "data": {"resultType": "vector", "result": series}}
        at, end, step = float(asked["start"]), float(asked["end"]), float(asked["step"])
        number = round((end - at) / step) + 1
        points = [(at + n * step, value(at + n * step, _seconds(window))) for n in range(number)]
        found = [[when, told] for when, told in points if told is not None]
        series = [{"metric": {}, "values": found}] if found else []
        return {"status": "success", "warnings": self.warnings, "data": {"resultType": "matrix", "result": series}}


def _seconds(window: str) -> float:
    return float(window.removesuffix("ms")) / 1000


def _handler(fake: FakePrometheus) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that the library calls
            parts = urlsplit(self.path)
            asked = dict(parse_qsl(parts.query))
            fake.asked.append({**asked, "path": parts.path, "authorization": self.headers.get("Authorization", "")})
            time.sleep(fake.delay)
            if fake.raw is not None and fake.times > 0:
                fake.times -= 1
                status, media, body = fake.raw
            else:
                status, media, body = 200, "application/json", json.dumps(fake.answer(parts.path, asked)).encode()
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked may have stopped waiting
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests stay quiet."""

    return Handler
