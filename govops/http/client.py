"""Requests to one host. The token goes to that host and nowhere else."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urljoin, urlsplit

from govops import __version__, interrupt
from govops.errors import UsageError
from govops.http.replies import LATER, REDIRECTS, AgainError, Party, Reply, settle

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

LARGEST_ANSWER = 32 * 1024 * 1024  # bytes; 100 commits with messages of 64 KiB are 7 million

_TRIES = 6
_MOST_REDIRECTS = 3
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the other, in seconds. ``sleep``, ``jitter`` (0 to 1) and ``now`` are a test's to replace.

    ``whole`` bounds all waiting of a client together; ``answer`` is for one answer from first to last byte.
    """

    connect: float = 10.0
    read: float = 30.0
    answer: float = 120.0
    whole: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    now: Callable[[], float] = time.monotonic


class Client:
    """Requests to one API. ``base`` is its address (``https://api.github.com``), ``headers`` go with each request.

    UsageError where the address is none, or would carry the token in the clear: plain http is for loopback only.
    """

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        *,
        party: Party,
        patience: Patience | None = None,
        limit: int = LARGEST_ANSWER,
    ) -> None:
        self._base = base.rstrip("/") + "/"
        self._origin = _origin(self._base)
        if self._origin is None:
            raise UsageError(
                f"the address of {party.name} is not one that govops asks",
                hint="give an https address without a user name; plain http is for loopback only",
            )
        self._headers = {**headers, "User-Agent": f"govops/{__version__}", "Accept-Encoding": "identity"}
        self._party = party
        self._patience = patience or Patience()
        self._left = self._patience.whole
        self._limit = limit
        self._pool = _pool(self._patience, party.name)

    def url(self, path: str, query: Mapping[str, str | int]) -> str:
        """The address of ``path`` below the base; the base itself for an empty one."""
        asked = f"?{urlencode(sorted(query.items()))}" if query else ""
        return f"{self._base}{path}{asked}" if path else self._base.removesuffix("/") + asked

    def here(self, before: str, target: str) -> str:
        """The address of ``target``, if it is the same host's: nothing is asked of another one."""
        url = urljoin(before, target)
        if _origin(url) != self._origin:
            raise self._party.error(f"{self._party.name} sends govops to another host, which it does not follow")
        return url

    def ask(self, method: str, url: str, body: bytes | None = None, *, repeatable: bool | None = None) -> Reply:
        """One request with as many tries as it takes and may take; 400, 404, 409, 410 and 422 are answers.

        ``body`` is JSON. What may have happened is not done again unless it is ``repeatable``, as all but POST is.
        """
        again = method != "POST" if repeatable is None else repeatable
        for attempt in range(_TRIES):
            interrupt.go_on()
            try:
                return self._followed(method, url, body)
            except AgainError as trouble:
                if not self._waits(trouble, attempt, repeatable=again):
                    raise self._party.error(
                        f"no answer from {self._party.name} to {method}{self._party.where(url)}: {trouble.reason}",
                        hint=LATER,
                    ) from trouble
        raise self._party.error(
            f"no answer from {self._party.name} to {method}{self._party.where(url)}", hint=LATER
        )  # the last try above has raised it

    def _waits(self, trouble: AgainError, attempt: int, *, repeatable: bool) -> bool:
        """Wait and say True, or False where another try would be harmful, pointless or too late."""
        if attempt + 1 == _TRIES or (trouble.happened and not repeatable):
            return False
        wait = trouble.wait if trouble.wait is not None else 2.0**attempt
        wait += wait * self._patience.jitter() / 2
        if wait > self._left:
            return False
        self._left -= wait
        self._patience.sleep(wait)
        return True

    def _followed(self, method: str, url: str, body: bytes | None) -> Reply:
        for _ in range(_MOST_REDIRECTS + 1):
            reply = self._once(method, url, body)
            if reply.status not in REDIRECTS:
                return reply
            if method != "GET":
                break
            url = self.here(url, reply.headers.get("location", ""))
        raise self._party.error(
            f"{self._party.name} redirects {method}{self._party.where(url)}",
            hint="give the address to which it leads now",
        )

    def _once(self, method: str, url: str, body: bytes | None) -> Reply:
        from urllib3.exceptions import HTTPError, NewConnectionError

        headers = {**self._headers, "Content-Type": "application/json"} if body else self._headers
        try:
            response = self._pool.urlopen(
                method, url, body=body, headers=headers, redirect=False, retries=False, preload_content=False
            )
            data = self._read(response)
        except HTTPError as error:
            unsent = isinstance(error, NewConnectionError)
            raise AgainError(f"{type(error).__name__}", happened=not unsent) from error
        told = {name.lower(): value for name, value in response.headers.items()}
        settle(response.status, told, self._party)
        return Reply(response.status, told, data)

    def _read(self, response: BaseHTTPResponse) -> bytes:
        """The body; closes the connection where it is too long or too slow."""
        end, parts, size = self._patience.now() + self._patience.answer, list[bytes](), 0
        for part in response.stream(65_536, decode_content=False):
            parts.append(part)
            size += len(part)
            if size > self._limit:
                response.close()
                raise self._party.error(f"an answer of {self._party.name} has more than {self._limit} bytes")
            if self._patience.now() > end:
                response.close()
                raise AgainError("too slow")
        response.release_conn()
        return b"".join(parts)


def segment(text: str) -> str:
    """A text as one segment of a path, whatever stands in it."""
    return quote(text, safe="")


def _pool(patience: Patience, whom: str) -> PoolManager:
    try:
        from urllib3 import PoolManager, Timeout
    except ImportError as error:
        raise UsageError(f"talking to {whom} needs urllib3", hint="pip install 'govops[forge]'") from error
    return PoolManager(timeout=Timeout(connect=patience.connect, read=patience.read), retries=False)


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what carries a token in the clear or is no address."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not safe or not host or parts.username is not None:
        return None
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)
