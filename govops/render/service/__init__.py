"""How the agreements stand, what was broken, and what is left of each budget: as text, JSON or annotations."""

from __future__ import annotations

from collections.abc import Iterator

from govops.errors import UsageError
from govops.finding import Severity
from govops.render import json_text, json_v1
from govops.render.service.github import annotation_lines
from govops.render.service.text import check_lines, status_lines, violation_lines
from govops.render.service.wording import failing
from govops.render.wording import ended
from govops.service import ServiceReport

__all__ = ["SCHEMA", "failing", "json_schema", "stream_check", "stream_status", "stream_violations"]

SCHEMA = "govops/service/v1"
VIOLATIONS_SCHEMA = "govops/violations/v1"


def stream_check(
    report: ServiceReport, format: str, *, fail_on: Severity = Severity.LOW, colour: bool = False
) -> Iterator[str]:
    """Everything that a check found; UsageError for a format that there is not."""
    if format == "json":
        return json_text.stream(report)
    if format == "github":
        return ended(annotation_lines(report, fail_on))
    _refuse_others(format, "text, json, github")
    return ended(check_lines(report, fail_on, colour=colour))


def stream_status(report: ServiceReport, format: str, *, colour: bool = False) -> Iterator[str]:
    """A line for each promise: where it stands, what is left of its budget, and how it went day by day."""
    if format == "json":
        return json_text.stream(report)
    _refuse_others(format, "text, json")
    return ended(status_lines(report, colour=colour))


def stream_violations(report: ServiceReport, format: str, *, colour: bool = False) -> Iterator[str]:
    """The violations alone, as they are in the report."""
    if format == "json":
        return json_text.stream(
            {"schema": VIOLATIONS_SCHEMA, "as_of": report.as_of, "tip": report.tip, "violations": report.violations}
        )
    _refuse_others(format, "text, json")
    return ended(violation_lines(report, colour=colour))


def json_schema() -> dict[str, object]:
    """JSON Schema (draft 2020-12) of what is written and read."""
    return json_v1.schema_of(ServiceReport, SCHEMA)


def _refuse_others(format: str, known: str) -> None:
    if format != "text":
        raise UsageError(f"there is no format '{format[:60]}'", hint=f"one of: {known}")
