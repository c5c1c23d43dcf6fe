"""What comes with a request besides its body: parameters, conditions, keys, and the wanted representation."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask import Request

from govops.api.problems import RequestError
from govops.api.routes import Kind, Route
from govops.app.governance import Query
from govops.kinds.quoting import quoted

MOST_ROWS = 200
_ROWS = 50
_LONGEST = 2000  # characters of a parameter; a cursor is the longest
_KEY = re.compile(r"[!-~]{1,128}")
_TAG = re.compile(r'"([0-9a-f]{40}|[0-9a-f]{64})"')
_UNSEEN = frozenset({"Cc", "Cs"})
FORMATS = {"json": "application/json", "markdown": "text/markdown"}


def read_query(request: Request, route: Route) -> Query:
    """The parameters that the route takes, each once. RequestError 400 for any other."""
    told = parameters(request, route)
    filters = {name: told[name] for name in route.filters if name in told}
    return Query(told.get("as_of"), filters, told.get("cursor"), _limit(told.get("limit", str(_ROWS))))


def parameters(request: Request, route: Route) -> dict[str, str]:
    """By name. RequestError 400 for one that is not known, comes twice, or holds what nobody sees."""
    told: dict[str, str] = {}
    for name, values in request.args.lists():
        if name not in route.parameters:
            known = ", ".join(route.parameters) or "it takes none"
            raise RequestError(f"there is no parameter {quoted(name)}", hint=f"known here: {known}")
        if len(values) > 1:
            raise RequestError(f"the parameter {quoted(name)} is there twice")
        if not values[0]:
            raise RequestError(f"the parameter {quoted(name)} is empty", hint="leave it out")
        told[name] = seen(values[0], name)
    return told


def seen(value: str, name: str) -> str:
    """The value, if it is a text that a person could have typed. RequestError 400 otherwise."""
    if len(value) > _LONGEST or any(unicodedata.category(char) in _UNSEEN for char in value):
        raise RequestError(f"the value of {quoted(name)} is too long, or holds control characters")
    return value


def condition(request: Request) -> str | None:
    """What If-Match names, None if it is not there.

    RequestError 400 for ``*``, a weak tag or several: who changes something has to have seen exactly that.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    found = _TAG.fullmatch(header.strip())
    if found is None:
        raise RequestError(
            f"If-Match is no ETag of ours: {quoted(header)}", hint='one strong ETag, as GET gave it: "4b825dc6…"'
        )
    return found[1]


def key(request: Request, route: Route) -> str | None:
    """The Idempotency-Key. RequestError 400 if there is none and something would be made twice without."""
    header = request.headers.get("Idempotency-Key")
    if header is None:
        if route.needs_key:
            raise RequestError("there is no Idempotency-Key", hint="send one that you make up, such as a UUID")
        return None
    found = header.strip().strip('"')
    if not _KEY.fullmatch(found):
        raise RequestError("the Idempotency-Key is not 1 to 128 visible characters of ASCII")
    return found


def representation(request: Request, route: Route) -> str:
    """The format that is wanted: by ``format``, or by Accept. RequestError 406 if there is none that fits."""
    offered = FORMATS if route.kind is Kind.REPORT else {"json": FORMATS["json"]}
    asked = request.args.get("format") if route.kind is Kind.REPORT else None
    if asked is not None:
        if asked not in offered:
            raise RequestError(f"there is no format {quoted(asked)}", hint=f"one of {', '.join(offered)}")
        return asked
    accepted: Any = request.accept_mimetypes
    best = accepted.best_match(list(offered.values())) if accepted else FORMATS["json"]
    if best is None:
        raise RequestError("there is nothing of an accepted type", status=406, hint=", ".join(offered.values()))
    return next(name for name, media in offered.items() if media == best)


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST_ROWS):
        raise RequestError(f"the limit is not a number from 1 to {MOST_ROWS}: {quoted(text)}")
    return int(text)
