"""Git trees as persistent values: a changed tree shares every unchanged directory with the one before.

A :class:`Tree` knows its own id because its bytes were hashed here. A directory that could not be read stands
as a *hole*: its id is what the tree above says, its ``fault`` tells why nothing else is known.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from govops.errors import LimitError
from govops.git.commits import MalformedError
from govops.git.hashing import ObjectFormat
from govops.history import Entry

MAX_DEPTH = 200  # directories within directories
MAX_PATHS = 1_000_000  # in one listing or one difference
DIRECTORY = b"40000"

_MODES = frozenset({b"40000", b"100644", b"100664", b"100755", b"120000", b"160000"})
# What Windows takes for `.git`, as the file of a path whose separators are backslashes or as the stream of a file.
_GIT_ITSELF = re.compile(rb"\.\.?|(?:.*\\)?(?:\.git|git~1)[ .]*(?:[\\:].*)?", re.IGNORECASE | re.DOTALL)
# What a Mac takes for it: some characters do not count. Whatever follows it and is no UTF-8 is forbidden with it.
_UNCOUNTED = "[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]*"
_GIT_ON_A_MAC = re.compile(
    _UNCOUNTED.join(["", r"\.", "g", "i", "t", r"(?:[\udc80-\udcff\ufffe\uffff].*)?"]),
    re.IGNORECASE | re.ASCII | re.DOTALL,
)


class HoleError(Exception):
    """An answer needs the content of a directory that could not be read; the text names it."""


class Record(NamedTuple):
    """One path that differs: bytes of the path, and (mode, hexadecimal id) before and after."""

    path: bytes
    old: tuple[str, str] | None
    new: tuple[str, str] | None


class Tree:
    """One directory. ``body`` is the object itself, ``keys`` its names in git's order (a directory's ends with
    ``/``), ``kids`` the directories by key. Never changed after it was made, so that many trees share the parts.
    """

    __slots__ = ("body", "fault", "keys", "kids", "raw")

    def __init__(self, raw: bytes, body: bytes, keys: list[bytes], kids: dict[bytes, Tree]) -> None:
        self.raw = raw
        self.body = body
        self.keys = keys
        self.kids = kids
        self.fault = ""

    def holds(self, path: bytes) -> bool:
        """Whether something that is no directory stands at ``path``; HoleError if that cannot be known."""
        tree = self
        *folders, name = path.split(b"/")
        for folder in folders:
            tree.need()
            below = tree.kids.get(folder + b"/")
            if below is None:
                return False
            tree = below
        tree.need()
        at = bisect_left(tree.keys, name)
        return at < len(tree.keys) and tree.keys[at] == name

    def entries(self) -> Iterator[tuple[bytes, bytes]]:
        """(key, the bytes of the entry) in git's order; HoleError if they are not known."""
        self.need()
        size = len(self.raw)
        at = 0
        for key in self.keys:
            end = self.body.index(b"\0", at) + 1 + size
            yield key, self.body[at:end]
            at = end

    def need(self) -> None:
        """HoleError if the content of this directory is not known."""
        if self.fault:
            raise HoleError(self.fault)


def hole(raw: bytes, fault: str) -> Tree:
    """A directory of which only the id is known, or (``raw`` empty) nothing at all."""
    tree = Tree(raw, b"", [], {})
    tree.fault = fault
    return tree


def sealed(body: bytes, keys: list[bytes], kids: dict[bytes, Tree], form: ObjectFormat) -> Tree:
    """The directory with these entries, its id computed."""
    digest = form.new(b"tree %d\0" % len(body), usedforsecurity=False)
    digest.update(body)  # which may be large: no copy
    return Tree(digest.digest(), body, keys, kids)


def parse_tree(data: bytes, form: ObjectFormat) -> tuple[list[bytes], dict[bytes, bytes]]:
    """Keys of a tree object, and the raw id of each directory by key; MalformedError where ``git fsck`` objects."""
    keys: list[bytes] = []
    folders: dict[bytes, bytes] = {}
    names: set[bytes] = set()
    at = 0
    while at < len(data):
        end = data.find(b"\0", at)
        if end < 0 or end + 1 + form.raw_size > len(data):
            raise MalformedError("an entry is cut off")
        mode, _, name = data[at:end].partition(b" ")
        at = end + 1 + form.raw_size
        _check(mode, name)
        key = name + b"/" if mode == DIRECTORY else name
        if name in names:
            raise MalformedError("two entries of one name")
        if keys and keys[-1] >= key:
            raise MalformedError("entries are not in order")
        names.add(name)
        keys.append(key)
        if mode == DIRECTORY:
            folders[key] = data[end + 1 : at]
    return keys, folders


def is_forbidden(name: bytes) -> bool:
    """Whether a name may not stand in a tree: ``.``, ``..``, and what some file system takes for ``.git``.

    That is what ``git fsck`` calls hasDot, hasDotdot, hasDotgit and emptyName.
    """
    if not name or _GIT_ITSELF.fullmatch(name):
        return True
    return not name.isascii() and _GIT_ON_A_MAC.fullmatch(name.decode("utf-8", "surrogateescape")) is not None


def entry(part: bytes, form: ObjectFormat) -> tuple[str, str]:
    """(mode, hexadecimal id) of one entry."""
    return part[: part.index(b" ")].decode("ascii"), part[-form.raw_size :].hex()


def files(tree: Tree, form: ObjectFormat) -> dict[str, Entry]:
    """Every path that is no directory, in git's order; HoleError if some directory could not be read."""
    listing: dict[str, Entry] = {}
    for path, part in _walk(tree, b"", 0):
        listing[path.decode("utf-8", "surrogateescape")] = Entry(*entry(part, form))
        if len(listing) > MAX_PATHS:
            raise LimitError(f"a tree with more than {MAX_PATHS} paths")
    return listing


def _walk(tree: Tree, prefix: bytes, depth: int) -> Iterator[tuple[bytes, bytes]]:
    check_depth(depth)
    for key, part in tree.entries():
        if key in tree.kids:
            yield from _walk(tree.kids[key], prefix + key, depth + 1)
        else:
            yield prefix + key, part


def check_depth(depth: int) -> None:
    """LimitError for directories nested beyond reason."""
    if depth > MAX_DEPTH:
        raise LimitError(f"directories nested more than {MAX_DEPTH} deep")


def _check(mode: bytes, name: bytes) -> None:
    if mode not in _MODES:
        raise MalformedError("a zero-padded mode" if mode.startswith(b"0") else "an unknown mode")
    if is_forbidden(name) or b"/" in name:
        raise MalformedError("a name that may not stand in a tree")
