"""What went wrong, as a problem of RFC 9457: never a path of the server, a traceback or a secret."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, default_exceptions

from govops.app.governance import (
    BusyError,
    ConflictError,
    ForbiddenError,
    LimitedError,
    MissingConditionError,
    NotFoundError,
    StaleError,
    UnauthenticatedError,
)
from govops.errors import GovopsError, LimitError, RefusedError, StorageError, UndecidableError, UsageError
from govops.render.untrusted import log_exact, visible

MEDIA_TYPE = "application/problem+json"
_CHALLENGE = 'Bearer realm="govops"'
_LONGEST = 2000  # characters of a message
_STATUSES: tuple[tuple[type[GovopsError], HTTPStatus], ...] = (  # the first that fits
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (MissingConditionError, HTTPStatus.PRECONDITION_REQUIRED),
    (UsageError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (UnauthenticatedError, HTTPStatus.UNAUTHORIZED),
    (ConflictError, HTTPStatus.CONFLICT),
    (StaleError, HTTPStatus.PRECONDITION_FAILED),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (RefusedError, HTTPStatus.FORBIDDEN),
    (LimitedError, HTTPStatus.TOO_MANY_REQUESTS),
    (BusyError, HTTPStatus.SERVICE_UNAVAILABLE),
    (UndecidableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (LimitError, HTTPStatus.SERVICE_UNAVAILABLE),
    (StorageError, HTTPStatus.INSUFFICIENT_STORAGE),
)


class RequestError(UsageError):
    """The request itself cannot be used; ``status`` says how, ``errors`` where in the body."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        hint: str = "",
        errors: tuple[Mapping[str, str], ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.errors = errors
        self.headers = dict(headers or {})


def handle_problems(blueprint: Blueprint, secret: tuple[Path, ...], check: Callable[[], None]) -> None:
    """Answer everything that goes wrong in the routes of a blueprint, and nowhere else.

    ``secret`` are places of this machine that no message may name; ``check`` raises an error if the server is not well:
    then that it cannot do what was asked is no fault of whoever asked. Every status has a handler, since an
    application's own for one would come before ours for all.
    """

    def told(error: Exception) -> Response:
        if isinstance(error, UsageError) and not isinstance(error, RequestError):
            try:
                check()
            except GovopsError as fault:
                return _failed(fault)
        return _told(error, secret)

    for status in default_exceptions:
        blueprint.register_error_handler(status, told)
    blueprint.register_error_handler(Exception, told)


def problem(status: int, detail: str, *, hint: str = "", errors: Any = (), headers: Any = ()) -> Response:
    """A response that says what is wrong, and by which id the log of the server knows it."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        **({"hint": hint} if hint else {}),
        **({"errors": list(errors)} if errors else {}),
        "request_id": g.get("govops_request", ""),
    }
    response = Response(json.dumps(body) + "\n", status, mimetype=MEDIA_TYPE)
    response.headers.extend(dict(headers))
    return response


def status_of(error: GovopsError) -> int:
    """The status that an error is answered with."""
    if isinstance(error, RequestError):
        return error.status
    return next((int(status) for kind, status in _STATUSES if isinstance(error, kind)), 500)


def _told(error: Exception, secret: tuple[Path, ...]) -> Response:
    if isinstance(error, HTTPException):
        return _refused(error)
    if not isinstance(error, GovopsError) or status_of(error) >= 500:
        return _failed(error)
    headers = dict(error.headers) if isinstance(error, RequestError) else {}
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = _CHALLENGE
    if isinstance(error, LimitedError):
        headers["Retry-After"] = str(error.retry_after)
    errors = error.errors if isinstance(error, RequestError) else ()
    message, hint = (_shown(text, secret) for text in (error.message, error.hint))
    return problem(status_of(error), message, hint=hint, errors=errors, headers=headers)


def _refused(error: HTTPException) -> Response:
    """What the framework found; of its headers only those that the status needs."""
    code = error.code or 500
    wanted = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return problem(code, HTTPStatus(code).phrase.lower(), headers=wanted)


def _failed(error: Exception) -> Response:
    """A fault of ours or of what we stand on: the caller learns that it is, the log of the server which."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    asked = f"{request.method} {request.path}"
    name = g.get("govops_request", "")
    current_app.logger.error("request %s: %s\n%s", name, log_exact(asked), "\n".join(map(log_exact, lines)))
    if isinstance(error, BusyError):
        return problem(503, "too much is asked at the moment", headers={"Retry-After": str(error.retry_after)})
    if isinstance(error, GovopsError) and status_of(error) in {422, 503}:
        return problem(503, "the repository cannot answer at the moment", headers={"Retry-After": "5"})
    if isinstance(error, StorageError):
        return problem(507, "there is no room to write here", hint="nothing was changed; ask again later")
    return problem(500, "something went wrong here", hint="give the request id to those who run the server")


def _shown(text: str, secret: tuple[Path, ...]) -> str:
    for place in secret:
        text = text.replace(str(place), "…")
    return visible(text[:_LONGEST])
