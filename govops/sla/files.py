"""Files of measurements: which ones a source means, and their rows. None of them lies outside of its folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from govops.errors import UndecidableError
from govops.kinds.quoting import quoted
from govops.sla.reference_rows import Row, read

TEXT = (".jsonl", ".csv")
PARQUET = ".parquet"


@dataclass(frozen=True, slots=True)
class File:
    """One file: ``name`` is what messages call it, its path below the folder."""

    path: Path
    name: str

    @property
    def is_parquet(self) -> bool:
        """Whether it holds a table and no lines."""
        return self.path.suffix == PARQUET


def chosen(folder: Path, patterns: Iterable[str]) -> tuple[File, ...]:
    """The files that the patterns name, each once, by name.

    UndecidableError where a pattern names none, or something that is no JSONL, CSV or Parquet file, or that a symbolic
    link puts outside of the folder.
    """
    root = folder.resolve()
    found: dict[Path, File] = {}
    for pattern in patterns:
        matches = [path for path in _matching(root, pattern) if not path.is_dir()]
        if not matches:
            raise UndecidableError(
                f"no file of measurements is called {quoted(pattern)}", hint="see `source.files` of the agreement"
            )
        for path in matches:
            found[path] = _checked(path, root)
    return tuple(sorted(found.values(), key=lambda file: file.name))


def rows(file: File, *, has_points: bool) -> Iterator[Row]:
    """The rows of a JSONL or CSV file; UndecidableError where it cannot be read."""
    try:
        with file.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as lines:
            yield from read(lines, file.name, has_points=has_points)
    except OSError as error:
        raise UndecidableError(f"{quoted(file.name)} cannot be read: {error.strerror}") from error


def _matching(root: Path, pattern: str) -> list[Path]:
    try:
        return list(root.glob(pattern))
    except ValueError as error:
        raise UndecidableError(f"{quoted(pattern)} is no pattern of paths: {error}") from error


def _checked(path: Path, root: Path) -> File:
    name = path.relative_to(root).as_posix()
    if not path.resolve().is_relative_to(root):
        raise UndecidableError(
            f"{quoted(name)} leads out of its folder",
            hint="a symbolic link is followed inside of it only; name another folder by a connection",
        )
    if not path.is_file():
        raise UndecidableError(f"{quoted(name)} is no file")
    if path.suffix not in (*TEXT, PARQUET):
        raise UndecidableError(
            f"{quoted(name)} is of no known format", hint="measurements stand in .jsonl, .csv or .parquet"
        )
    return File(path, name)
