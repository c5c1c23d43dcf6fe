"""What was shown for the clauses of one framework, out of a whole report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from govops.errors import ExitCode, UsageError
from govops.finding import ClauseState, FrameworkCoverage, Report
from govops.render.untrusted import one_line

_CODES = {ClauseState.FAILING: ExitCode.VIOLATION, ClauseState.UNVERIFIABLE: ExitCode.UNDECIDABLE}


def about(report: Report, name: str) -> Report:
    """The report with all editions of the framework of that name, and the findings that its clauses name.

    UsageError where there is none.
    """
    chosen = tuple(framework for framework in report.frameworks if framework.name == name)
    if not chosen:
        raise _unknown(name, [framework.name for framework in report.frameworks])
    named = {
        fingerprint
        for framework in chosen
        for clause in framework.clauses
        for row in clause.evidence
        for fingerprint in row.findings
    }
    findings = tuple(finding for finding in report.findings if finding.fingerprint in named)
    return replace(report, frameworks=chosen, findings=findings)


def outcome(frameworks: Iterable[FrameworkCoverage]) -> ExitCode:
    """1 where a clause is failing, 3 where one could not be established; the highest wins."""
    states = {clause.state for framework in frameworks for clause in framework.clauses}
    return max((_CODES.get(state, ExitCode.OK) for state in states), default=ExitCode.OK)


def _unknown(name: str, known: list[str]) -> UsageError:
    close = get_close_matches(name, known, n=1)
    there = f"these count: {', '.join(dict.fromkeys(known))}" if known else "add one with `govops framework add NAME`"
    hint = f"did you mean `{close[0]}`?" if close else there
    return UsageError(f"no framework '{one_line(name, 60)}' ever stood in this history", hint=hint)
