"""What is kept apart, and who took both sides of it, for `govops sod`."""

from __future__ import annotations

from collections.abc import Iterator

from govops.duties import DutyConflict, DutySide
from govops.errors import UsageError
from govops.finding import Report
from govops.render import json_text
from govops.render.untrusted import one_line

SCHEMA = "govops/duties/v1"
FORMATS = ("text", "markdown", "json")


def stream_duties(report: Report, format: str, *, colour: bool = False) -> Iterator[str]:
    """The matrix with its evidence in the format of that name; UsageError when there is none."""
    if format == "json":
        origin = report.provenance
        head = {"schema": SCHEMA, "repository": origin.repository, "ref": origin.ref, "tip": origin.tip}
        rest = {
            "adoption": origin.adoption,
            "as_of": origin.as_of,
            "duties": report.duties,
            "findings": report.findings,
        }
        return json_text.stream(head | rest)
    if format == "markdown":
        from govops.render import markdown

        return markdown.stream_duties(report)
    if format == "text":
        return (f"{line}\n" for line in _text(report))
    raise UsageError(f"there is no format '{format[:60]}'", hint=f"one of: {', '.join(FORMATS)}")


def _text(report: Report) -> Iterator[str]:
    origin, duties = report.provenance, report.duties
    yield f"duties kept apart at {origin.ref} of {one_line(origin.repository)}, known since {_known(report)}"
    if not duties.rules:
        yield "no policy keeps duties apart"
    for rule in duties.rules:
        scope = "" if rule.scope == "roles" else f", in the life of a {rule.scope}"
        yield ""
        yield f"{rule.id} ({rule.enforcement}): {one_line(f'{rule.first} / {rule.second}{scope}')}"
        yield f"    {one_line(rule.reason)}"
        rows = [row for row in duties.conflicts if row.rule == rule.id]
        for row in rows:
            yield from _row(row)
        if not rows:
            yield "    nobody took both"
    for finding in report.findings:
        where = f" ({finding.commit[:10]})" if finding.commit else ""
        yield ""
        yield f"{finding.status} {finding.rule}{where}: {one_line(finding.message)}"
        yield f"    hint: {one_line(finding.hint)}"


def _known(report: Report) -> str:
    adoption = report.provenance.adoption
    return f"the adoption {adoption[:10]}" if adoption else "the beginning"


def _row(row: DutyConflict) -> Iterator[str]:
    life = f" in {row.life.partition(':')[2]}" if row.life else ""
    ended = f", until {_moment(row.until, row.until_time)}" if row.until else "" if row.life else ", and still"
    yield f"    {one_line(f'{row.person}{life}')}: both since {_moment(row.since, row.since_time)}{ended}"
    for side in (row.first, row.second):
        yield f"        {_side(side)}"


def _side(side: DutySide) -> str:
    until = f" until {_moment(side.until, side.until_time)}" if side.until else ""
    return f"{one_line(side.what)}: {_moment(side.commit, side.time)}{until}"


def _moment(commit: str, time: str | None) -> str:
    return f"{commit[:10]}{f' at {time}' if time else ''}"
