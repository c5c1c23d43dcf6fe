"""Frameworks: how many clauses are in which state, and what stands behind each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from govops.finding import ClauseCoverage, ClauseEvidence, ClauseState, Finding, FrameworkCoverage, Provenance, Report
from govops.render.clauses import (
    STATES,
    counted,
    evidence_words,
    findings_of,
    found_words,
    in_short,
    more_findings,
    reason,
    silence,
    validity,
)
from govops.render.markdown.escape import NOTHING, Code, Strong, Value, joined, phrase, worded
from govops.render.markdown.table import Table, known

_TOLD = (ClauseState.FAILING, ClauseState.UNVERIFIABLE, ClauseState.WAIVED, ClauseState.SHOWN)  # have evidence to tell


@dataclass(frozen=True, slots=True)
class Digest:
    """A framework in a report: a line for each clause that something is known of, and the others by name."""

    title: Value
    facts: tuple[Value, ...]
    clauses: Table
    others: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of evidence, and the findings that it names."""

    words: Value
    findings: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A clause at full length."""

    title: Value
    summary: str
    lines: Iterable[Line]
    rest: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A framework at full length."""

    title: Value
    facts: tuple[Value, ...]
    states: Table
    chapters: Iterable[Chapter]


def overview(report: Report) -> Table:
    """A line for each framework: how many of its clauses are in which state."""
    columns = ("Framework", *(word[:1].upper() + word[1:] for word in STATES.values()))
    return Table(columns, lambda: ((_named(one), *counted(one).values()) for one in report.frameworks))


def digests(report: Report) -> Iterator[Digest]:
    """Every framework for the report."""
    return map(_digest, report.frameworks)


def books(report: Report) -> Iterator[Book]:
    """Every framework clause by clause."""
    found = {finding.fingerprint: finding for finding in report.findings}
    return (_book(one, report.provenance, found) for one in report.frameworks)


def _named(framework: FrameworkCoverage) -> Value:
    return phrase(Code(framework.name), f" {framework.version}")


def _digest(framework: FrameworkCoverage) -> Digest:
    told = [clause for clause in framework.clauses if clause.state in _TOLD]
    return Digest(
        title=f"{framework.title} {framework.version}",
        facts=tuple(_facts(framework)),
        clauses=Table(("Clause", "What it asks", "State", "Evidence"), lambda: map(_row, told)),
        others=tuple(_others(framework)),
    )


def _facts(framework: FrameworkCoverage) -> Iterator[Value]:
    yield phrase("Kept at ", Code(framework.path))
    if framework.scope:
        yield phrase("Concerns: ", worded(framework.scope))
    if days := validity(framework.in_force_from, framework.in_force_until):
        yield f"Measured by it {days}"
    if framework.superseded_by:
        yield phrase("Superseded by ", Code(framework.superseded_by))
    if not framework.stands:
        yield "Not among the rules at the tip; what was decided while it was is judged by it"


def _others(framework: FrameworkCoverage) -> Iterator[Value]:
    """Clauses without evidence: by state those of one, and each with its reason where one is required."""
    for state in (ClauseState.NOT_COVERED, ClauseState.NOT_IN_FORCE):
        named = ", ".join(clause.id for clause in framework.clauses if clause.state is state)
        if named:
            yield phrase(Strong(STATES[state].capitalize()), f": {named}")
    for clause in framework.clauses:
        if clause.state is ClauseState.NOT_APPLICABLE:
            yield phrase(Strong("Not applicable"), f": {clause.id}, ", worded(reason(clause)))


def _row(clause: ClauseCoverage) -> tuple[Value, ...]:
    evidence = joined(map(worded, in_short(clause)), by="; ")
    return clause.id, clause.summary, _state(clause.state), evidence


def _state(state: ClauseState) -> Value:
    return STATES[state] if state is ClauseState.SHOWN else Strong(STATES[state])


def _book(framework: FrameworkCoverage, origin: Provenance, found: Mapping[str, Finding]) -> Book:
    return Book(
        title=f"{framework.title} {framework.version}",
        facts=(*_facts(framework), *_judged_for(origin)),
        states=Table(("State", "Clauses"), lambda: ((STATES[state], n) for state, n in counted(framework).items())),
        chapters=(_chapter(clause, found) for clause in framework.clauses),
    )


def _judged_for(origin: Provenance) -> Iterator[Value]:
    yield phrase("Judged for ", Code(origin.repository), ", branch ", Code(origin.ref), ", tip ", Code(origin.tip))
    adopted: Value = Code(origin.adoption) if origin.adoption else NOTHING
    yield phrase("Rules adopted at ", adopted, f"; judged as of {known(origin.as_of, 'no attested time')}")


def _chapter(clause: ClauseCoverage, found: Mapping[str, Finding]) -> Chapter:
    rest = (silence(clause), reason(clause), _days(clause))
    return Chapter(
        title=phrase(f"{clause.id}: ", _state(clause.state)),
        summary=clause.summary,
        lines=(_line(row, found) for row in clause.evidence),
        rest=tuple(worded(one) for one in rest if one),
    )


def _days(clause: ClauseCoverage) -> str:
    days = validity(clause.in_force_from, clause.in_force_until)
    return f"in force {days}" if days else ""


def _line(row: ClauseEvidence, found: Mapping[str, Finding]) -> Line:
    more = more_findings(row)
    named = (*(found_words(finding) for finding in findings_of(row, found)), *((f"and {more} more",) if more else ()))
    return Line(worded(evidence_words(row)), tuple(worded(one) for one in named))
