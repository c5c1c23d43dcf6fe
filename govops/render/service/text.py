"""Agreements as lines for a terminal or a build log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from govops.errors import ExitCode
from govops.finding import Severity
from govops.render.ansi import dim, style
from govops.render.service.wording import (
    STATUSES,
    actual,
    budget_words,
    failing,
    incident_promise,
    incident_words,
    left,
    measured,
    promise,
    span_words,
    sparkline,
    words,
)
from govops.render.untrusted import log_exact, log_line
from govops.render.wording import many, short, span
from govops.service import AgreementStanding, Judged, PartOfWindow, Period, ServiceReport, Standing, Violation

_RESULTS = {
    ExitCode.OK: "nothing that was promised is broken",
    ExitCode.VIOLATION: "promises are broken",
    ExitCode.UNDECIDABLE: "not everything could be established",
}

_HEAD: tuple[str, ...] = ("agreement", "promise", "measured", "budget left", "standing", "trend")


def check_lines(report: ServiceReport, fail_on: Severity, *, colour: bool) -> Iterator[str]:
    """Every agreement with its windows, then what is broken, and the sum of it."""
    for agreement in report.agreements:
        yield from _agreement(agreement, colour=colour)
    fresh = [violation for violation in report.violations if not violation.is_recorded]
    for violation in fresh:
        yield f"new: {_violation(violation)}"
    if fresh:
        yield "hint: `govops sla check --propose` writes them on a proposal branch"
    yield from (f"doubt: {log_line(doubt)}" for doubt in report.doubts)
    yield _sum(report)
    yield f"govops: {_RESULTS[report.exit_code(failing(fail_on))]}"


def status_lines(report: ServiceReport, *, colour: bool) -> Iterator[str]:
    """A table: the last window of each agreement, a line for each promise."""
    rows = [(_HEAD, None), *(row for agreement in report.agreements for row in _rows(agreement))]
    widths = [max(len(cells[place]) for cells, _ in rows) for place in range(len(_HEAD))]
    for row, standing in rows:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        if standing is not None:
            padded[4] = style(padded[4], STATUSES[standing], colour=colour)
        yield "  ".join(padded).rstrip()
    yield _sum(report)


def violation_lines(report: ServiceReport, *, colour: bool) -> Iterator[str]:
    """A block for each violation: what, when, where it is recorded, and who took note."""
    for violation in report.violations:
        status = STATUSES[Standing.AT_RISK if violation.acknowledged else Standing.VIOLATED]
        what = "acknowledged" if violation.acknowledged else "not acknowledged" if violation.is_recorded else "new"
        yield f"{log_exact(violation.sla)}/{log_exact(violation.id)}: {style(what, status, colour=colour)}"
        yield f"    {_missed(violation)}"
        note = violation.acknowledged
        if note is not None:
            yield f"    {log_line(f'by {note.by} at {note.at}: {note.notes}')}"
    new = sum(not violation.is_recorded for violation in report.violations)
    yield f"{many(len(report.violations), 'violation')} as of {report.as_of}, {new} of them not recorded"


def _agreement(agreement: AgreementStanding, *, colour: bool) -> Iterator[str]:
    standing = style(words(agreement.standing), STATUSES[agreement.standing], colour=colour)
    said = f" ({log_exact(agreement.resource)}, {log_line(agreement.window)})" if agreement.resource else ""
    about = dim(said, colour=colour)
    yield f"{log_exact(agreement.path)}: {standing}{about}"
    if agreement.problem:
        yield f"    {log_line(agreement.problem)}"
    for period in agreement.periods:
        for part in period.parts:
            yield from _part(period, part, colour=colour)
    for time in agreement.incidents:
        stands = style(words(time.standing), STATUSES[time.standing], colour=colour)
        yield f"    {stands}: {log_line(incident_words(time))}"
    if agreement.bad:
        yield f"    {many(agreement.bad, 'row')} of {agreement.rows} could not be read:"
        for row in agreement.bad_rows:
            yield f"      {log_exact(row.place)}: {log_line(row.reason)}: {log_line(row.text)}"
    if agreement.late:
        yield f"    {many(agreement.late, 'row')} lie after the instant of the report and do not count"
    yield from (f"    note: {log_line(note)}" for note in agreement.notes)


def _part(period: Period, part: PartOfWindow, *, colour: bool) -> Iterator[str]:
    running = "" if period.is_complete else ", still running"
    law = f", by {short(part.commit)}" if part.commit and len(period.parts) > 1 else ""
    yield f"    {span_words(part.span)}{running}{law}"
    for one in part.excluded:
        by = f"approved by {', '.join(one.approvers)}" if one.approvers else "as it stood at the adoption"
        yield f"      maintenance {span_words(one.span)}: {log_line(one.reason)} ({log_line(by)})"
    for judged in part.judged:
        yield f"      {_judged(judged, colour=colour)}"


def _judged(judged: Judged, *, colour: bool) -> str:
    standing = style(words(judged.standing), STATUSES[judged.standing], colour=colour)
    told = [standing, measured(judged), budget_words(judged.budget) if judged.budget else "", log_line(judged.why)]
    return f"{promise(judged.metric, judged.target)}: {', '.join(filter(None, told))}"


def _rows(agreement: AgreementStanding) -> Iterator[tuple[tuple[str, ...], Standing | None]]:
    trends = {trend.metric: sparkline(trend) for trend in agreement.trends}
    name = log_exact(agreement.name)
    if agreement.problem or not agreement.periods:
        yield (name, "", "", "", words(agreement.standing), ""), agreement.standing
        return
    for part in agreement.periods[-1].parts:
        for judged in part.judged:
            cells = (
                name,
                promise(judged.metric, judged.target),
                measured(judged) or "no data",
                left(judged.budget),
                words(judged.standing),
                trends.get(judged.metric, ""),
            )
            yield cells, judged.standing
    for time in agreement.incidents:
        took = span(time.run.seconds) if time.run.seconds is not None else ""
        yield (name, log_line(incident_promise(time)), took, "", words(time.standing), ""), time.standing


def _violation(violation: Violation) -> str:
    return f"{log_exact(violation.path)}: {_missed(violation)}"


def _missed(violation: Violation) -> str:
    return f"{promise(violation.metric, violation.target)}, {actual(violation)} from {span_words(violation.span)}"


def _sum(report: ServiceReport) -> str:
    found = Counter(agreement.standing for agreement in report.agreements)
    told = ", ".join(f"{found[standing]} {words(standing)}" for standing in reversed(Standing) if found[standing])
    count = many(len(report.agreements), "agreement") if report.agreements else "no agreement was in force"
    return f"{count} as of {report.as_of}{f': {told}' if told else ''}"
