"""Trees and their differences: what a diff makes of a tree, and what differs between two."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from govops.errors import LimitError
from govops.git.hashing import ObjectFormat
from govops.git.trees import MAX_DEPTH, MAX_PATHS, Record, Tree, check_depth, entry, is_forbidden, sealed


class MismatchError(Exception):
    """The diff does not fit the tree, or leads to no well-formed one."""


def rewrite(tree: Tree, records: list[Record], form: ObjectFormat) -> Tree:
    """The tree after ``records``, which are sorted by path and differ in it.

    Each record's old side must be what stands there. Only directories with changes are made and hashed again.
    MismatchError if a record does not fit, or a changed directory could not be read before. The caller compares
    the id of the result: where bytes were found in a wrong place, it is not the commit's.
    """
    try:
        if len(records) == 1:
            path, old, new = records[0]
            if old is not None and new is not None:
                return _exchange(tree, path.split(b"/"), (old, new), form)
        return _rewrite(tree, records, form, start=0, depth=0)
    except ValueError as error:  # a mode or an id that is none
        raise MismatchError from error


def compare(old: Tree, new: Tree, form: ObjectFormat) -> list[Record]:
    """Every path that differs, sorted; HoleError if that needs a directory that could not be read."""
    records = []
    for record in _compare(old, new, b"", form):
        records.append(record)
        check_count(len(records))
    return records


def check_count(count: int) -> None:
    """LimitError for more changed paths than a review could ever cover."""
    if count > MAX_PATHS:
        raise LimitError(f"one commit changes more than {MAX_PATHS} paths")


def _exchange(
    tree: Tree, names: list[bytes], sides: tuple[tuple[str, str], tuple[str, str]], form: ObjectFormat
) -> Tree:
    """The commonest change made fast: one file has other content, and every entry keeps its place."""
    spine = [tree]
    for folder in names[:-1]:
        tree = tree.kids.get(folder + b"/", _EMPTY)
        spine.append(tree)
    name = names.pop()
    was, now = _part(name, sides[0]), _part(name, sides[1])
    changed: dict[bytes, Tree] = {}
    while True:
        tree = spine.pop()
        body = tree.body.replace(was, now, 1)
        if body == tree.body:
            raise MismatchError
        after = sealed(body, tree.keys, tree.kids | changed if changed else tree.kids, form)
        if not spine:
            return after
        name = names.pop()
        head = b"40000 " + name + b"\0"
        was, now = head + tree.raw, head + after.raw
        changed = {name + b"/": after}


def _rewrite(tree: Tree, records: list[Record], form: ObjectFormat, *, start: int, depth: int) -> Tree:
    if tree.fault or depth > MAX_DEPTH:
        raise MismatchError
    edit = _Edit(tree)
    at = 0
    while at < len(records):
        path, old, new = records[at]
        slash = path.find(b"/", start) + 1
        if not slash:
            name = path[start:]
            edit.put(name, _part(name, old) if old is not None else b"", _part(name, new) if new is not None else b"")
            at += 1
            continue
        end = _group_end(records, at, slash)
        key = path[start:slash]
        before = tree.kids.get(key, _EMPTY)
        after = _rewrite(before, records[at:end], form, start=slash, depth=depth + 1)
        edit.put_folder(key, before, after)
        at = end
    edit.check()
    return sealed(edit.body, edit.keys, edit.kids, form)


_EMPTY = Tree(b"", b"", [], {})


def _group_end(records: list[Record], at: int, slash: int) -> int:
    """Where the records end that share a directory with the one at ``at``."""
    if at + 1 == len(records):
        return at + 1
    prefix = records[at].path[:slash]
    while at < len(records) and records[at].path.startswith(prefix):
        at += 1
    return at


class _Edit:
    """A directory while it is changed. ``keys`` and ``kids`` stay the old ones until they differ."""

    __slots__ = ("body", "fresh", "keys", "kids", "tree")

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.body = tree.body
        self.keys = tree.keys
        self.kids = tree.kids
        self.fresh: list[bytes] = []

    def put(self, key: bytes, old: bytes, new: bytes) -> None:
        """Exchange the bytes of one entry; empty ones are no entry."""
        if old and new:
            body = self.body.replace(old, new, 1)
            if body == self.body:
                raise MismatchError
            self.body = body
            return
        if not old and not new:
            raise MismatchError
        if self.keys is self.tree.keys:
            self.keys = self.keys.copy()
        at = bisect_left(self.keys, key)
        if (at < len(self.keys) and self.keys[at] == key) != bool(old):
            raise MismatchError
        if old:
            del self.keys[at]
            body = self.body.replace(old, b"", 1)
            if body == self.body:
                raise MismatchError
            self.body = body
        else:
            place = self._place(at)
            whole = memoryview(self.body)
            self.body = b"".join((whole[:place], new, whole[place:]))
            self.keys.insert(at, key)
            self.fresh.append(key)

    def put_folder(self, key: bytes, before: Tree, after: Tree) -> None:
        """Exchange one directory; an empty one is none."""
        if self.kids is self.tree.kids:
            self.kids = self.kids.copy()
        if after.keys:
            self.kids[key] = after
        else:
            self.kids.pop(key, None)
        head = b"40000 " + key[:-1] + b"\0"
        self.put(key, head + before.raw if before.raw else b"", head + after.raw if after.keys else b"")

    def check(self) -> None:
        """A new name must be allowed, and not stand there twice, as a file and as a directory."""
        for key in self.fresh:
            name = key.removesuffix(b"/")
            twin = name if key.endswith(b"/") else name + b"/"
            at = bisect_left(self.keys, twin)
            if is_forbidden(name) or (at < len(self.keys) and self.keys[at] == twin):
                raise MismatchError

    def _place(self, at: int) -> int:
        """Where the entry at this position begins: its name is looked for, which may lead astray."""
        if at == len(self.keys):
            return len(self.body)
        name = self.keys[at].removesuffix(b"/")
        found = self.body.find(b" " + name + b"\0")
        if found < 0:
            raise MismatchError
        return found - (5 if self.keys[at].endswith(b"/") else 6)


def _part(name: bytes, side: tuple[str, str]) -> bytes:
    return b"%b %b\0%b" % (side[0].encode("ascii"), name, bytes.fromhex(side[1]))


def _compare(old: Tree, new: Tree, prefix: bytes, form: ObjectFormat, depth: int = 0) -> Iterator[Record]:
    if old.raw == new.raw and old.raw:
        return
    check_depth(depth)
    before, after = dict(old.entries()), dict(new.entries())
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        if key.endswith(b"/"):
            below = old.kids.get(key, _EMPTY), new.kids.get(key, _EMPTY)
            yield from _compare(*below, prefix + key, form, depth + 1)
        else:
            yield Record(
                prefix + key,
                entry(was, form) if was is not None else None,
                entry(now, form) if now is not None else None,
            )
