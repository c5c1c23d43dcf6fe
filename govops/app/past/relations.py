"""Other resources that an answer about one resource needs: what runs, where, for which use case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from govops.answer import Origin, Related
from govops.app.past.sight import AnyResource, Sight
from govops.engine import UNREADABLE
from govops.kinds.deployment import Deployment
from govops.kinds.model import Model
from govops.kinds.model_version import ModelVersion
from govops.kinds.use_case import UseCase
from govops.kinds.version_range import version_in_range

_ENVIRONMENTS = ("production", "staging")
_IN_FORCE = ("approved", "deployed")


def related(sight: Sight, resource: AnyResource | None) -> Iterator[Related]:
    """In a fixed order: what runs, then versions, then use cases."""
    match resource:
        case Deployment():
            yield from _version(sight, resource.metadata.name, resource.spec.version, "runs")
            yield from _use_cases(sight, resource.metadata.name, resource.spec.version)
        case ModelVersion():
            yield from _places(sight, resource)
            yield from _declared(sight, resource)
            yield from _model(sight, resource.metadata.name)
            yield from _use_cases(sight, resource.metadata.name, resource.metadata.version)
        case Model():
            for environment in _ENVIRONMENTS:
                yield from _running(sight, environment, resource.metadata.name)
            for path, version in sight.versions(resource.metadata.name):
                status = sight.version_status(version)
                yield _rested(sight, path, Related("version", str(version.key), status), sight.state(path, version))
            yield from _use_cases(sight, resource.metadata.name, None)
        case UseCase():
            for model in dict.fromkeys(link.model for link in resource.spec.models):
                yield from _runs_for(sight, resource, model)


def _rested(sight: Sight, path: str, related: Related, origin: Origin | None) -> Related:
    """With the change that it rests on, and whatever else of its file was not plainly allowed."""
    return replace(related, origin=origin, others=sight.not_plain(path, origin))


def _version(sight: Sight, model: str, version: str, relation: str) -> Iterator[Related]:
    """A version with the change that declared its status: the approval of the version itself."""
    key = f"{model}/{version}"
    path = sight.snapshot.path_of("ModelVersion", key)
    found = sight.resource(path) if path is not None else None
    if path is None or not isinstance(found, ModelVersion):
        yield Related(relation, f"ModelVersion/{key}", "not in the registry, or unreadable")
        return
    declared = sight.declared(path, found)
    yield _rested(
        sight, path, Related(relation, f"ModelVersion/{key}", sight.version_status(found), found.spec.status), declared
    )


def _running(sight: Sight, environment: str, model: str) -> Iterator[Related]:
    name = f"{environment}/{model}"
    path = f"registry/deployments/{name}.yaml"
    file = sight.snapshot.files.get(path)
    if file is None:
        return
    relation = f"runs in {environment}"
    if not isinstance(file.resource, Deployment):
        unknown = "the file of its deployment cannot be read, so what runs is not known"
        yield _rested(sight, path, Related(relation, f"Deployment/{name}", UNREADABLE, unknown), sight.content(path))
        return
    version = f"ModelVersion/{model}/{file.resource.spec.version}"
    status = sight.status(path, file.resource)
    yield _rested(sight, path, Related(relation, version, status, f"by Deployment/{name}"), sight.running(name))


def _places(sight: Sight, version: ModelVersion) -> Iterator[Related]:
    for environment in _ENVIRONMENTS:
        for place in _running(sight, environment, version.metadata.name):
            if place.resource in (str(version.key), f"Deployment/{environment}/{version.metadata.name}"):
                yield place


def _declared(sight: Sight, version: ModelVersion) -> Iterator[Related]:
    """The approval of a version, where its derived status came about later."""
    path = sight.snapshot.path_of(*version.key)
    if path is not None and version.spec.status != sight.version_status(version):
        origin = sight.declared(path, version)
        yield Related("declared", str(version.key), version.spec.status, origin=origin)


def _model(sight: Sight, name: str) -> Iterator[Related]:
    path = sight.snapshot.path_of("Model", name)
    found = sight.resource(path) if path is not None else None
    if path is not None and isinstance(found, Model):
        detail = f"{found.title}, owner {found.spec.owner}, risk tier {found.spec.risk_tier}"
        place = Related("model", f"Model/{name}", sight.status(path, found), detail)
        yield _rested(sight, path, place, sight.content(path))


def _use_cases(sight: Sight, model: str, version: str | None) -> Iterator[Related]:
    """Use cases that link the model, and whether each allows the version."""
    for path in sight.snapshot.referrers("Model", model):
        found = sight.snapshot.files[path].resource
        if isinstance(found, UseCase):
            state = sight.state(path, found)
            detail, allows = _allowance(found, model, version)
            yield _rested(sight, path, Related("use case", str(found.key), found.spec.status, detail, allows), state)


def _runs_for(sight: Sight, use_case: UseCase, model: str) -> Iterator[Related]:
    """What of a model runs in production, whether the use case allows it, and that version's own approval."""
    file = sight.snapshot.files.get(f"registry/deployments/production/{model}.yaml")
    running = file.resource if file is not None and isinstance(file.resource, Deployment) else None
    version = running.spec.version if running else None
    detail, allows = _allowance(use_case, model, version)
    if file is None:
        yield Related("runs in production", "", "nothing", f"no version of {model}; {detail}")
        return
    for place in _running(sight, "production", model):
        words = f"{place.detail}; {detail}"
        yield replace(place, detail=words, allows=allows)
    if version is not None:
        yield from _version(sight, model, version, "version")


def _allowance(use_case: UseCase, model: str, version: str | None) -> tuple[str, bool | None]:
    """Which range is approved, and whether it and the use case's own status allow the version."""
    ranges = [link.versions for link in use_case.spec.models if link.model == model]
    approved = f"approved for {' or '.join(ranges)}"
    if use_case.spec.status not in _IN_FORCE:
        return f"{approved}, and not in force: it is {use_case.spec.status}", None if version is None else False
    return approved, None if version is None else any(version_in_range(version, text) for text in ranges)
