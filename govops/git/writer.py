"""Writes a new repository from nothing, commit by commit; the same drafts give the same objects and refs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from govops.errors import GovopsError, UsageError
from govops.git.hashing import format_named
from govops.git.process import Conversation, Git
from govops.git.room import git_version, outside
from govops.history import Oid

_DETACHED = "refs/govops-writer/detached"  # fast-import puts every commit on some ref; this one is deleted at the end
_TEXT = ("utf-8", "surrogateescape")
_FORBIDDEN = re.compile(r"[\0\n<>]")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who and when, as a commit header claims it; ``seconds`` since 1970."""

    name: str
    email: str
    seconds: int
    zone: str = "+0000"


@dataclass(frozen=True, slots=True)
class Content:
    """A file with a mode other than ``100644``; for a symbolic link (``120000``) the data is where it leads."""

    data: bytes
    mode: str = "100755"


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit to be written. ``files`` are changes to the first parent's tree, None deletes; with ``whole`` they
    are the whole tree. No parents make a root. The message is written as it is.
    """

    message: str
    author: Stamp
    committer: Stamp
    parents: tuple[Oid, ...] = ()
    files: Mapping[str, bytes | Content | None] = field(default_factory=dict)
    whole: bool = False


class RepositoryWriter:
    """A repository that is being written; a context manager. Leaving it without an error is :meth:`finish`.

    UsageError if ``path`` is there already and not an empty directory.
    """

    def __init__(self, path: Path, *, object_format: str = "sha1", branch: str = "main") -> None:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise UsageError(f"{path} is there already", hint="name a directory that is new or empty")
        path.mkdir(parents=True, exist_ok=True)
        self._form = format_named(object_format)
        self._git = Git(path, outside(path.resolve()).environment)
        git_version(self._git)
        self._run("init", "--quiet", "--template=", f"--object-format={object_format}", f"--initial-branch={branch}")
        self._import: Conversation | None = self._git.converse(
            "-c", "core.logAllRefUpdates=false", "fast-import", "--quiet", "--force", "--done", "--date-format=raw"
        )
        self._marks: dict[Oid, int] = {}  # fast-import finds what it wrote itself by mark only
        self._tips: dict[str, Oid] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            self.finish()
        else:
            self.close()

    def commit(self, draft: Draft, *, ref: str | None = None) -> Oid:
        """Write a commit and return its id; ``ref`` (a full name) then names it, else no ref does."""
        name = ref or _DETACHED
        number = len(self._marks) + 1
        parts = [*self._base(name, draft.parents), f"mark :{number}\n".encode()]
        parts.append(commit_header(draft.author, draft.message, committer=draft.committer))
        parts += self._parents(name, draft.parents)
        if draft.whole:
            parts.append(b"deleteall\n")
        parts += [_changed(path, content) for path, content in draft.files.items()]
        parts.append(b"\nget-mark :%d\n" % number)
        oid = self._answer(b"".join(parts))
        self._marks[oid] = number
        self._tips[name] = oid
        return oid

    def set_ref(self, ref: str, oid: Oid) -> None:
        """Let a full ref name name a commit."""
        self._tips[ref] = oid
        self._send(f"reset {ref}\nfrom {self._named(oid)}\n\n".encode(*_TEXT))

    def finish(self, *, checkout: bool = True) -> None:
        """End the writing: objects and refs are there, and with ``checkout`` the work tree of the branch too."""
        if _DETACHED in self._tips:
            self.set_ref(_DETACHED, self._form.null)
        self._send(b"done\n")
        talk = self._talk()
        talk.finish()
        talk.rest(1 << 20)
        if talk.wait():
            raise self._failed(talk)
        self.close()
        if checkout and self._git.run("rev-parse", "--verify", "--quiet", "HEAD").code == 0:
            self._run("read-tree", "--reset", "-u", "HEAD")

    def close(self) -> None:
        """Stop writing; what was not finished is lost."""
        if self._import is not None:
            self._import.close()
            self._import = None

    def _base(self, name: str, parents: tuple[Oid, ...]) -> list[bytes]:
        begin = f"commit {name}\n".encode(*_TEXT)
        if parents or name not in self._tips:
            return [begin]
        return [f"reset {name}\n\n".encode(*_TEXT), begin]  # a root, although the ref has commits already

    def _parents(self, name: str, parents: tuple[Oid, ...]) -> list[bytes]:
        """The parents of a commit on ``name``; the first goes without saying where it is the tip already."""
        words = ["from", *["merge"] * (len(parents) - 1)]
        lines = [f"{word} {self._named(oid)}\n".encode() for word, oid in zip(words, parents, strict=False)]
        return lines[1:] if parents and self._tips.get(name) == parents[0] else lines

    def _named(self, oid: Oid) -> str:
        return f":{self._marks[oid]}" if oid in self._marks else oid

    def _answer(self, data: bytes) -> Oid:
        self._send(data)
        talk = self._talk()
        try:
            return talk.line().decode("ascii")
        except EOFError as error:
            raise self._failed(talk) from error

    def _send(self, data: bytes) -> None:
        self._talk().send(data)

    def _talk(self) -> Conversation:
        if self._import is None:
            raise GovopsError("the repository was finished already")
        return self._import

    def _failed(self, talk: Conversation) -> GovopsError:
        said = talk.err.splitlines() or ["it gave no reason"]
        return GovopsError(f"git fast-import refused: {ascii(said[0][:200])[1:-1]}")

    def _run(self, *arguments: str) -> None:
        answer = self._git.run(*arguments)
        if answer.code:
            raise GovopsError(f"git {arguments[0]} failed: {ascii(answer.err[:200])[1:-1]}")


def commit_header(author: Stamp, message: str, *, committer: Stamp | None = None) -> bytes:
    """What fast-import wants to know of a commit besides its parents and files."""
    lines = f"author {_stamped(author)}\ncommitter {_stamped(committer or author)}\n"
    return lines.encode(*_TEXT) + data_block(message.encode(*_TEXT))


def _stamped(stamp: Stamp) -> str:
    if _FORBIDDEN.search(stamp.name + stamp.email):
        raise UsageError(f"a name or address that git cannot hold: {stamp.name[:60]!a}")
    return f"{stamp.name} <{stamp.email}> {stamp.seconds} {stamp.zone}"


def _changed(path: str, content: bytes | Content | None) -> bytes:
    name = quoted_path(path)
    if content is None:
        return b"D %b\n" % name
    if isinstance(content, bytes):
        content = Content(content, "100644")
    return b"M %b inline %b\n%b" % (content.mode.encode("ascii"), name, data_block(content.data))


def data_block(data: bytes) -> bytes:
    """Bytes as fast-import reads them."""
    return b"data %d\n%b\n" % (len(data), data)


def quoted_path(path: str) -> bytes:
    """A path as fast-import reads it."""
    raw = path.encode(*_TEXT)
    if b"\n" not in raw and b'"' not in raw and b"\\" not in raw:
        return raw
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
