"""Check every agreement against its measurements, by the history that says what was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

import govops
from govops.app.audit import refuse_without_rules
from govops.app.governance.refusals import NotFoundError
from govops.app.past.moments import doubts
from govops.app.sla.promises import Promises
from govops.engine import stand
from govops.errors import UndecidableError, UsageError
from govops.git.locate import locate
from govops.kinds.vocabulary import Metric
from govops.rules import RULES
from govops.service import AgreementStanding, ServiceReport, Standing, Violation, violation_id
from govops.sla.agreement import standing_of, with_incidents
from govops.sla.engines import Access, engine
from govops.sla.terms import moment
from govops.workspace import Opened, open_audit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a check looks at: ``names`` of agreements (all without any), where, and by which engine.

    ``sources`` are addresses by the name of a connection, before those of Settings; ``access`` is how those are asked.
    """

    names: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    engine: str = "duckdb"
    access: Access = field(default_factory=Access)
    with_trend: bool = False


def check(asked: Opened, wanted: Wanted) -> ServiceReport:
    """How every agreement stands, what is recorded of broken promises, and what is new.

    Addresses come from Settings that landed lawfully, and from the caller. UndecidableError without an instant to look
    from; UsageError for an agreement that never was.
    """
    with open_audit(asked) as facts:
        stood = stand(RULES, facts)
        refuse_without_rules(stood.report)
        origin = stood.report.provenance
        if origin.as_of is None:
            raise UndecidableError(
                "no change of this history has an attested time", hint="give an instant: --as-of now"
            )
        promises = Promises(facts, stood)
        connections = {one.name: one.address for one in stood.law.lawful_settings.connections} | dict(wanted.sources)
        measuring = engine(wanted.engine, connections, root=_root(asked.repository), access=wanted.access)
        known = {agreement.name: agreement for agreement in promises.agreements()}
        _refuse_unknown(wanted.names, known)
        standings = (
            standing_of(agreement, origin.as_of, measuring, with_trend=wanted.with_trend)
            for name, agreement in known.items()
            if not wanted.names or name in wanted.names
        )
        cases = stood.report.incidents
        agreements = tuple(with_incidents(standing, cases) for standing in standings if standing is not None)
        recorded = tuple(one for one in stood.report.violations if not wanted.names or one.sla in wanted.names)
        return ServiceReport(
            repository=origin.repository,
            ref=origin.ref,
            tip=origin.tip,
            as_of=origin.as_of,
            as_of_clock=origin.as_of_clock,
            govops_version=govops.__version__,
            engine=wanted.engine,
            agreements=agreements,
            violations=(*recorded, *_new(agreements, recorded)),
            doubts=doubts(stood.report),
        )


_STATES: Mapping[str, Callable[[Violation], bool]] = {
    "new": lambda one: not one.is_recorded,
    "recorded": lambda one: one.is_recorded,
    "open": lambda one: one.is_recorded and one.acknowledged is None,
    "acknowledged": lambda one: one.acknowledged is not None,
}


def select(report: ServiceReport, *, objective: str | None = None, state: str | None = None) -> ServiceReport:
    """The report with those violations only; UsageError for a metric that there is not."""
    if objective is not None and objective not in get_args(Metric):
        raise UsageError(f'there is no objective "{objective[:60]}"', hint=f"one of: {', '.join(get_args(Metric))}")
    found = (one for one in report.violations if objective in (None, one.metric))
    return replace(report, violations=tuple(one for one in found if state is None or _STATES[state](one)))


def overlaps(one: Violation, other: Violation) -> bool:
    """Whether both say that the same promise was broken, at a time that both speak of."""
    if (one.sla, one.metric) != (other.sla, other.metric):
        return False
    return moment(one.span.start) < moment(other.span.end) and moment(other.span.start) < moment(one.span.end)


def _new(agreements: Sequence[AgreementStanding], recorded: Sequence[Violation]) -> Iterator[Violation]:
    """Broken promises over whole windows of which nothing is recorded; a window that rolls on is not told anew."""
    for agreement in agreements:
        for period, part, judged in agreement.judged():
            if judged.standing is not Standing.VIOLATED or not period.is_complete or judged.lowest is None:
                continue
            name = violation_id(agreement.name, judged.metric, part.span)
            path = f"registry/slas/{agreement.name}/violations/{name}.yaml"
            found = Violation(name, agreement.name, judged.metric, part.span, judged.target, judged.lowest, path)
            if not any(overlaps(found, one) for one in recorded):
                yield found


def _root(repository: Path) -> Path:
    return locate(repository, discover=repository == Path(".")).shown


def _refuse_unknown(names: Sequence[str], known: Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            hint = f"there are: {', '.join(sorted(known))}" if known else "there is no agreement in this history"
            raise NotFoundError(f'there is no ServiceLevelAgreement "{name[:63]}"', hint=hint)
