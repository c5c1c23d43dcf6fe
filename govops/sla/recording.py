"""Measurements added to a file of JSONL by many writers at once, of which none loses or splits another's."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from govops import interrupt
from govops.errors import GovopsError, UndecidableError
from govops.kinds.quoting import quoted


def append(root: Path, name: str, rows: Sequence[str]) -> None:
    """Add lines to the file ``name`` below ``root``, all or none, and have them on the disk.

    One write under a lock that writers wait for. What a writer that was killed left half is ended there, so that it is
    one bad row and spoils no other. GovopsError where the disk is full or refuses; UndecidableError for a file that a
    symbolic link puts outside of the folder.
    """
    path = _inside(root, name)
    interrupt.go_on()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            _add(file, "".join(f"{row}\n" for row in rows).encode("utf-8", "surrogateescape"))
        finally:
            os.close(file)
        _settle(path.parent)
    except OSError as error:
        raise GovopsError(
            f"could not record to {quoted(name)}: {error.strerror}", hint="nothing was recorded; do it again"
        ) from error


def _add(file: int, data: bytes) -> None:
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        data = b"\n" + data
    written = 0
    try:
        while written < len(data):
            written += os.write(file, data[written:])
        os.fsync(file)
    except OSError:
        if os.fstat(file).st_size == size + written:  # nobody wrote without the lock meanwhile
            os.ftruncate(file, size)
        raise


def _settle(folder: Path) -> None:
    """A new file is there after a crash when its folder says so."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _inside(root: Path, name: str) -> Path:
    """The file itself, whatever links lead to it."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise UndecidableError(f"{quoted(name)} leads out of its folder", hint="a symbolic link stays inside of it")
    return path
