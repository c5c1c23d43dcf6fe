"""Facts made by hand for tests of pure functions: entries, commits, resources, snapshots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from govops import yamlio
from govops.decision import Law, Unlawful
from govops.history import Commit, Entry, Ident, PathChange, SideCommit, Step
from govops.history.snapshot import File, Snapshot
from govops.kinds import Resource
from tests.support.files import File as Text

NOBODY = Ident("Nobody", "nobody@acme.example")


def oid(word: str) -> str:
    """An object id that stands for a word."""
    return hashlib.sha1(word.encode()).hexdigest()


def entry(content: str, mode: str = "100644") -> Entry:
    """A file with some content."""
    return Entry(mode, oid(content))


def change(path: str, old: str | None, new: str | None) -> PathChange:
    """One path's step between two contents; None is absent."""
    return PathChange(path, None if old is None else entry(old), None if new is None else entry(new))


def commit(name: str, *parents: str, **fields: Any) -> Commit:
    """The commit that is called so, by nobody in particular; ``fields`` replace headers."""
    headers: dict[str, Any] = {
        "author": NOBODY,
        "committer": NOBODY,
        "author_time": "0 +0000",
        "committer_time": "0 +0000",
        "message": f"{name}\n",
    }
    return Commit(oid(name), oid(f"tree of {name}"), tuple(oid(parent) for parent in parents), **(headers | fields))


def step(name: str, *parents: str, diffs: Iterable[PathChange] | None = (), side: Iterable[SideCommit] = ()) -> Step:
    """One commit of the chain and what it changed; ``diffs=None`` could not be read."""
    unreadable = "an object is missing" if diffs is None else ""
    return Step(
        commit(name, *parents), None if diffs is None else tuple(diffs), side=tuple(side), unreadable=unreadable
    )


def read(text: Text) -> Resource:
    """The resource that a file holds."""
    path, content = text
    loaded = yamlio.load(content, path=path)
    assert isinstance(loaded.resource, Resource), loaded.findings
    return loaded.resource


def standing(text: Text) -> File:
    """The file as it stands in a snapshot."""
    found = read(text)
    return File(entry(text[1].decode()), found, found)


def snapshot(*files: Text) -> Snapshot:
    """What stands when these files do."""
    result = Snapshot()
    for text in files:
        result.put(text[0], standing(text))
    return result


def law(*files: Text, unlawful: dict[str, Unlawful] | None = None) -> Law:
    """The rules in force when these files stand; some of them may have landed without approval."""
    found = Law(snapshot(*files))
    found.unlawful.update(unlawful or {})
    return found
