"""What open critical incidents stand in the way of: promotions of what they name, and use cases that depend on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from govops.engine.incident_names import model_of
from govops.engine.incidents import OpenIncident
from govops.history.snapshot import Snapshot
from govops.incident import Affected
from govops.kinds.deployment import Deployment
from govops.kinds.model_version import ModelVersion
from govops.kinds.use_case import UseCase
from govops.kinds.version_range import version_in_range
from govops.lifecycle import Action
from govops.rule import Obstacle

BLOCKED = ("model.approve", "model.deploy_production", "usecase.deploy", "model.delete", "usecase.delete")
MARKED = ("usecase.approve", "usecase.deploy")


@dataclass(frozen=True, slots=True)
class _Promoted:
    """What an action promotes: the names that it goes by, and the version whose artifact it is."""

    names: tuple[str, ...]
    version: ModelVersion | None = None


def concerned(actions: Iterable[Action]) -> tuple[Action, ...]:
    """The actions that an incident may stand in the way of, or is to be known at."""
    return tuple(action for action in actions if action.name in BLOCKED or action.name in MARKED)


def obstacles(actions: Sequence[Action], standing: Iterable[OpenIncident], snapshot: Snapshot) -> Iterator[Obstacle]:
    """Every critical incident in the way of each concerned action, in order; ``snapshot`` stands before the change."""
    critical = [one for one in standing if one.severity == "critical"]
    for action in actions:
        for incident in critical:
            blocked = _blocked(action, actions, incident, snapshot) if action.name in BLOCKED else None
            found = blocked or _marked(action, incident, snapshot)
            if found is not None:
                about, via = found
                yield Obstacle(
                    incident=incident.name,
                    path=action.path,
                    action=action.name,
                    resource=f"{action.kind}/{action.resource}",
                    about=about,
                    via=via,
                    blocks=blocked is not None,
                    evidence=incident.evidence,
                    file=incident.path,
                )


def _blocked(
    action: Action, actions: Iterable[Action], incident: OpenIncident, snapshot: Snapshot
) -> tuple[str, str] | None:
    """(what is named, "") if the incident names what is promoted; (…, version) if it names one of the same artifact."""
    promoted = _promoted(action, actions, snapshot)
    for name in promoted.names:
        if name in incident.named:
            return name, ""
    if promoted.version is not None:
        for name, version in _versions(incident.named, snapshot):
            if version.spec.artifact.digest == promoted.version.spec.artifact.digest:
                return name, str(version.key)
    return None


def _promoted(action: Action, actions: Iterable[Action], snapshot: Snapshot) -> _Promoted:
    own = f"{action.kind}/{action.resource}"
    some = action.new or action.old
    if action.name == "model.delete":
        return _Promoted((own,))
    if isinstance(some, ModelVersion):
        return _Promoted((own, f"Model/{some.metadata.name}"), some)
    if isinstance(some, Deployment):
        name = f"{some.metadata.name}/{some.spec.version}"
        brought = (a.new for a in actions if isinstance(a.new, ModelVersion) and a.resource == name)
        version = next(brought, None) or snapshot.find("ModelVersion", name)
        names = (own, f"ModelVersion/{name}", f"Model/{some.metadata.name}")
        return _Promoted(names, version if isinstance(version, ModelVersion) else None)
    return _Promoted((own,))


def _versions(named: Iterable[str], snapshot: Snapshot) -> Iterator[tuple[str, ModelVersion]]:
    """(what is named, version) for every version that the names mean."""
    for name in named:
        kind, _, rest = name.partition("/")
        keys = sorted(snapshot.versions(rest)) if kind == "Model" else [rest] if kind == "ModelVersion" else []
        for key in keys:
            version = snapshot.find("ModelVersion", key)
            if isinstance(version, ModelVersion):
                yield name, version


def _marked(action: Action, incident: OpenIncident, snapshot: Snapshot) -> tuple[str, str] | None:
    return depends(action.new, incident.named, snapshot) if isinstance(action.new, UseCase) else None


def affected(found: Iterable[OpenIncident], snapshot: Snapshot) -> Iterator[Affected]:
    """The use cases in force that depend on what a critical one names, by path and incident."""
    critical = [one for one in found if one.severity == "critical"]
    for path, use_case in snapshot.of_kind("UseCase"):
        if isinstance(use_case, UseCase) and use_case.is_in_force:
            for incident in critical:
                own = str(use_case.key)
                rests = (own,) if own in incident.named else depends(use_case, incident.named, snapshot)
                if rests is not None:
                    yield Affected(use_case.metadata.name, path, incident.name, rests[0])


def depends(
    use_case: UseCase, named: Sequence[str], snapshot: Snapshot, seen: frozenset[str] = frozenset()
) -> tuple[str, str] | None:
    """(what is named, the use case in between or "") if the use case rests on any of it, however far."""
    for name in named:
        for link in use_case.spec.models:
            if _is_used(name, link.model, link.versions):
                return name, ""
    for needed in use_case.spec.dependencies:
        if f"UseCase/{needed}" in named:
            return f"UseCase/{needed}", ""
        further = snapshot.find("UseCase", needed)
        if isinstance(further, UseCase) and needed not in seen:
            found = depends(further, named, snapshot, seen | {needed})
            if found is not None:
                return found[0], f"UseCase/{needed}"
    return None


def _is_used(name: str, model: str, versions: str) -> bool:
    kind, _, rest = name.partition("/")
    if model_of(name) != model:
        return False
    if kind == "ModelVersion":
        return version_in_range(rest.partition("/")[2], versions)
    return kind == "Model" or rest.startswith("production/")
