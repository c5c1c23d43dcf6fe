"""Files of a work tree or of one commit, as a snapshot with everything that is wrong in them."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from govops import yamlio
from govops.engine import Parsed
from govops.errors import UsageError
from govops.finding import Finding
from govops.history import REGULAR, SYMLINK, Entry, Oid
from govops.history.snapshot import File, Snapshot
from govops.kinds import Resource, path_of_key
from govops.kinds.custom import CustomKind, CustomResource, custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.lifecycle import is_control_file

if TYPE_CHECKING:  # start-up cost: a work tree is read without git
    from govops.git import BlobProblem, CleanRoom

_ROOTS = ("registry", "policies")
_CONTROL_ROOTS = (".github", ".gitlab")
_CONTROL_FILES = (".gitattributes", ".mailmap", ".gitmodules", ".gitlab-ci.yml", "CODEOWNERS")
_CROSS_CHECKED = {  # kinds, and the folders that they are compared with
    "User": ("registry/users/",),
    "Rule": ("policies/kinds/",),
    "Waiver": ("policies/rules/",),
    "Incident": ("policies/frameworks/",),
    "PolicyTest": ("registry/users/", "policies/kinds/", "policies/rules/"),
}

Read = Callable[[str], tuple[Entry, bytes | None]]
"""A path's entry and content; None for links and for what cannot be had, one byte too many for what is too large."""


@dataclass(slots=True)
class Tree:
    """Governed files of one state, not of a history. ``parsed`` is by path, ``paths`` has one for each blob id."""

    read: Read
    snapshot: Snapshot = field(default_factory=Snapshot)
    parsed: dict[str, Parsed] = field(default_factory=dict)
    paths: dict[Oid, str] = field(default_factory=dict)
    kinds: tuple[CustomKind, ...] = ()

    def resource(self, path: str) -> Resource | CustomResource | None:
        """What was read there."""
        return self.parsed[path].resource if path in self.parsed else None

    def findings(self) -> Iterator[Finding]:
        """What the reader found wrong, by path."""
        for path in sorted(self.parsed):
            yield from self.parsed[path].findings


@dataclass(frozen=True, slots=True)
class TreeDocuments:
    """A tree as the source of documents for rules that look into files."""

    tree: Tree

    def text(self, oid: Oid) -> bytes | None:
        """The content of the file with this blob id."""
        path = self.tree.paths.get(oid)
        return self.tree.read(path)[1] if path is not None else None

    def position(self, oid: Oid, place: tuple[str | int, ...]) -> tuple[int, int] | None:
        """Line and column of a field, both from 1."""
        data = self.text(oid)
        return yamlio.position(data, place) if data is not None else None


def read_tree(paths: Iterable[str], read: Read) -> Tree:
    """Read every governed file among ``paths``, each once; policies first, since they may define kinds."""
    tree = Tree(read)
    for path in sorted(paths, key=lambda path: (not path.startswith("policies/kinds/"), path)):
        if path.startswith("policies/kinds/"):
            _put(tree, path)
            continue
        if not tree.kinds:
            tree.kinds = tuple(_kinds(tree.snapshot))
        if _governed(path, tree.kinds):
            _put(tree, path)
    return tree


def worktree_paths(root: Path, folders: Iterable[str] = (*_ROOTS, *_CONTROL_ROOTS)) -> set[str]:
    """Files below the folders of a work tree, links not followed; relative with ``/``."""
    found: set[str] = set()
    for folder in folders:
        for directory, names, files in os.walk(root / folder, followlinks=False):
            inside = os.path.relpath(directory, root).replace(os.sep, "/")
            links = [name for name in names if os.path.islink(os.path.join(directory, name))]
            found.update(f"{inside}/{name}" for name in (*files, *links))
    return found | {name for name in _CONTROL_FILES if os.path.lexists(root / name)}


def worktree_reader(root: Path) -> Read:
    """How to read a file of the work tree: its mode and blob id as git would store it (SHA-1, as it is on disk)."""
    top = str(root)

    def read(path: str) -> tuple[Entry, bytes | None]:
        place = f"{top}{os.sep}{path}"
        mode = os.lstat(place).st_mode
        if stat.S_ISLNK(mode):
            return Entry(SYMLINK, _blob_id(os.fsencode(os.readlink(place)))), None
        if not stat.S_ISREG(mode):  # a pipe, say, on which `open` would wait for ever
            return Entry(f"{mode:06o}", _blob_id(b"")), None
        with open(place, "rb", buffering=0) as file:
            data = file.read(yamlio.MAX_BYTES + 1)
        return Entry("100755" if mode & stat.S_IXUSR else "100644", _blob_id(data)), data

    return read


def commit_reader(room: CleanRoom, entries: Mapping[str, Entry]) -> Read:
    """How to read files of a commit, whose blobs are all fetched in one go."""
    wanted = {entry.oid: None for entry in entries.values() if entry.mode in REGULAR}
    blobs: dict[Oid, bytes | BlobProblem] = dict(room.blobs(wanted, limit=yamlio.MAX_BYTES))

    def read(path: str) -> tuple[Entry, bytes | None]:
        entry = entries[path]
        found = blobs.get(entry.oid) if entry.mode in REGULAR else None
        return entry, found if isinstance(found, bytes) else None

    return read


def find_root(start: Path) -> Path:
    """The nearest folder, from here upwards, that holds Settings or a ``.git`` entry; else ``start`` itself."""
    for folder in (start, *start.parents):
        if (folder / "policies" / "govops.yaml").is_file() or (folder / ".git").exists():
            return folder
    return start


def neighbourhood(root: Path, paths: Iterable[str]) -> set[str]:
    """The given files, whatever they refer to, and those that they must differ from: enough to judge them."""
    read = worktree_reader(root)
    found = set(paths)
    for path in sorted(found):
        if not os.path.lexists(root / path):
            raise UsageError(f"{path}: no such file", hint="give paths relative to the repository, or none for all")
        resource = yamlio.load(read(path)[1] or b"", path=path).resource
        others = [path_of_key(ref.key) for ref in resource.references()] if isinstance(resource, Resource) else []
        found.update(other for other in others if other is not None and (root / other).is_file())
        if resource is not None and (folders := _CROSS_CHECKED.get(resource.key.kind)):
            found |= worktree_paths(root, folders)
    return found


def _put(tree: Tree, path: str) -> None:
    entry, data = tree.read(path)
    tree.paths[entry.oid] = path
    resource = None
    if entry.mode in REGULAR and path.endswith(".yaml") and not is_control_file(path):
        loaded = yamlio.load(data if data is not None else b"", path=path, custom=tree.kinds)
        tree.parsed[path] = Parsed(loaded.resource, loaded.findings)
        resource = loaded.resource if isinstance(loaded.resource, Resource) else None
    tree.snapshot.put(path, File(entry, resource, resource))


def _governed(path: str, kinds: tuple[CustomKind, ...]) -> bool:
    inside = path.startswith(("registry/", "policies/")) or is_control_file(path)
    return inside or any(kind.match(path) is not None for kind in kinds)


def _kinds(snapshot: Snapshot) -> Iterator[CustomKind]:
    for _, resource in snapshot.of_kind("KindDefinition"):
        if isinstance(resource, KindDefinition):
            yield custom_kind(resource)


def _blob_id(data: bytes) -> Oid:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
