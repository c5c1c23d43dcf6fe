"""A real browser without a window, spoken to over two pipes (the DevTools protocol): one start for many pages."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

_HIGH = 100  # so that none of them is 3 or 4, where the browser looks for its pipes
_START = "import os, sys; _, a, b, *run = sys.argv; os.dup2(int(a), 3); os.dup2(int(b), 4); os.execv(run[0], run)"
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--no-first-run",
    "--remote-debugging-pipe",
)


class Chromium:
    """The browser as long as a ``with`` lasts; ``requests`` are the addresses that it asked for, in order."""

    def __init__(self, program: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="chromium-")
        self._program = program
        self._last = 0
        self._session = ""
        self._rest = b""
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def __enter__(self) -> Self:
        folder = self._folder.name
        (there, ours), (back, theirs) = os.pipe(), os.pipe()
        passed = [fcntl.fcntl(one, fcntl.F_DUPFD, _HIGH) for one in (there, theirs)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *map(str, passed), self._program, *_OPTIONS, f"--user-data-dir={folder}"],
            pass_fds=passed,
            env={"PATH": os.defpath, "HOME": folder, "LANG": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for one in (there, theirs, *passed):
            os.close(one)
        self._out, self._in = os.fdopen(ours, "wb", buffering=0), os.fdopen(back, "rb", buffering=0)
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Accessibility", "Log"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._out.close()
        self._in.close()
        self._process.terminate()
        self._process.wait(10)
        self._folder.cleanup()

    def sign_in(self, token: str) -> None:
        """From now on with this token."""
        self.ask("Network.setExtraHTTPHeaders", headers={"Authorization": f"Bearer {token}"})

    def look(self, *, width: int, dark: bool = False, media: str = "", height: int = 900) -> None:
        """From now on through a window of this size, in this colour scheme, as on this medium."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def go(self, url: str) -> None:
        """Open a page and wait until all of it is there."""
        loaded: list[bool] = []
        self._watch = lambda event: loaded.append(True) if event["method"] == "Page.loadEventFired" else None
        self.ask("Page.navigate", url=url)
        while not loaded:
            self._read()

    def value(self, expression: str) -> Any:
        """What a script of the test (the page has none) finds in it."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def screenshot(self, path: Path) -> None:
        """The whole page, below the window as well."""
        taken = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(taken["data"]))

    def tree(self) -> list[Node]:
        """What a screen reader is given, in order, without what it passes over."""
        first, *others = self.ask("Accessibility.getFullAXTree")["nodes"]
        known = {node["nodeId"]: node for node in others}
        ahead, found = [first], []
        while ahead:
            node = ahead.pop()
            found += [] if node.get("ignored") else [_node(node)]
            ahead += [known[child] for child in reversed(node.get("childIds", [])) if child in known]
        return found

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """One command and its answer."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        message |= {"sessionId": self._session} if self._session else {}
        self._out.write(json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._last:
            pass
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        found: dict[str, Any] = answer["result"]
        return found

    _watch: Callable[[dict[str, Any]], None] = staticmethod(lambda _: None)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            piece = self._in.read(1 << 16)
            if not piece:
                raise AssertionError("the browser has ended")
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        if message.get("method") == "Log.entryAdded":
            self.complaints.append(message["params"]["entry"]["text"])
        if "method" in message:
            self._watch(message)
        return message


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that a screen reader says."""

    role: str
    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)


def _node(node: Mapping[str, Any]) -> Node:
    properties = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    return Node(node["role"]["value"], node.get("name", {}).get("value", ""), properties)
