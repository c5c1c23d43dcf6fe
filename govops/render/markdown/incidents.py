"""Incidents: by category and severity, what they took, each by itself, and what authorities have to hear of them."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Report
from govops.incident import SEVERITIES, ClockRun, IncidentCase, Kept, TargetRun, resolution_times
from govops.render.markdown.escape import NOTHING, Code, Strong, Value, phrase
from govops.render.markdown.table import Table, codes, known
from govops.render.wording import category_of, kept_word, many, span, tally


def incident_sections(report: Report) -> dict[str, object]:
    """What the section arranges."""
    cases = report.incidents
    return {
        "incidents": incidents(report),
        "has_incidents": bool(cases),
        "incident_summary": summary(report),
        "incident_lines": tuple(_lines(cases)),
        "incident_targets": targets(report),
        "has_incident_targets": any(case.targets for case in cases),
        "clocks": clocks(report),
        "has_clocks": any(case.clocks for case in cases),
    }


def summary(report: Report) -> Table:
    """A row for each category, with how many there are of each severity."""
    columns = ("Category", *(severity.capitalize() for severity in reversed(SEVERITIES)), "Open", "Affected", "Derived")
    return Table(columns, lambda: _by_category(report.incidents))


def incidents(report: Report) -> Table:
    """Every incident, by name."""
    what = ("Name", "Title", "Status", "Severity", "Category", "About", "Affected")
    return Table((*what, "Reported", "Answered", "Resolved", "From"), lambda: map(_row, report.incidents))


def targets(report: Report) -> Table:
    """What agreements promise of incidents, and whether it was kept."""
    columns = ("Incident", "Agreement", "Time to", "Promised", "Took", "Kept")
    return Table(columns, lambda: (_target(case, run) for case in report.incidents for run in case.targets))


def clocks(report: Report) -> Table:
    """What authorities have to hear, and until when."""
    columns = ("Incident", "Clock", "Clause", "Report", "Due", "Told", "Authority", "Result")
    return Table(columns, lambda: (_clock(case, run) for case in report.incidents for run in case.clocks))


def _lines(cases: tuple[IncidentCase, ...]) -> Iterator[str]:
    states = tally(case.status for case in cases)
    yield f"Incidents: {len(cases)} ({', '.join(f'{count} {state}' for state, count in states)})"
    times = resolution_times(cases)
    if times.median is not None and times.longest is not None:
        counted = f"of {many(times.count, 'incident')} with both times attested"
        yield f"Time to resolve: median {span(times.median)}, longest {span(times.longest)}, {counted}"
    yield f"Affected: {sum(case.affected for case in cases)}"


def _by_category(cases: tuple[IncidentCase, ...]) -> Iterator[tuple[Value, ...]]:
    for category, _ in sorted(tally(case.category for case in cases)):
        own = [case for case in cases if case.category == category]
        counts = [sum(case.severity == severity for case in own) for severity in reversed(SEVERITIES)]
        still = sum(case.is_open for case in own)
        derived = sum(case.word is not None for case in own)
        yield category, *counts, Strong(str(still)) if still else still, sum(case.affected for case in own), derived


def _row(case: IncidentCase) -> tuple[Value, ...]:
    reported = phrase(known(case.reported_at, "at a time nobody attested"), f" by {case.reported_by}")
    source = Code(case.path) if case.path else codes(f"record {record[:12]}" for record in case.records[:1])
    return (
        Code(case.name),
        case.title,
        Strong(case.status) if case.is_open else case.status,
        case.severity,
        category_of(case),
        codes((case.resource, *case.related)),
        case.affected,
        reported,
        known(case.responded_at),
        known(case.resolved_at),
        source,
    )


def _target(case: IncidentCase, run: TargetRun) -> tuple[Value, ...]:
    took = NOTHING if run.seconds is None else span(run.seconds)
    return Code(case.name), Code(run.agreement), run.what, span(run.minutes * 60), took, _kept(run.kept)


def _clock(case: IncidentCase, run: ClockRun) -> tuple[Value, ...]:
    told = phrase(run.done, f" (says {run.claimed})" if run.claimed != run.done else "") if run.done else NOTHING
    due, authority = known(run.due, "not known"), known(run.authority)
    return Code(case.name), Code(run.clock), run.clause, run.stage, due, told, authority, _kept(run.kept)


def _kept(kept: Kept) -> Value:
    word = kept_word(kept)
    return Strong(word) if kept in (Kept.OVERDUE, Kept.LATE) else word
