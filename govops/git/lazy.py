"""Trees read only as far as a question needs: every tree object that is looked at is proven by its id."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from govops.errors import LimitError, UndecidableError
from govops.git.commits import MalformedError
from govops.git.faults import describe, mend
from govops.git.hashing import ObjectFormat
from govops.git.locate import Location
from govops.git.objects import ObjectReader
from govops.git.trees import MAX_PATHS, Record, check_depth, parse_tree
from govops.git.walk import changes
from govops.history import Entry, Oid, PathChange

_Names = dict[bytes, tuple[str, str]]  # a directory's key ends with "/"; what stands there is (mode, id)


class LazyTrees:
    """Questions about single paths, folders and differences. UndecidableError if a tree on the way cannot be read."""

    def __init__(self, objects: ObjectReader, form: ObjectFormat, location: Location) -> None:
        self._objects = objects
        self._form = form
        self._location = location
        self._names = lru_cache(maxsize=4096)(self._read)

    def entry(self, tree: Oid, path: str) -> Entry | None:
        """What stands at a path that is no directory."""
        *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
        below = self._folder(tree, folders)
        found = self._names(below).get(name) if below else None
        return Entry(*found) if found is not None else None

    def listing(self, tree: Oid, folder: str) -> dict[str, Entry]:
        """Every file below a folder (all of them for ``""``), in git's order; empty where there is none."""
        prefix = folder.strip("/").encode("utf-8", "surrogateescape")
        start = self._folder(tree, prefix.split(b"/") if prefix else [])
        below = prefix + b"/" if prefix else b""
        records = self._compare("", start, below, 0) if start else iter(())
        return {c.path: c.new for c in changes(_counted(records)) if c.new is not None}

    def difference(self, old: Oid | None, new: Oid) -> tuple[PathChange, ...]:
        """Every path that differs between two trees, sorted; None is the tree without any file."""
        return changes(sorted(_counted(self._compare(old or "", new, b"", 0)), key=lambda record: record.path))

    def _folder(self, tree: Oid, folders: list[bytes]) -> Oid:
        for folder in folders:
            found = self._names(tree).get(folder + b"/")
            if found is None:
                return ""
            tree = found[1]
        return tree

    def _compare(self, old: Oid, new: Oid, prefix: bytes, depth: int) -> Iterator[Record]:
        if old == new:
            return
        check_depth(depth)
        before, after = self._names(old) if old else {}, self._names(new) if new else {}
        for key in sorted(before.keys() | after.keys()):
            was, now = before.get(key), after.get(key)
            if was == now:
                continue
            if key.endswith(b"/"):
                sides = was[1] if was else "", now[1] if now else ""
                yield from self._compare(*sides, prefix + key, depth + 1)
            else:
                yield Record(prefix + key, was, now)

    def _read(self, oid: Oid) -> _Names:
        found = self._objects.content(oid)
        if found.kind != "tree":
            raise UndecidableError(describe(found, "tree", self._location), hint=mend(found.kind, self._location))
        try:
            keys, _ = parse_tree(found.data, self._form)
        except MalformedError as error:
            raise UndecidableError(f"malformed tree {oid}: {error}") from error
        return dict(self._entries(keys, found.data))

    def _entries(self, keys: list[bytes], body: bytes) -> Iterator[tuple[bytes, tuple[str, str]]]:
        at, size = 0, self._form.raw_size
        for key in keys:
            end = body.index(b"\0", at)
            mode = body[at : body.index(b" ", at)].decode("ascii")
            yield key, (mode, body[end + 1 : end + 1 + size].hex())
            at = end + 1 + size


def _counted(records: Iterator[Record]) -> list[Record]:
    found: list[Record] = []
    for record in records:
        found.append(record)
        if len(found) > MAX_PATHS:
            raise LimitError(f"more than {MAX_PATHS} paths")
    return found
