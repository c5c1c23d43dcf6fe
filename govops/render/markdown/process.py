"""The approval process: how long decisions took, which were late, and how long things stand where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Report
from govops.process import LateDecision, Pace, Spread, StatusTime
from govops.render.durations import lasting
from govops.render.markdown.escape import Code, Strong, Value
from govops.render.markdown.table import Table, commit, known

_SPREAD = ("Half within", "90 % within", "99 % within", "Longest")


def paces(report: Report) -> Table:
    """Decisions by what they were about; those with a policy of their own target beside it."""
    columns = ("Decisions", "Counted", *_SPREAD, "Not known", "Undecided", "Target", "Late")
    return Table(columns, lambda: map(_pace, report.process.paces))


def late(report: Report) -> Table:
    """Every decision that took longer than its policy's target."""
    columns = ("Change", "Policy", "Target", "Took")
    return Table(columns, lambda: map(_late, report.process.late))


def statuses(report: Report) -> Table:
    """How long versions and use cases stood in each status."""
    columns = ("Status", "Stays ended", *_SPREAD, "Standing now", "Longest of these", "Not known")
    return Table(columns, lambda: map(_status, report.process.statuses))


def _pace(pace: Pace) -> tuple[Value, ...]:
    name: Value = Code(pace.name) if pace.by == "policy" else f"{pace.by} {pace.name}".strip()
    missed: Value = Strong(str(pace.late)) if pace.late else pace.late
    counts = (pace.unknown, pace.undecided, known(pace.target), missed if pace.by == "policy" else known(None))
    return name, *_spread(pace.took), *counts


def _spread(took: Spread) -> Iterator[Value]:
    yield took.count
    yield from (lasting(seconds) for seconds in (took.p50, took.p90, took.p99, took.longest))


def _late(late: LateDecision) -> tuple[Value, ...]:
    return commit(late.change), Code(late.policy), late.target, lasting(late.took)


def _status(time: StatusTime) -> tuple[Value, ...]:
    return f"{time.kind} {time.status}", *_spread(time.took), time.standing, lasting(time.oldest), time.unknown
