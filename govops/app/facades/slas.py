"""Agreements on service levels: what is promised, what is measured, and what was not kept."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

from govops.app.access import require
from govops.app.drafting import Tip, agreements
from govops.app.facades.measured import lines, standing
from govops.app.facades.moments import asked, asked_now
from govops.app.facades.proposing import Step, propose
from govops.app.facades.reading import page
from govops.app.governance import (
    Actor,
    ConflictError,
    Document,
    Draft,
    NotFoundError,
    Page,
    Query,
    Recorded,
    Site,
    Submitted,
)
from govops.app.governance.requests import Acknowledge, CreateAgreement, Measurements
from govops.app.sla.checking import Wanted, check
from govops.app.sla.recording import Place, record
from govops.kinds import key_at
from govops.kinds.quoting import quoted
from govops.kinds.resource import ResourceKey
from govops.kinds.sla_violation import SlaViolation
from govops.service import ServiceReport
from govops.sla.engines import Access
from govops.workspace import now


class SLAManager:
    """The agreements of one repository.

    ``key`` makes a repetition of a request the same proposal. ``if_match`` is the blob id of the violation's file as
    the caller has seen it. Every write raises ForbiddenError, ConflictError, StaleError, MissingConditionError,
    NotFoundError or UsageError.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def site(self) -> Site:
        """Where it is done."""
        return self._site

    def create(self, actor: Actor, request: CreateAgreement, *, key: str | None = None) -> Submitted:
        """Propose an agreement. Needs ``sla:manage``."""
        step = Step(actor, "sla:manage", ResourceKey("ServiceLevelAgreement", request.name), key)
        return propose(self._site, step, lambda tip: agreements.create(tip, request))

    def list(self, query: Query | None = None) -> Page:
        """The agreements, by name. Filters: ``resource``."""
        return page(self._site, "slas", query)

    def status(self, name: str, *, as_of: str | None = None) -> Document:
        """How an agreement stands, measured now (or at an instant): every promise, and what was not kept.

        A violation that is not ``recorded`` yet is recorded by whoever acknowledges it.
        """
        found = self._checked((name,), as_of)
        return Document(standing(found, name), found.tip)

    def measure(self, actor: Actor, name: str, request: Measurements) -> Recorded:
        """Append measurements to the agreement's file, at once. Needs ``sla:manage``."""
        require(self._site, actor, "sla:manage", resource=f"ServiceLevelAgreement/{name}", request=actor.request)
        place = Place(self._site.repository, name, request.file, self._site.sources)
        return Recorded(*record(place, lines(request, now())))

    def violations(self, query: Query | None = None) -> Page:
        """The violations that are recorded, by agreement and id. Filters: ``sla``, ``objective``, ``status``."""
        return page(self._site, "violations", _by_metric(query))

    def acknowledge(
        self, actor: Actor, violation: str, request: Acknowledge, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose to note that somebody knows of a violation (``SLA/ID``, or the id alone where it is clear).

        One that is measured and not recorded yet is recorded with the note. Needs ``sla:manage``.
        """
        step = Step(actor, "sla:manage", ResourceKey("SlaViolation", violation), key)
        return propose(self._site, step, lambda tip: self._acknowledged(tip, step, request, if_match))

    def _checked(self, names: tuple[str, ...], as_of: str | None) -> ServiceReport:
        site = self._site
        engine = "duckdb" if find_spec("duckdb") else "reference"
        wanted = Wanted(names, site.sources, engine, Access(site.environment))
        return check(asked(site, as_of) if as_of else asked_now(site), wanted)

    def _acknowledged(self, tip: Tip, step: Step, request: Acknowledge, if_match: str | None) -> Draft:
        name = _whole(tip, step.resource.name)
        if tip.find(SlaViolation, name) is not None:
            stood = tip.seen(SlaViolation, name, if_match)
            return agreements.acknowledge(tip, stood, step.actor, request, at=now())
        sla, _, short = name.rpartition("/")
        violations = self._checked((sla,) if sla else (), request.as_of).violations
        found = next((one for one in violations if one.id == short and not one.is_recorded), None)
        if found is None:
            raise NotFoundError(f"there is no violation {quoted(name)}", hint="the status of the agreement names them")
        return agreements.record(tip, found, step.actor, request, at=now())


def _whole(tip: Tip, name: str) -> str:
    """``SLA/ID`` of a violation that is recorded under this id; as it was given where none is."""
    if "/" in name:
        return name
    paths = [path for path in tip.paths("registry/slas") if path.endswith(f"/violations/{name}.yaml")]
    if len(paths) > 1:
        raise ConflictError(f"several agreements have a violation {quoted(name)}", hint="name it as SLA/ID")
    key = key_at(paths[0]) if paths else None
    return key.name if key else name


def _by_metric(query: Query | None) -> Query | None:
    """An objective is called by what it measures."""
    if query is None:
        return None
    return replace(query, filters={"metric" if name == "objective" else name: v for name, v in query.filters.items()})
