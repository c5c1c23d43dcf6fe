"""What writers left who were killed: half-written objects in the repository, and clean rooms that nobody closed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from govops.git.locate import locate
from govops.workspace.clock import now, seconds

_HALF = ("??/tmp_obj_*", "pack/tmp_pack_*", "pack/tmp_idx_*", "pack/tmp_rev_*", "tmp_obj_*")
_OF_OBJECTS = 3_600  # seconds: longer than any git of ours writes
_OF_ROOMS = 86_400  # longer than any audit takes


def sweep(repository: Path) -> int:
    """Remove what is too old to be anybody's; how many there were. Nothing that git could name is touched."""
    objects = locate(repository).objects
    half = (path for pattern in _HALF for path in objects.glob(pattern))
    rooms = (path for path in Path(tempfile.gettempdir()).glob("govops-*") if (path / "repository.git").is_dir())
    gone = 0
    for path in (*_older(half, _OF_OBJECTS), *_older(rooms, _OF_ROOMS)):
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        except OSError:
            continue  # somebody else was faster, or it is not ours to remove
        gone += 1
    return gone


def _older(paths: Iterator[Path], age: int) -> Iterator[Path]:
    """Those of this user that nobody has changed for so many seconds."""
    at = seconds(now())
    for path in paths:
        try:
            found = path.lstat()
        except OSError:
            continue
        if found.st_uid == os.geteuid() and at - found.st_mtime > age:
            yield path
