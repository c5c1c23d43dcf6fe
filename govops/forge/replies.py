"""What comes back from a forge: whether it is an answer, worth another try, or neither."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from govops.errors import UsageError
from govops.forge.protocol import IncompleteEvidenceError

LATER = "run it again later; nothing that was read is lost"
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_BROKEN = frozenset({500, 502, 503, 504})
_ANSWERS = frozenset({200, 201, 204, 400, 404, 409, 410, 422})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: ``value`` is the JSON, None where there is no body."""

    status: int
    headers: Mapping[str, str]
    value: Any = field(repr=False)


class RefusedError(UsageError):
    """The token may not ask that."""


class AgainError(Exception):
    """Worth another try, after ``wait`` seconds where the forge says how long. ``happened``: it may have been done."""

    def __init__(self, reason: str, *, wait: float | None = None, happened: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.happened = happened


def settle(status: int, headers: Mapping[str, str]) -> None:
    """Raise for what is no answer: a broken server, a limit, a refused token."""
    limited = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    if status == 429 or (status == 403 and limited):
        raise AgainError(f"rate limit ({status})", wait=_told_wait(headers), happened=False)
    if status in _BROKEN:
        raise AgainError(f"status {status}", wait=number(headers.get("retry-after")))
    if status in (401, 403):
        raise RefusedError(
            f"the forge refuses the token ({status})", hint="docs/how-to/use-a-forge.md says which rights it needs"
        )
    if status not in _ANSWERS | REDIRECTS:
        raise IncompleteEvidenceError(f"the forge answered with status {status}", hint=LATER)


def _told_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds until the limit is lifted; by the forge's own clock, since this machine's is not asked."""
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
    return int(text) if text is not None and re.fullmatch("[0-9]{1,12}", text) else None


def value_of(data: bytes, headers: Mapping[str, str], url: str) -> Any:
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    where = urlsplit(url).path
    if not (media.startswith("application/") and media.endswith("json")):
        raise IncompleteEvidenceError(f"the forge's answer to {where} is no JSON", hint=LATER)
    if headers.get("content-encoding", "identity") != "identity":
        raise IncompleteEvidenceError(f"the forge's answer to {where} is compressed, which nobody asked for")
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise IncompleteEvidenceError(f"the forge's answer to {where} is broken JSON", hint=LATER) from error


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
