"""How every format says what stands behind a clause. Between backticks stand names and ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from govops.finding import ClauseCoverage, ClauseEvidence, ClauseState, Finding, FrameworkCoverage, Status
from govops.render.wording import many, short

STATES: Mapping[ClauseState, str] = {
    ClauseState.FAILING: "failing",
    ClauseState.UNVERIFIABLE: "not established",
    ClauseState.WAIVED: "waived",
    ClauseState.SHOWN: "shown",
    ClauseState.NOT_COVERED: "not covered",
    ClauseState.NOT_APPLICABLE: "not applicable",
    ClauseState.NOT_IN_FORCE: "not in force",
}
_FOUND = {
    Status.FAIL: ("violation", "violations"),
    Status.UNVERIFIABLE: ("finding that could not be established", "findings that could not be established"),
    Status.WAIVED: ("waived finding", "waived findings"),
    Status.WARN: ("warning", "warnings"),
}


_VERBS = {
    Status.FAIL: "violated",
    Status.UNVERIFIABLE: "not established",
    Status.WAIVED: "waived",
    Status.WARN: "warned",
}


def counted(framework: FrameworkCoverage) -> dict[ClauseState, int]:
    """How many clauses are in each state, all states in their order."""
    return {state: sum(clause.state is state for clause in framework.clauses) for state in STATES}


def in_words(framework: FrameworkCoverage) -> str:
    """``12 shown, 60 not covered``."""
    return ", ".join(f"{count} {STATES[state]}" for state, count in counted(framework).items() if count)


def validity(begin: str | None, end: str | None) -> str:
    """``from 2024-08-01 until 2027-12-01``; empty where nothing bounds it."""
    return " ".join(filter(None, (f"from {begin}" if begin else "", f"until {end}" if end else "")))


def evidence_words(row: ClauseEvidence) -> str:
    """One line of evidence."""
    if row.kind == "permission":
        words = f"permission `{row.source}`: held by {many(row.items, 'person', 'people')} ({row.detail})"
        return words if row.status is Status.PASS else f"{words}; not established"
    if row.kind == "section":
        words = f"section {row.source} of the report: {many(row.items, 'line')}"
        return words if row.status is Status.PASS else f"{words}; not established: {row.detail}"
    return f"rule `{row.source}`: {_judged(row)}{_span(row)}"


def in_short(clause: ClauseCoverage) -> Iterator[str]:
    """All evidence of a clause in a few words: what was found first, each with one commit, then what was kept."""
    for status, word in _VERBS.items():
        for row in clause.evidence:
            if row.kind == "rule" and row.status is status and row.findings:
                yield f"`{row.source}` {word} in {many(row.changes, 'change')}{_span(row)}"
    unproven = [row for row in clause.evidence if row.status is Status.UNVERIFIABLE and not row.findings]
    if unproven:
        most = max(unproven, key=lambda row: row.changes)
        yield f"not established for {many(most.changes, 'change')}{_span(most)}"
    kept = [row for row in clause.evidence if row.status is Status.PASS]
    rules = ", ".join(f"`{row.source}` ({many(row.changes, 'change')})" for row in kept if row.kind == "rule")
    held = ", ".join(
        f"`{row.source}` ({many(row.items, 'person', 'people')})" for row in kept if row.kind == "permission"
    )
    sections = ", ".join(row.source for row in kept if row.kind == "section")
    yield from (f"{word}: {those}" for word, those in (("kept", rules), ("held", held), ("see", sections)) if those)


def silence(clause: ClauseCoverage) -> str:
    """What serves the clause and showed nothing, as one line; empty if all did."""
    named = ", ".join(
        f"{kind} `{source}`" if kind != "section" else f"section {source}" for kind, source in clause.silent
    )
    return f"nothing from {named}" if named else ""


def reason(clause: ClauseCoverage) -> str:
    """Why a clause is not applicable or not in force, or what would show it; empty where nobody said so."""
    if not clause.reason or clause.state is ClauseState.NOT_IN_FORCE:
        return clause.reason
    if clause.state is ClauseState.NOT_APPLICABLE:
        return f"because {clause.reason}"
    return f"{'what more' if clause.evidence else 'what'} would show it: {clause.reason}"


def found_words(finding: Finding) -> str:
    """A finding behind a line of evidence, with what leads to it."""
    commit = f" in `{short(finding.commit)}`" if finding.commit else ""
    place = f" at `{finding.place}`" if finding.path else ""
    accepted = f"; {finding.hint}" if finding.status is Status.WAIVED and finding.hint else ""
    return f"`{finding.fingerprint}`{commit}{place}: {finding.message}{accepted}"


def findings_of(row: ClauseEvidence, known: Mapping[str, Finding]) -> Iterator[Finding]:
    """The findings that a line names, in its order."""
    return (known[fingerprint] for fingerprint in row.findings if fingerprint in known)


def more_findings(row: ClauseEvidence) -> int:
    """How many findings a line counts and does not name."""
    return row.items - len(row.findings) if row.findings else 0


def _judged(row: ClauseEvidence) -> str:
    changes = many(row.changes, "change")
    if row.status is Status.PASS:
        looked = f" ({many(row.items, 'file')})" if row.items else ""
        return f"kept by {changes}{looked}"
    one, several = _FOUND.get(row.status, ("finding", "findings"))
    if not row.findings:
        return f"{changes} not established{f': {row.detail}' if row.detail else ', for want of evidence'}"
    where = f" in {changes}" if row.changes else ""
    return f"{many(row.items, one, several)}{where}"


def _span(row: ClauseEvidence) -> str:
    if row.last is None:
        return ""
    if row.first is None:
        return f", up to `{short(row.last)}`"
    return f", `{short(row.first)}`" if row.first == row.last else f", `{short(row.first)}` to `{short(row.last)}`"
