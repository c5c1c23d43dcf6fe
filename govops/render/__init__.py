"""Report -> text: one pure module per format, loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from govops.errors import UsageError
from govops.finding import Finding, Report, Severity


class Renderer(Protocol):
    """Report -> text. ``colour`` and ``fail_on`` matter to formats that show colour or an exit code."""

    def __call__(self, report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> str:
        """The same report gives the same text, ending in a line break."""
        ...


class FindingsRenderer(Protocol):
    """Findings -> text, in the order given."""

    def __call__(self, findings: Sequence[Finding], *, colour: bool = False) -> str:
        """The same findings give the same text, ending in a line break."""
        ...


_Format = TypeVar("_Format")


def render(report: Report, format: str, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> str:
    """``report`` in the format of that name; UsageError when there is none."""
    return _named(FORMATS, format)(report, colour=colour, fail_on=fail_on)


def render_findings(findings: Sequence[Finding], format: str, *, colour: bool = False) -> str:
    """Findings without a report, as ``govops validate`` has them; UsageError for an unknown format."""
    return _named(FINDINGS_FORMATS, format)(findings, colour=colour)


def _text(report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> str:
    from govops.render import text

    return text.render(report, colour=colour, fail_on=fail_on)


def _markdown(report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> str:
    from govops.render import markdown

    return markdown.render(report)


def _json(report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> str:
    from govops.render import json_v1

    return json_v1.render(report)


def _github(report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> str:
    from govops.render import github

    return github.render(report, fail_on=fail_on)


def _text_findings(findings: Sequence[Finding], *, colour: bool = False) -> str:
    from govops.render import text

    return text.render_findings(findings, colour=colour)


def _json_findings(findings: Sequence[Finding], *, colour: bool = False) -> str:
    from govops.render import json_v1

    return json_v1.render_findings(findings)


def _github_findings(findings: Sequence[Finding], *, colour: bool = False) -> str:
    from govops.render import github

    return github.render_findings(findings)


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
