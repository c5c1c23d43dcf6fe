"""Incidents, what was asked of the server, and the report of the audit."""

from __future__ import annotations

from govops.app.governance import Actor, Document, Page, Query, Site, Submitted
from govops.app.governance.requests import ReportIncident, ResolveIncident


class ComplianceReporter:
    """What went wrong in one repository, and what can be shown of all the rest.

    ``key`` makes a repetition of a request the same proposal. ``if_match`` is the blob id of the incident's file as the
    caller has seen it.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def report_incident(self, actor: Actor, request: ReportIncident, *, key: str | None = None) -> Submitted:
        """Report an incident; it lands at once where the policy asks for no approval. Needs ``incident:report``."""
        raise NotImplementedError

    def incidents(self, query: Query | None = None) -> Page:
        """The incidents, by name. Filters: ``severity``, ``category``, ``status`` (open, resolved), ``resource``."""
        raise NotImplementedError

    def incident(self, name: str, *, as_of: str | None = None) -> Document:
        """One incident; ``category_word`` is what a derived category rests on. NotFoundError if it did not stand."""
        raise NotImplementedError

    def resolve_incident(
        self, actor: Actor, name: str, request: ResolveIncident, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose that an incident has ended. Needs ``incident:resolve``. ConflictError if it has already."""
        raise NotImplementedError

    def audit_log(self, actor: Actor, query: Query | None = None) -> Page:
        """Who asked for what, and whether it was allowed, the latest first. Needs ``audit:read``.

        Filters: ``actor``, ``action``, ``allowed``, ``since``, ``until``.
        """
        raise NotImplementedError

    def report(self, actor: Actor, *, format: str = "json", as_of: str | None = None) -> str:
        """The audit of the whole history, as ``json`` or ``markdown``. Needs ``compliance:report``.

        It is computed from git, never from the index. ``as_of`` is the instant to judge at.
        """
        raise NotImplementedError
