"""What comes back from whom we ask: whether it is an answer, worth another try, or neither."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from govops.errors import UndecidableError, UsageError

LATER = "run it again later; nothing that was read is lost"
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_BROKEN = frozenset({500, 502, 503, 504})
_ANSWERS = frozenset({*range(200, 300), 400, 404, 409, 410, 422})


@dataclass(frozen=True, slots=True)
class Party:
    """Whom we ask: ``name`` in messages (``the forge``), the hint where the token is ``refused``, and which ``error``
    says that we were not told. ``shown``: whether a message may have the path of an address, which may be a secret.
    """

    name: str
    refused: str
    error: type[UndecidableError] = UndecidableError
    shown: bool = True

    def where(self, url: str) -> str:
        """`` /path``, to stand behind the name of a method; nothing where that is secret."""
        return f" {urlsplit(url).path}" if self.shown else ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: names of ``headers`` are in lower case; ``data`` is the body as sent."""

    status: int
    headers: Mapping[str, str]
    data: bytes = field(repr=False)


class RefusedError(UsageError):
    """The token may not ask that."""


class AgainError(Exception):
    """Worth another try, after ``wait`` seconds where they say how long. ``happened``: it may have been done."""

    def __init__(self, reason: str, *, wait: float | None = None, happened: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.happened = happened


def settle(status: int, headers: Mapping[str, str], party: Party) -> None:
    """Raise for what is no answer: a broken server, a limit, a refused token."""
    limited = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    if status == 429 or (status == 403 and limited):
        raise AgainError(f"rate limit ({status})", wait=_told_wait(headers), happened=False)
    if status in _BROKEN:
        raise AgainError(f"status {status}", wait=number(headers.get("retry-after")))
    if status in (401, 403):
        raise RefusedError(f"{party.name} refuses the token ({status})", hint=party.refused)
    if status not in _ANSWERS | REDIRECTS:
        raise party.error(f"{party.name} answered with status {status}", hint=LATER)


def _told_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds until the limit is lifted; by the other's own clock, since this machine's is not asked."""
    after = number(headers.get("retry-after"))
    if after is not None:
        return after
    reset = number(headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset"))
    date = _http_date(headers.get("date", ""))
    return None if reset is None or date is None else max(reset - date, 1)


def _http_date(text: str) -> int | None:
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (ValueError, OverflowError):
        return None


def number(text: str | None) -> int | None:
    """A header that counts something."""
    return int(text) if text is not None and re.fullmatch("[0-9]{1,12}", text) else None


def value_of(reply: Reply, url: str, party: Party) -> Any:
    """The JSON of an answer; the party's error where it is none."""
    media = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    about = f"{party.name}'s answer" + (f" to {urlsplit(url).path}" if party.shown else "")
    if not (media.startswith("application/") and media.endswith("json")):
        raise party.error(f"{about} is no JSON", hint=LATER)
    if reply.headers.get("content-encoding", "identity") != "identity":
        raise party.error(f"{about} is compressed, which nobody asked for")
    try:
        return json.loads(reply.data.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise party.error(f"{about} is broken JSON", hint=LATER) from error


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
