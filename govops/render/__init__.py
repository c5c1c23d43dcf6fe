"""Report -> text: one pure module per format, loaded when it is asked for.

Every format makes its text in pieces, none longer than what is said of one finding or change. The report is read and
never copied: its findings and changes may be any sequences that can be read again from the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from govops.errors import UsageError
from govops.finding import Finding, Report, Severity


class Renderer(Protocol):
    """Report -> text in pieces. ``colour`` and ``fail_on`` matter to formats that show colour or an exit code."""

    def __call__(self, report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> Iterator[str]:
        """The same report gives the same text, ending in a line break."""
        ...


class FindingsRenderer(Protocol):
    """Findings -> text in pieces, in the order given."""

    def __call__(self, findings: Sequence[Finding], *, colour: bool = False) -> Iterator[str]:
        """The same findings give the same text, ending in a line break."""
        ...


_Format = TypeVar("_Format")


def stream(report: Report, format: str, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> Iterator[str]:
    """``report`` in the format of that name, piece by piece; UsageError when there is none."""
    return _named(FORMATS, format)(report, colour=colour, fail_on=fail_on)


def stream_findings(findings: Sequence[Finding], format: str, *, colour: bool = False) -> Iterator[str]:
    """Findings without a report, as ``govops validate`` has them; UsageError for an unknown format."""
    return _named(FINDINGS_FORMATS, format)(findings, colour=colour)


def render(report: Report, format: str, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> str:
    """:func:`stream` as one text, for reports that are known to be small."""
    return "".join(stream(report, format, colour=colour, fail_on=fail_on))


def render_findings(findings: Sequence[Finding], format: str, *, colour: bool = False) -> str:
    """:func:`stream_findings` as one text."""
    return "".join(stream_findings(findings, format, colour=colour))


def _text(report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> Iterator[str]:
    from govops.render import text

    return text.stream(report, colour=colour, fail_on=fail_on)


def _markdown(report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> Iterator[str]:
    from govops.render import markdown

    return markdown.stream(report)


def _json(report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> Iterator[str]:
    from govops.render import json_v1

    return json_v1.stream(report)


def _github(report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> Iterator[str]:
    from govops.render import github

    return github.stream(report, fail_on=fail_on)


def _text_findings(findings: Sequence[Finding], *, colour: bool = False) -> Iterator[str]:
    from govops.render import text

    return text.stream_findings(findings, colour=colour)


def _json_findings(findings: Sequence[Finding], *, colour: bool = False) -> Iterator[str]:
    from govops.render import json_v1

    return json_v1.stream_findings(findings)


def _github_findings(findings: Sequence[Finding], *, colour: bool = False) -> Iterator[str]:
    from govops.render import github

    return github.stream_findings(findings)


def _named(formats: Mapping[str, _Format], name: str) -> _Format:
    if name not in formats:
        raise UsageError(f"there is no format '{name[:60]}'", hint=f"one of: {', '.join(formats)}")
    return formats[name]


FORMATS: dict[str, Renderer] = {"text": _text, "markdown": _markdown, "json": _json, "github": _github}
FINDINGS_FORMATS: dict[str, FindingsRenderer] = {
    "text": _text_findings,
    "json": _json_findings,
    "github": _github_findings,
}
