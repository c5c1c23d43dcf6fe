"""HTTP for forges: JSON only, lists page by page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from govops.errors import UsageError
from govops.forge.protocol import IncompleteEvidenceError
from govops.http import LARGEST_ANSWER, LATER, Client, Party, Patience, RefusedError, number, value_of

PER_PAGE = 100  # the most that GitHub and GitLab give at once

_MOST_PAGES = 1000
_NEXT = re.compile(r'<([^<>]+)>\s*;[^,<]*\brel="?next"?')
_FORGE = Party("the forge", "docs/how-to/use-a-forge.md says which rights it needs", IncompleteEvidenceError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: ``value`` is the JSON, None where there is no body."""

    status: int
    headers: Mapping[str, str]
    value: Any = field(repr=False)


class Session:
    """Requests to one forge. ``base`` is the address of its API, ``headers`` go with each request; see Client."""

    def __init__(
        self, base: str, headers: Mapping[str, str], *, patience: Patience | None = None, limit: int = LARGEST_ANSWER
    ) -> None:
        self._client = Client(base, headers, party=_FORGE, patience=patience, limit=limit)

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON at ``path``; IncompleteEvidenceError where there is nothing."""
        found = self.find(path, **query)
        if found is None:
            raise IncompleteEvidenceError(f"the forge has no {path} (404)", hint=LATER)
        return found

    def find(self, path: str, **query: str | int) -> Any | None:
        """As :meth:`get`; None for 404 and 410."""
        answer = self.ask("GET", self._client.url(path, query))
        if answer.status not in (200, 404, 410):
            raise IncompleteEvidenceError(f"the forge does not tell {path} ({answer.status})", hint=LATER)
        return answer.value if answer.status == 200 else None

    def tell(self, path: str) -> Answer:
        """Whatever the forge says to ``path``, a refusal (403) too."""
        try:
            return self.ask("GET", self._client.url(path, {}))
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
        url, seen = self._client.url(path, {**query, "per_page": PER_PAGE}), set[str]()
        while url:
            if url in seen:
                raise IncompleteEvidenceError(f"{path} leads back to a page that was read before")
            seen.add(url)
            answer = self.ask("GET", url)
            if answer.status != 200 or not isinstance(answer.value, list):
                raise IncompleteEvidenceError(f"page {len(seen)} of {path} is missing ({answer.status})", hint=LATER)
            yield answer.value, number(answer.headers.get("x-total"))
            url = self._next(answer, url)

    def send(self, method: str, path: str, body: Mapping[str, Any], *, fine: str = "") -> Any:
        """Write something; the JSON of the answer. UsageError where the forge refuses, unless it says ``fine``."""
        answer = self.ask(method, self._client.url(path, {}), json.dumps(body).encode("ascii"))
        if answer.status >= 300 and not (fine and fine in json.dumps(answer.value)):
            raise UsageError(f"the forge refused {method} {path} ({answer.status})", hint="see what the token may do")
        return answer.value

    def ask(self, method: str, url: str, body: bytes | None = None) -> Answer:
        """One request; see Client."""
        reply = self._client.ask(method, url, body)
        value = None if reply.status == 204 else value_of(reply, url, _FORGE)
        return Answer(reply.status, reply.headers, value)

    def _next(self, answer: Answer, url: str) -> str:
        found = _NEXT.search(answer.headers.get("link", ""))
        return self._client.here(url, found[1]) if found else ""
