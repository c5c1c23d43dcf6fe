"""Several new files at once: all of them or none, and never over a file that is there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from govops.app.writing import write_whole
from govops.errors import UsageError


@dataclass(frozen=True, slots=True)
class NewFiles:
    """Paths by what became of them. ``kept`` were there with other content, ``same`` with the very content."""

    created: tuple[str, ...]
    kept: tuple[str, ...]
    same: tuple[str, ...]


@contextmanager
def new_files(root: Path, files: Mapping[str, str]) -> Iterator[NewFiles]:
    """Write those of ``files`` (path below ``root`` -> text) that are not there yet, in their order.

    If anything fails, in here or in the body of the ``with``, all that was made is removed again. UsageError where
    a link or a file stands in the place of a folder.
    """
    for path in files:
        refuse_detours(root, path)
    there = [path for path in files if os.path.lexists(root / path)]
    same = tuple(path for path in there if _holds(root / path, files[path]))
    created = tuple(path for path in files if path not in set(there))
    with ExitStack() as undo:
        for path in created:
            for folder in _missing(root / path):
                undo.callback(_remove_folder, folder)
            undo.callback(_remove_file, root / path)
            write_whole(root / path, files[path])
        yield NewFiles(created, tuple(path for path in there if path not in set(same)), same)
        undo.pop_all()


def refuse_detours(root: Path, path: str) -> None:
    """A committed link would lead the writer out of the repository."""
    for parent in PurePosixPath(path).parents:
        place = root / parent
        if place != root and place.is_symlink():
            raise UsageError(f"{place} is a symbolic link", hint="govops writes nothing through links; remove it")
        if place.exists() and not place.is_dir():
            raise UsageError(f"{place} is a file, and a folder is needed there", hint="move the file away")


def _holds(file: Path, text: str) -> bool:
    return not file.is_symlink() and file.is_file() and file.read_bytes() == text.encode()


def _missing(file: Path) -> list[Path]:
    """The folders that have to be made for a file, the outermost first."""
    return [folder for folder in reversed(file.parents) if not folder.exists()]


def _remove_file(file: Path) -> None:
    with suppress(OSError):  # it was never written
        file.unlink()


def _remove_folder(folder: Path) -> None:
    with suppress(OSError):  # somebody else put something into it
        folder.rmdir()
