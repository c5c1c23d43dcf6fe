"""The pages as a blueprint: who may look, what is around a page, and what every answer carries."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from govops.api.pages.doors import CHALLENGE, as_bearer
from govops.api.pages.rendering import rendered
from govops.api.pages.values import Badge, Link, Value, worded
from govops.api.pages.views import Frame, Page, Prose, Standing
from govops.app.governance import Actor
from govops.app.governance.refusals import BusyError, ForbiddenError, NotFoundError, UnauthenticatedError
from govops.errors import GovopsError, UsageError
from govops.render.untrusted import clipped

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
    (BusyError, 503, "Busy"),
    (UsageError, 400, "That cannot be asked"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: by whom, at which moment (None: now), and what the address says."""

    actor: Actor
    as_of: str | None
    values: Mapping[str, str]


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
    authenticate: Callable[[str | None], Actor],
    name: str = "governance_pages",
) -> Blueprint:
    """A blueprint of these pages. ``authenticate`` takes an ``Authorization`` header and raises for a stranger."""
    pages = _Pages(tuple(routes), repository, authenticate)
    made = Blueprint(name, __name__)
    made.add_url_rule("/govops.css", "stylesheet", _stylesheet)
    for route in pages.routes:
        made.add_url_rule(route.path, route.name, pages.view(route))
    made.add_url_rule("/", "writing", pages.elsewhere, methods=_EVERY_METHOD[1:])
    made.add_url_rule("/<path:rest>", "elsewhere", pages.elsewhere, methods=_EVERY_METHOD)
    made.register_error_handler(GovopsError, pages.refused)
    made.register_error_handler(HTTPException, pages.failed)
    made.after_request(_with_headers)
    return made


@dataclass(frozen=True, slots=True)
class _Pages:
    routes: tuple[Route, ...]
    repository: Callable[[], str]
    authenticate: Callable[[str | None], Actor]

    def view(self, route: Route) -> Callable[..., str]:
        """A view that shows the page to whoever may see it."""

        def shown(**values: str) -> str:
            actor = self.authenticate(as_bearer(request.headers.get("Authorization")))
            page, standing = route.make(Asked(actor, _moment(), {**request.args.to_dict(), **values}))
            return rendered(page, self._frame(actor.name, standing))

        return shown

    def elsewhere(self, rest: str = "") -> str:
        """Any other address below the prefix, and any other method."""
        self.authenticate(as_bearer(request.headers.get("Authorization")))
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        raise NotFoundError(f"there is no page {clipped(rest, 100)!r}")

    def refused(self, error: GovopsError) -> Response:
        """Why there is no page, in words; of what went wrong on our side nothing but that it did."""
        known = (one for one in _REFUSALS if isinstance(error, one[0]))
        _, status, title = next(known, (None, 500, "This page could not be made"))
        told = (error.message, error.hint) if status != 500 else ("what went wrong stands in the log of the server",)
        answer = self._problem(status, title, tuple(line for line in told if line))
        if isinstance(error, UnauthenticatedError):
            answer.headers["WWW-Authenticate"] = CHALLENGE
        if isinstance(error, BusyError):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    def failed(self, error: HTTPException) -> Response:
        """What Flask itself refused."""
        answer = self._problem(error.code or 500, error.name, ())
        answer.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
        return answer

    def _problem(self, status: int, title: str, told: tuple[str, ...]) -> Response:
        home: tuple[Value, ...] = () if status == 401 else (Link("overview", "Back to the overview"),)
        words = (*(worded(_sentence(line)) for line in told), *home)
        page = Page(title, (Prose("", words),), badge=Badge(str(status), "bad"))
        return Response(rendered(page, self._frame("", None)), status=status, mimetype="text/html")

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
