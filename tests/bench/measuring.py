"""The measurements, each against its floor in the same run."""

from __future__ import annotations

import io
import json
import pstats
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.cost import Cost, cheapest, run
from tests.bench.floor import floor
from tests.bench.sizes import Mode, Size
from tests.bench.table import Row

ROOT = Path(__file__).parents[2]
_NEW = 100  # changes that come after what was kept
GOVOPS = (sys.executable, "-m", "govops")
_ONE_MODEL = """
import click, yaml
from pydantic import BaseModel, ConfigDict

class Model(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    name: str
    size: int

Model.model_validate(yaml.load("name: one\\nsize: 1\\n", yaml.CSafeLoader))
"""


@dataclass(frozen=True, slots=True)
class Firsts:
    """What the first repository of its sort cost, which shows how the cost grows: of one change by mode, of a hundred
    new ones by mode and number of resources.
    """

    each: dict[Mode, Cost] = field(default_factory=dict)
    new: dict[tuple[Mode, int], Cost] = field(default_factory=dict)


def audit(size: Size, repository: Path, folder: Path, firsts: Firsts) -> Iterator[Row]:
    """The whole history, with nothing known beforehand; then what is new, and nothing new, with a cache."""
    lowest = floor(repository, folder)
    yield Row(size.name, "floor: git log + cat-file", lowest)
    report = folder / "report.json"
    command = (*GOVOPS, "audit", repository, "--quiet", "--output", f"json:{report}")
    cold = run(command, cwd=ROOT)
    yield Row(size.name, "audit", cold, lowest, "cpu 5, wall 4, 1536 MiB")
    counts = json.loads(report.read_bytes())["counts"]
    if counts["approved"] != counts["governed"]:
        raise RuntimeError(f"{size.name}: not every change is approved, so that not all was done: {counts}")
    yield Row(size.name, "audit, ten thousand commits", cold.part(10_000 / size.commits))
    one = cold.part(1 / counts["chain"])
    first = firsts.each.setdefault(size.mode, one)
    yield Row(size.name, f"audit, each of {counts['chain']} changes", one, *((first, "1.5") if first != one else ()))
    yield from _kept(size, repository, folder, firsts, cold)


def _kept(size: Size, repository: Path, folder: Path, firsts: Firsts, cold: Cost) -> Iterator[Row]:
    """Audits with a cache, against the one without; what they say is the same."""
    cache, report = folder / size.name, folder / "kept.json"
    command = (*GOVOPS, "audit", repository, "--quiet", "--cache", cache)
    before = run((*command, "--to", f"HEAD~{_NEW}"), cwd=ROOT, state=folder)
    yield Row(size.name, f"audit but the last {_NEW}, kept", before, cold)
    new = run(command, cwd=ROOT, state=folder)
    yield Row(size.name, f"audit, {_NEW} new changes", new, cold, "0.1")
    first = firsts.new.setdefault((size.mode, size.resources), new)
    if first != new:
        yield Row(size.name, "the same, and with less history", new, first, "1.5")
    again = run((*command, "--output", f"json:{report}"), cwd=ROOT, state=folder)
    yield Row(size.name, "audit again, nothing new", again, cold, "0.15")
    if report.read_bytes() != (folder / "report.json").read_bytes():
        raise RuntimeError(f"{size.name}: the report with a cache is another one")


def worktree(size: Size, repository: Path) -> Iterator[Row]:
    """All files as they stand, against plain PyYAML and the same Pydantic models."""
    plain = cheapest((sys.executable, "-m", "tests.bench.reading", repository), cwd=ROOT, times=3)
    yield Row(size.name, "yaml.load + model_validate", plain)
    whole = cheapest((*GOVOPS, "validate", "--repository", repository), cwd=ROOT, times=3)
    yield Row(size.name, "validate", whole, plain, "1")


def start_up(repository: Path) -> Iterator[Row]:
    """What is over in a moment: the least of several runs."""
    bare = cheapest((sys.executable, "-c", "import click"), cwd=ROOT)
    yield Row("", "python: import click", bare)
    yield Row("", "govops --help", cheapest((*GOVOPS, "--help"), cwd=ROOT), bare, "2")
    model = cheapest((sys.executable, "-c", _ONE_MODEL), cwd=ROOT)
    yield Row("", "python: click, yaml, one model", model)
    one = next(repository.glob("registry/models/*/model.yaml"))
    found = cheapest((*GOVOPS, "validate", "--repository", repository, one), cwd=repository)
    yield Row("", "govops validate ONE", found, model, "2")


def profile(size: Size, repository: Path, folder: Path) -> str:
    """Where an audit spends its time, under cProfile; the statistics stay in ``folder``."""
    kept = folder / f"{size.name}.pstats"
    audited = ("govops", "audit", repository, "--quiet", "--output", f"json:{folder / 'report.json'}")
    run((sys.executable, "-m", "cProfile", "-o", kept, "-m", *audited), cwd=ROOT)
    text = io.StringIO()
    pstats.Stats(str(kept), stream=text).sort_stats("tottime").print_stats(40)
    return text.getvalue()
