"""What a critical incident that is open stands in the way of, and what it is to be known at."""

from __future__ import annotations

from typing import Any

import pytest

from govops.engine.incidents import OpenIncident
from govops.engine.obstacles import affected, concerned, depends, obstacles
from govops.history.snapshot import Snapshot
from govops.incident import Affected
from govops.kinds.use_case import UseCase
from govops.lifecycle import Action
from govops.rule import Obstacle
from tests.support.facts import read, snapshot
from tests.support.files import File, deployment, digest, model, usecase, version

FILE = "registry/incidents/outage.yaml"
V1, V2 = version("fraud", "1.0"), version("fraud", "2.0")
COPY = {"uri": "s3://elsewhere", "digest": digest("fraud", "1.0"), "size_bytes": 1024}
STANDS = snapshot(model("fraud"), model("twin"), V1, V2, version("twin", "1.0", artifact=COPY))
ON_FRAUD = {"models": [{"model": "fraud", "versions": ">=1.0,<2"}]}


def outage(*named: str, **spec: Any) -> OpenIncident:
    """A critical one on what is named."""
    told: dict[str, Any] = {"name": "outage", "severity": "critical", "path": FILE, "evidence": ("a" * 64,)}
    return OpenIncident(named=named, **(told | spec))


def act(name: str, old: File | None, new: File | None) -> Action:
    was, now = (read(one) if one else None for one in (old, new))
    some = now or was
    assert some is not None
    path = (new or old or ("", b""))[0]
    return Action(name, some.kind, some.key.name, path, was, now)


def in_the_way(*acts: Action, of: OpenIncident, stands: Snapshot = STANDS) -> list[tuple[str, str, bool]]:
    """(what is named, by way of what, whether it blocks) of each obstacle."""
    return [(one.about, one.via, one.blocks) for one in obstacles(acts, [of], stands)]


APPROVAL = act("model.approve", V1, version("fraud", "1.0", status="approved"))
PROMOTION = act("model.deploy_production", None, deployment("production", "fraud", "1.0"))
UNDEPLOYED = act("model.deploy_production", deployment("production", "fraud", "1.0"), None)
GONE = act("model.delete", model("fraud"), None)
VERSION_GONE = act("model.delete", V1, None)
LIVE = act("usecase.deploy", usecase("claims", **ON_FRAUD), usecase("claims", status="deployed", **ON_FRAUD))
ALLOWED = act("usecase.approve", usecase("claims", **ON_FRAUD), usecase("claims", status="approved", **ON_FRAUD))
ENDED = act("usecase.delete", usecase("claims", **ON_FRAUD), None)

WAYS: dict[str, tuple[Action, str, list[tuple[str, str, bool]]]] = {
    "an approval, by the version": (APPROVAL, "ModelVersion/fraud/1.0", [("ModelVersion/fraud/1.0", "", True)]),
    "an approval, by the model": (APPROVAL, "Model/fraud", [("Model/fraud", "", True)]),
    "an approval, by another version": (APPROVAL, "ModelVersion/fraud/2.0", []),
    "an approval, by the same artifact": (
        APPROVAL,
        "ModelVersion/twin/1.0",
        [("ModelVersion/twin/1.0", "ModelVersion/twin/1.0", True)],
    ),
    "an approval, by the model of the same artifact": (
        APPROVAL,
        "Model/twin",
        [("Model/twin", "ModelVersion/twin/1.0", True)],
    ),
    "a promotion, by the deployment": (
        PROMOTION,
        "Deployment/production/fraud",
        [("Deployment/production/fraud", "", True)],
    ),
    "a promotion, by the version": (PROMOTION, "ModelVersion/fraud/1.0", [("ModelVersion/fraud/1.0", "", True)]),
    "a promotion, by the model": (PROMOTION, "Model/fraud", [("Model/fraud", "", True)]),
    "a promotion, by another environment": (PROMOTION, "Deployment/staging/fraud", []),
    "a promotion, by the same artifact": (
        PROMOTION,
        "ModelVersion/twin/1.0",
        [("ModelVersion/twin/1.0", "ModelVersion/twin/1.0", True)],
    ),
    "what is taken out of production": (UNDEPLOYED, "Model/fraud", [("Model/fraud", "", True)]),
    "a model that goes": (GONE, "Model/fraud", [("Model/fraud", "", True)]),
    "a version that goes": (VERSION_GONE, "ModelVersion/fraud/1.0", [("ModelVersion/fraud/1.0", "", True)]),
    "one version of the model": (VERSION_GONE, "Model/fraud", []),
    "a use case that goes live": (LIVE, "UseCase/claims", [("UseCase/claims", "", True)]),
    "a use case that goes live on it": (LIVE, "Model/fraud", [("Model/fraud", "", False)]),
    "a use case that is approved": (ALLOWED, "UseCase/claims", []),
    "a use case that is approved on it": (ALLOWED, "Model/fraud", [("Model/fraud", "", False)]),
    "a use case that goes": (ENDED, "UseCase/claims", [("UseCase/claims", "", True)]),
    "a use case that goes from it": (ENDED, "Model/fraud", []),
    "something else": (LIVE, "Model/twin", []),
}


