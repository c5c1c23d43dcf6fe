"""Repositories made object by object, without git, so that they can be as wrong as a test wants."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

WHO = b"Ada <ada@example.org> 1700000000 +0000"


class Loose:
    """A bare or ordinary repository; every object is a loose file of its own."""

    def __init__(self, path: Path, *, object_format: str = "sha1", bare: bool = True) -> None:
        self.path = path
        self.form = object_format
        words = ["init", "--quiet", "--initial-branch=main", f"--object-format={object_format}"]
        git(path.parent, *words, *(["--bare"] if bare else []), str(path))
        self.git_dir = path if bare else path / ".git"

    def put(self, kind: str, data: bytes, *, claim: str | None = None) -> str:
        """Write an object, under the id that it has or under the one that it claims to have."""
        full = b"%b %d\0%b" % (kind.encode(), len(data), data)
        oid = claim or hashlib.new(self.form, full).hexdigest()
        file = self.file(oid)
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_bytes(zlib.compress(full))
        return oid

    def file(self, oid: str) -> Path:
        """Where an object lies."""
        return self.git_dir / "objects" / oid[:2] / oid[2:]

    def blob(self, data: bytes) -> str:
        """Write a file's content."""
        return self.put("blob", data)

    def raw_tree(self, *entries: tuple[bytes, bytes, str]) -> str:
        """Write a tree of (mode, name, id) exactly as given."""
        return self.put(
            "tree", b"".join(b"%b %b\0%b" % (mode, name, bytes.fromhex(oid)) for mode, name, oid in entries)
        )

    def tree(self, files: Mapping[bytes, bytes]) -> str:
        """Write the tree of these files, and their blobs."""
        here: dict[bytes, tuple[bytes, str]] = {}
        below: dict[bytes, dict[bytes, bytes]] = {}
        for path, data in files.items():
            first, slash, rest = path.partition(b"/")
            if slash:
                below.setdefault(first, {})[rest] = data
            else:
                here[first] = b"100644", self.blob(data)
        for name, inner in below.items():
            here[name] = b"40000", self.tree(inner)
        order = sorted(here, key=lambda name: name + b"/" * (here[name][0] == b"40000"))
        return self.raw_tree(*[(here[name][0], name, here[name][1]) for name in order])

    def commit(
        self, tree: str | Mapping[bytes, bytes], *parents: str, message: bytes = b"change\n", extra: bytes = b""
    ) -> str:
        """Write an ordinary commit."""
        oid = tree if isinstance(tree, str) else self.tree(tree)
        return self.put("commit", commit_bytes(oid, parents, message=message, extra=extra))

    def ref(self, oid: str, name: str = "refs/heads/main") -> None:
        """Let a ref name an id."""
        file = self.git_dir / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{oid}\n")

    def objects(self) -> list[str]:
        """The id of every object, sorted."""
        return sorted(file.parent.name + file.name for file in (self.git_dir / "objects").glob("??/*"))

    def git(self, *arguments: str) -> bytes:
        """What the real git says about this repository."""
        return git(self.path, *arguments)


def commit_bytes(
    tree: str,
    parents: Sequence[str] = (),
    *,
    author: bytes = WHO,
    committer: bytes = WHO,
    extra: bytes = b"",
    message: bytes = b"change\n",
) -> bytes:
    """A commit object's content; ``extra`` are whole header lines."""
    above = b"".join(b"parent %b\n" % parent.encode() for parent in parents)
    return b"tree %b\n%bauthor %b\ncommitter %b\n%b\n%b" % (tree.encode(), above, author, committer, extra, message)


def git(directory: Path, *arguments: str, send: bytes = b"", ok: tuple[int, ...] = (0,), errors: bool = False) -> bytes:
    """Run the real git in a directory, with nobody's configuration; its complaints too where ``errors`` says so."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
        "LC_ALL": "C",
    }
    done = subprocess.run(
        ["git", *arguments], cwd=directory, env=environment, input=send, capture_output=True, check=False
    )
    assert done.returncode in ok, done.stderr.decode()
    return done.stdout + done.stderr * errors
