"""A repository's content as the engine asks for it, kept in memory: what it does not hold is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govops import yamlio
from govops.engine import Parsed
from govops.evidence.coverage import NotMerged
from govops.finding import Finding, Status
from govops.history import Entry, Oid, PathChange
from govops.kinds.custom import CustomKind
from tests.support.facts import oid
from tests.support.files import File


class Shelf:
    """Files by object id. It knows no commits, and merges only what ``merged`` tells, by (base, ours, theirs)."""

    def __init__(self) -> None:
        self._texts: dict[Oid, bytes] = {}
        self.merged: dict[tuple[Oid, Oid, Oid], Oid] = {}

    def keep(self, text: File) -> Entry:
        """Hold a file's content; the entry that stands for it."""
        name = oid(text[1].decode())
        self._texts[name] = text[1]
        return Entry("100644", name)

    def step(self, old: File | None, new: File | None) -> PathChange:
        """The difference from one file to another at the same path."""
        path = (new or old or ("", b""))[0]
        return PathChange(path, self.keep(old) if old else None, self.keep(new) if new else None)

    def prefetch(self, oids: Iterable[Oid]) -> None:
        """Everything is at hand."""

    def load(self, path: str, entry: Entry, custom: tuple[CustomKind, ...], *, limit: int) -> Parsed:
        content = self._texts.get(entry.oid)
        if content is None:
            return Parsed(None, (Finding("missing-object", "not on the shelf", Status.UNVERIFIABLE, path=path),))
        loaded = yamlio.load(content, path=path, custom=custom, max_bytes=limit)
        return Parsed(loaded.resource, loaded.findings)

    def text(self, oid: Oid) -> bytes | None:
        return self._texts.get(oid)

    def position(self, oid: Oid, place: tuple[str | int, ...]) -> tuple[int, int] | None:
        return None

    def merge(self, base: Oid, ours: Oid, theirs: Oid) -> Oid | NotMerged:
        return self.merged.get((base, ours, theirs), NotMerged.CONFLICT)

    def tree(self, commit: Oid) -> Mapping[str, Entry] | None:
        return None

    def descends(self, commit: Oid, ancestor: Oid) -> bool:
        return False
