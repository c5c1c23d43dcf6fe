"""One agreement from its texts along the history to its standing: what to ask, and what the answers mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from govops.errors import UndecidableError
from govops.incident import IncidentCase
from govops.kinds.service_level_agreement import Objective, ServiceLevelAgreementSpec
from govops.service import (
    AgreementStanding,
    BadRow,
    Day,
    IncidentTime,
    Judged,
    PartOfWindow,
    Period,
    Span,
    Trend,
    exact,
    is_kept,
)
from govops.sla.judging import QUANTILES, extent, judge, unknown
from govops.sla.measuring import Engine, Measured, Question, Stretch, Tally
from govops.sla.terms import Approval, Part, Term, Text, counted, in_force, moment, span, split, terms
from govops.sla.windows import Frame, days, frames, told

_TREND = timedelta(days=31)
_UNREADABLE = "its file could never be read (`govops audit` says why)"
_NOT_YET = "nothing of its windows counts: it came into force only now, or rested all the time"


@dataclass(frozen=True, slots=True)
class Agreement:
    """A ServiceLevelAgreement: its name, its file, and every text that a change gave it, in the order of the chain."""

    name: str
    path: str
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is judged: frames with their parts, and the days of the trend. A question stands for each that counts."""

    frames: tuple[tuple[Frame, tuple[Part, ...]], ...]
    days: tuple[tuple[Stretch, tuple[Stretch, ...]], ...]


def standing_of(
    agreement: Agreement, as_of: str, engine: Engine, *, with_trend: bool = False
) -> AgreementStanding | None:
    """How it stands as of an instant; None if nothing was promised in any window then.

    What cannot be measured or told is a standing too, with its problem.
    """
    if not agreement.texts:
        return AgreementStanding(agreement.name, agreement.path, "", "", Fraction(0), problem=_UNREADABLE)
    until = moment(as_of)
    known = terms(agreement.texts, until)
    text = in_force(known)
    if text is None or text.spec is None:
        return _untold(agreement, known)
    spec = text.spec
    start = AgreementStanding(
        agreement.name,
        agreement.path,
        spec.resource,
        told(spec.window),
        exact(spec.at_risk),
    )
    try:
        plan = _plan(known, spec, until, with_trend=with_trend)
        start = replace(start, notes=tuple(_notes(agreement, text, plan.frames[0][0].stretch.start, until)))
        measured = _measure(engine, spec, plan, until)
    except UndecidableError as error:
        return replace(start, problem=f"{error.message} ({error.hint})" if error.hint else error.message)
    tallies = iter(measured.tallies)
    periods = tuple(
        Period(span(frame.stretch), frame.is_complete, tuple(_judged(part, spec, tallies, until) for part in parts))
        for frame, parts in plan.frames
    )
    if not any(part.judged for period in periods for part in period.parts):
        return replace(start, problem=_NOT_YET) if known[-1].text == text else None
    return replace(
        start,
        periods=periods,
        trends=tuple(_trends(spec, plan, tallies)),
        rows=measured.rows,
        bad=measured.bad,
        late=measured.late,
        bad_rows=tuple(BadRow(row.place, row.text, row.reason) for row in measured.rejected),
    )


def with_incidents(standing: AgreementStanding, cases: Iterable[IncidentCase]) -> AgreementStanding:
    """With the times that it promised for incidents, of those that were reported in its windows.

    One that is open counts as well where nobody attests when it was reported.
    """
    spans = [period.span for period in standing.periods]
    found = tuple(
        IncidentTime(case.name, run)
        for case in cases
        for run in case.targets
        if run.agreement == standing.name and _is_within(case, spans)
    )
    return replace(standing, incidents=found)


def _is_within(case: IncidentCase, spans: Iterable[Span]) -> bool:
    at = case.reported_at
    return case.is_open if at is None else any(span.start <= at < span.end for span in spans)


def _untold(agreement: Agreement, known: Sequence[Term]) -> AgreementStanding | None:
    """An agreement of which nobody can tell whether it was ever in force."""
    why = next((term.why for term in reversed(known) if term.text is None), None)
    spec = next((text.spec for text in reversed(agreement.texts) if text.spec is not None), None)
    if why is None or spec is None:
        return None
    window, risk = told(spec.window), exact(spec.at_risk)
    return AgreementStanding(agreement.name, agreement.path, spec.resource, window, risk, problem=why)


