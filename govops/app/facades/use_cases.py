"""Use cases: from a draft to the end of their use."""

from __future__ import annotations

from govops.app.governance import Actor, Document, Page, Query, Site, Submitted
from govops.app.governance.requests import CreateUseCase, Decide, Propose, Retire, UseCaseMetrics


class UseCaseRegistry:
    """The use cases of one repository.

    ``key`` makes a repetition of a request the same proposal. ``if_match`` is the blob id of the use case's file as the
    caller has seen it; where a proposal that concerns it is decided, the head of that proposal. Every write raises
    ForbiddenError, ConflictError, StaleError, MissingConditionError, NotFoundError or UsageError.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def create(self, actor: Actor, request: CreateUseCase, *, key: str | None = None) -> Submitted:
        """Propose a use case as a draft. Needs ``usecase:create``."""
        raise NotImplementedError

    def list(self, query: Query | None = None) -> Page:
        """The use cases, by name. Filters: ``owner``, ``impact``, ``status``, ``model``."""
        raise NotImplementedError

    def use_case(self, name: str, *, as_of: str | None = None) -> Document:
        """One use case. NotFoundError if it did not stand then."""
        raise NotImplementedError

    def submit(
        self, actor: Actor, name: str, request: Propose, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose that a draft is ready to be approved. Needs ``usecase:create``."""
        raise NotImplementedError

    def approve(
        self, actor: Actor, name: str, request: Decide, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Approve the open proposal that concerns the use case; where none is open, propose that it be approved.

        Needs ``usecase:approve``, and counts if the gate says so.
        """
        raise NotImplementedError

    def deploy(
        self, actor: Actor, name: str, request: Propose, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose that an approved use case is live. Needs ``usecase:deploy``."""
        raise NotImplementedError

    def deprecate(
        self, actor: Actor, name: str, request: Retire, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose to give a use case up. Needs ``usecase:deprecate``."""
        raise NotImplementedError

    def metrics(
        self, actor: Actor, name: str, request: UseCaseMetrics, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose to write down how well it does. Needs ``usecase:create``."""
        raise NotImplementedError
