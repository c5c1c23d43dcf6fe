"""The pages as a blueprint: who may look, what is around a page, and what every answer carries."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, default_exceptions

from govops.api.doors import Doors
from govops.api.pages.asking import Asked
from govops.api.pages.faults import log_fault
from govops.api.pages.rendering import rendered
from govops.api.pages.signing_in import CHALLENGE, as_bearer
from govops.api.pages.values import Badge, Link, Value, worded
from govops.api.pages.views import Frame, Page, Prose, Standing
from govops.app.governance import Actor
from govops.app.governance.refusals import (
    BusyError,
    ForbiddenError,
    LimitedError,
    NotFoundError,
    UnauthenticatedError,
)
from govops.errors import GovopsError, UsageError
from govops.render.untrusted import clipped, without_addresses

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")
_REFUSALS: tuple[tuple[type[GovopsError], int, str], ...] = (
    (UnauthenticatedError, 401, "Who are you?"),
    (ForbiddenError, 403, "Not for you to see"),
    (NotFoundError, 404, "Nothing of that name"),
    (LimitedError, 429, "Too much at once"),
    (BusyError, 503, "Busy"),
    (UsageError, 400, "That cannot be asked"),
)


@dataclass(frozen=True, slots=True)
class Route:
    """One page: its path below the prefix, the name that links use, what makes it, and its entry in the menu."""

    path: str
    name: str
    make: Callable[[Asked], tuple[Page, Standing | None]]
    menu: str = ""


def pages_blueprint(
    routes: Iterable[Route],
    *,
    repository: Callable[[], str],
    doors: Doors,
    name: str = "governance_pages",
    discreet: bool = False,
) -> Blueprint:
    """A blueprint of these pages; ``repository`` is what Settings call it. ``discreet`` hides e-mail addresses."""
    pages = _Pages(tuple(routes), repository, doors, discreet)
    made = Blueprint(name, __name__)
    made.add_url_rule("/govops.css", "stylesheet", _stylesheet)
    for route in pages.routes:
        made.add_url_rule(route.path, route.name, pages.view(route))
    made.add_url_rule("/", "writing", pages.elsewhere, methods=_EVERY_METHOD[1:])
    made.add_url_rule("/<path:rest>", "elsewhere", pages.elsewhere, methods=_EVERY_METHOD)
    for status in default_exceptions:  # an application's own for one status would come before ours for all
        made.register_error_handler(status, pages.told)
    made.register_error_handler(Exception, pages.told)
    made.after_request(_with_headers)
    return made


@dataclass(frozen=True, slots=True)
class _Pages:
    routes: tuple[Route, ...]
    repository: Callable[[], str]
    doors: Doors
    discreet: bool

    def view(self, route: Route) -> Callable[..., str]:
        """A view that shows the page to whoever may see it."""

        def look(**values: str) -> str:
            actor = self._actor()
            with self.doors.admit(actor.account.address):
                asked = Asked(actor, _moment(), {**request.args.to_dict(), **values}, g.govops_request)
                page, standing = route.make(asked)
            shown = rendered(page, self._frame(actor.name, standing))
            return without_addresses(shown) if self.discreet else shown

        return look

    def elsewhere(self, rest: str = "") -> str:
        """Any other address below the prefix, and any other method."""
        self._actor()
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        raise NotFoundError(f"there is no page {clipped(rest, 100)!r}")

    def told(self, error: Exception) -> Response:
        """Why there is no page, in words; of what went wrong on our side nothing but that it did."""
        if isinstance(error, HTTPException):
            return self._refused(error)
        found = next(((status, title) for kind, status, title in _REFUSALS if isinstance(error, kind)), None)
        if found is None or not isinstance(error, GovopsError):
            name = log_fault(error)
            told = f"what went wrong stands in the log of the server, under request {name}"
            return self._problem(500, "This page could not be made", (told,))
        answer = self._problem(*found, tuple(self._shown(line) for line in (error.message, error.hint) if line))
        if isinstance(error, UnauthenticatedError):
            answer.headers["WWW-Authenticate"] = CHALLENGE
        if isinstance(error, BusyError):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    def _refused(self, error: HTTPException) -> Response:
        """What the framework found."""
        answer = self._problem(error.code or 500, error.name, ())
        answer.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
        return answer

    def _problem(self, status: int, title: str, told: tuple[str, ...]) -> Response:
        home: tuple[Value, ...] = () if status == 401 else (Link("overview", "Back to the overview"),)
        words = (*(worded(_sentence(line)) for line in told), *home)
        page = Page(title, (Prose("", words),), badge=Badge(str(status), "bad"))
        return Response(rendered(page, self._frame("", None)), status=status, mimetype="text/html")

    def _actor(self) -> Actor:
        g.govops_request = secrets.token_hex(8)
        header = as_bearer(request.headers.get("Authorization"))
        return self.doors.authenticate(header, request=g.govops_request)

    def _shown(self, line: str) -> str:
        for place in self.doors.secret:
            line = line.replace(str(place), "…")
        return line

    def _frame(self, reader: str, standing: Standing | None) -> Frame:
        menu = tuple(Link(route.name, route.menu) for route in self.routes if route.menu) if reader else ()
        return Frame(self.repository() if reader else "", menu, reader, standing)


def _sentence(line: str) -> str:
    return f"{line[:1].upper()}{line[1:]}."


def _moment() -> str | None:
    """``as_of`` as the index takes it; of a day, its end in UTC."""
    asked = request.args.get("as_of", "").strip()
    return f"{asked}T23:59:59Z" if _DAY.fullmatch(asked) else asked or None


@cache
def _style() -> tuple[bytes, str]:
    text = files("govops.api.pages").joinpath("static/govops.css").read_bytes()
    return text, hashlib.sha256(text).hexdigest()[:16]


def _stylesheet() -> Response:
    """The same for everybody, so that a browser need not know who looks."""
    text, digest = _style()
    answer = Response(text, mimetype="text/css")
    answer.set_etag(digest)
    answer.cache_control.public = True
    answer.cache_control.max_age = 300
    answer.make_conditional(request)
    return answer


def _with_headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
