"""Files of a work tree or of one commit, as a snapshot with everything that is wrong in them."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from govops import yamlio
from govops.engine import Parsed
from govops.errors import UsageError
from govops.finding import Finding
from govops.git import BlobProblem, CleanRoom
from govops.history import REGULAR, SYMLINK, Entry, Oid
from govops.history.snapshot import File, Snapshot
from govops.kinds import Resource, path_of_key
from govops.kinds.custom import CustomKind, custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.lifecycle import is_control_file
from govops.workspace.documents import LARGEST_DOCUMENT

_ROOTS = ("registry", "policies")
_CONTROL_ROOTS = (".github", ".gitlab")
_CROSS_CHECKED = {"User": "registry/users/"}  # kinds whose rules compare them with all others of the kind

Content = Callable[[str, Entry], bytes | None]


@dataclass(slots=True)
class Tree:
    """Governed files of one state, not of a history. ``parsed`` is by path."""

    snapshot: Snapshot = field(default_factory=Snapshot)
    parsed: dict[str, Parsed] = field(default_factory=dict)
    content: Content = lambda path, entry: None
    kinds: tuple[CustomKind, ...] = ()

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
        files = self.tree.snapshot.files
        return next((self.tree.content(path, f.entry) for path, f in files.items() if f.entry.oid == oid), None)

    def position(self, oid: Oid, place: tuple[str | int, ...]) -> tuple[int, int] | None:
        """Line and column of a field, both from 1."""
        data = self.text(oid)
        return yamlio.position(data, place) if data is not None else None


def read_tree(entries: Mapping[str, Entry], content: Content) -> Tree:
    """Read every governed file among ``entries``; policies first, since they may define kinds."""
    tree = Tree(content=content)
    for path in sorted(entries, key=lambda path: (not path.startswith("policies/kinds/"), path)):
        if path.startswith("policies/kinds/"):
            _put(tree, path, entries[path])
            continue
        if not tree.kinds:
            tree.kinds = tuple(_kinds(tree.snapshot))
        if _governed(path, tree.kinds):
            _put(tree, path, entries[path])
    return tree


def worktree_entries(root: Path, folders: Iterable[str] = (*_ROOTS, *_CONTROL_ROOTS)) -> dict[str, Entry]:
    """Files below the folders of a work tree, links not followed; paths are relative with ``/``."""
    found: dict[str, Entry] = {}
    for folder in folders:
        for directory, names, files in os.walk(root / folder, followlinks=False):
            names.sort()
            links = [name for name in names if os.path.islink(os.path.join(directory, name))]
            for name in sorted([*files, *links]):
                path = os.path.join(directory, name)
                found[os.path.relpath(path, root).replace(os.sep, "/")] = _entry(path)
    for name in (".gitattributes", ".mailmap", ".gitmodules", ".gitlab-ci.yml", "CODEOWNERS"):
        if os.path.lexists(root / name):
            found[name] = _entry(str(root / name))
    return found


def worktree_content(root: Path) -> Content:
    """How to read a file of the work tree; None for links, missing and oversized files."""

    def content(path: str, entry: Entry) -> bytes | None:
        if entry.mode not in REGULAR:
            return None
        with open(root / path, "rb") as file:
            return file.read(LARGEST_DOCUMENT + 1)

    return content


def commit_content(room: CleanRoom, entries: Iterable[Entry]) -> Content:
    """How to read blobs of a commit, all fetched in one go."""
    wanted = {entry.oid: None for entry in entries if entry.mode in REGULAR}
    blobs: dict[Oid, bytes | BlobProblem] = dict(room.blobs(wanted, limit=LARGEST_DOCUMENT))

    def content(path: str, entry: Entry) -> bytes | None:
        found = blobs.get(entry.oid)
        return found if isinstance(found, bytes) else None

    return content


def find_root(start: Path) -> Path:
    """The nearest folder, from here upwards, that holds Settings or a ``.git`` entry; else ``start`` itself."""
    for folder in (start, *start.parents):
        if (folder / "policies" / "govops.yaml").is_file() or (folder / ".git").exists():
            return folder
    return start


def neighbourhood(root: Path, paths: Iterable[str]) -> dict[str, Entry]:
    """The given files, whatever they refer to, and those that they must differ from: enough to judge them."""
    wanted = list(paths)
    content = worktree_content(root)
    found: dict[str, Entry] = {}
    for path in wanted:
        if not os.path.lexists(root / path):
            raise UsageError(f"{path}: no such file", hint="give paths relative to the repository, or none for all")
        found[path] = _entry(str(root / path))
        loaded = yamlio.load(content(path, found[path]) or b"", path=path)
        resource = loaded.resource
        for reference in resource.references() if isinstance(resource, Resource) else ():
            other = path_of_key(reference.key)
            if other is not None and (root / other).is_file():
                found[other] = _entry(str(root / other))
        if resource is not None and (folder := _CROSS_CHECKED.get(resource.key.kind)):
            found.update(worktree_entries(root, [folder]))
    return found


def _put(tree: Tree, path: str, entry: Entry) -> None:
    resource = None
    if entry.mode in REGULAR and path.endswith(".yaml") and not is_control_file(path):
        data = tree.content(path, entry)
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


def _entry(path: str) -> Entry:
    """A file's mode and blob id as git would store it (SHA-1, content as it is on disk)."""
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        return Entry(SYMLINK, _blob_id(os.fsencode(os.readlink(path))))
    with open(path, "rb") as file:
        data = file.read(LARGEST_DOCUMENT + 1)
    return Entry("100755" if status.st_mode & stat.S_IXUSR else "100644", _blob_id(data))


def _blob_id(data: bytes) -> Oid:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
