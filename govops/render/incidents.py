"""Incidents by themselves: as lines for a terminal, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from govops.errors import UsageError
from govops.finding import Status
from govops.incident import IncidentCase, Kept
from govops.render import json_text
from govops.render.ansi import style
from govops.render.untrusted import log_exact, log_line
from govops.render.wording import category_of, ended, kept_word, many, span

SCHEMA = "govops/incidents/v1"


def stream_incidents(
    cases: Sequence[IncidentCase], format: str, *, as_of: str | None, colour: bool = False
) -> Iterator[str]:
    """The incidents in the order given; UsageError for a format that there is not."""
    if format == "json":
        return json_text.stream({"schema": SCHEMA, "as_of": as_of, "incidents": cases})
    if format != "text":
        raise UsageError(f"there is no format '{format[:60]}'", hint="one of: text, json")
    return ended(_lines(cases, as_of, colour=colour))


def _lines(cases: Sequence[IncidentCase], as_of: str | None, *, colour: bool) -> Iterator[str]:
    for case in cases:
        status = style(case.status, Status.WARN if case.is_open else Status.PASS, colour=colour)
        about = ", ".join(map(log_line, (case.resource, *case.related)))
        yield f"{log_line(case.name)}: {status}, {case.severity}, {log_line(category_of(case))}, on {about}"
        yield f"    {log_line(case.title)}"
        yield f"    {'; '.join(_times(case))}"
        yield f"    {log_exact(case.path) if case.path else f'no file yet: record {case.records[0][:12]}'}"
        for run in case.clocks:
            due = f"due {run.due}" if run.due else "due at a time that nobody can tell"
            yield f"    {log_line(run.clock)}, {run.stage} report {due}: {kept_word(run.kept)}"
        for target in case.targets:
            took = f", {span(target.seconds)}" if target.seconds is not None else ""
            promised = f"{log_line(target.agreement)} promises its {target.what} in {span(target.minutes * 60)}"
            yield f"    {promised}: {kept_word(target.kept)}{took}"
    late = sum(run.kept is Kept.OVERDUE for case in cases for run in case.clocks)
    overdue = f", {many(late, 'report')} to authorities overdue" if late else ""
    yield f"{many(len(cases), 'incident')}{overdue}, as of {as_of or 'no instant: nobody attests a time'}"


def _times(case: IncidentCase) -> Iterator[str]:
    yield f"reported {case.reported_at or 'at a time nobody attested'} by {log_line(case.reported_by)}"
    if case.responded_at:
        yield f"answered {case.responded_at}"
    if case.resolved_at:
        yield f"resolved {case.resolved_at}"
