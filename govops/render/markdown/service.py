"""Service levels: how each promise stands, what is left of its budget, how it went, and what was broken."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Report
from govops.render.markdown.escape import Code, Strong, Value, phrase
from govops.render.markdown.table import Table, commit, known, people
from govops.render.service.trends import sparkline_words
from govops.render.service.wording import actual, left, measured, promise, span_words, words
from govops.render.untrusted import clipped
from govops.render.wording import many
from govops.service import AgreementStanding, Judged, PartOfWindow, Period, Standing, Violation


def service_levels(report: Report) -> Table:
    """A line for each promise in each part of a window."""
    columns = ("Agreement", "About", "Window", "Promise", "Measured", "Standing", "Budget left", "Trend")
    return Table(columns, lambda: _levels(report))


def service_notes(report: Report) -> Table:
    """What it takes to understand them: explanations, maintenance that counted, rows that were none."""
    return Table(("Agreement", "When", "Note"), lambda: _notes(report))


def violations(report: Report) -> Table:
    """Those recorded at the tip, then those that are new."""
    columns = ("Violation", "Agreement", "Promise", "Window", "Measured", "State", "Acknowledged")
    return Table(columns, lambda: map(_violation, all_violations(report)))


def all_violations(report: Report) -> tuple[Violation, ...]:
    """The recorded ones from the repository, and the new ones from what was measured."""
    there = {violation.path for violation in report.violations}
    told = report.service.violations if report.service else ()
    return (*report.violations, *(one for one in told if not one.is_recorded and one.path not in there))


def _levels(report: Report) -> Iterator[tuple[Value, ...]]:
    for agreement in report.service.agreements if report.service else ():
        about = (Code(agreement.name), Code(agreement.resource) if agreement.resource else known(None))
        if agreement.problem:
            standing = _standing(Standing.UNKNOWN)
            yield *about, known(agreement.window or None), known(None), known(None), standing, known(None), known(None)
        for period, part, judged in agreement.judged():
            last = period is agreement.periods[-1] and part is period.parts[-1]
            yield *about, *_level(agreement, period, part, judged), _trend(agreement, judged) if last else known(None)


def _level(agreement: AgreementStanding, period: Period, part: PartOfWindow, judged: Judged) -> Iterator[Value]:
    running = "" if period.is_complete else ", still running"
    yield f"{agreement.window}: {span_words(part.span)}{running}"
    yield promise(judged.metric, judged.target)
    yield known(measured(judged), "no data")
    yield _standing(judged.standing)
    yield known(left(judged.budget))


def _standing(standing: Standing) -> Value:
    return words(standing) if standing is Standing.COMPLIANT else Strong(words(standing))


def _trend(agreement: AgreementStanding, judged: Judged) -> str:
    return next((sparkline_words(trend) for trend in agreement.trends if trend.metric == judged.metric), known(None))


def _notes(report: Report) -> Iterator[tuple[Value, ...]]:
    for doubt in report.service.doubts if report.service else ():
        yield "all", known(None), doubt
    for agreement in report.service.agreements if report.service else ():
        name = Code(agreement.name)
        yield from ((name, known(None), note) for note in (agreement.problem, *agreement.notes) if note)
        yield from ((name, *note) for note in _explained(agreement))
        if agreement.bad:
            yield name, known(None), f"{agreement.bad} of {many(agreement.rows, 'row')} are no measurements"
        for row in agreement.bad_rows:
            yield name, Code(row.place), phrase(Code(clipped(row.text, 80)), f": {row.reason}")


def _explained(agreement: AgreementStanding) -> Iterator[tuple[Value, Value]]:
    for period in agreement.periods:
        for part in period.parts:
            when = span_words(part.span)
            yield from ((when, f"{promise(one.metric, one.target)}: {one.why}") for one in part.judged if one.why)
            if part.gaps:
                yield when, f"{many(len(part.gaps), 'gap')}, the first from {span_words(part.gaps[0])}"
            for rest in part.excluded:
                who = phrase(" (approved by ", people(rest.approvers), " in ", commit(rest.commit), ")")
                yield span_words(rest.span), phrase(f"maintenance: {rest.reason}", who)


def _violation(violation: Violation) -> tuple[Value, ...]:
    note = violation.acknowledged
    taken: Value = f"{note.by} at {note.at}: {note.notes}" if note else "not yet"
    state: Value = "recorded" if violation.is_recorded else Strong("new")
    told = (promise(violation.metric, violation.target), span_words(violation.span), actual(violation))
    return Code(violation.id), Code(violation.sla), *told, state, taken
