"""Trends as drawings, and as one line of text each."""

from __future__ import annotations

from collections.abc import Iterator

from govops.errors import UsageError
from govops.render.service import svg
from govops.render.service.trends import sparkline_words
from govops.render.service.wording import promise
from govops.render.untrusted import log_exact, log_line
from govops.render.wording import ended
from govops.service import ServiceReport

FORMATS = ("text", "svg")


def stream_charts(report: ServiceReport, format: str, *, colour: bool = False) -> Iterator[str]:
    """The trends in the format of that name; UsageError when there is none."""
    if format == "svg":
        return svg.stream(report)
    if format == "text":
        return ended(_lines(report))
    raise UsageError(f"there is no format '{format[:60]}'", hint=f"one of: {', '.join(FORMATS)}")


def _lines(report: ServiceReport) -> Iterator[str]:
    for agreement in report.agreements:
        for trend in agreement.trends:
            told = f"{promise(trend.metric, trend.target)}: {sparkline_words(trend)}"
            yield f"{log_exact(agreement.name)}: {log_line(told)}"
    if not any(agreement.trends for agreement in report.agreements):
        yield "nothing was measured day by day"