@pytest.mark.parametrize(("action", "named", "found"), WAYS.values(), ids=WAYS)
def test_an_incident_stands_in_the_way_of_what_it_names(
    action: Action, named: str, found: list[tuple[str, str, bool]]
) -> None:
    assert in_the_way(action, of=outage("UseCase/else", named)) == found


def test_an_obstacle_tells_its_incident_and_the_evidence() -> None:
    assert list(obstacles([PROMOTION], [outage("Model/fraud")], STANDS)) == [
        Obstacle(
            "outage",
            "registry/deployments/production/fraud.yaml",
            "model.deploy_production",
            "Deployment/production/fraud",
            "Model/fraud",
            evidence=("a" * 64,),
            file=FILE,
        )
    ]


@pytest.mark.parametrize("severity", ["info", "warning", "error"])
def test_what_is_not_critical_is_in_nobodys_way(severity: str) -> None:
    assert in_the_way(PROMOTION, LIVE, of=outage("Model/fraud", severity=severity)) == []
    stands = snapshot(usecase("claims", status="approved", **ON_FRAUD))
    assert list(affected([outage("Model/fraud", severity=severity)], stands)) == []


def test_each_action_meets_each_incident_in_order() -> None:
    both = [outage("Model/fraud"), outage("Model/fraud", name="leak")]
    met = [(one.action, one.incident) for one in obstacles([APPROVAL, PROMOTION], both, STANDS)]
    acts = ("model.approve", "model.deploy_production")
    assert met == [(name, incident) for name in acts for incident in ("outage", "leak")]


def test_a_version_that_the_same_change_brings_is_known_by_its_artifact() -> None:
    """Whoever brings the version with its deployment hides no artifact; what it was before the change is not asked."""
    brought = act("model.register", None, version("fraud", "3.0", artifact=COPY))
    deployed = act("model.deploy_production", None, deployment("production", "fraud", "3.0"))
    of = outage("ModelVersion/twin/1.0")
    assert in_the_way(deployed, of=of) == []
    assert in_the_way(brought, deployed, of=of) == [("ModelVersion/twin/1.0", "ModelVersion/twin/1.0", True)]
    other = act("model.register", None, version("fraud", "4.0", artifact=COPY))
    assert in_the_way(other, deployed, of=of) == []


def test_only_actions_that_an_incident_may_meet_are_asked_about() -> None:
    names = ("model.approve", "model.deploy_production", "usecase.deploy", "model.delete", "usecase.delete")
    every = [Action(name, "Model", "fraud", "path") for name in (*names, "usecase.approve", "model.register")]
    assert [one.name for one in concerned(every)] == [*names, "usecase.approve"]


