"""Use cases: from a draft to the end of their use."""

from __future__ import annotations

from govops.app.drafting import Stood, Tip, use_cases
from govops.app.facades.choices import chosen, using_model
from govops.app.facades.proposing import Step, decide, propose
from govops.app.facades.reading import document
from govops.app.governance import Actor, Document, Page, Query, Site, Submitted
from govops.app.governance.requests import CreateUseCase, Decide, Propose, Retire, UseCaseMetrics
from govops.kinds.resource import ResourceKey
from govops.kinds.use_case import UseCase


class UseCaseRegistry:
    """The use cases of one repository.

    ``key`` makes a repetition of a request the same proposal. ``if_match`` is the blob id of the use case's file as the
    caller has seen it; where a proposal that concerns it is decided, the head of that proposal. Every write raises
    ForbiddenError, ConflictError, StaleError, MissingConditionError, NotFoundError or UsageError.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def site(self) -> Site:
        """Where it is done."""
        return self._site

    def create(self, actor: Actor, request: CreateUseCase, *, key: str | None = None) -> Submitted:
        """Propose a use case as a draft. Needs ``usecase:create``."""
        step = _step(actor, "usecase:create", request.name, key)
        return propose(self._site, step, lambda tip: use_cases.create(tip, request))

    def list(self, query: Query | None = None) -> Page:
        """The use cases, by name. Filters: ``owner``, ``impact``, ``status``, ``model``."""
        return chosen(self._site, "use_cases", query, {"model": using_model})

    def use_case(self, name: str, *, as_of: str | None = None) -> Document:
        """One use case. NotFoundError if it did not stand then."""
        return document(self._site, "use_cases", {"name": name}, as_of=as_of)

    def submit(
        self, actor: Actor, name: str, request: Propose, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose that a draft is ready to be approved. Needs ``usecase:create``."""
        step = _step(actor, "usecase:create", name, key)
        return self._go_on(step, "submitted", request.reason, if_match=if_match)

    def approve(
        self, actor: Actor, name: str, request: Decide, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Approve the open proposal that concerns the use case; where none is open, propose that it be approved.

        Needs ``usecase:approve``, and counts if the gate says so.
        """
        step = _step(actor, "usecase:approve", name, key)
        return decide(
            self._site,
            step,
            "approve",
            request.note,
            if_match=if_match,
            otherwise=lambda tip: use_cases.step(tip, _seen(tip, step, if_match), "approved", reason=request.note),
        )

    def deploy(
        self, actor: Actor, name: str, request: Propose, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose that an approved use case is live. Needs ``usecase:deploy``."""
        step = _step(actor, "usecase:deploy", name, key)
        return self._go_on(step, "deployed", request.reason, if_match=if_match)

    def deprecate(
        self, actor: Actor, name: str, request: Retire, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose to give a use case up. Needs ``usecase:deprecate``."""
        step = _step(actor, "usecase:deprecate", name, key)
        return propose(self._site, step, lambda tip: use_cases.deprecate(tip, _seen(tip, step, if_match), request))

    def metrics(
        self, actor: Actor, name: str, request: UseCaseMetrics, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose to write down how well it does. Needs ``usecase:create``."""
        step = _step(actor, "usecase:create", name, key)
        return propose(self._site, step, lambda tip: use_cases.measure(tip, _seen(tip, step, if_match), request))

    def _go_on(self, step: Step, to: str, reason: str | None, *, if_match: str | None) -> Submitted:
        return propose(self._site, step, lambda tip: use_cases.step(tip, _seen(tip, step, if_match), to, reason=reason))


def _step(actor: Actor, permission: str, name: str, key: str | None) -> Step:
    return Step(actor, permission, ResourceKey("UseCase", name), key)


def _seen(tip: Tip, step: Step, if_match: str | None) -> Stood[UseCase]:
    return tip.seen(UseCase, step.resource.name, if_match)
