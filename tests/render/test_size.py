"""A huge report costs time and no memory: every format makes its text in pieces and keeps none of them."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

import pytest

from govops.finding import Finding, Report, Status
from govops.render import FINDINGS_FORMATS, FORMATS, render, stream, stream_findings
from tests.render import sample
from tests.support.lowest import ROOT

FINDINGS = 100_000
MOST = 16 << 20  # bytes above the report itself; a text has 20 million and more, but for the few annotations
Item = TypeVar("Item")

_MEASURE = """
import json
from tests.render.test_size import FINDINGS, FORMATS, most_resident, of_size, stream
report, told = of_size(FINDINGS), {}
for name in FORMATS:
    before = most_resident()
    written = sum(map(len, stream(report, name)))
    told[name] = (most_resident() - before, written)
print(json.dumps(told))
"""


def of_size(number: int) -> Report:
    """So many findings of every status, a hundred on each change, which share what they can."""
    small = sample.rich()
    changes = tuple(
        replace(change, id=f"{at:040x}", commits=(f"{at:040x}",))
        for at, change in enumerate(islice(cycle(small.changes), number // 100))
    )
    findings = tuple(
        replace(finding, commit=changes[at // 100].id, subject=f"s{at}")
        for at, finding in enumerate(islice(cycle(small.findings), number))
    )
    return replace(small, findings=findings, changes=changes)


def most_resident() -> int:
    """Bytes of memory that this process had at its worst moment."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM:"))


def most_held(pieces: Iterator[str]) -> tuple[int, int]:
    """Bytes held at the worst moment of making the pieces, exactly, and how many characters they have."""
    tracemalloc.start()
    try:
        written = sum(map(len, pieces))
        return tracemalloc.get_traced_memory()[1], written
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.threat("G14")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells what a process had at its worst")
def test_memory_does_not_follow_the_size_of_a_report() -> None:
    """A hundred thousand findings in each format, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", _MEASURE], cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert set(told) == set(FORMATS)
    for name, (grown, written) in told.items():
        assert grown < MOST, name
        assert name == "github" or written > MOST, name


@pytest.mark.threat("G14")
@pytest.mark.parametrize("name", FORMATS)
def test_no_format_keeps_what_it_has_written(name: str) -> None:
    """Measured to the byte, which takes five times as long, so on a smaller report."""
    held, written = most_held(stream(of_size(8_000), name))
    assert held < 1 << 20
    assert name == "github" or written > 1 << 20


@pytest.mark.threat("G14")
@pytest.mark.parametrize("name", FINDINGS_FORMATS)
def test_nor_does_a_list_of_findings(name: str) -> None:
    held, written = most_held(stream_findings(of_size(8_000).findings, name))
    assert held < 1 << 17
    assert name == "github" or written > 1 << 20


class Reread(Sequence[Item]):
    """A sequence that makes its items anew for each reader, as one that is read from a file would."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, place: int) -> Item:  # type: ignore[override]  # nobody may ask for slices
        raise AssertionError("a renderer reads from start to end")

    def __iter__(self) -> Iterator[Item]:
        return (replace(item) for item in self._items)  # type: ignore[type-var]  # findings and changes


@pytest.mark.parametrize("name", FORMATS)
def test_findings_and_changes_may_be_anything_that_can_be_read_again(name: str) -> None:
    report = sample.remarkable()
    lazy = replace(report, findings=Reread(report.findings), changes=Reread(report.changes))  # type: ignore[arg-type]  # what a kept report has
    assert render(lazy, name) == render(report, name)


@pytest.mark.threat("G14")
def test_what_a_reader_would_not_show_is_counted() -> None:
    """GitHub shows ten annotations of a level; the others are a number, and stand in the report."""
    findings = tuple(Finding(rule="r", message="m", status=Status.WARN) for _ in range(FINDINGS))
    lines = "".join(stream_findings(findings, "github")).splitlines()
    assert len(lines) == 12
    assert lines[10].startswith(f"govops: {FINDINGS - 10} more warnings without an annotation")


@pytest.mark.parametrize("status", [Status.FAIL, Status.UNVERIFIABLE])
def test_findings_of_one_change_stand_together_wherever_they_are_in_the_report(status: Status) -> None:
    """Chain order puts them next to each other; a report whose order is another loses none and doubles none."""
    first, second = (change.id for change in sample.rich().changes[:2])
    order = [first, second, "f" * 40, first, None, second, "f" * 40, None, first]
    findings = tuple(Finding(f"rule-{at}", "m", status, commit=commit) for at, commit in enumerate(order))
    text = render(replace(sample.rich(), findings=findings), "markdown")
    section = text.split("\n## Violations\n" if status is Status.FAIL else "\n## What could not be established\n")[1]
    places = [section.index(f"`rule-{at}`") for at in (0, 3, 8, 1, 5, 2, 6, 4, 7)]
    assert places == sorted(places)
    assert section.split("\n## ")[0].count("\n### ") == 4
