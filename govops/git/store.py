"""Writing into a repository that is there: objects through a clean room, refs by compare-and-swap.

No index, no work tree and no configuration of the repository is touched, and none of its hooks is run. An object
that was written and is named by no ref does no harm: git removes it one day.
"""

from __future__ import annotations

import re
import signal
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from govops.errors import GovopsError, StorageError, UndecidableError
from govops.git.locate import Location, locate
from govops.git.process import Answer, Git
from govops.git.room import Room, furnish
from govops.git.writer import Stamp, commit_header, data_block, quoted_path
from govops.history import Entry, Oid

if TYPE_CHECKING:
    from govops.git.cleanroom import CleanRoom

_DURABLE = ("-c", "core.fsync=committed,reference", "-c", "core.fsyncMethod=fsync")
_MOVED = ("but expected", "reference already exists", "unable to resolve")
_LOCKED = ("Unable to create", "File exists", "unable to lock", "cannot lock ref")
_FULL = (
    "No space left",
    "Disk quota exceeded",
    "Read-only file system",
    "Too many open files",
    "Input/output error",
    "File too large",
)
_PATIENCE = ("-c", "core.filesRefLockTimeout=1000", "-c", "core.packedRefsTimeout=1000")  # milliseconds


class LockedError(UndecidableError):
    """Somebody else is writing, or was killed while they were."""


@dataclass(frozen=True, slots=True)
class NewCommit:
    """A commit to be written. ``files`` change the first parent's tree: None deletes, an Entry is an existing blob.

    The committer is the author unless told otherwise.
    """

    message: str
    author: Stamp
    parents: tuple[Oid, ...] = ()
    files: Mapping[str, bytes | Entry | None] = field(default_factory=dict)
    committer: Stamp | None = None


class Store:
    """One repository, open for writing; a context manager."""

    def __init__(self, location: Location, room: Room, place: tempfile.TemporaryDirectory[str] | None = None) -> None:
        self._place = place
        self._location = location
        self._null = room.form.null
        environment = {k: v for k, v in room.git.environment.items() if k != "GIT_ALTERNATE_OBJECT_DIRECTORIES"}
        environment["GIT_OBJECT_DIRECTORY"] = str(location.objects)
        self._writing: Git = replace(room.git, environment=environment, prefix=(*room.git.prefix, *_DURABLE))
        own = (f"--git-dir={location.git_dir}", "-c", "core.hooksPath=/dev/null", *_PATIENCE, *_DURABLE)
        self._refs: Git = replace(room.git, prefix=own)

    @classmethod
    def open(cls, repository: Path, *, discover: bool = False) -> Store:
        """Open a work tree, a ``.git`` directory or a bare repository. UsageError if there is none."""
        location = locate(repository, discover=discover)
        with ExitStack() as unless_opened:
            place = tempfile.TemporaryDirectory(prefix="govops-", ignore_cleanup_errors=True)
            unless_opened.callback(place.cleanup)
            store = cls(location, furnish(location, Path(place.name).resolve()), place)
            unless_opened.pop_all()
        return store

    @classmethod
    def beside(cls, room: CleanRoom) -> Store:
        """The repository that is read in a room: as long as that is open. What is written can be read there at once."""
        return cls(*room.furniture)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._place is not None:
            self._place.cleanup()

    def commit(self, new: NewCommit) -> Oid:
        """Write a commit with its trees and blobs; no ref names it yet."""
        script = [
            b"commit refs/govops-store/new\nmark :1\n",
            commit_header(new.author, new.message, committer=new.committer),
        ]
        for word, parent in zip(("from", *["merge"] * len(new.parents)), new.parents, strict=False):
            script.append(f"{word} {parent}\n".encode("ascii"))
        script += [_changed(path, content) for path, content in new.files.items()]
        script.append(b"\nget-mark :1\ndone\n")
        options = ("--quiet", "--force", "--done", "--date-format=raw")
        answer = self._writing.run("fast-import", *options, send=b"".join(script))
        if answer.code:
            raise _failed("git cannot write a commit", answer)
        return answer.out.decode("ascii").strip()

    def swap(self, moves: Mapping[str, tuple[Oid | None, Oid | None]]) -> bool:
        """Move refs in this order, each from its old to its new id (None: it is not there), all or none.

        One whose ids are the same is held still meanwhile. False if one stood elsewhere; LockedError while somebody
        else holds a lock. Whoever is killed before git has read everything has moved nothing.
        """
        lines = [f"update {ref}\0{new or self._null}\0{old or self._null}\0" for ref, (old, new) in moves.items()]
        script = "".join(["start\0", *lines, "commit\0"]).encode("utf-8", "surrogateescape")
        answer = self._refs.run("update-ref", "-z", "--stdin", send=script)
        if answer.code == 0:
            return True
        if any(word in answer.err for word in _LOCKED) and ".lock" in answer.err and "File exists" in answer.err:
            raise self._locked(answer.err)
        if any(word in answer.err for word in _MOVED):
            return False
        raise _failed("git cannot move a ref", answer)

    def _locked(self, err: str) -> LockedError:
        """Which lock it is, and for how long it has been there: what a writer of ours needs takes moments."""
        found = re.search(r"'([^']+\.lock)'", err)
        if found is None:
            return LockedError(f"a ref is locked: {_said(err)}", hint="try again")
        lock = Path(found[1])
        name = lock.relative_to(self._location.common_dir) if lock.is_relative_to(self._location.common_dir) else lock
        try:
            since = datetime.fromtimestamp(int(lock.stat().st_mtime), UTC).isoformat()
        except OSError:
            return LockedError(f"a ref was locked: {name}", hint="try again")
        hint = "another process is writing; if none is, remove the lock file in the repository's git directory"
        return LockedError(f"a ref is locked: {name} is there since {since}", hint=hint)


def _failed(what: str, answer: Answer) -> GovopsError:
    if answer.code == -signal.SIGXFSZ or any(word in answer.err for word in _FULL):
        return StorageError(f"{what}: {_said(answer.err)}", hint="make room, and do it again: nothing was changed")
    return GovopsError(f"{what}: {_said(answer.err)}")


def _changed(path: str, content: bytes | Entry | None) -> bytes:
    name = quoted_path(path)
    if content is None:
        return b"D %b\n" % name
    if isinstance(content, Entry):
        return b"M %b %b %b\n" % (content.mode.encode("ascii"), content.oid.encode("ascii"), name)
    return b"M 100644 inline %b\n%b" % (name, data_block(content))


def _said(err: str) -> str:
    return ascii((err.splitlines() or ["it gave no reason"])[0][:200])[1:-1]
