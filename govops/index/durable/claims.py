"""One at a time, over all processes that share a store: a claim ends with whoever has it, and no clock is asked.

Beside a file it is a lock on one byte of ``<file>.claims``, which the kernel lifts when the process dies; with
PostgreSQL an advisory lock of an open transaction, which the server lifts when the connection does.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from govops.index.engines import Database, reading


@contextmanager
def claimed(database: Database, name: str) -> Iterator[bool]:
    """Whether nobody else has what is called ``name``; if so it is ours until the end. Nobody is waited for."""
    number = int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 2
    file = database.file
    if file is not None:
        with _byte(file.resolve(), number) as mine:  # as SQLite names the files beside its own
            yield mine
        return
    with reading(database) as connection:
        yield bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({number})").scalar_one())


_held: dict[Path, set[int]] = {}  # the kernel knows processes, not threads
_files: dict[Path, int] = {}  # closing any descriptor of a file would lift all locks of the process on it
_lock = Lock()


def _forked() -> None:
    """The child holds nothing: its parent does. What it inherited is left open, and used by nobody."""
    global _lock  # noqa: PLW0603  another thread may have held it when the process was forked
    _lock = Lock()
    _held.clear()
    _files.clear()


os.register_at_fork(after_in_child=_forked)


@contextmanager
def _byte(file: Path, number: int) -> Iterator[bool]:
    if not _take(file, number):
        yield False
        return
    try:
        yield True
    finally:
        _give_back(file, number)


def _take(file: Path, number: int) -> bool:
    with _lock:
        mine = _held.setdefault(file, set())
        if number in mine:
            return False
        if file not in _files:
            _files[file] = os.open(f"{file}.claims", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(_files[file], fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except (BlockingIOError, PermissionError):  # POSIX lets systems choose between the two
            _close_unused(file)
            return False
        mine.add(number)
        return True


def _give_back(file: Path, number: int) -> None:
    with _lock:
        mine = _held.get(file, set())
        if number not in mine:  # we are a child of who took it
            return
        mine.discard(number)
        fcntl.lockf(_files[file], fcntl.LOCK_UN, 1, number)
        _close_unused(file)


def _close_unused(file: Path) -> None:
    if not _held.get(file):
        os.close(_files.pop(file))
        _held.pop(file, None)
