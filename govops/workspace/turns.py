"""One writer after the other: those of one machine wait for each other, those of several try again.

The lock is the system's own, and is gone with whoever held it. What protects the repository is that refs move by
compare-and-swap; the lock only spares the writers of one machine from doing their work in vain.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from govops.errors import StorageError
from govops.git import LockedError
from govops.git.locate import locate
from govops.history import Oid

_FILE = "govops-hosted.lock"
_PATIENCE = 20.0  # seconds that a writer waits for its turn
_ATTEMPTS = 12
_LONGEST_WAIT = 0.4  # seconds between attempts; the waits grow towards it
_SECOND = 128  # where the second thing stands that is remembered
_STANDING = 64
_OID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?\n")

T = TypeVar("T")


class Turn:
    """The right to write, while it lasts, and a place to remember what was written, which nobody can push to."""

    def __init__(self, file: int) -> None:
        self._file = file

    @property
    def remembered(self) -> Oid | None:
        """The last commit of its own that any writer of this machine remembered, None without any."""
        found = _OID.match(os.pread(self._file, 65, 0))
        return found[0].decode("ascii").strip() if found else None

    @property
    def settled(self) -> str:
        """What stood when everything was settled last, as :meth:`settle` was told."""
        return os.pread(self._file, _STANDING, _SECOND).decode("ascii", "replace")

    def settle(self, standing: str) -> bool:
        """Remember that there is nothing to be done as long as this stands: 64 digits."""
        with contextlib.suppress(OSError):
            os.pwrite(self._file, standing.encode("ascii"), _SECOND)
        return True

    def remember(self, commit: Oid) -> None:
        """Let the next ones know what was written, if that can be: an older memory does as well."""
        with contextlib.suppress(OSError):
            os.pwrite(self._file, f"{commit}\n".encode("ascii"), 0)


def in_turn(repository: Path, attempt: Callable[[Turn], T | None]) -> T:
    """What an attempt brings, as soon as one does; None means that the repository moved meanwhile.

    LockedError if somebody else is writing all the time, or a lock is left of somebody who was killed.
    """
    with _turn(repository) as turn:
        for number in range(_ATTEMPTS):
            done = attempt(turn)
            if done is not None:
                return done
            time.sleep(random.uniform(0, min(_LONGEST_WAIT, 0.01 * 2**number)))  # noqa: S311  to spread the writers
    raise LockedError(f"the repository moved {_ATTEMPTS} times meanwhile", hint="try again")


@contextmanager
def _turn(repository: Path) -> Iterator[Turn]:
    path = locate(repository).common_dir / _FILE
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except OSError as error:
        hint = "the server has to be able to write to its repository"
        raise StorageError(f"could not open {_FILE}: {error.strerror}", hint=hint) from error
    try:
        _wait(file)
        yield Turn(file)
    finally:
        os.close(file)


def _wait(file: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise LockedError("others have been writing all the time", hint="try again in a while") from error
            time.sleep(random.uniform(0.002, 0.02))  # noqa: S311  to spread the writers
        else:
            return
