"""Findings as annotations of a GitHub Actions run: workflow commands, one a line.

GitHub shows ten annotations of each level for a step and drops the rest silently, so the most severe come
first and the number of the others is said. Nothing from a finding stands where a line starts.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

from govops.finding import Finding, Report, Severity, Status
from govops.render.untrusted import log_exact, log_line
from govops.render.verdict import exit_meaning, lead, sentence
from govops.render.wording import ended, many, short

SHOWN = 10  # annotations of one level

_LEVELS = {
    "error": (Status.FAIL, Status.UNVERIFIABLE, Status.ERROR),
    "warning": (Status.WARN,),
    "notice": (Status.WAIVED,),
}


def stream(report: Report, *, fail_on: Severity = Severity.LOW) -> Iterator[str]:
    """Annotations for the findings of a report, then the verdict as ordinary log text."""
    return ended(_lines(report, fail_on))


def stream_findings(findings: Sequence[Finding]) -> Iterator[str]:
    """Annotations for findings without a report."""
    return ended((*annotated(findings), f"govops: {many(len(findings), 'problem')}"))


def _lines(report: Report, fail_on: Severity) -> Iterator[str]:
    yield from annotated(report.findings)
    meaning = exit_meaning(report.exit_code(fail_on), fail_on)
    origin = report.provenance
    yield f"govops: {log_line(f'audited {origin.repository}, {origin.ref} at {origin.tip}')}"
    yield f"govops: {lead(report)}: {log_line(sentence(report))} ({meaning})"


def _level(finding: Finding) -> str:
    """What is known before is still seen."""
    levels = (level for level, statuses in _LEVELS.items() if finding.status in statuses)
    return "notice" if finding.known else next(levels, "")


def annotated(findings: Sequence[Finding]) -> Iterator[str]:
    for level in _LEVELS:
        those = (finding for finding in findings if _level(finding) == level)
        worst = heapq.nsmallest(SHOWN, those, key=lambda finding: -finding.severity.rank)  # of equals the first
        yield from (_annotation(level, finding) for finding in worst)
        hidden = sum(_level(finding) == level for finding in findings) - len(worst)
        if hidden:
            yield f"govops: {many(hidden, 'more ' + level)} without an annotation; the report has them all"


def _annotation(level: str, finding: Finding) -> str:
    properties = {
        "file": finding.path,
        "line": finding.line,
        "col": finding.column,
        "title": f"govops {finding.rule}" + _remark(finding),
    }
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None)
    commit = f" (commit {short(finding.commit)})" if finding.commit else ""
    word = f"waived by {log_exact(finding.waived)}" if finding.waived else "hint"
    hint = f"\n{word}: {log_line(finding.hint)}" if finding.hint else ""
    return f"::{level} {given}::{_data(log_line(finding.message) + log_line(commit) + hint)}"


def _remark(finding: Finding) -> str:
    open_, known = finding.status is Status.UNVERIFIABLE, bool(finding.known)
    return f"{' (not established)' if open_ else ''}{' (known)' if known else ''}"


def _property(text: str) -> str:
    """A value between commas; its spaces stay, or the annotation would miss its file."""
    return _data(log_exact(text)).replace(":", "%3A").replace(",", "%2C")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
