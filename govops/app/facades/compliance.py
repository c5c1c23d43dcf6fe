"""Incidents, what was asked of the server, and the report of the audit."""

from __future__ import annotations

from govops.app.access import require
from govops.app.audit import audit
from govops.app.drafting import incidents
from govops.app.facades.moments import asked
from govops.app.facades.proposing import Step, propose
from govops.app.facades.reading import document, log_page, page
from govops.app.governance import Actor, Document, Page, Query, Site, Submitted
from govops.app.governance.requests import ReportIncident, ResolveIncident
from govops.app.indexing import cache_of
from govops.errors import UsageError
from govops.kinds.incident import Incident
from govops.kinds.quoting import quoted
from govops.kinds.resource import ResourceKey
from govops.render import render
from govops.workspace import now

REPORTS = ("json", "markdown")


class ComplianceReporter:
    """What went wrong in one repository, and what can be shown of all the rest.

    ``key`` makes a repetition of a request the same proposal. ``if_match`` is the blob id of the incident's file as the
    caller has seen it.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def site(self) -> Site:
        """Where it is done."""
        return self._site

    def report_incident(self, actor: Actor, request: ReportIncident, *, key: str | None = None) -> Submitted:
        """Report an incident; it lands at once where the policy asks for no approval. Needs ``incident:report``."""
        name = request.name or f"incident-{Step(actor, '', ResourceKey('Incident', ''), key).id}"
        step = Step(actor, "incident:report", ResourceKey("Incident", name), key)
        return propose(self._site, step, lambda tip: incidents.report(tip, actor, request, name=name, at=now()))

    def incidents(self, query: Query | None = None) -> Page:
        """The incidents, by name. Filters: ``severity``, ``category``, ``status`` (open, resolved), ``resource``.

        Now with attested times and derived categories; as of another moment as their files said.
        """
        return page(self._site, _incidents(query.as_of if query else None), query)

    def incident(self, name: str, *, as_of: str | None = None) -> Document:
        """One incident; ``category_word`` is what a derived category rests on. NotFoundError if it did not stand."""
        return document(self._site, _incidents(as_of), {"name": name}, as_of=as_of, file="incident_files")

    def resolve_incident(
        self, actor: Actor, name: str, request: ResolveIncident, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose that an incident has ended. Needs ``incident:resolve``. ConflictError if it has already."""
        step = Step(actor, "incident:resolve", ResourceKey("Incident", name), key)
        return propose(
            self._site,
            step,
            lambda tip: incidents.resolve(tip, tip.seen(Incident, name, if_match), actor, request, at=now()),
        )

    def audit_log(self, actor: Actor, query: Query | None = None) -> Page:
        """Who asked for what, and whether it was allowed, the latest first. Needs ``audit:read``.

        Filters: ``govops.index.durable.log.FILTERS``.
        """
        require(self._site, actor, "audit:read", resource="AuditLog/all", request=actor.request)
        return log_page(self._site, query)

    def report(self, actor: Actor, *, format: str = "json", as_of: str | None = None) -> str:
        """The audit of the whole history, as ``json`` or ``markdown``. Needs ``compliance:report``.

        It is computed from git, never from the index, and goes on from what earlier audits kept. ``as_of`` is the
        instant to judge at, or the revision to judge up to.
        """
        require(self._site, actor, "compliance:report", resource="Report/audit", request=actor.request)
        if format not in REPORTS:
            raise UsageError(f"there is no report as {quoted(format)}", hint=f"one of {', '.join(REPORTS)}")
        kept = cache_of(self._site) if self._site.index else None
        return render(audit(asked(self._site, as_of), kept), format)


def _incidents(as_of: str | None) -> str:
    """The listing: cases with all that is known of them now, or files as they stood."""
    return "incidents" if as_of is None else "incident_files"
