"""Models and their versions: registered, decided about, measured, given up."""

from __future__ import annotations

from collections.abc import Iterator

from govops.app.drafting.edits import Edit, Written, draft, edit, measures, new, refuse_step
from govops.app.drafting.tip import Stood, Tip
from govops.app.governance import ConflictError, Draft, NotFoundError
from govops.app.governance.requests import RegisterModel, Retire, VersionMetrics
from govops.kinds.model import Model
from govops.kinds.model_version import ModelVersion
from govops.kinds.quoting import quoted
from govops.lifecycle.transitions import MODEL_VERSION


def register(tip: Tip, request: RegisterModel) -> Draft:
    """A new model, a new version, or both. ConflictError for what is registered already."""
    name = f"{request.name} {request.version.version}" if request.version else request.name
    return draft(tip, f"Register {name}", _registered(tip, request), reason=request.reason)


def approve(tip: Tip, version: Stood[ModelVersion], *, note: str = "") -> Draft:
    """A version that may be deployed from now on."""
    refuse_step(version, "approved", MODEL_VERSION)
    change = Edit({("spec", "status"): "approved"}, without=(("spec", "retirement"),))
    return draft(tip, f"Approve {version.resource.title}", [edit(version, change)], reason=note)


def reject(tip: Tip, version: Stood[ModelVersion], *, note: str = "") -> Draft:
    """A version that may not be deployed."""
    refuse_step(version, "rejected", MODEL_VERSION)
    change = Edit({("spec", "status"): "rejected"})
    return draft(tip, f"Reject {version.resource.title}", [edit(version, change)], reason=note)


def deprecate(tip: Tip, version: Stood[ModelVersion], request: Retire) -> Draft:
    """A version that is given up, and why or for which other."""
    refuse_step(version, "deprecated", MODEL_VERSION)
    retirement = request.model_dump(exclude_none=True)
    change = Edit({("spec", "status"): "deprecated", ("spec", "retirement"): retirement})
    return draft(tip, f"Deprecate {version.resource.title}", [edit(version, change)], reason=request.reason)


def measure(tip: Tip, version: Stood[ModelVersion], request: VersionMetrics) -> Draft:
    """What was measured of a version; what is not named stays as it is."""
    change = measures(version, request.metrics.model_dump(exclude_unset=True, exclude_none=True))
    return draft(tip, f"Measure {version.resource.title}", [edit(version, change)], reason=request.reason)


def _registered(tip: Tip, request: RegisterModel) -> Iterator[Written]:
    labels = request.labels
    if request.model is not None:
        yield new(tip, Model, request.name, request.model.model_dump(exclude_unset=True), labels)
        labels = {}
    elif tip.find(Model, request.name) is None:
        raise NotFoundError(f"there is no Model {quoted(request.name)}", hint="register it together with its version")
    if request.version is not None:
        name = f"{request.name}/{request.version.version}"
        if tip.find(ModelVersion, name) is not None:
            hint = "a version is one artifact for ever: register the next one"
            raise ConflictError(f"{request.name} {request.version.version} is registered already", hint=hint)
        yield new(tip, ModelVersion, name, request.version.spec(), labels)