def _plan(known: Sequence[Term], spec: ServiceLevelAgreementSpec, until: datetime, *, with_trend: bool) -> _Plan:
    found = tuple((frame, split(known, frame.stretch)) for frame in frames(spec.window, until))
    if not with_trend:
        return _Plan(found, ())
    whole = Stretch(max(found[0][0].stretch.start, until - _TREND), until)
    parts = split(known, whole)
    return _Plan(
        found,
        tuple(
            (day, tuple(piece for part in parts for piece in _within(day, counted(part, until)) if part.spec))
            for day in days(whole, spec.window.timezone)
        ),
    )


def _within(day: Stretch, pieces: Sequence[Stretch]) -> Iterator[Stretch]:
    for piece in pieces:
        start, end = max(piece.start, day.start), min(piece.end, day.end)
        if start < end:
            yield Stretch(start, end)


def _measure(engine: Engine, spec: ServiceLevelAgreementSpec, plan: _Plan, until: datetime) -> Measured:
    """Ask everything at once: a source is read but once."""
    asked = []
    for _, parts in plan.frames:
        for part in parts:
            pieces = counted(part, until)
            if part.spec is not None and pieces:
                asked.append(Question(pieces, _limits(part.spec.objectives)))
    limits = _limits(spec.objectives)
    asked += [Question(pieces, limits) for _, pieces in plan.days if pieces]
    return engine.measure(spec.source, asked) if asked else Measured(())


def _limits(objectives: Sequence[Objective]) -> dict[str, float]:
    return {objective.metric: objective.target for objective in objectives if objective.metric in QUANTILES}


def _judged(part: Part, spec: ServiceLevelAgreementSpec, tallies: Iterator[Tally], until: datetime) -> PartOfWindow:
    pieces = counted(part, until)
    if part.spec is None:
        lost = tuple(unknown(objective, part.why) for objective in spec.objectives) if pieces else ()
        return PartOfWindow(span(part.stretch), "", lost, part.excluded)
    if not pieces:  # all of it is to come, or was maintenance
        return PartOfWindow(span(part.stretch), part.commit, (), part.excluded)
    tally, promised = next(tallies), part.spec
    whole = extent(counted(part, part.stretch.end), pieces)
    judged = tuple(
        judge(objective, promised.at_risk, tally, whole, has_points=spec.source.has_points)
        for objective in promised.objectives
    )
    return PartOfWindow(span(part.stretch), part.commit, judged, part.excluded, tuple(map(span, tally.gaps)))


def _trends(spec: ServiceLevelAgreementSpec, plan: _Plan, tallies: Iterator[Tally]) -> Iterator[Trend]:
    if not plan.days:
        return
    found = [(day, pieces, next(tallies) if pieces else None) for day, pieces in plan.days]
    for objective in spec.objectives:
        values = [(day, _of_a_day(objective, spec, pieces, tally)) for day, pieces, tally in found]
        yield Trend(objective.metric, exact(objective.target), tuple(_day(objective, *value) for value in values))


def _of_a_day(
    objective: Objective, spec: ServiceLevelAgreementSpec, pieces: tuple[Stretch, ...], tally: Tally | None
) -> Judged | None:
    if tally is None:
        return None
    whole = extent(pieces, pieces)
    return judge(objective, spec.at_risk, tally, whole, has_points=spec.source.has_points)


def _day(objective: Objective, day: Stretch, judged: Judged | None) -> Day:
    """The highest of what can be is the worst: only percentiles have bounds."""
    value = judged.highest if judged is not None else None
    kept = is_kept(objective.metric, value, exact(objective.target)) if value is not None else None
    return Day(span(day), value, kept)


def _notes(agreement: Agreement, text: Text, since: datetime, until: datetime) -> Iterator[str]:
    """What else to know: changes that nobody approved, and of the source, that bear on the windows or still stand."""
    known = [one for one in agreement.texts if one.earliest is None or one.earliest <= until]
    for one in known[known.index(text) + 1 :] if text in known else ():
        since = min(since, one.earliest or since)
    recent = [one for one in known if one.earliest is None or one.earliest >= since]
    for one in recent:
        if one.approval is Approval.MISSING:
            what = "took the agreement away" if one.spec is None else "changed the agreement"
            yield f"{one.commit[:12]} {what} without approval and is judged past"
    given = [one for one in known if one.approval is Approval.GIVEN and one.spec is not None]
    for before, after in pairwise(given):
        if after in recent and before.spec and after.spec and before.spec.source != after.spec.source:
            yield f"{after.commit[:12]} changed the source; everything is read at the one in force now"
