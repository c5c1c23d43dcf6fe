"""Frameworks for a terminal. No line starts with text from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from govops.finding import ClauseCoverage, ClauseState, Finding, FrameworkCoverage, Provenance, Report, Status
from govops.render.ansi import style
from govops.render.clauses import (
    STATES,
    evidence_words,
    findings_of,
    found_words,
    in_words,
    more_findings,
    reason,
    silence,
    validity,
)
from govops.render.untrusted import log_line
from govops.render.wording import ended, short

_COLOURS = {
    ClauseState.FAILING: Status.FAIL,
    ClauseState.UNVERIFIABLE: Status.UNVERIFIABLE,
    ClauseState.WAIVED: Status.WAIVED,
    ClauseState.SHOWN: Status.PASS,
}


def stream(report: Report, *, colour: bool = False) -> Iterator[str]:
    """Every clause with its state and what stands behind it; the sums of each framework last."""
    return ended(_lines(report, colour=colour))


def _lines(report: Report, *, colour: bool) -> Iterator[str]:
    known = {finding.fingerprint: finding for finding in report.findings}
    for framework in report.frameworks:
        yield _head(framework, report.provenance)
        for clause in framework.clauses:
            yield ""
            yield from _clause(clause, known, colour=colour)
        yield ""
        yield f"{framework.name} {log_line(framework.version)}: {in_words(framework)}"


def _head(framework: FrameworkCoverage, origin: Provenance) -> str:
    days = validity(framework.in_force_from, framework.in_force_until)
    named = log_line(f"{framework.title} {framework.version}")
    where = f"{log_line(origin.repository)} {log_line(origin.ref)} at {short(origin.tip)}"
    when = f", as of {origin.as_of}" if origin.as_of else ""
    return f"framework {named}{f' ({days})' if days else ''}, judged for {where}{when}"


def _clause(clause: ClauseCoverage, known: Mapping[str, Finding], *, colour: bool) -> Iterator[str]:
    word = STATES[clause.state]
    status = _COLOURS.get(clause.state)
    shown = style(word, status, colour=colour) if status else word
    yield f"clause {log_line(clause.id)}: {shown}: {log_line(clause.summary)}"
    for row in clause.evidence:
        yield f"    {log_line(evidence_words(row))}"
        for finding in findings_of(row, known):
            yield f"        {log_line(found_words(finding))}"
        if more := more_findings(row):
            yield f"        and {more} more"
    if silent := silence(clause):
        yield f"    {log_line(silent)}"
    if why := reason(clause):
        yield f"    {log_line(why)}"
