"""The SQL index: made, brought up to date, and asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from govops.index.copies import copy_at, reading
from govops.index.listings import LISTINGS
from govops.index.reading import Reader
from tests.bench.cost import Cost, run
from tests.bench.measuring import GOVOPS, ROOT
from tests.bench.sizes import Size
from tests.bench.table import Row
from tests.support.large_index import large

_FILES = 50_000
_TIMES = 9
_PAGE = 50  # rows


def building(size: Size, repository: Path, folder: Path) -> Iterator[Row]:
    """An index from nothing, and again when nothing is new."""
    cold = run((*GOVOPS, "audit", repository, "--quiet", "--output", f"json:{folder / 'fed.json'}"), cwd=ROOT)
    address = f"sqlite:///{folder / size.name}.db"
    command = (*GOVOPS, "index", "build", "--repository", repository, "--url", address)
    made = run((*command, "--anew"), cwd=ROOT, state=folder)
    yield Row(size.name, "index build", made, cold, "2")
    yield Row(size.name, "index build, nothing new", run(command, cwd=ROOT, state=folder), cold)


def asking(folder: Path) -> Iterator[Row]:
    """The slowest list of all at 50,000 files: its first page, one far behind, and one that is narrowed down."""
    copy = copy_at(f"sqlite:///{folder / 'asked.db'}", "large")
    large(copy, _FILES)
    with reading(copy) as connection:
        reader = Reader(connection)
        for what, asks in (("first page", _first), ("page far behind", _behind), ("narrowed down", _narrowed)):
            slowest = max((_least(ask), name) for name in LISTINGS for ask in asks(reader, name))
            taken, name = slowest
            yield Row("index", f"slowest list, {what} ({name})", Cost(taken, taken), target="wall 5 ms")


def _first(reader: Reader, name: str) -> Iterator[Callable[[], Any]]:
    yield lambda: reader.page(name, at=_FILES, limit=_PAGE)


def _behind(reader: Reader, name: str) -> Iterator[Callable[[], Any]]:
    page = reader.page(name, at=_FILES, limit=500)
    for _ in range(5):
        page = reader.page(name, at=_FILES, limit=500, after=page.after) if page.after else page
    yield lambda: reader.page(name, at=_FILES, limit=_PAGE, after=page.after)


def _narrowed(reader: Reader, name: str) -> Iterator[Callable[[], Any]]:
    listing, row = LISTINGS[name], reader.page(name, at=_FILES, limit=1).rows[0]
    for key, column in listing.filters.items():
        outer = {listing.within[key]: row[listing.within[key]]} if key in listing.within else {}
        filters = {**outer, key: row[column]}
        yield lambda filters=filters: reader.page(name, at=_FILES, limit=_PAGE, filters=filters)  # type: ignore[misc]  # a default binds it


def _least(ask: Callable[[], Any]) -> float:
    """Seconds."""
    taken = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - start)
    return min(taken)
