"""Where a list goes on: bound to the commit at which it was begun, so nothing is missed and nothing comes twice."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from govops.app.governance import ConflictError, Query
from govops.app.indexing import Current
from govops.errors import UsageError
from govops.history import Oid

_HINT = "take `next` from the page before as it is, with the same question"
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Cursor:
    """A list that was begun when the index stood at ``commit``, about the moment ``position``; ``asked`` is a digest of
    the question, ``after`` where the last page ended.
    """

    commit: Oid
    position: int
    asked: str
    after: tuple[Any, ...] | None = None

    def further(self, after: tuple[Any, ...] | None) -> str | None:
        """The text that asks for the page after this one; None if there is none."""
        if after is None:
            return None
        text = json.dumps([self.commit, self.position, self.asked, after], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def began(now: Current, listing: str, query: Query, filters: Mapping[str, str]) -> Cursor:
    """Where the page begins that is asked for.

    UsageError for a cursor of another list, ConflictError if the branch no longer has the commit that it is bound to.
    """
    question = json.dumps([listing, query.as_of, sorted(filters.items())])
    asked = hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    if query.cursor is None:
        return Cursor(now.standing.index_commit, now.reader.position(query.as_of), asked)
    found = _read(query.cursor)
    if found.asked != asked:
        raise UsageError("the cursor belongs to another list", hint=_HINT)
    if now.reader.one("commits", {"commit": found.commit}, at=now.standing.position) is None:
        raise ConflictError("the branch no longer has what the list was begun at", hint="begin it anew")
    return found


def _read(text: str) -> Cursor:
    try:
        if len(text) > _LONGEST:
            raise ValueError(text[:60])
        commit, position, asked, after = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not (type(commit) is type(asked) is str and type(position) is int and type(after) is list and after):
            raise ValueError(text[:60])
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, RecursionError):
        raise UsageError("the cursor is none of ours", hint=_HINT) from None
    return Cursor(commit, position, asked, tuple(after))
