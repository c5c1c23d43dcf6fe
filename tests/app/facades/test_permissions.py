"""Every step asks for its permission before it looks at anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from govops.app.facades import AccessControl, ComplianceReporter, ModelRegistry, SLAManager, UseCaseRegistry
from govops.app.governance import ForbiddenError, Site
from govops.app.governance import requests as ask
from tests.support.hosting import actor, recorder_key
from tests.support.world import World

WHO = actor("mallory")


def bare(kind: type[Any]) -> Any:
    """A request of which nothing is looked at but what the log says."""
    return kind.model_construct(name="x", roles=())


STEPS: dict[str, tuple[type[Any], str, Callable[[Any], object]]] = {
    "register": (
        ModelRegistry,
        "model:register",
        lambda o: o.register(WHO, bare(ask.RegisterModel)),
    ),
    "approve": (ModelRegistry, "model:approve", lambda o: o.approve(WHO, "m", "1", ask.Decide())),
    "reject": (ModelRegistry, "model:approve", lambda o: o.reject(WHO, "m", "1", ask.Decide())),
    "deprecate": (ModelRegistry, "model:approve", lambda o: o.deprecate(WHO, "m", "1", ask.Retire(reason="x"))),
    "deploy": (ModelRegistry, "model:deploy", lambda o: o.deploy(WHO, "m", "1", bare(ask.Deploy))),
    "rollback": (ModelRegistry, "model:rollback", lambda o: o.rollback(WHO, "m", "1", ask.RollBack(reason="x"))),
    "metrics": (
        ModelRegistry,
        "model:register",
        lambda o: o.metrics(WHO, "m", "1", bare(ask.VersionMetrics)),
    ),
    "create a use case": (
        UseCaseRegistry,
        "usecase:create",
        lambda o: o.create(WHO, bare(ask.CreateUseCase)),
    ),
    "submit": (UseCaseRegistry, "usecase:create", lambda o: o.submit(WHO, "u", ask.Propose())),
    "approve a use case": (UseCaseRegistry, "usecase:approve", lambda o: o.approve(WHO, "u", ask.Decide())),
    "deploy a use case": (UseCaseRegistry, "usecase:deploy", lambda o: o.deploy(WHO, "u", ask.Propose())),
    "deprecate a use case": (
        UseCaseRegistry,
        "usecase:deprecate",
        lambda o: o.deprecate(WHO, "u", ask.Retire(reason="x")),
    ),
    "measure a use case": (
        UseCaseRegistry,
        "usecase:create",
        lambda o: o.metrics(WHO, "u", ask.UseCaseMetrics(metrics={"a": 1})),
    ),
    "add somebody": (
        AccessControl,
        "user:manage",
        lambda o: o.create_user(WHO, bare(ask.CreateUser)),
    ),
    "give a role": (AccessControl, "role:manage", lambda o: o.assign_role(WHO, "u", ask.AssignRole(role="admin"))),
    "take a role": (AccessControl, "role:manage", lambda o: o.revoke_role(WHO, "u", "admin")),
    "report an incident": (
        ComplianceReporter,
        "incident:report",
        lambda o: o.report_incident(WHO, bare(ask.ReportIncident)),
    ),
    "resolve one": (
        ComplianceReporter,
        "incident:resolve",
        lambda o: o.resolve_incident(WHO, "i", ask.ResolveIncident(notes="x")),
    ),
    "read the log": (ComplianceReporter, "audit:read", lambda o: o.audit_log(WHO)),
    "report": (ComplianceReporter, "compliance:report", lambda o: o.report(WHO)),
    "agree": (SLAManager, "sla:manage", lambda o: o.create(WHO, bare(ask.CreateAgreement))),
    "measure": (SLAManager, "sla:manage", lambda o: o.measure(WHO, "s", bare(ask.Measurements))),
    "acknowledge": (SLAManager, "sla:manage", lambda o: o.acknowledge(WHO, "s/v", ask.Acknowledge(notes="x"))),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(World(tmp_path_factory.mktemp("world")).path, key=recorder_key())


@pytest.mark.threat("I03")
@pytest.mark.parametrize("step", STEPS)
def test_somebody_without_roles_is_told_what_it_takes(step: str, site: Site) -> None:
    registry, permission, take = STEPS[step]
    with pytest.raises(ForbiddenError, match=f"^mallory does not hold {permission}$"):
        take(registry(site))


def test_no_step_is_forgotten() -> None:
    """What is left are decisions and requests, which are for the gate, and what everybody may read."""
    free = {"request_approval", "approvals", "approval", "approve", "reject"}
    taken: dict[type[Any], int] = {}
    for registry, _, _ in STEPS.values():
        taken[registry] = taken.get(registry, 0) + 1
    for registry, count in taken.items():
        methods = {name for name, value in vars(registry).items() if callable(value) and not name.startswith("_")}
        asking = {name for name in methods if "actor" in getattr(registry, name).__annotations__}
        assert len(asking - (free if registry is AccessControl else set())) == count, registry
