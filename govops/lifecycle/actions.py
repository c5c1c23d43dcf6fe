"""From the two sides of one file's difference to the actions that they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from govops.kinds import Resource
from govops.kinds.custom import CustomKind, CustomResource
from govops.kinds.deployment import Deployment
from govops.kinds.incident import Incident
from govops.kinds.model_version import ModelVersion
from govops.kinds.role import Role
from govops.kinds.sla_violation import SlaViolation
from govops.kinds.use_case import UseCase
from govops.kinds.user import User
from govops.lifecycle.occupancy import is_rollback
from govops.lifecycle.transitions import MODEL_VERSION, USE_CASE, Transitions, legal_next

AnyResource = Resource | CustomResource


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a change does to one resource; ``old`` or ``new`` is None when it is absent."""

    name: str
    kind: str
    resource: str
    path: str
    old: AnyResource | None = None
    new: AnyResource | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Misstep:
    """A step that the lifecycle does not know. ``field`` is where to look in the new content."""

    path: str
    field: tuple[str | int, ...]
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """All that one file's difference means."""

    actions: tuple[Action, ...] = ()
    missteps: tuple[Misstep, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the lifecycle may ask about the rest of the registry.

    ``after`` finds a resource as the change leaves it: (kind, name) -> resource or None. ``stays`` are the
    versions that stood at an environment's deployment *before* the change: (environment, model) -> oldest first.
    """

    after: Callable[[str, str], Resource | None]
    stays: Callable[[str, str], Sequence[str | None]]


Say = Iterator[Action | Misstep]

_DEPLOYABLE = ("approved", "deprecated")  # a deprecated version may still come back by a rollback


def derive(
    path: str,
    old: AnyResource | None,
    new: AnyResource | None,
    *,
    around: Surroundings,
    custom: CustomKind | None = None,
) -> Derivation:
    """Actions in a fixed order, and the missteps. At least one of ``old`` and ``new`` is given."""
    some = new if new is not None else old
    if some is None:
        return Derivation()
    said = tuple(_custom(path, old, new, custom) if custom else _DERIVE.get(some.kind, _policy)(path, old, new, around))
    if not said:  # the bytes differ and the values do not: still a change, never a free one
        said = (_action(_UPDATE[some.kind], path, old, new, "comments or layout only"),)
    return Derivation(
        actions=tuple(item for item in said if isinstance(item, Action)),
        missteps=tuple(item for item in said if isinstance(item, Misstep)),
    )


def _action(name: str, path: str, old: AnyResource | None, new: AnyResource | None, summary: str = "") -> Action:
    some: Any = new if new is not None else old
    return Action(name, some.key.kind, some.key.name, path, old, new, summary)


def _model(path: str, old: Any, new: Any, around: Surroundings) -> Say:
    if new is None:
        yield _action("model.delete", path, old, new)
        return
    if old is None:
        yield _action("model.register", path, old, new, f"risk tier {new.spec.risk_tier}")
        return
    is_reviewed = new.spec.review not in (None, old.spec.review)
    if is_reviewed:
        yield _action("model.approve", path, old, new, "reviewed")
    if not is_reviewed or _differs(old, new, ("review",)):
        moved = f"risk tier {old.spec.risk_tier} to {new.spec.risk_tier}"
        yield _action("model.update", path, old, new, moved if old.spec.risk_tier != new.spec.risk_tier else "")


def _model_version(path: str, old: ModelVersion | None, new: ModelVersion | None, around: Surroundings) -> Say:
    if new is None:
        yield _action("model.delete", path, old, new)
        if old is not None and old.spec.status == "approved":
            yield _in_use(path, old, old.spec.status)
        return
    before = old.spec.status if old else None
    if before != new.spec.status:
        yield from _step(MODEL_VERSION, path, old, new, states=(before, new.spec.status))
        yield from _still_back(path, new, around)
    if old is None:
        return
    rebuilt = old.spec.artifact.digest != new.spec.artifact.digest or old.spec.source != new.spec.source
    deployable = before in _DEPLOYABLE and new.spec.status in _DEPLOYABLE
    if rebuilt and deployable and (before, new.spec.status) != ("deprecated", "approved"):
        yield _action("model.approve", path, old, new, "artifact or source of an approved version changed")
    elif _differs(old, new, _told(old, new)):
        yield _action("model.update", path, old, new)


def _still_back(path: str, new: ModelVersion, around: Surroundings) -> Say:
    """A version that runs by a rollback may be a deprecated one, but is not deprecated while it runs."""
    running = around.after("Deployment", f"production/{new.metadata.name}")
    if not isinstance(running, Deployment) or running.spec.rollback is None or not new.is_retired:
        return
    if running.spec.version == new.metadata.version:
        message = f"{new.title} runs in production by a rollback and cannot be deprecated"
        yield Misstep(path, ("spec", "status"), message, "deploy another version first")


def _in_use(path: str, old: AnyResource, status: str) -> Misstep:
    message = f"{old.key} is {status} and cannot be deleted"
    return Misstep(path, ("spec", "status"), message, "retire it first: deprecated, with a successor or a reason")


def _told(old: ModelVersion | UseCase, new: ModelVersion | UseCase) -> tuple[str, ...]:
    """Fields of which the step from one status to another speaks already."""
    return ("status", "retirement") if new.is_retired and old.spec.status != new.spec.status else ("status",)


def _deployment(path: str, old: Deployment | None, new: Deployment | None, around: Surroundings) -> Say:
    if new is None:
        yield _action("model.undeploy", path, old, new, f"version {old.spec.version} leaves" if old else "")
        return
    if old is not None and old.spec.version == new.spec.version:
        yield _action("model.update_deployment", path, old, new)
        return
    stays = around.stays(new.spec.environment, new.metadata.name)
    before, reason = (old.spec.rollback if old else None), new.spec.rollback
    fresh = reason is not None and (before is None or before.reason != reason.reason)
    back = fresh and is_rollback(stays, new.spec.version)
    moved = f"version {old.spec.version} to {new.spec.version}" if old else f"version {new.spec.version}"
    yield _action("model.rollback" if back else f"model.deploy_{new.spec.environment}", path, old, new, moved)
    if reason is not None and not back:
        yield Misstep(
            path,
            ("spec", "rollback"),
            f'"{new.spec.version}" is not a return to a version that had left {new.spec.environment}'
            if fresh
            else "spec.rollback still gives the reason of an earlier rollback",
            "remove spec.rollback from a deployment; a rollback needs a reason of its own",
        )
    yield from _deployable(path, new, around, back=back)


def _deployable(path: str, new: Deployment, around: Surroundings, *, back: bool) -> Say:
    model = new.metadata.name
    version = around.after("ModelVersion", f"{model}/{new.spec.version}")
    if not isinstance(version, ModelVersion):
        return  # a dangling reference is a finding of its own
    allowed = _DEPLOYABLE if back else ("approved",)
    if version.spec.status not in allowed:
        yield Misstep(
            path,
            ("spec", "version"),
            f'{model} "{new.spec.version}" is {version.spec.status} and cannot enter {new.spec.environment}',
            f"deploy a version that is {' or '.join(allowed)}",
        )


def _use_case(path: str, old: UseCase | None, new: UseCase | None, around: Surroundings) -> Say:
    if new is None:
        yield _action("usecase.delete", path, old, new)
        if old is not None and old.is_in_force:
            yield _in_use(path, old, old.spec.status)
        return
    before = old.spec.status if old else None
    if before != new.spec.status:
        yield from _step(USE_CASE, path, old, new, states=(before, new.spec.status))
    if old is None:
        return
    material = ("impact", "models", "affected_systems", "input_schema", "output_schema", "review")
    changed = [name for name in material if getattr(old.spec, name) != getattr(new.spec, name)]
    if changed and old.is_in_force and new.is_in_force:
        yield _action("usecase.approve", path, old, new, f"{', '.join(changed)} changed after approval")
    elif _differs(old, new, _told(old, new)):
        yield _action("usecase.update", path, old, new)


def _user(path: str, old: User | None, new: User | None, around: Surroundings) -> Say:
    before = set(old.spec.roles) if old else set()
    after = set(new.spec.roles) if new else set()
    if old is None or new is None:
        yield _action("user.delete" if new is None else "user.create", path, old, new)
    elif _differs(old, new, ("roles",)):
        yield _action("user.update", path, old, new)
    if after - before:
        yield _action("role.assign", path, old, new, ", ".join(sorted(after - before)))
    if before - after:
        yield _action("role.revoke", path, old, new, ", ".join(sorted(before - after)))


def _role(path: str, old: Role | None, new: Role | None, around: Surroundings) -> Say:
    if old is None or new is None:
        yield _action("role.delete" if new is None else "role.create", path, old, new)
    elif set(old.spec.permissions) != set(new.spec.permissions):
        yield _action("permission.change", path, old, new)
    else:
        yield _action("role.update", path, old, new)


def _sla_violation(path: str, old: SlaViolation | None, new: SlaViolation | None, around: Surroundings) -> Say:
    if old is None or new is None:
        yield _action("sla.report_violation" if old is None else "sla.delete", path, old, new)
    if new is not None and new.spec.acknowledged != (old.spec.acknowledged if old else None):
        yield _action("sla.acknowledge", path, old, new)
    if old is not None and new is not None and _differs(old, new, ("acknowledged",)):
        yield _action("sla.update", path, old, new)


def _incident(path: str, old: Incident | None, new: Incident | None, around: Surroundings) -> Say:
    if old is None or new is None:
        yield _action("incident.report" if old is None else "incident.delete", path, old, new)
    if new is not None and new.spec.resolution != (old.spec.resolution if old else None):
        yield _action("incident.resolve", path, old, new, "" if new.spec.resolution else "reopened")
    if old is not None and new is not None and _differs(old, new, ("resolution",)):
        yield _action("incident.update", path, old, new)


def _sla(path: str, old: Any, new: Any, around: Surroundings) -> Say:
    verb = "create" if old is None else "delete" if new is None else "update"
    yield _action(f"sla.{verb}", path, old, new)


def _policy(path: str, old: Any, new: Any, around: Surroundings) -> Say:
    verb = "added" if old is None else "removed" if new is None else "changed"
    yield _action("policy.change", path, old, new, verb)


_DERIVE: dict[str, Callable[[str, Any, Any, Surroundings], Say]] = {
    "Model": _model,
    "ModelVersion": _model_version,
    "Deployment": _deployment,
    "UseCase": _use_case,
    "User": _user,
    "Role": _role,
    "ServiceLevelAgreement": _sla,
    "SlaViolation": _sla_violation,
    "Incident": _incident,
}

_UPDATE = {
    "ModelVersion": "model.update",
    "UseCase": "usecase.update",
    "User": "user.update",
    "Incident": "incident.update",
    "SlaViolation": "sla.update",
}


def _custom(path: str, old: AnyResource | None, new: AnyResource | None, kind: CustomKind) -> Say:
    if not isinstance(new, CustomResource):
        yield _action(kind.spec.action("delete"), path, old, new)
        return
    before = kind.state(old.document) if isinstance(old, CustomResource) else None
    after = kind.state(new.document)
    transitions = {(step.from_, step.to): step.action for step in kind.spec.transitions}
    if transitions and before != after and after is not None:
        yield from _step(transitions, path, old, new, states=(before, after))
        return
    yield _action(kind.spec.action("create" if old is None else "update"), path, old, new)


def _step(transitions: Transitions, path: str, old: Any, new: Any, *, states: tuple[str | None, str]) -> Say:
    before, after = states
    name = transitions.get(states)
    if name is not None:
        yield _action(name, path, old, new, f"{before or 'new'} to {after}")
        return
    following = legal_next(transitions, before)
    yield Misstep(
        path,
        ("spec", "status"),
        f'{new.key} cannot go from {before or "nothing"} to "{after}"',
        f"from {before or 'nothing'} it may go to {', '.join(following)}" if following else f"{before} is final",
    )
    yield _action(_usual(transitions, after), path, old, new, f"{before or 'new'} to {after}")


def _usual(transitions: Transitions, state: str) -> str:
    """The action that usually leads to ``state``: an illegal step still needs that action's approval."""
    return next((name for (_, to), name in transitions.items() if to == state), "unknown")


def _differs(old: Any, new: Any, but: tuple[str, ...]) -> bool:
    """Whether anything outside the named fields of ``spec`` differs (metadata included)."""
    if old.metadata != new.metadata:
        return True
    fields = [name for name in type(new.spec).model_fields if name not in but]
    return any(getattr(old.spec, name) != getattr(new.spec, name) for name in fields)
