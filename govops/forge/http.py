"""HTTP for forges: one host, JSON only, bounded in time and size. The token goes to that host and nowhere else."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from govops import __version__
from govops.errors import UsageError
from govops.forge.protocol import IncompleteEvidenceError
from govops.forge.replies import LATER, REDIRECTS, AgainError, Answer, RefusedError, number, settle, value_of

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

LARGEST_ANSWER = 32 * 1024 * 1024  # bytes; 100 commits with messages of 64 KiB are 7 million
PER_PAGE = 100  # the most that GitHub and GitLab give at once

_TRIES = 6
_MOST_PAGES = 1000
_MOST_REDIRECTS = 3
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NEXT = re.compile(r'<([^<>]+)>\s*;[^,<]*\brel="?next"?')


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a forge, in seconds. ``sleep``, ``jitter`` (0 to 1) and ``now`` are a test's to replace.

    ``whole`` bounds all waiting of a session together; ``answer`` is for one answer from first to last byte.
    """

    connect: float = 10.0
    read: float = 30.0
    answer: float = 120.0
    whole: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    now: Callable[[], float] = time.monotonic


class Session:
    """Requests to one API. ``base`` is its address (``https://api.github.com``), ``headers`` go with each request.

    UsageError where the address is none, or would carry the token in the clear: plain http is for loopback only.
    """

    def __init__(
        self, base: str, headers: Mapping[str, str], *, patience: Patience | None = None, limit: int = LARGEST_ANSWER
    ) -> None:
        self._base = base.rstrip("/") + "/"
        self._origin = _origin(self._base)
        if self._origin is None:
            raise UsageError(
                "the address of the forge's API is not one that govops asks",
                hint="give an https address without a user name; plain http is for loopback only",
            )
        self._headers = {**headers, "User-Agent": f"govops/{__version__}", "Accept-Encoding": "identity"}
        self._patience = patience or Patience()
        self._left = self._patience.whole
        self._limit = limit
        self._pool = _pool(self._patience)

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON at ``path``; IncompleteEvidenceError where there is nothing."""
        found = self.find(path, **query)
        if found is None:
            raise IncompleteEvidenceError(f"the forge has no {path} (404)", hint=LATER)
        return found

    def find(self, path: str, **query: str | int) -> Any | None:
        """As :meth:`get`; None for 404 and 410."""
        answer = self.ask("GET", self._url(path, query))
        if answer.status not in (200, 404, 410):
            raise IncompleteEvidenceError(f"the forge does not tell {path} ({answer.status})", hint=LATER)
        return answer.value if answer.status == 200 else None

    def tell(self, path: str) -> Answer:
        """Whatever the forge says to ``path``, a refusal (403) too."""
        try:
            return self.ask("GET", self._url(path, {}))
        except RefusedError:
            return Answer(403, {}, None)

    def items(
        self, path: str, *, key: Callable[[Any], Hashable] | None = None, most: int = _MOST_PAGES, **query: str | int
    ) -> list[Any]:
        """All pages of a list. IncompleteEvidenceError if a page is missing, an item (by ``key``) comes twice, the
        total is not what the forge said, or there are more than ``most`` pages.
        """
        found: list[Any] = []
        total: int | None = None
        for page, total in self.pages(path, **query):
            if most == 0:
                raise IncompleteEvidenceError(f"{path} has more pages than govops reads")
            most -= 1
            found += page
            if total is not None and len(found) > total:
                raise IncompleteEvidenceError(f"{path} has more than the {total} entries that the forge counts")
        if total is not None and len(found) != total:
            raise IncompleteEvidenceError(f"{path} has {len(found)} entries, and the forge counts {total}", hint=LATER)
        keys = [key(item) for item in found] if key else []
        told = [item for item in keys if item is not None]
        if len(set(told)) != len(told):
            raise IncompleteEvidenceError(f"{path} has an entry twice: a page was repeated", hint=LATER)
        return found

    def pages(self, path: str, **query: str | int) -> Iterator[tuple[list[Any], int | None]]:
        """Each page of a list, and how many entries all pages have, where the forge says so."""
        url, seen = self._url(path, {**query, "per_page": PER_PAGE}), set[str]()
        while url:
            if url in seen:
                raise IncompleteEvidenceError(f"{path} leads back to a page that was read before")
            seen.add(url)
            answer = self.ask("GET", url)
            if answer.status != 200 or not isinstance(answer.value, list):
                raise IncompleteEvidenceError(f"page {len(seen)} of {path} is missing ({answer.status})", hint=LATER)
            yield answer.value, number(answer.headers.get("x-total"))
            url = self._next(answer, url)

    def send(self, method: str, path: str, body: Mapping[str, Any], *, fine: str = "") -> None:
        """Write something. UsageError where the forge refuses, unless its message has ``fine`` in it."""
        answer = self.ask(method, self._url(path, {}), json.dumps(body).encode("ascii"))
        if answer.status >= 300 and not (fine and fine in json.dumps(answer.value)):
            raise UsageError(f"the forge refused {method} {path} ({answer.status})", hint="see what the token may do")

    def ask(self, method: str, url: str, body: bytes | None = None) -> Answer:
        """One request with as many tries as it takes and may take; 400, 404, 409, 410 and 422 are answers."""
        for attempt in range(_TRIES):
            try:
                return self._followed(method, url, body)
            except AgainError as trouble:
                if not self._waits(trouble, attempt, repeatable=method != "POST"):
                    where = urlsplit(url).path
                    raise IncompleteEvidenceError(
                        f"no answer from the forge to {method} {where}: {trouble.reason}", hint=LATER
                    ) from trouble
        raise IncompleteEvidenceError(f"no answer from the forge to {method} {urlsplit(url).path}", hint=LATER)

    # ---- how it is done

    def _url(self, path: str, query: Mapping[str, str | int]) -> str:
        asked = f"?{urlencode(sorted(query.items()))}" if query else ""
        return f"{self._base}{path}{asked}"

    def _next(self, answer: Answer, url: str) -> str:
        found = _NEXT.search(answer.headers.get("link", ""))
        return self._here(url, found[1]) if found else ""

    def _here(self, before: str, target: str) -> str:
        """The address of ``target``, if it is the same host's: nothing is asked of another one."""
        url = urljoin(before, target)
        if _origin(url) != self._origin:
            raise IncompleteEvidenceError("the forge sends govops to another host, which it does not follow")
        return url

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

    def _followed(self, method: str, url: str, body: bytes | None) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._once(method, url, body)
            if answer.status not in REDIRECTS:
                return answer
            if method != "GET":
                break
            url = self._here(url, answer.headers.get("location", ""))
        raise IncompleteEvidenceError(
            f"the forge redirects {method} {urlsplit(url).path}", hint="name the repository as the forge does now"
        )

    def _once(self, method: str, url: str, body: bytes | None) -> Answer:
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
        settle(response.status, told)
        if response.status in REDIRECTS or response.status == 204:
            return Answer(response.status, told, None)
        return Answer(response.status, told, value_of(data, told, url))

    def _read(self, response: BaseHTTPResponse) -> bytes:
        """The body; closes the connection where it is too long or too slow."""
        end, parts, size = self._patience.now() + self._patience.answer, list[bytes](), 0
        for part in response.stream(65_536, decode_content=False):
            parts.append(part)
            size += len(part)
            if size > self._limit:
                response.close()
                raise IncompleteEvidenceError(f"an answer of the forge has more than {self._limit} bytes")
            if self._patience.now() > end:
                response.close()
                raise AgainError("too slow")
        response.release_conn()
        return b"".join(parts)


def segment(text: str) -> str:
    """A text as one segment of a path, whatever stands in it."""
    return quote(text, safe="")


def _pool(patience: Patience) -> PoolManager:
    try:
        from urllib3 import PoolManager, Timeout
    except ImportError as error:
        raise UsageError("talking to a forge needs urllib3", hint="pip install 'govops[forge]'") from error
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
