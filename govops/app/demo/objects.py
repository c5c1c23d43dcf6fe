"""A git repository in memory: blobs, trees and commits with the ids that git itself would give them.

The demo's receipts are made from this model, so the code that judges them has no part in making them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from govops.evidence.records import FileState, Subject
from govops.history import Ident

REGULAR = "100644"

Tree = Mapping[str, FileState]


@dataclass(frozen=True, slots=True)
class Hands:
    """Who wrote a commit, who committed it, and when both did, in seconds since 1970, UTC."""

    author: Ident
    committer: Ident
    at: int


@dataclass(frozen=True, slots=True)
class MadeCommit:
    """One commit with its whole tree."""

    id: str
    parents: tuple[str, ...]
    tree: Tree
    hands: Hands
    message: str

    @property
    def at(self) -> int:
        """When it was made, in seconds since 1970, UTC."""
        return self.hands.at


@dataclass(slots=True)
class Objects:
    """Every blob by id, and every commit in the order of its making (parents first)."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    commits: dict[str, MadeCommit] = field(default_factory=dict)

    def blob(self, content: bytes) -> FileState:
        """Keep the content; what a tree says of it."""
        oid = object_id("blob", content)
        self.blobs[oid] = content
        return FileState(mode=REGULAR, oid=oid)

    def commit(self, message: str, tree: Tree, *, parents: tuple[str, ...], hands: Hands) -> MadeCommit:
        """Keep a commit. The message gets its final newline here."""
        text = message.rstrip("\n") + "\n"
        lines = [f"tree {tree_id(tree)}", *(f"parent {parent}" for parent in parents)]
        lines += [f"author {signature(hands.author, hands.at)}", f"committer {signature(hands.committer, hands.at)}"]
        lines += ["", text]
        oid = object_id("commit", "\n".join(lines).encode())
        made = MadeCommit(oid, parents, dict(tree), hands, text)
        self.commits[oid] = made
        return made


def object_id(kind: str, content: bytes) -> str:
    """The SHA-1 name of a git object."""
    return hashlib.sha1(b"%s %d\0%s" % (kind.encode("ascii"), len(content), content), usedforsecurity=False).hexdigest()


def tree_id(tree: Tree) -> str:
    """The id of the tree that holds these paths."""
    folders: dict[str, dict[str, FileState]] = {}
    entries: list[tuple[bytes, bytes]] = []
    for path, state in tree.items():
        name, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(name, {})[rest] = state
        else:
            entries.append((name.encode(), _entry(state.mode, name, state.oid)))
    entries += [(f"{name}/".encode(), _entry("40000", name, tree_id(inner))) for name, inner in folders.items()]
    return object_id("tree", b"".join(entry for _, entry in sorted(entries)))


def differences(old: Tree, new: Tree) -> tuple[Subject, ...]:
    """Every path that differs, sorted."""
    return tuple(
        Subject(path=path, old=old.get(path), new=new.get(path))
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    )


def signature(ident: Ident, at: int) -> str:
    """A name, an address and an instant as a commit header has them."""
    return f"{ident.name} <{ident.email}> {at} +0000"


def _entry(mode: str, name: str, oid: str) -> bytes:
    return f"{mode} {name}\0".encode() + bytes.fromhex(oid)
