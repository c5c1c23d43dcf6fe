"""Agreements on service levels: what is promised, what is measured, and what was not kept."""

from __future__ import annotations

from govops.app.governance import Actor, Document, Page, Query, Recorded, Site, Submitted
from govops.app.governance.requests import Acknowledge, CreateAgreement, Measurements


class SLAManager:
    """The agreements of one repository.

    ``key`` makes a repetition of a request the same proposal. ``if_match`` is the blob id of the violation's file as
    the caller has seen it. Every write raises ForbiddenError, ConflictError, StaleError, MissingConditionError,
    NotFoundError or UsageError.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def create(self, actor: Actor, request: CreateAgreement, *, key: str | None = None) -> Submitted:
        """Propose an agreement. Needs ``sla:manage``."""
        raise NotImplementedError

    def list(self, query: Query | None = None) -> Page:
        """The agreements, by name. Filters: ``resource``."""
        raise NotImplementedError

    def status(self, name: str, *, as_of: str | None = None) -> Document:
        """How an agreement stands, measured now (or at an instant): every promise, and what was not kept.

        A violation that is not ``recorded`` yet is recorded by whoever acknowledges it.
        """
        raise NotImplementedError

    def measure(self, actor: Actor, name: str, request: Measurements) -> Recorded:
        """Append measurements to the agreement's file, at once. Needs ``sla:manage``."""
        raise NotImplementedError

    def violations(self, query: Query | None = None) -> Page:
        """The violations that are recorded, by agreement and id. Filters: ``sla``, ``objective``, ``status``."""
        raise NotImplementedError

    def acknowledge(
        self, actor: Actor, violation: str, request: Acknowledge, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose to note that somebody knows of a violation (``SLA/ID``, or the id alone where it is clear).

        One that is measured and not recorded yet is recorded with the note. Needs ``sla:manage``.
        """
        raise NotImplementedError
