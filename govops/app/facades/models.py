"""Models and their versions: from registration to production, and back."""

from __future__ import annotations

from govops.app.drafting import Stood, Tip, deployments, versions
from govops.app.facades.histories import of_version
from govops.app.facades.proposing import Step, decide, propose
from govops.app.facades.reading import Short, document, page, short
from govops.app.governance import Actor, Document, Page, Query, Site, Submitted
from govops.app.governance.requests import Decide, Deploy, RegisterModel, Retire, RollBack, VersionMetrics
from govops.errors import UsageError
from govops.kinds.model_version import ModelVersion
from govops.kinds.resource import ResourceKey


class ModelRegistry:
    """The models of one repository.

    ``key`` makes a repetition of a request the same proposal. ``if_match`` is the blob id of the version's file as the
    caller has seen it; where a proposal that concerns the version is decided, the head of that proposal. Every write
    raises ForbiddenError, ConflictError, StaleError, MissingConditionError, NotFoundError or UsageError.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def site(self) -> Site:
        """Where it is done."""
        return self._site

    def register(self, actor: Actor, request: RegisterModel, *, key: str | None = None) -> Submitted:
        """Propose a new model, a new version, or both. Needs ``model:register``."""
        step = Step(actor, "model:register", ResourceKey("Model", request.name), key)
        return propose(self._site, step, lambda tip: versions.register(tip, request))

    def list(self, query: Query | None = None) -> Page:
        """The models, by name. Filters: ``owner``, ``risk_tier``, ``status``."""
        return page(self._site, "models", query)

    def model(self, name: str, *, as_of: str | None = None) -> Document:
        """One model. NotFoundError if it did not stand then."""
        return document(self._site, "models", {"name": name}, as_of=as_of)

    def versions(self, model: str, query: Query | None = None) -> Page:
        """The versions of a model. Filters: ``status``, ``declared``, ``artifact_digest``.

        NotFoundError for a model that did not stand then."""
        return page(self._site, "model_versions", query, {"model": model}, of=("models", {"name": model}))

    def version(self, model: str, version: str, *, as_of: str | None = None) -> Document:
        """One version, its derived status included. NotFoundError if it did not stand then."""
        return document(self._site, "model_versions", {"model": model, "version": version}, as_of=as_of)

    def history(self, model: str, version: str, query: Query | None = None) -> Page:
        """What happened to a version, oldest first: the steps of its file, and where it came to run and went again."""
        name = f"history of {model}/{version}"
        if query is not None and query.filters:
            raise UsageError("a history has no filters", hint="it is read from its beginning")
        steps = Short(lambda now, at: of_version(now, at, model, version), ("position", "number"))
        return short(self._site, name, query, steps)

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
        step = _step(actor, "model:approve", model, version, key)
        return decide(
            self._site,
            step,
            "approve",
            request.note,
            if_match=if_match,
            otherwise=lambda tip: versions.approve(tip, _seen(tip, step, if_match), note=request.note),
        )

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
        step = _step(actor, "model:approve", model, version, key)
        return decide(
            self._site,
            step,
            "reject",
            request.note,
            if_match=if_match,
            otherwise=lambda tip: versions.reject(tip, _seen(tip, step, if_match), note=request.note),
        )

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
        step = _step(actor, "model:approve", model, version, key)
        return propose(self._site, step, lambda tip: versions.deprecate(tip, _seen(tip, step, if_match), request))

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
        step = _step(actor, "model:deploy", model, version, key)
        return propose(self._site, step, lambda tip: deployments.deploy(tip, _seen(tip, step, if_match), request))

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
        step = _step(actor, "model:rollback", model, version, key)
        return propose(self._site, step, lambda tip: deployments.roll_back(tip, _seen(tip, step, if_match), request))

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
        step = _step(actor, "model:register", model, version, key)
        return propose(self._site, step, lambda tip: versions.measure(tip, _seen(tip, step, if_match), request))


def _step(actor: Actor, permission: str, model: str, version: str, key: str | None) -> Step:
    return Step(actor, permission, ResourceKey("ModelVersion", f"{model}/{version}"), key)


def _seen(tip: Tip, step: Step, if_match: str | None) -> Stood[ModelVersion]:
    return tip.seen(ModelVersion, step.resource.name, if_match)
