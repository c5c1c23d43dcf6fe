"""What runs where: a version goes in, or the one before it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from govops.app.drafting.edits import Edit, draft, edit, new
from govops.app.drafting.tip import Stood, Tip
from govops.app.governance import ConflictError, Draft, StaleError
from govops.app.governance.requests import Deploy, RollBack
from govops.errors import UsageError
from govops.kinds.deployment import Deployment
from govops.kinds.model_version import ModelVersion
from govops.kinds.quoting import quoted

_RETURNABLE = ("approved", "deprecated")
_VERSION, _ID, _ROLLBACK = ("spec", "version"), ("spec", "deployment_id"), ("spec", "rollback")


def deploy(tip: Tip, version: Stood[ModelVersion], request: Deploy) -> Draft:
    """An approved version runs in an environment from now on."""
    model, number = version.resource.metadata.name, version.resource.metadata.version
    if version.resource.spec.status != "approved":
        raise ConflictError(
            f"{version.resource.title} is {version.resource.spec.status}", hint="have it approved first"
        )
    here = tip.find(Deployment, f"{request.environment}/{model}")
    _refuse_unexpected(here, number, request)
    if here is None:
        spec = {"environment": request.environment, "version": number, "deployment_id": request.deployment_id}
        written = new(tip, Deployment, f"{request.environment}/{model}", spec, {})
    else:
        change = Edit({_VERSION: number, _ID: request.deployment_id}, without=(_ROLLBACK,))
        written = edit(here, change)
    title = f"Deploy {version.resource.title} to {request.environment}"
    return _seen(draft(tip, title, [written], reason=request.reason), version)


def roll_back(tip: Tip, version: Stood[ModelVersion], request: RollBack) -> Draft:
    """The version that ran before this one runs again. ConflictError if this one does not run, or none ran before."""
    model, number = version.resource.metadata.name, version.resource.metadata.version
    name = f"{request.environment}/{model}"
    here = tip.find(Deployment, name)
    if here is None or here.resource.spec.version != number:
        running = f"{here.resource.spec.version} does" if here else "nothing does"
        raise ConflictError(f"{version.resource.title} does not run in {request.environment}", hint=f"{running} now")
    if here.resource.spec.rollback and here.resource.spec.rollback.reason == request.reason:
        raise UsageError("this is the reason of the rollback before", hint="each rollback needs a reason of its own")
    back = _earlier(tip, list(tip.past(Deployment, name)), number, request.to)
    rollback = {"reason": request.reason}
    again = request.deployment_id or back.spec.deployment_id
    change = Edit({_VERSION: back.spec.version, _ID: again, _ROLLBACK: rollback})
    title = f"Roll {model} back to {back.spec.version} in {request.environment}"
    return _seen(draft(tip, title, [edit(here, change)], reason=request.reason), version)


def _refuse_unexpected(here: Stood[Deployment] | None, number: str, request: Deploy) -> None:
    running = here.resource.spec.version if here else None
    if request.replaces is not None and running != request.replaces:
        raise StaleError(
            f"{quoted(request.replaces)} does not run in {request.environment}",
            hint=f"{quoted(running)} does now" if running else "nothing does now",
        )
    if running == number:
        raise ConflictError(f"{quoted(number)} runs in {request.environment} already")


def _earlier(tip: Tip, past: Sequence[Deployment | None], current: str, wanted: str | None) -> Deployment:
    """The latest that had left before ``current`` first came, is named if one is, and may run."""
    first = next(at for at, state in enumerate(past) if state is not None and state.spec.version == current)
    for state in reversed(past[:first]):
        if state is not None and wanted in (None, state.spec.version) and _may_return(tip, state):
            return state
    what = f"version {quoted(wanted)}" if wanted else "no version"
    raise ConflictError(
        f"{what} had left before {quoted(current)} came, and may run" if wanted is None else f"{what} cannot come back",
        hint="a rollback returns to a version that ran there before; deploy another one instead",
    )


def _may_return(tip: Tip, state: Deployment) -> bool:
    version = tip.find(ModelVersion, f"{state.metadata.name}/{state.spec.version}")
    return version is not None and version.resource.spec.status in _RETURNABLE


def _seen(change: Draft, version: Stood[ModelVersion]) -> Draft:
    """The version has to stand as it was seen, too."""
    return replace(change, expected={**change.expected, version.path: version.blob})
