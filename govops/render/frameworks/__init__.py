"""Frameworks clause by clause, with the evidence for each, for `govops report --framework`."""

from __future__ import annotations

from collections.abc import Iterator

from govops.errors import UsageError
from govops.finding import Report
from govops.render import json_text

SCHEMA = "govops/frameworks/v1"
FORMATS = ("text", "markdown", "json", "oscal")


def stream_frameworks(report: Report, format: str, *, colour: bool = False) -> Iterator[str]:
    """The frameworks of the report in the format of that name; UsageError when there is none."""
    if format == "json":
        head = {"schema": SCHEMA, "provenance": report.provenance}
        return json_text.stream(head | {"frameworks": report.frameworks, "findings": report.findings})
    if format == "markdown":
        from govops.render import markdown

        return markdown.stream_frameworks(report)
    if format == "oscal":
        from govops.render.frameworks import oscal

        return oscal.stream(report)
    if format == "text":
        from govops.render.frameworks import text

        return text.stream(report, colour=colour)
    raise UsageError(f"there is no format '{format[:60]}'", hint=f"one of: {', '.join(FORMATS)}")
