"""Three-way merges of one file, to see whether landed content is what merging reviewed content gives."""

from __future__ import annotations

from pathlib import Path

from govops.git.graph import Walker
from govops.git.hashing import ObjectFormat
from govops.git.objects import CORRUPT, MISSING, TOO_LARGE, ObjectReader
from govops.git.process import Git
from govops.history import Oid

_LIMIT = 1 << 23  # bytes of one side


class Merger:
    """Merges blobs in files of its own. Nothing is written to any repository."""

    def __init__(self, git: Git, objects: ObjectReader, walker: Walker, form: ObjectFormat) -> None:
        self._git = git
        self._objects = objects
        self._walker = walker
        self._form = form
        self._known: dict[tuple[Oid, Oid, Oid], Oid | None] = {}

    def merge(self, base: Oid, ours: Oid, theirs: Oid) -> Oid | None:
        """The id of the merged text; None for a conflict, for binary content, or for more than 8 MiB.

        UndecidableError if one of the three is missing or corrupt.
        """
        key = base, ours, theirs
        if key not in self._known:
            self._known[key] = self._merged(base, ours, theirs)
        return self._known[key]

    def _merged(self, base: Oid, ours: Oid, theirs: Oid) -> Oid | None:
        text = self.text(base, ours, theirs)
        return self._form.oid("blob", text) if text is not None else None

    def text(self, base: Oid, ours: Oid, theirs: Oid) -> bytes | None:
        """The merged text itself, as :meth:`merge` tells its id."""
        names = ("ours", "base", "theirs")
        for name, oid in zip(names, (ours, base, theirs), strict=True):
            data = self._content(oid)
            if data is None:
                return None
            (Path(self._git.cwd) / name).write_bytes(data)
        answer = self._git.run("merge-file", "-p", "-q", *names)
        return answer.out if answer.code == 0 else None

    def _content(self, oid: Oid) -> bytes | None:
        found = next(self._objects.sizes([oid]))
        if found.kind == "blob" and found.size <= _LIMIT:
            found = self._objects.content(oid, limit=_LIMIT)
        if found.kind in (MISSING, CORRUPT):
            raise self._walker.unreadable(found.kind, oid)
        return found.data if found.kind == "blob" and found.size <= _LIMIT and found.kind != TOO_LARGE else None
