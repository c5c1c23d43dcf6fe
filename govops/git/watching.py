"""Whether any of some refs may have moved, told from files: no program runs, so that it can be asked all the time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from govops.git.locate import Location

_LARGEST = 1 << 16  # bytes of a loose ref, or of the list of a reftable's files


def mark(location: Location, names: Iterable[str]) -> tuple[object, ...]:
    """Something that is another one once HEAD or one of these refs has moved; it may also be another one before.

    What is small is read; of packed refs, that they are the same file is enough, because git never changes them in
    place.
    """
    common = location.common_dir
    loose = [location.git_dir / "HEAD", *(common / name for name in names), common / "reftable" / "tables.list"]
    return (_identity(common / "packed-refs"), *map(_content, loose))


def _content(file: Path) -> bytes | None:
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST)
    except OSError:
        return None


def _identity(file: Path) -> tuple[int, ...] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
