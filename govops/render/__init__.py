"""Report -> text: one pure module per format, loaded when it is asked for.

Every format makes its text in pieces, none longer than what is said of one finding or change. The report is read and
never copied: its findings and changes may be any sequences that can be read again from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from govops.errors import ExitCode, UsageError
from govops.finding import Finding, Report, Severity

if TYPE_CHECKING:  # the rules bring Pydantic, which most formats have no use for
    from govops.rule import Rule


@dataclass(frozen=True, slots=True)
class Look:
    """What a text depends on besides the report.

    ``fail_on`` is the threshold of a report's exit code; findings without a report are given theirs as ``code``.
    ``rules`` are those to describe.
    """

    colour: bool = False
    fail_on: Severity = Severity.LOW
    code: ExitCode | None = None
    rules: Sequence[Rule] = ()


Renderer: TypeAlias = Callable[[Report, Look], Iterator[str]]
"""The same report and look give the same text, in pieces, ending in a line break."""

FindingsRenderer: TypeAlias = Callable[[Sequence[Finding], Look], Iterator[str]]
"""The same for findings without a report, in the order given."""

_Format = TypeVar("_Format")


def stream(
    report: Report,
    format: str,
    *,
    colour: bool = False,
    fail_on: Severity = Severity.LOW,
    rules: Sequence[Rule] = (),
) -> Iterator[str]:
    """``report`` in the format of that name, piece by piece; UsageError when there is none."""
    return _named(FORMATS, format)(report, Look(colour, fail_on, rules=rules))


def stream_findings(
    findings: Sequence[Finding],
    format: str,
    *,
    colour: bool = False,
    code: ExitCode | None = None,
    rules: Sequence[Rule] = (),
) -> Iterator[str]:
    """Findings without a report, as ``govops validate`` has them; UsageError for an unknown format."""
    return _named(FINDINGS_FORMATS, format)(findings, Look(colour, code=code, rules=rules))


def render(report: Report, format: str, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> str:
    """:func:`stream` as one text, for reports that are known to be small."""
    return "".join(stream(report, format, colour=colour, fail_on=fail_on))


def render_findings(findings: Sequence[Finding], format: str, *, colour: bool = False) -> str:
    """:func:`stream_findings` as one text."""
    return "".join(stream_findings(findings, format, colour=colour))


def _text(report: Report, look: Look) -> Iterator[str]:
    from govops.render import text

    return text.stream(report, colour=look.colour, fail_on=look.fail_on)


def _markdown(report: Report, look: Look) -> Iterator[str]:
    from govops.render import markdown

    return markdown.stream(report)


def _json(report: Report, look: Look) -> Iterator[str]:
    from govops.render import json_v1

    return json_v1.stream(report)


def _github(report: Report, look: Look) -> Iterator[str]:
    from govops.render import github

    return github.stream(report, fail_on=look.fail_on)


def _sarif(report: Report, look: Look) -> Iterator[str]:
    from govops.render import sarif

    return sarif.stream(report, fail_on=look.fail_on, rules=look.rules)


def _junit(report: Report, look: Look) -> Iterator[str]:
    from govops.render import junit

    return junit.stream(report)


def _text_findings(findings: Sequence[Finding], look: Look) -> Iterator[str]:
    from govops.render import text

    return text.stream_findings(findings, colour=look.colour)


def _json_findings(findings: Sequence[Finding], look: Look) -> Iterator[str]:
    from govops.render import json_v1

    return json_v1.stream_findings(findings)


def _github_findings(findings: Sequence[Finding], look: Look) -> Iterator[str]:
    from govops.render import github

    return github.stream_findings(findings)


def _sarif_findings(findings: Sequence[Finding], look: Look) -> Iterator[str]:
    from govops.render import sarif

    return sarif.stream_findings(findings, code=look.code, rules=look.rules)


def _junit_findings(findings: Sequence[Finding], look: Look) -> Iterator[str]:
    from govops.render import junit

    return junit.stream_findings(findings)


def _named(formats: Mapping[str, _Format], name: str) -> _Format:
    if name not in formats:
        raise UsageError(f"there is no format '{name[:60]}'", hint=f"one of: {', '.join(formats)}")
    return formats[name]


FORMATS: dict[str, Renderer] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
    "junit": _junit,
}
FINDINGS_FORMATS: dict[str, FindingsRenderer] = {
    "text": _text_findings,
    "json": _json_findings,
    "github": _github_findings,
    "sarif": _sarif_findings,
    "junit": _junit_findings,
}
