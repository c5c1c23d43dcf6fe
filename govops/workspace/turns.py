"""One writer after the other: those of one machine wait for each other, those of several try again.

The lock is the system's own, and is gone with whoever held it. What protects the repository is that refs move by
compare-and-swap; the lock only spares the writers of one machine from doing their work in vain.
"""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from govops.errors import StorageError
from govops.git import LockedError
from govops.git.locate import locate

_FILE = "govops-hosted.lock"
_PATIENCE = 20.0  # seconds that a writer waits for its turn
_ATTEMPTS = 12
_LONGEST_WAIT = 0.4  # seconds between attempts; the waits grow towards it

T = TypeVar("T")


def in_turn(repository: Path, attempt: Callable[[], T | None]) -> T:
    """What an attempt brings, as soon as one does; None means that the repository moved meanwhile.

    LockedError if somebody else is writing all the time, or a lock is left of somebody who was killed.
    """
    with _turn(repository):
        for number in range(_ATTEMPTS):
            done = attempt()
            if done is not None:
                return done
            time.sleep(random.uniform(0, min(_LONGEST_WAIT, 0.01 * 2**number)))  # noqa: S311  to spread the writers
    raise LockedError(f"the repository moved {_ATTEMPTS} times meanwhile", hint="try again")


@contextmanager
def _turn(repository: Path) -> Iterator[None]:
    path = locate(repository).common_dir / _FILE
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except OSError as error:
        hint = "the server has to be able to write to its repository"
        raise StorageError(f"could not open {_FILE}: {error.strerror}", hint=hint) from error
    try:
        _wait(file)
        yield
    finally:
        os.close(file)


def _wait(file: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise LockedError("others have been writing all the time", hint="try again in a while") from error
            time.sleep(random.uniform(0.002, 0.02))  # noqa: S311  to spread the writers