def test_a_deployment_is_no_version_that_is_called_alike() -> None:
    stands = snapshot(model("fraud"), V1, version("production", "fraud", artifact=COPY))
    assert in_the_way(APPROVAL, of=outage("Deployment/production/fraud"), stands=stands) == []


def test_a_use_case_that_goes_live_on_another_one_on_it_is_known() -> None:
    stands = snapshot(usecase("letters", **ON_FRAUD))
    live = act("usecase.deploy", None, usecase("claims", status="deployed", dependencies=["letters"]))
    assert in_the_way(live, of=outage("Model/fraud"), stands=stands) == [("Model/fraud", "UseCase/letters", False)]


# ---- what rests on it


def rests(named: str, *others: File, **spec: Any) -> tuple[str, str] | None:
    """On what of it a use case rests, and through which other one."""
    found = read(usecase("claims", **spec))
    assert isinstance(found, UseCase)
    return depends(found, ["Model/else", named], snapshot(*others))


LINKS: dict[str, tuple[str, bool]] = {
    "the model": ("Model/fraud", True),
    "another model": ("Model/twin", False),
    "a version in its range": ("ModelVersion/fraud/1.5", True),
    "a version out of it": ("ModelVersion/fraud/2.0", False),
    "a version of another model": ("ModelVersion/twin/1.5", False),
    "its deployment to production": ("Deployment/production/fraud", True),
    "its deployment elsewhere": ("Deployment/staging/fraud", False),
    "a use case called like the model": ("UseCase/fraud", False),
}


@pytest.mark.parametrize(("named", "used"), LINKS.values(), ids=LINKS)
def test_a_use_case_rests_on_the_models_that_it_uses(named: str, *, used: bool) -> None:
    second = {"models": [{"model": "other", "versions": "*"}, *ON_FRAUD["models"]]}
    assert rests(named, **second) == ((named, "") if used else None)


def test_a_use_case_rests_on_those_that_it_depends_on_and_on_what_they_rest_on() -> None:
    letters = usecase("letters", **ON_FRAUD)
    needs = {"dependencies": ["mail", "letters"]}
    assert rests("UseCase/letters", letters, usecase("mail"), **needs) == ("UseCase/letters", "")
    assert rests("Model/fraud", letters, usecase("mail"), **needs) == ("Model/fraud", "UseCase/letters")
    further = usecase("mail", dependencies=["post"]), usecase("post", **ON_FRAUD)
    assert rests("Model/fraud", *further, dependencies=["mail"]) == ("Model/fraud", "UseCase/mail")
    assert rests("Model/fraud", dependencies=["gone"]) is None
    assert rests("UseCase/gone", dependencies=["gone"]) == ("UseCase/gone", "")


def test_use_cases_that_depend_on_each_other_rest_on_what_any_of_them_does() -> None:
    ring = usecase("one", dependencies=["two"]), usecase("two", dependencies=["one", "three"])
    assert rests("Model/fraud", *ring, usecase("three", **ON_FRAUD), dependencies=["one"]) == (
        "Model/fraud",
        "UseCase/one",
    )
    assert rests("Model/twin", *ring, usecase("three", **ON_FRAUD), dependencies=["one"]) is None


def test_use_cases_in_force_that_rest_on_it_are_affected() -> None:
    stands = snapshot(
        usecase("a", status="approved"),
        usecase("b", status="deployed", **ON_FRAUD),
        usecase("c", status="draft", **ON_FRAUD),
        usecase("d", status="approved", dependencies=["b"]),
        usecase("e", status="approved"),
    )
    both = [outage("Model/fraud"), outage("UseCase/e", name="leak")]
    assert list(affected(both, stands)) == [
        Affected("b", "registry/use-cases/b.yaml", "outage", "Model/fraud"),
        Affected("d", "registry/use-cases/d.yaml", "outage", "Model/fraud"),
        Affected("e", "registry/use-cases/e.yaml", "leak", "UseCase/e"),
    ]
