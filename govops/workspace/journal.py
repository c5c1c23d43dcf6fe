"""Appending to the evidence branch: many writers, none of whom loses or overwrites a record.

A commit with the new records is written on top of the branch as it stands, and the branch is moved there by
compare-and-swap, here or at the remote. Whoever loses the race writes again on top of the winner's commit. What could
not be pushed stays on the local branch, and goes along with whatever is appended next.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from govops.errors import GovopsError, UndecidableError
from govops.evidence.records import Personal, Record, enveloped, spelled
from govops.git import CleanRoom, NewCommit, Stamp, Store
from govops.git.authoring import RejectedError, fetch, push
from govops.history import Oid
from govops.workspace.clock import now, seconds
from govops.workspace.evidence import LARGEST_RECORD, RECORD_PATH, parse_record

_ATTEMPTS = 40
_LONGEST_WAIT = 0.4  # seconds; the waits grow towards it
_SIGNED = ("approvals", "proposals", "incidents", "tombstones")
_SCRIBE = ("govops", "govops@localhost")


class Signed(NamedTuple):
    """A record and its armoured signature, None for an unsigned one."""

    record: Record
    signature: str | None


Write = Callable[[], Iterable[Signed]]
"""Makes the records, again for each attempt: the chains may have grown."""


@dataclass(frozen=True, slots=True)
class Appended:
    """The ids of the records that were written, and whether the remote has them (True where there is none)."""

    ids: tuple[str, ...]
    is_pushed: bool = True


@dataclass(frozen=True, slots=True)
class Journal:
    """The evidence branch of one repository. With ``remote`` it is the remote's branch that grows."""

    repository: Path
    branch: str
    remote: str | None = None

    def begin(self) -> None:
        """See the branch as it is now, where it is to grow. GovopsError where the remote is away.

        A remote that has none yet gets the one here. A clone that has the remote's only, and keeps its records, starts
        from there.
        """
        tracked = f"refs/remotes/{self.remote or 'origin'}/{self.branch}"
        if self.remote is not None:
            fetch(self.repository, self.remote, [f"+{self._local}:{tracked}"], missing_ok=True)
        with CleanRoom.open(self.repository) as room:
            here, there = room.ref(self._local), room.ref(tracked)
        if self.remote is not None and here and not there:
            push(self.repository, self.remote, here, self._local, expected=None)
        elif self.remote is None and there and not here:
            with Store.open(self.repository) as store:
                store.swap({self._local: (None, there)})

    def append(self, write: Write) -> Appended:
        """Add what ``write`` makes. UndecidableError if the branch will not hold still, or a record cannot be read."""
        for attempt in range(_ATTEMPTS):
            done = self._attempt(write)
            if done is not None:
                return done
            time.sleep(random.uniform(0, min(_LONGEST_WAIT, 0.01 * 2**attempt)))  # noqa: S311  to spread the writers
        raise UndecidableError(
            f"{self.branch} moved {_ATTEMPTS} times while a record was written", hint="try again; nothing was lost"
        )

    def _attempt(self, write: Write) -> Appended | None:
        """One try; None if somebody else was faster."""
        reachable = self._fetched()
        with CleanRoom.open(self.repository) as room:
            local, tracked = room.ref(self._local), room.ref(self._tracking)
            tip = tracked if self.remote and tracked else local
            pending = dict(_pending(room, local, tip)) if local and tip and local != tip else {}
            files = dict(files_of(write()))
        ids = tuple(path.rpartition("/")[2].removesuffix(".json") for path in files)
        if not files and not pending:
            return Appended(())
        with Store.open(self.repository) as store:
            new = commit_of(store, {**pending, **files}, tip, count=len(files))
            pushed = reachable and self._push(store, new, tip)
            if pushed is None:
                return None
            if (local is not None or not pushed) and not store.swap({self._local: (local, new)}):
                return None
        return Appended(ids, is_pushed=pushed or self.remote is None)

    def _push(self, store: Store, new: Oid, tip: Oid | None) -> bool | None:
        """Whether the remote has it now; None if its branch had moved."""
        try:
            push(self.repository, self.remote or "", new, f"refs/heads/{self.branch}", expected=tip)
        except RejectedError:
            return None
        except GovopsError:
            return False
        store.swap({self._tracking: (tip, new)})  # git has done so already, or another fetch is further
        return True

    def _fetched(self) -> bool:
        """Whether the remote could be asked where its branch stands."""
        if self.remote is None:
            return False
        try:
            fetch(self.repository, self.remote, [f"+refs/heads/{self.branch}:{self._tracking}"], missing_ok=True)
        except GovopsError:
            return False
        return True

    @property
    def _local(self) -> str:
        return f"refs/heads/{self.branch}"

    @property
    def _tracking(self) -> str:
        return f"refs/remotes/{self.remote}/{self.branch}"


def commit_of(store: Store, files: Mapping[str, bytes], tip: Oid | None, *, count: int) -> Oid:
    """A commit of the evidence branch that adds files; no ref names it yet."""
    message = f"Add {count} record{'s' if count != 1 else ''}"
    return store.commit(NewCommit(message, _stamp(), (tip,) if tip else (), dict(files)))


def files_of(records: Iterable[Signed]) -> Iterator[tuple[str, bytes]]:
    """Where each record stands, and its whole file."""
    for record, signature in records:
        written = spelled(record)
        yield written.path, enveloped(written.signed, signature)


def _pending(room: CleanRoom, local: Oid, tip: Oid) -> Iterator[tuple[str, bytes]]:
    """What people signed here and no push has carried yet; receipts are made again from the history."""
    theirs, ours = ({k: v for folder in _SIGNED for k, v in room.listing(at, folder).items()} for at in (tip, local))
    wanted = {entry.oid: path for path, entry in ours.items() if path not in theirs and RECORD_PATH.fullmatch(path)}
    for oid, content in room.blobs(wanted, limit=LARGEST_RECORD):
        record = parse_record(wanted[oid], content) if isinstance(content, bytes) else None
        if isinstance(content, bytes) and record and isinstance(record.payload, Personal):
            yield wanted[oid], content


def _stamp() -> Stamp:
    return Stamp(*_SCRIBE, seconds(now()))
