"""``python -m tests.bench [SIZE]…``: generate, measure, print one table."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.cost import Cost
from tests.bench.expressions import RULED, own_rules
from tests.bench.hosting import served
from tests.bench.indexing import asking, building
from tests.bench.measuring import Firsts, audit, profile, start_up, worktree
from tests.bench.proposals import gate, recorders, records
from tests.bench.rules import duties
from tests.bench.service_levels import service_levels
from tests.bench.serving import serving
from tests.bench.sizes import SIZES, USUAL, Size
from tests.bench.table import Row, table
from tests.bench.writing import repository

_INDEXED = ("middle", "middle-receipts")  # ten thousand resources
_KEPT = Path("build") / "bench"


def main(arguments: list[str]) -> int:
    """Measure the sizes that were asked for."""
    asked = _parser().parse_args(arguments)
    named = asked.sizes or USUAL
    sizes = [size for size in SIZES if size.name in named]
    asked.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="govops-bench-", dir=asked.keep) as name:
        if asked.profile:
            for size in sizes:
                sys.stdout.write(profile(size, _repository(size, asked.keep), asked.keep.absolute()))
        else:
            sys.stdout.write(table(_rows(sizes, asked.keep, Path(name).absolute())))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    names = [size.name for size in SIZES]
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help=f"{', '.join(names)}; default: {', '.join(USUAL)}")
    parser.add_argument("--keep", type=Path, default=_KEPT, metavar="DIR", help="where the repositories are kept")
    parser.add_argument("--profile", action="store_true", help="profile the audit instead of measuring")
    return parser


def _rows(sizes: list[Size], keep: Path, folder: Path) -> Iterator[Row]:
    firsts = Firsts()
    smallest: dict[str, Cost] = {}
    for size in sizes:
        path = _repository(size, keep)
        _say(f"measuring {size.name} …")
        yield from audit(size, path, folder, firsts)
        yield from gate(size, path, smallest)
        yield from duties(size, path, folder)
        if size.mode == "trailer":
            yield from worktree(size, path)
        if size.name in _INDEXED:
            yield from building(size, path, folder)
        if size.name in RULED:
            yield from own_rules(size, path, folder)
    yield from asking(folder)
    yield from records()
    yield from recorders(folder)
    yield from served(folder)
    yield from service_levels(keep.absolute(), 10_000_000)
    if any(size.name == "large" for size in sizes):
        yield from service_levels(keep.absolute(), 100_000_000)
    yield from serving(folder / "serving")
    yield from start_up(_repository(SIZES[0], keep))


def _repository(size: Size, keep: Path) -> Path:
    _say(f"{size.name}: {size.resources} resources, {size.commits} commits …")
    return repository(size, keep.absolute())


def _say(what: str) -> None:
    sys.stderr.write(what + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
