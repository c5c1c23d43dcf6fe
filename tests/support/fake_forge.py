"""A forge on loopback that remembers, speaks as GitHub or as GitLab, and can fail in every way.

    with FakeForge("github") as forge:
        forge.pulls[1] = Pull(1, "Register fraud", opener=ALICE, head=…)
        forge.faults.append(Fault("/reviews", "cut"))

It knows nothing of the code under test. What it was asked stands in ``asked``.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support import fake_github, fake_gitlab
from tests.support.fake_facts import Made, Pull, Push, User
from tests.support.loopback import Loopback

Kind = Literal["github", "gitlab"]
Wrong = Literal["status", "cut", "close", "html", "slow", "redirect", "link", "repeat", "drop", "huge", "deep", "count"]

TOKEN = "s3cret-token-of-the-tests"
REPOSITORY = "acme/ai-governance"


@dataclass
class Fault:
    """What goes wrong where: ``path`` is searched for, ``page`` narrows it, ``times`` is how often it happens.

    ``status`` and ``headers`` are the answer's for "status"; ``to`` is where "redirect" and "link" lead.
    """

    path: str
    wrong: Wrong
    page: int | None = None
    times: int = 1_000_000
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    to: str = ""


@dataclass(frozen=True)
class Asked:
    """One request as it arrived. ``query`` is text, ``body`` the JSON."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class FakeForge(Loopback):
    """One repository's forge. ``people`` are known by id; ``contains`` says which proposals a commit belongs to."""

    def __init__(self, kind: Kind = "github") -> None:
        self.kind = kind
        self.pulls: dict[int, Pull] = {}
        self.pushes: list[Push] = []
        self.contains: dict[str, list[int]] = {}
        self.people: dict[int, User] = {}
        self.me: User | None = User(9000, "govops-bot", "Bot")  # None: an installation's token, which may not ask
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.statuses: list[dict[str, Any]] = []
        self.heads: dict[str, str] = {}  # of branches from which somebody may open a pull request
        self.protection: dict[str, Any] | None = None
        self.may_see_protection = True
        self.rulesets: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.asked: list[Asked] = []
        super().__init__(_handler(self))

    @property
    def url(self) -> str:
        """The API's address."""
        return f"http://127.0.0.1:{self.port}{'/api/v4' if self.kind == 'gitlab' else ''}"

    @property
    def environment(self) -> dict[str, str]:
        """What tells govops to ask this forge."""
        if self.kind == "github":
            return {"GITHUB_API_URL": self.url, "GITHUB_TOKEN": TOKEN}
        return {"CI_API_V4_URL": self.url, "GITLAB_TOKEN": TOKEN}

    def authorised(self, headers: dict[str, str]) -> bool:
        """Whether the request bears the token in the way of this forge."""
        if self.kind == "github":
            return headers.get("authorization") == f"Bearer {TOKEN}"
        return headers.get("private-token") == TOKEN

    def opened(self, branch: str, target: str, title: str, body: str) -> Pull | None:
        """The pull request that is opened now by whoever has the token; None where one is open of that branch."""
        ends = [(pull.branch, pull.target) for pull in self.pulls.values() if not (pull.merged_at or pull.closed)]
        if (branch, target) in ends:
            return None
        number = max(self.pulls, default=0) + 1
        head = self.heads.get(branch, "1" * 40)
        made = Made(head, title, ("A", "a@b.example"), ("A", "a@b.example"))
        opener = self.me or User(41898282, "github-actions[bot]", "Bot")
        pull = Pull(number, title, opener, "2026-03-02T09:00:00Z", head, "0" * 40, [made], target, branch)
        pull.body = body
        self.pulls[number] = pull
        return pull

    def fault(self, path: str, page: int) -> Fault | None:
        """What goes wrong with this request, counted down."""
        for fault in self.faults:
            if fault.times and re.search(fault.path, path) and fault.page in (None, page):
                fault.times -= 1
                return fault
        return None


def _handler(forge: FakeForge) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one piece

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on stderr."""

        def do_GET(self) -> None:
            _serve(forge, self)

        do_POST = do_PATCH = do_PUT = do_GET  # noqa: N815  names that http.server looks for

    return Handler


def _serve(forge: FakeForge, handler: BaseHTTPRequestHandler) -> None:
    parts = urlsplit(handler.path)
    query = dict(parse_qsl(parts.query))
    length = int(handler.headers.get("content-length") or 0)
    body = json.loads(handler.rfile.read(length)) if length else None
    headers = {name.lower(): value for name, value in handler.headers.items()}
    asked = Asked(handler.command, parts.path, query, headers, body)
    forge.asked.append(asked)
    page = int(query.get("page", 1))
    fault = forge.fault(f"{handler.command} {parts.path}", page)
    if fault and fault.wrong in ("status", "redirect"):
        extra = {"Location": fault.to} if fault.wrong == "redirect" else fault.headers
        status = 302 if fault.wrong == "redirect" else fault.status
        _reply(handler, status, b'{"message":"planted"}', extra)
        return
    routes = fake_github.answer if forge.kind == "github" else fake_gitlab.answer
    status, value = routes(forge, asked) if forge.authorised(headers) else (401, {"message": "401 Unauthorized"})
    extra = {}
    if isinstance(value, list):
        shown = page - 1 if fault and fault.wrong == "repeat" and page > 1 else page
        extra = _paged(forge, handler, parts.path, query, total=len(value), page=page)
        size = int(query.get("per_page", 30))
        value = value[(shown - 1) * size : shown * size]
    _reply(handler, status, json.dumps(value).encode(), extra, fault)


def _paged(
    forge: FakeForge, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str], *, total: int, page: int
) -> dict[str, str]:
    extra = {"X-Total": str(total)} if forge.kind == "gitlab" else {}
    if page * int(query.get("per_page", 30)) < total:
        more = urlencode({**query, "page": page + 1})
        host = handler.headers["host"]
        extra["Link"] = f'<http://{host}{path}?{more}>; rel="next", <http://{host}{path}?page=9>; rel="last"'
    return extra


def _reply(
    handler: BaseHTTPRequestHandler, status: int, data: bytes, extra: dict[str, str], fault: Fault | None = None
) -> None:
    wrong = fault.wrong if fault else None
    data = _spoilt(data, wrong)
    headers = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(data)), **extra}
    if wrong == "html":
        headers["Content-Type"] = "text/html"
    elif wrong == "count":
        headers["X-Total"] = "7"
    elif wrong == "link" and fault:
        headers["Link"] = f'<{fault.to}>; rel="next"'
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    try:
        handler.wfile.write(data[: len(data) // 2] if wrong == "close" else data)
    except OSError:
        handler.close_connection = True  # the client had enough
    if wrong == "close":
        handler.close_connection = True


def _spoilt(data: bytes, wrong: Wrong | None) -> bytes:
    match wrong:
        case "cut":
            return data[: len(data) // 2]
        case "drop":
            return b"[]"
        case "huge":
            return b'"' + b"x" * 40_000_000 + b'"'
        case "deep":
            return b"[" * 200_000 + b"]" * 200_000
        case "slow":
            time.sleep(1.0)
    return data
