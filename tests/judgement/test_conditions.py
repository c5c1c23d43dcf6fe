"""Whether a policy applies may depend on an expression: over both contents, author, time, and what stood before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import assert_clean, change_of, judge, only, verdict
from tests.support.change import Landed
from tests.support.files import File, deployment, incident, model, policy, usecase, user, version
from tests.support.world import World

TWO = [{"count": 2, "role": "approver"}]
MADE = (model("fraud"), version("fraud", "1.0", status="approved"))


def strict(condition: str, kinds: tuple[str, ...] = ("Model",), **match: Any) -> File:
    """Two approvals, where the condition holds."""
    return policy("strict", actions=["*"], match={"kinds": list(kinds), "condition": condition, **match}, approvals=TWO)


def approved(world: World, *edits: Any, by: str = "alice") -> Landed:
    return world.propose(by, "Edit", *edits).approve("bob").merge("squash")


# A change that it asks two approvals of, and one that it does not, each approved by one.
CONDITIONS: dict[str, tuple[str, tuple[Any, ...], tuple[Any, ...]]] = {
    "new content": (
        "new.spec.owner == 'dave'",
        (model("churn", owner="dave"),),
        (model("churn", owner="erin"),),
    ),
    "old content": (
        "has(old.spec) && old.spec.license == 'proprietary'",
        (model("fraud", title="Other"),),
        (model("churn"),),
    ),
    "what changed": ("changed('spec.owner')", (model("fraud", owner="erin"),), (model("fraud", title="Other"),)),
    "the action": ("action == 'model.delete'", ({model("churn")[0]: None},), (model("churn", title="Other"),)),
    "the registry as it stood before": (
        "Incident.about('Model/' + new.metadata.name).exists(i, !has(i.spec.resolution))",
        (model("debt", title="Other"),),
        (model("fraud", title="Other"),),
    ),
    "what was done before": (
        "contributors('Model/' + new.metadata.name).exists(name, name == 'dave')",
        (model("loan", title="Other"),),
        (model("fraud", title="Other"),),
    ),
}


@pytest.mark.parametrize("case", CONDITIONS.values(), ids=CONDITIONS)
def test_a_policy_applies_where_its_condition_holds(
    tmp_path: Path, case: tuple[str, tuple[Any, ...], tuple[Any, ...]]
) -> None:
    condition, strictly, plainly = case
    there = [*MADE, model("debt"), incident("outage", resource="Model/debt"), strict(condition)]
    world = World(tmp_path, *there, *([model("churn")] if "delete" in condition else []))
    if "contributors" in condition:
        world.propose("dave", "Register", model("loan")).approve("bob").merge("squash")
    approved(world, *plainly)
    assert_clean(verdict(world))
    landed = approved(world, *strictly)
    only(verdict(world), "not-approved", landed)


@pytest.mark.parametrize(("author", "asked"), [("robo", True), ("alice", False)])
def test_the_author_is_the_user_whom_the_forge_names(tmp_path: Path, author: str, *, asked: bool) -> None:
    world = World(tmp_path, strict("author.spec.type == 'bot' || author.spec.roles.exists(r, r == 'admin')"))
    landed = approved(world, model("fraud"), by=author)
    if asked:
        only(verdict(world), "not-approved", landed)
    else:
        assert_clean(verdict(world))


def test_a_time_is_one_that_is_attested(tmp_path: Path) -> None:
    world = World(tmp_path, strict("time >= timestamp('2026-02-01T00:00:00Z')"))
    approved(world, model("fraud"))
    assert_clean(verdict(world))
    world.clock.pass_by(days=60)
    judge(approved(world, model("churn")), "not-approved")


def test_what_a_change_brings_does_not_decide_whether_a_policy_applies(tmp_path: Path) -> None:
    """The registry is asked as it stood, so nobody resolves an incident to be let through."""
    open_ = "Incident.about('Model/fraud').exists(i, !has(i.spec.resolution))"
    world = World(tmp_path, *MADE, incident("outage"), strict(open_))
    resolved = incident("outage", resolution={"by": "bob", "at": "2026-03-01T00:00:00Z", "notes": "Fixed"})
    judge(approved(world, model("fraud", title="Other"), resolved), "not-approved")


# ---- what cannot be told


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("new.spec.metrics.recall > 0.5", 'it reads "recall", which is not there'),
        ("Model.get('nobody').spec.owner == 'a'", "there is no Model/nobody"),
        ("1 / (new.spec.artifact.size_bytes - 1024) == 1", "divide by zero"),
    ],
)
def test_a_condition_without_an_answer_leaves_open_what_only_its_policy_allows(
    tmp_path: Path, condition: str, reason: str
) -> None:
    families = policy("models", actions=["model.register"], match={"kinds": ["Model"]})
    world = World(tmp_path, families, model("fraud"), strict(condition, ("ModelVersion",)))
    landed = world.propose("alice", "Two", version("fraud", "1.0")).approve("bob").approve("carol").merge("squash")
    report = verdict(world)
    (finding,) = only(report, "condition-not-evaluated", landed)
    assert reason in finding.message
    assert finding.status is Status.UNVERIFIABLE
    assert report.exit_code() is ExitCode.UNDECIDABLE


def test_where_another_policy_allows_it_a_demand_that_is_open_may_be_met(tmp_path: Path) -> None:
    world = World(tmp_path, model("fraud"), strict("new.spec.metrics.recall > 0.5", ("ModelVersion",)))
    change = world.propose("alice", "Two", version("fraud", "1.0")).approve("bob").approve("carol").merge("squash")
    assert change_of(verdict(world), change).status is Status.PASS
    once = approved(world, version("fraud", "1.1"))
    assert change_of(verdict(world), once).status is Status.UNVERIFIABLE


def test_an_author_whom_nobody_knows_leaves_a_condition_on_authors_open(tmp_path: Path) -> None:
    world = World(tmp_path, strict("author.spec.type == 'bot'"), policy("models", actions=["usecase.*"]))
    landed = world.propose("alice", "R", model("fraud"), author="X <x@else.example>", account="nobody").merge("squash")
    found = {finding.rule for finding in verdict(world).findings}
    assert "unknown-contributor" in found
    assert change_of(verdict(world), landed).status is Status.FAIL


def test_a_condition_that_says_nothing_is_refused_and_the_last_valid_one_stays(tmp_path: Path) -> None:
    world = World(tmp_path, strict("new.spec.owner == 'dave'"))
    broken = world.propose("carol", "Typo", strict("new.spec.ownr == 'dave'")).approve("erin").merge("squash")
    only(verdict(world), "invalid-expression", broken)
    landed = approved(world, model("churn", owner="dave"))
    assert ("not-approved", landed.commit) in {(f.rule, f.commit) for f in verdict(world).findings}


def test_a_condition_without_kinds_may_speak_of_anything(tmp_path: Path) -> None:
    world = World(
        tmp_path,
        policy("strict", actions=["usecase.*"], match={"condition": "new.spec.impact == 'high'"}, approvals=TWO),
    )
    approved(world, usecase("claims"))
    assert_clean(verdict(world))
    judge(approved(world, usecase("fraud", impact="high")), "not-approved")


def test_people_and_what_runs_may_be_asked_for(tmp_path: Path) -> None:
    condition = "exists('Deployment/staging/fraud') && User.get(new.spec.owner).spec.roles.exists(r, r == 'admin')"
    world = World(
        tmp_path, *MADE, deployment("staging", "fraud", "1.0"), user("zoe", roles=["admin"]), strict(condition)
    )
    approved(world, model("fraud", owner="dave"))
    assert_clean(verdict(world))
    judge(approved(world, model("fraud", owner="zoe")), "not-approved")
