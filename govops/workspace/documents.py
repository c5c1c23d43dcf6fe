"""Blobs of the audited repository as documents: each read once, verified, parsed once, and kept while of use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from govops import yamlio
from govops.engine import Parsed
from govops.errors import UndecidableError
from govops.evidence.coverage import NotMerged
from govops.finding import Finding, Status
from govops.git import BlobProblem, CleanRoom
from govops.history import Entry, Oid
from govops.kinds import kind_at
from govops.kinds.custom import CustomKind

LARGEST_DOCUMENT = 262_144  # bytes: the reader's own limit, so larger blobs are never even read
_KEPT = 4_096  # parsed documents; what stands is held by the snapshot, and little else is asked for twice
_RAW = 4_096  # blobs; again the oldest are dropped first


class Documents:
    """Answers the engine's questions from a clean room."""

    def __init__(self, room: CleanRoom) -> None:
        self._room = room
        self._supplied: dict[Oid, bytes] = {}
        self._raw: dict[Oid, bytes | BlobProblem] = {}
        self._parsed: OrderedDict[tuple[str, Oid, int], Parsed] = OrderedDict()  # a dict's first key takes long to find
        self._custom: tuple[CustomKind, ...] = ()
        self.lacking: set[Oid] = set()  # blobs that were asked for and are not there
        self.is_damaged = False  # whether something that is there could not be read

    def prefetch(self, oids: Iterable[Oid]) -> None:
        """Read blobs that will be asked for soon, in that order, in one go; those beyond the limit wait until then."""
        wanted = [oid for oid in dict.fromkeys(oids) if oid not in self._raw][:_RAW]
        for oid in list(islice(self._raw, max(len(self._raw) + len(wanted) - _RAW, 0))):
            del self._raw[oid]
        for oid, content in self._room.blobs(wanted, limit=LARGEST_DOCUMENT):
            self._raw[oid] = content
            if isinstance(content, BlobProblem):
                self._note(oid, content)

    def supply(self, oid: Oid, content: bytes) -> None:
        """Content that stands in no repository, such as the result of a merge; it is never dropped."""
        self._supplied[oid] = content

    def supplied(self, oid: Oid) -> bytes | None:
        """What was supplied under that id."""
        return self._supplied.get(oid)

    def load(self, path: str, entry: Entry, custom: tuple[CustomKind, ...], *, limit: int) -> Parsed:
        """The blob, read as the kind that may stand at ``path``; over ``limit`` bytes it is a finding."""
        if custom is not self._custom:
            self._redefine(custom)
        key = (path, entry.oid, limit)
        found = self._parsed.get(key)
        if found is None:
            found = self._read(path, entry.oid, custom, limit=limit)
            if len(self._parsed) >= _KEPT:
                self._parsed.popitem(last=False)
            self._parsed[key] = found
        return found

    def text(self, oid: Oid) -> bytes | None:
        """The blob's bytes, None when they cannot be had."""
        content = self._content(oid)
        return content if isinstance(content, bytes) else None

    def position(self, oid: Oid, place: tuple[str | int, ...]) -> tuple[int, int] | None:
        """Line and column of a field, both from 1."""
        content = self._content(oid)
        return yamlio.position(content, place) if isinstance(content, bytes) else None

    def merge(self, base: Oid, ours: Oid, theirs: Oid) -> Oid | NotMerged:
        """The clean three-way merge of three blobs."""
        if any(self.text(oid) is None for oid in (base, ours, theirs)):
            return NotMerged.MISSING
        try:
            return self._room.merge_file(base, ours, theirs) or NotMerged.CONFLICT
        except UndecidableError:
            self.is_damaged = True
            return NotMerged.MISSING

    def tree(self, commit: Oid) -> Mapping[str, Entry] | None:
        """Every path of a commit's tree, None when it cannot be read."""
        try:
            return self._room.tree(commit)
        except UndecidableError:
            self.is_damaged = True
            return None

    def descends(self, commit: Oid, ancestor: Oid) -> bool:
        """Whether ``commit`` exists and has ``ancestor`` among its ancestors."""
        try:
            return self._room.is_ancestor(ancestor, commit)
        except UndecidableError:
            return False

    def still_lacks(self, oids: Collection[Oid]) -> bool:
        """Whether none of these blobs is there."""
        found = self._room.blobs(oids, limit=0)
        return all(isinstance(content, BlobProblem) and content.kind == "missing" for _, content in found)

    def _note(self, oid: Oid, problem: BlobProblem) -> None:
        if problem.kind == "missing":
            self.lacking.add(oid)
        elif problem.kind != "too-large":
            self.is_damaged = True

    def _redefine(self, custom: tuple[CustomKind, ...]) -> None:
        """A kind may be defined anew: what was read by the old definition is stale."""
        if [kind.spec for kind in custom] != [kind.spec for kind in self._custom]:
            for key in [key for key in self._parsed if kind_at(key[0]) is None]:
                del self._parsed[key]
        self._custom = custom

    def _content(self, oid: Oid) -> bytes | BlobProblem:
        if oid in self._supplied:
            return self._supplied[oid]
        if oid not in self._raw:
            self.prefetch([oid])
        return self._raw[oid]

    def _read(self, path: str, oid: Oid, custom: tuple[CustomKind, ...], *, limit: int) -> Parsed:
        content = self._content(oid)
        if isinstance(content, bytes):
            loaded = yamlio.load(content, path=path, custom=custom, max_bytes=limit)
            return Parsed(loaded.resource, loaded.findings)
        return Parsed(None, (_absent(path, oid, content),))


def _absent(path: str, oid: Oid, problem: BlobProblem) -> Finding:
    if problem.kind == "too-large":
        message = f"{problem.size} bytes are more than the {LARGEST_DOCUMENT} that a governed file may have"
        return Finding("unreadable-file", message, hint="keep large data elsewhere and name its digest", path=path)
    return Finding(
        "missing-object",
        f"object {oid} of this file is {problem.kind}",
        Status.UNVERIFIABLE,
        hint="fetch the complete history (git fetch --unshallow, or clone without --filter), then check with git fsck",
        path=path,
        blob=oid,
    )
