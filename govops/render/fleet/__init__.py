"""Fleet -> text, one module per format."""

from __future__ import annotations

from collections.abc import Iterator

from govops.errors import UsageError
from govops.finding import Severity
from govops.fleet import Fleet

FORMATS = ("text", "markdown", "json")


def stream_fleet(fleet: Fleet, format: str, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> Iterator[str]:
    """The summary in the format of that name, piece by piece; UsageError when there is none."""
    if format == "text":
        from govops.render.fleet import text

        return text.stream(fleet, colour=colour, fail_on=fail_on)
    if format == "markdown":
        from govops.render.fleet import markdown

        return markdown.stream(fleet)
    if format == "json":
        from govops.render.fleet import json_v1

        return json_v1.stream(fleet)
    raise UsageError(f"there is no format '{format[:60]}'", hint=f"one of: {', '.join(FORMATS)}")
