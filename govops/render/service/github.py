"""Promises as annotations of a GitHub Actions run."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding, Severity
from govops.render.github import annotated
from govops.render.service.wording import (
    SEVERITIES,
    STATUSES,
    budget_words,
    failing,
    incident_words,
    measured,
    promise,
    span_words,
    words,
)
from govops.render.untrusted import log_line
from govops.render.wording import many
from govops.service import ServiceReport, Standing


def annotation_lines(report: ServiceReport, fail_on: Severity) -> Iterator[str]:
    """One for each promise that is not plainly kept, at its agreement's file."""
    yield from annotated([*_findings(report)])
    code = report.exit_code(failing(fail_on))
    checked = many(len(report.agreements), "agreement")
    yield f"govops: checked {checked} as of {log_line(report.as_of or '')} (exit {code})"


def _findings(report: ServiceReport) -> Iterator[Finding]:
    for agreement in report.agreements:
        if agreement.problem:
            yield _finding(agreement.path, Standing.UNKNOWN, agreement.problem)
        for _, part, judged in agreement.judged():
            if judged.standing is Standing.COMPLIANT:
                continue
            told = [measured(judged), budget_words(judged.budget) if judged.budget else "", judged.why]
            text = f"{promise(judged.metric, judged.target)} from {span_words(part.span)}: {words(judged.standing)}"
            yield _finding(agreement.path, judged.standing, ", ".join(filter(None, [text, *told])))
        for time in agreement.incidents:
            if time.standing is not Standing.COMPLIANT:
                yield _finding(agreement.path, time.standing, incident_words(time))
    for doubt in report.doubts:
        yield Finding("sla-unknown", doubt, STATUSES[Standing.UNKNOWN])


def _finding(path: str, standing: Standing, message: str) -> Finding:
    severity = SEVERITIES.get(standing, Severity.HIGH)
    return Finding(f"sla-{standing.value.replace('_', '-')}", message, STATUSES[standing], severity, path=path)
