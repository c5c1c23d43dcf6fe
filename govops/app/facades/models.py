"""Models and their versions: from registration to production, and back."""

from __future__ import annotations

from govops.app.governance import Actor, Document, Page, Query, Site, Submitted
from govops.app.governance.requests import Decide, Deploy, RegisterModel, Retire, RollBack, VersionMetrics


class ModelRegistry:
    """The models of one repository.

    ``key`` makes a repetition of a request the same proposal. ``if_match`` is the blob id of the version's file as the
    caller has seen it; where a proposal that concerns the version is decided, the head of that proposal. Every write
    raises ForbiddenError, ConflictError, StaleError, MissingConditionError, NotFoundError or UsageError.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def register(self, actor: Actor, request: RegisterModel, *, key: str | None = None) -> Submitted:
        """Propose a new model, a new version, or both. Needs ``model:register``."""
        raise NotImplementedError

    def list(self, query: Query | None = None) -> Page:
        """The models, by name. Filters: ``owner``, ``risk_tier``, ``status``."""
        raise NotImplementedError

    def model(self, name: str, *, as_of: str | None = None) -> Document:
        """One model. NotFoundError if it did not stand then."""
        raise NotImplementedError

    def versions(self, model: str, query: Query | None = None) -> Page:
        """The versions of a model. Filters: ``status``. NotFoundError for a model that did not stand then."""
        raise NotImplementedError

    def version(self, model: str, version: str, *, as_of: str | None = None) -> Document:
        """One version, its derived status included. NotFoundError if it did not stand then."""
        raise NotImplementedError

    def history(self, model: str, version: str, query: Query | None = None) -> Page:
        """What happened to a version, oldest first: changes of its file, and where it was deployed and withdrawn."""
        raise NotImplementedError

    def approve(
        self,
        actor: Actor,
        model: str,
        version: str,
        request: Decide,
        *,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Submitted:
        """Approve the open proposal that concerns the version; where none is open, propose that it be approved.

        Needs ``model:approve``, and counts if the gate says so. ConflictError for a version that cannot be approved
        as it stands, or which several open proposals concern.
        """
        raise NotImplementedError

    def reject(
        self,
        actor: Actor,
        model: str,
        version: str,
        request: Decide,
        *,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Submitted:
        """Reject the open proposal that concerns the version; where none is open, propose that it be rejected.

        Needs ``model:approve``.
        """
        raise NotImplementedError

    def deprecate(
        self,
        actor: Actor,
        model: str,
        version: str,
        request: Retire,
        *,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Submitted:
        """Propose to give a version up. Needs ``model:approve``."""
        raise NotImplementedError

    def deploy(
        self,
        actor: Actor,
        model: str,
        version: str,
        request: Deploy,
        *,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Submitted:
        """Propose that an approved version runs in an environment. Needs ``model:deploy``."""
        raise NotImplementedError

    def rollback(
        self,
        actor: Actor,
        model: str,
        version: str,
        request: RollBack,
        *,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Submitted:
        """Propose that a version that runs gives way to the one before it. Needs ``model:rollback``.

        ConflictError if it does not run there, or nothing ran there before.
        """
        raise NotImplementedError

    def metrics(
        self,
        actor: Actor,
        model: str,
        version: str,
        request: VersionMetrics,
        *,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Submitted:
        """Propose to write down what was measured of a version. Needs ``model:register``."""
        raise NotImplementedError
