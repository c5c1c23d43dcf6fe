"""Loose git objects written without git: every byte of every header is the test's to choose."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.git import git

Tree = dict[str, tuple[str, str]]  # path -> (mode as git writes it, object id)

_CONFIG = "[core]\n\trepositoryformatversion = {version}\n\tfilemode = true\n\tbare = {bare}\n"


class Objects:
    """The object database and the refs of one repository, made on first use.

    ``directory`` is the git directory itself. Objects are written once; what was written stays in
    memory too, so :meth:`read` costs nothing.
    """

    def __init__(self, directory: Path, object_format: str = "sha1", *, bare: bool = False) -> None:
        self.directory = directory
        self.object_format = object_format
        self._new_hash: Callable[[bytes], Any] = getattr(hashlib, object_format)
        self._blobs: dict[str, bytes] = {}
        self._written: set[str] = set()
        self._folders: set[str] = set()
        if not (directory / "HEAD").exists():
            _initialise(directory, object_format, bare=bare)

    def raw(self, kind: str, data: bytes) -> str:
        """Store bytes as an object of any type, valid or not; the id that git gives it."""
        whole = b"%s %d\0%s" % (kind.encode("ascii"), len(data), data)
        oid: str = self._new_hash(whole).hexdigest()
        if oid not in self._written:
            self._store(oid, whole)
            self._written.add(oid)
        return oid

    def blob(self, data: bytes) -> str:
        """Store a file's content."""
        oid = self.raw("blob", data)
        self._blobs[oid] = data
        return oid

    def read(self, oid: str) -> bytes:
        """A blob's content."""
        if oid not in self._blobs:
            self._blobs[oid] = zlib.decompress(self.file(oid).read_bytes()).split(b"\0", 1)[1]
        return self._blobs[oid]

    def texts(self) -> Mapping[str, bytes]:
        """Every file's content that was stored, by id."""
        return self._blobs

    def merged(self, base: str, ours: str, theirs: str) -> bytes | None:
        """``git merge-file`` of three blobs, None for a conflict."""
        with tempfile.TemporaryDirectory() as folder:
            names = [Path(folder) / name for name in ("ours", "base", "theirs")]
            for name, oid in zip(names, (ours, base, theirs), strict=True):
                name.write_bytes(self.read(oid))
            try:
                return git(self.directory, "merge-file", "-p", "--quiet", *map(str, names))
            except AssertionError:
                return None

    def tree(self, files: Mapping[str, tuple[str, str]]) -> str:
        """Store nested trees for flat paths (``surrogateescape`` spells bytes that are not UTF-8)."""
        root: dict[str, Any] = {}
        for path, entry in files.items():
            *folders, name = path.split("/")
            node = root
            for folder in folders:
                node = node.setdefault(folder, {})
                if not isinstance(node, dict):
                    raise ValueError(f"{path!r}: a file stands where a folder should")
            if name in node:
                raise ValueError(f"{path!r}: already there")
            node[name] = entry
        return self._nested(root)

    def commit(
        self,
        tree: str,
        parents: Sequence[str] = (),
        *,
        author: str,
        author_time: str,
        committer: str | None = None,
        committer_time: str | None = None,
        message: str = "",
        headers: Iterable[tuple[str, str]] = (),
        sign: Callable[[bytes], str] | None = None,
    ) -> str:
        """Store a commit. People are ``Name <email>``, times ``<epoch seconds> <+hhmm>``.

        ``headers`` stand after the committer, values folded as git folds them. ``sign`` is given the
        payload and returns the armour for the signature header.
        """
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        lines.append(f"author {author} {author_time}")
        lines.append(f"committer {committer or author} {committer_time or author_time}")
        lines.extend(f"{key} {_folded(value)}" for key, value in headers)
        body = f"\n\n{message}".encode("utf-8", "surrogateescape")
        head = "\n".join(lines).encode("utf-8", "surrogateescape")
        if sign is not None:
            name = "gpgsig" if self.object_format == "sha1" else "gpgsig-sha256"
            head += f"\n{name} {_folded(sign(head + body).rstrip())}".encode()
        return self.raw("commit", head + body)

    def ref(self, name: str, oid: str | None) -> None:
        """Point a full ref name at an object; ``None`` deletes it."""
        target = self.directory / name
        if oid is None:
            target.unlink(missing_ok=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"{oid}\n", encoding="ascii")

    def pruned(self) -> None:
        """Somebody deleted objects: what is stored from now on is written again if need be."""
        self._written.clear()
        self._folders.clear()

    def file(self, oid: str) -> Path:
        """Where the loose object stands, for tests that delete or damage it."""
        return self.directory / "objects" / oid[:2] / oid[2:]

    def _store(self, oid: str, whole: bytes) -> None:
        folder = oid[:2]
        if folder not in self._folders:
            (self.directory / "objects" / folder).mkdir(exist_ok=True)
            self._folders.add(folder)
        try:
            handle = os.open(self.file(oid), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            return
        with open(handle, "wb") as file:
            file.write(zlib.compress(whole, 1))

    def _nested(self, node: Mapping[str, Any]) -> str:
        rows: list[tuple[bytes, bytes]] = []
        for name, item in node.items():
            mode, oid = ("40000", self._nested(item)) if isinstance(item, dict) else item
            spelled = name.encode("utf-8", "surrogateescape")
            order = spelled + b"/" if mode == "40000" else spelled  # git sorts folders as if they ended in a slash
            rows.append((order, b"%s %s\0%s" % (mode.encode("ascii"), spelled, bytes.fromhex(oid))))
        return self.raw("tree", b"".join(row for _, row in sorted(rows)))


def _folded(value: str) -> str:
    return value.replace("\n", "\n ")


def _initialise(directory: Path, object_format: str, *, bare: bool) -> None:
    for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (directory / folder).mkdir(parents=True)
    config = _CONFIG.format(version=0 if object_format == "sha1" else 1, bare=str(bare).lower())
    if object_format != "sha1":
        config += f"[extensions]\n\tobjectformat = {object_format}\n"
    (directory / "config").write_text(config, encoding="ascii")
    (directory / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
