"""Trees read object by object: slower than following diffs, and certain about what is missing or malformed."""

from __future__ import annotations

from dataclasses import dataclass, field

from govops.errors import LimitError
from govops.git.commits import MalformedError
from govops.git.faults import describe
from govops.git.hashing import ObjectFormat
from govops.git.locate import Location
from govops.git.objects import Found, ObjectReader
from govops.git.trees import MAX_PATHS, Tree, check_depth, hole, parse_tree, sealed
from govops.history import Oid


@dataclass(slots=True)
class _Reading:
    """What one call has learnt: raw id -> bytes, keys and folders, and the trees that need no reading."""

    known: dict[bytes, Tree] = field(default_factory=dict)
    parsed: dict[bytes, tuple[bytes, list[bytes], dict[bytes, bytes]]] = field(default_factory=dict)


class TreeReader:
    """Builds a :class:`Tree` from the objects themselves, with holes where one cannot be read."""

    def __init__(self, objects: ObjectReader, form: ObjectFormat, location: Location) -> None:
        self._objects = objects
        self._form = form
        self._location = location

    def read(self, oid: Oid, *, like: Tree) -> Tree:
        """The tree ``oid``. Directories that stand in ``like`` at the same place are not read again."""
        reading = _Reading()
        level: dict[bytes, Tree | None] = {bytes.fromhex(oid): like}
        depth = 0
        while level:
            check_depth(depth)
            level = self._next_level(level, reading)
            depth += 1
        return self._built(bytes.fromhex(oid), reading)

    def _next_level(self, level: dict[bytes, Tree | None], reading: _Reading) -> dict[bytes, Tree | None]:
        below: dict[bytes, Tree | None] = {}
        wanted: dict[Oid, Tree | None] = {}
        for raw, like in level.items():
            if like is not None and like.raw == raw and not like.fault:
                reading.known[raw] = like
            elif raw not in reading.known and raw not in reading.parsed:
                wanted[raw.hex()] = like
        for found in self._objects.contents(wanted):
            self._take(found, wanted[found.oid], reading, below)
        if len(reading.parsed) + len(below) > MAX_PATHS:
            raise LimitError(f"a tree with more than {MAX_PATHS} directories")
        return below

    def _take(self, found: Found, like: Tree | None, reading: _Reading, below: dict[bytes, Tree | None]) -> None:
        raw = bytes.fromhex(found.oid)
        if found.kind != "tree":
            reading.known[raw] = hole(raw, describe(found, "tree", self._location))
            return
        try:
            keys, folders = parse_tree(found.data, self._form)
        except MalformedError as error:
            reading.known[raw] = hole(raw, f"malformed tree {found.oid}: {error}")
            return
        reading.parsed[raw] = found.data, keys, folders
        for key, child in folders.items():
            below.setdefault(child, like.kids.get(key) if like is not None else None)

    def _built(self, raw: bytes, reading: _Reading) -> Tree:
        if raw not in reading.known:
            body, keys, folders = reading.parsed[raw]
            kids = {key: self._built(child, reading) for key, child in folders.items()}
            reading.known[raw] = sealed(body, keys, kids, self._form)
        return reading.known[raw]
