"""The rules that ship as data: each refuses what it is for, and nothing else, where a change brings it about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govops.finding import Status
from tests.support.audit import verdict
from tests.support.change import Landed
from tests.support.files import deployment, incident, model, policy, usecase, user, version
from tests.support.lowest import ROOT
from tests.support.world import World

FOLDER = ROOT / "policies" / "rules"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
HIGH = model("fraud", risk_tier="high")
VERSION = version("fraud", "1.0", status="approved")
LIVE = deployment("production", "fraud", "1.0")
LINK = {"models": [{"model": "fraud", "versions": "*"}]}
TWO = policy("use-cases", actions=["usecase.*"], approvals=[{"count": 2, "permission": "usecase:approve"}])
RESOLVED = {"by": "bob", "at": "2026-03-01T00:00:00Z", "notes": "Fixed"}
Story = Callable[[World], Any]


def _approved(world: World, *edits: Any, by: tuple[str, ...] = ("bob",)) -> Landed:
    change = world.propose("alice", "Edit", *edits)
    for name in by:
        change.approve(name)
    return change.merge("squash")


def _use(status: str, **spec: Any) -> Any:
    return usecase("claims", status=status, impact="critical", **LINK, **spec)


def _reported(world: World, **spec: Any) -> Landed:
    _approved(world, HIGH, VERSION, _use("approved"))
    return _approved(
        world, incident("outage", **{"resource": "ModelVersion/fraud/1.0", "severity": "critical", **spec})
    )


def _other_artifact() -> dict[str, Any]:
    return {"uri": "s3://models/other", "digest": f"sha256:{'0' * 64}", "size_bytes": 1}


def _critical(world: World, *approvers: str) -> Landed:
    _approved(world, _use("draft"), by=approvers)
    _approved(world, _use("submitted"), by=approvers)
    return _approved(world, _use("approved"), by=approvers)


# rule -> stories that it has something against, and stories that it has nothing against
STORIES: dict[str, tuple[dict[str, Story], dict[str, Story]]] = {
    "high-risk-models-are-answered-for": (
        {
            "no limits of use": lambda w: _approved(w, model("fraud", risk_tier="high", out_of_scope_use=[])),
            "an owner who has left": lambda w: _approved(
                w, user("zoe", active=False), model("fraud", risk_tier="critical", owner="zoe")
            ),
            "a tier that is raised": lambda w: (
                _approved(w, model("fraud", risk_tier="low", out_of_scope_use=[])),
                _approved(w, model("fraud", risk_tier="high", out_of_scope_use=[])),
            ),
        },
        {
            "all is said": lambda w: _approved(w, HIGH),
            "little risk": lambda w: _approved(w, model("fraud", risk_tier="medium", out_of_scope_use=[])),
        },
    ),
    "high-risk-needs-an-approved-use": (
        {
            "no use": lambda w: _approved(w, HIGH, VERSION, LIVE),
            "a draft": lambda w: _approved(w, HIGH, VERSION, LIVE, usecase("claims", **LINK)),
        },
        {
            "an approved use": lambda w: _approved(
                w, HIGH, VERSION, LIVE, usecase("claims", status="approved", **LINK)
            ),
            "little risk": lambda w: _approved(w, model("fraud"), VERSION, LIVE),
            "staging": lambda w: _approved(w, HIGH, VERSION, deployment("staging", "fraud", "1.0")),
        },
    ),
    "production-shows-its-evidence": (
        {
            "no metrics": lambda w: _approved(
                w, model("fraud"), version("fraud", "1.0", status="approved", metrics={}), LIVE
            )
        },
        {
            "accuracy": lambda w: _approved(w, model("fraud"), VERSION, LIVE),
            "a measure of one's own": lambda w: _approved(
                w, model("fraud"), version("fraud", "1.0", status="approved", metrics={"custom": {"gini": 0.3}}), LIVE
            ),
        },
    ),
    "critical-use-is-approved-by-two-roles": (
        {"twice the same role": lambda w: _critical(w, "bob", "zoe")},
        {
            "two roles": lambda w: _critical(w, "bob", "carol"),
            "a draft": lambda w: _approved(w, _use("draft"), by=("bob", "zoe")),
        },
    ),
    "no-deployment-over-an-open-incident": (
        {
            "on the version": lambda w: (_reported(w), _approved(w, LIVE)),
            "on the model": lambda w: (_reported(w, resource="Model/fraud"), _approved(w, LIVE)),
        },
        {
            "resolved": lambda w: (_reported(w, resolution=RESOLVED), _approved(w, LIVE)),
            "not critical": lambda w: (_reported(w, severity="error"), _approved(w, LIVE)),
            "on another version": lambda w: (_reported(w, resource="ModelVersion/fraud/0.9"), _approved(w, LIVE)),
            "reported afterwards": lambda w: (_approved(w, HIGH, VERSION, _use("approved"), LIVE), _reported(w)),
        },
    ),
    "artifacts-never-change": (
        {
            "another artifact": lambda w: (
                _approved(w, model("fraud"), version("fraud", "1.0")),
                _approved(w, version("fraud", "1.0", artifact=_other_artifact())),
            )
        },
        {
            "another version": lambda w: (
                _approved(w, model("fraud"), version("fraud", "1.0")),
                _approved(w, version("fraud", "1.1", artifact=_other_artifact())),
            ),
            "another description": lambda w: (
                _approved(w, model("fraud"), version("fraud", "1.0")),
                _approved(w, version("fraud", "1.0", description="New words")),
            ),
        },
    ),
}


def _cases(side: int) -> list[Any]:
    return [
        pytest.param(name, story, id=f"{name}: {title}")
        for name, sides in STORIES.items()
        for title, story in sides[side].items()
    ]


def test_every_rule_that_ships_is_tried_both_ways() -> None:
    assert sorted(STORIES) == NAMES
    assert all(refused and allowed for refused, allowed in STORIES.values())


@pytest.mark.parametrize(("name", "story"), _cases(0))
def test_it_refuses_what_it_is_for(tmp_path: Path, name: str, story: Story) -> None:
    assert Status.FAIL in _found(tmp_path, name, story)


@pytest.mark.parametrize(("name", "story"), _cases(1))
def test_it_has_nothing_against_the_rest(tmp_path: Path, name: str, story: Story) -> None:
    assert _found(tmp_path, name, story) == []


def _found(tmp_path: Path, name: str, story: Story) -> list[Status]:
    """What the rule says of the story, in a company with a second approver and nobody else's rules."""
    shipped = f"policies/rules/{name}.yaml"
    world = World(tmp_path, (shipped, (ROOT / shipped).read_bytes()), TWO, user("zoe", roles=["approver"]))
    story(world)
    return [finding.status for finding in verdict(world).findings if finding.rule == name]
