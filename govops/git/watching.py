"""Whether any of some refs may have moved, told from files: no program runs, so that it can be asked all the time."""

from __future__ import annotations

import os
from collections.abc import Iterable

from govops.git.locate import Location

_LARGEST = 1 << 16  # bytes of a loose ref, or of the list of a reftable's files


def mark(location: Location, names: Iterable[str]) -> tuple[object, ...]:
    """Something that is another one once HEAD or one of these refs has moved; it may also be another one before.

    What is small is read; of packed refs, that they are the same file is enough, because git never changes them in
    place.
    """
    common = str(location.common_dir)
    loose = [f"{location.git_dir}/HEAD", *(f"{common}/{name}" for name in names), f"{common}/reftable/tables.list"]
    return (_identity(f"{common}/packed-refs"), *map(_content, loose))


def _content(file: str) -> bytes | None:
    try:
        stream = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return os.read(stream, _LARGEST)
    except OSError:
        return None
    finally:
        os.close(stream)


def _identity(file: str) -> tuple[int, ...] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
