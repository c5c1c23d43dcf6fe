"""How what landed relates to every approval of the same path, without a merge for each of them.

Of a file that changes often there are as many approvals as changes. Git starts a program for each merge, and nearly
every pair of the two can be told from the lines alone to be no merge of each other.
"""

from __future__ import annotations

from functools import lru_cache

from govops.engine.facts import Documents
from govops.evidence.coverage import Coverage, cover
from govops.evidence.records import Subject
from govops.history import Oid, PathChange


class Replays:
    """Remembers the lines that reviewed steps brought in."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._lines = lru_cache(maxsize=1024)(self._read)
        self._added = lru_cache(maxsize=65_536)(self._compare)

    def covers(self, landed: PathChange, subject: Subject) -> Coverage:
        """As :func:`cover` says; where no merge is possible, *residual* even if an object is missing."""
        return cover(landed, subject, self._documents.merge) if self._possible(landed, subject) else Coverage.RESIDUAL

    def _possible(self, landed: PathChange, subject: Subject) -> bool:
        """Sure where the answer is no: a line that only the reviewed step has belongs to a region that it changed,
        however lines are matched, and a clean merge takes such a region whole.
        """
        if landed.new is None or subject.old is None or subject.new is None:
            return True
        added, lines = self._added(subject.old.oid, subject.new.oid), self._lines(landed.new.oid)
        return added is None or lines is None or added <= lines

    def _compare(self, old: Oid, new: Oid) -> frozenset[bytes] | None:
        before, after = self._lines(old), self._lines(new)
        return None if before is None or after is None else after - before

    def _read(self, oid: Oid) -> frozenset[bytes] | None:
        """Lines without their ends, which a merge may give to a last line that has none."""
        text = self._documents.text(oid)
        return None if text is None else frozenset(line.rstrip(b"\r") for line in text.split(b"\n"))
