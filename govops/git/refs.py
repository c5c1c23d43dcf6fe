"""A repository's refs, copied file by file into the clean room, where git can read them without being in danger."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from govops.errors import LimitError, UndecidableError, UsageError
from govops.git.locate import Location

_REPLACED = b" refs/replace/"
_FILES = 200_000
_DEPTH = 100
_LOOSE = 1 << 12  # bytes of one loose ref
_PACKED = 1 << 28
_HEAD = re.compile(rb"(?:ref: refs/[^\0-\x20\x7f~^:?*\[\\]+|[0-9a-f]{40}(?:[0-9a-f]{24})?)\n?")


def copy_refs(location: Location, room: Path) -> tuple[str, ...]:
    """Copy HEAD, packed and loose refs, but not ``refs/replace``; notes about what was left out.

    Only regular files are read, and no symbolic link is followed.
    """
    (room / "HEAD").write_bytes(_head(location))
    replaced = _copy_packed(location.common_dir / "packed-refs", room / "packed-refs")
    links = 0
    for number, (source, kind) in enumerate(_loose(location.common_dir / "refs")):
        name = source.relative_to(location.common_dir)
        if number > _FILES:
            raise LimitError(f"more than {_FILES} loose refs")
        if name.parts[:2] == ("refs", "replace"):
            replaced = True
        elif kind != "file":
            links += 1
        else:
            target = room / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_read(source, _LOOSE))
    notes = ["refs/replace is present and ignored"] if replaced else []
    notes += ["symbolic links among the refs are present and ignored"] if links else []
    notes += ["info/grafts is present and ignored"] if location.has_grafts else []
    return tuple(notes)


def copy_reftable(location: Location, room: Path) -> tuple[str, ...]:
    """Copy a reftable as it is: git reads it in the clean room, where nothing obeys ``refs/replace``."""
    if location.git_dir != location.common_dir:
        raise UndecidableError(
            "ref storage 'reftable' of a linked work tree is not supported", hint="give the main work tree"
        )
    target = room / "reftable"
    target.mkdir(exist_ok=True)
    for number, (source, kind) in enumerate(_loose(location.common_dir / "reftable")):
        if number > _FILES:
            raise LimitError(f"more than {_FILES} files of a reftable")
        if kind == "file" and source.parent == location.common_dir / "reftable":
            (target / source.name).write_bytes(_read(source, _PACKED))
    return ("info/grafts is present and ignored",) if location.has_grafts else ()


def _head(location: Location) -> bytes:
    head = location.git_dir / "HEAD"
    data = _read(head, _LOOSE) if stat.S_ISREG(head.lstat().st_mode) else b""
    if not _HEAD.fullmatch(data):
        raise UsageError(f"not a git repository: {location.shown}", hint="its HEAD names neither a branch nor a commit")
    return data


def _copy_packed(source: Path, target: Path) -> bool:
    """Whether replace refs were left out."""
    if source.is_symlink() or not source.is_file():
        return False
    data = _read(source, _PACKED)
    if _REPLACED not in data:
        target.write_bytes(data)
        return False
    kept = []
    leave = False
    for line in data.splitlines(keepends=True):
        leave = leave if line.startswith(b"^") else _REPLACED in line
        if not leave:
            kept.append(line)
    target.write_bytes(b"".join(kept))
    return True


def _loose(folder: Path, depth: int = 0) -> Iterator[tuple[Path, str]]:
    """(path, file or other) of everything below ``folder`` that is no directory, locks left out."""
    if folder.is_symlink() or not folder.is_dir():
        return
    if depth > _DEPTH:
        raise LimitError(f"refs nested more than {_DEPTH} deep")
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda item: item.name)
    for item in entries:
        if item.is_dir(follow_symlinks=False):
            yield from _loose(Path(item.path), depth + 1)
        elif not item.name.endswith(".lock"):
            yield Path(item.path), "file" if item.is_file(follow_symlinks=False) else "other"


def _read(file: Path, limit: int) -> bytes:
    with file.open("rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise LimitError(f"{file.name} has more than {limit} bytes")
    return data
