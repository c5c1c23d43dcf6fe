"""Use cases, step by step."""

from __future__ import annotations

from govops.app.drafting.edits import Edit, draft, edit, measures, new, refuse_step
from govops.app.drafting.tip import Stood, Tip
from govops.app.governance import Draft
from govops.app.governance.requests import CreateUseCase, Retire, UseCaseMetrics
from govops.kinds.use_case import UseCase
from govops.lifecycle.transitions import USE_CASE

_VERBS = {"submitted": "Submit", "approved": "Approve", "deployed": "Deploy"}


def create(tip: Tip, request: CreateUseCase) -> Draft:
    """A use case as a draft."""
    written = new(tip, UseCase, request.name, request.spec(), request.labels)
    return draft(tip, f"Create use case {request.name}", [written], reason=request.reason)


def step(tip: Tip, use_case: Stood[UseCase], to: str, *, reason: str | None = None) -> Draft:
    """One step on: submitted, approved or deployed."""
    refuse_step(use_case, to, USE_CASE)
    written = edit(use_case, Edit({("spec", "status"): to}))
    return draft(tip, f"{_VERBS[to]} use case {use_case.resource.metadata.name}", [written], reason=reason)


def deprecate(tip: Tip, use_case: Stood[UseCase], request: Retire) -> Draft:
    """A use case that is given up, and why or for which other."""
    refuse_step(use_case, "deprecated", USE_CASE)
    retirement = request.model_dump(exclude_none=True)
    written = edit(use_case, Edit({("spec", "status"): "deprecated", ("spec", "retirement"): retirement}))
    return draft(tip, f"Deprecate use case {use_case.resource.metadata.name}", [written], reason=request.reason)


def measure(tip: Tip, use_case: Stood[UseCase], request: UseCaseMetrics) -> Draft:
    """Measures of success; what is not named stays as it is."""
    written = edit(use_case, measures(use_case, request.metrics))
    return draft(tip, f"Measure use case {use_case.resource.metadata.name}", [written], reason=request.reason)
