"""The names of actions: what may be done to files of each kind."""

from __future__ import annotations

from govops.kinds import kind_named
from govops.kinds.custom import CustomKind
from govops.lifecycle.minor import can_be_minor, minor
from govops.lifecycle.transitions import MODEL_VERSION, USE_CASE

ACTIONS: dict[str, frozenset[str]] = {
    "Model": frozenset({"model.register", "model.approve", "model.update", "model.delete"}),
    "ModelVersion": frozenset({*MODEL_VERSION.values(), "model.update", "model.delete"}),
    "Deployment": frozenset(
        {
            "model.deploy_staging",
            "model.deploy_production",
            "model.rollback",
            "model.update_deployment",
            "model.undeploy",
        }
    ),
    "UseCase": frozenset({*USE_CASE.values(), "usecase.update", "usecase.delete"}),
    "ServiceLevelAgreement": frozenset({"sla.create", "sla.update", "sla.delete"}),
    "SlaViolation": frozenset({"sla.report_violation", "sla.acknowledge", "sla.update", "sla.delete"}),
    "Incident": frozenset({"incident.report", "incident.resolve", "incident.update", "incident.delete"}),
    "User": frozenset({"user.create", "user.update", "user.delete", "role.assign", "role.revoke"}),
    "Role": frozenset({"role.create", "role.update", "role.delete", "permission.change"}),
    "Policy": frozenset({"policy.change"}),
    "ControlFile": frozenset({"control.change"}),
    "Document": frozenset({"docs.change"}),
}
"""Kind -> everything that a change of one of its files may mean; docs/reference/actions.md is the long form."""

_DEPLOY = "model.deploy_"


def actions_on(kind: str, name: str, custom: CustomKind | None = None) -> tuple[str, ...]:
    """What may be done to one resource, sorted, minor updates included; nothing for a kind that there is not.

    Where the name says in which environment a deployment stands, it is only deployed there.
    """
    if custom is not None:
        steps = {step.action for step in custom.spec.transitions}
        found = steps | {custom.spec.action(verb) for verb in ("create", "update", "delete")}
    else:
        found = set(ACTIONS.get(kind, ACTIONS["Policy"] if kind_named(kind) else ()))
    found |= {minor(action) for action in found if can_be_minor(action)}
    environment = name.partition("/")[0] if kind == "Deployment" and "/" in name else ""
    return tuple(sorted(one for one in found if not environment or _is_there(one, environment)))


def makes(action: str) -> bool:
    """Whether it can be what makes a resource that was not there before. Permissions are changed of a Role that is."""
    verb = action.rpartition(".")[2]
    made = verb in ("register", "create", "report", "report_violation", "change", "assign")
    return (made and action != "permission.change") or verb.startswith("deploy_")


def _is_there(action: str, environment: str) -> bool:
    return not action.startswith(_DEPLOY) or action == f"{_DEPLOY}{environment}"
