"""Rules of the company's own say the same before a landing, after it, with a cache, and of files as they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from govops.app.gate import Knowledge, outlook
from govops.app.validate import Validation, validate_revision
from govops.errors import ExitCode, UsageError
from govops.finding import Finding, Status
from govops.workspace import Asked
from tests.support.audit import change_of, verdict
from tests.support.change import Change
from tests.support.files import deployment, incident, model, policy, rule, usecase, version
from tests.support.kept import assert_the_same, judged
from tests.support.proposals import ToldForge, told
from tests.support.world import World

NOW = "2026-02-01T00:00:00Z"
ON = "'ModelVersion/' + resource.metadata.name + '/' + resource.spec.version"
RULES = (
    rule("owned", "resource.spec.owner != 'mallory'", message="{metadata.name} belongs to {spec.owner}"),
    rule("calm", f"Incident.about({ON}).all(i, has(i.spec.resolution))", kinds=("Deployment",), scope="snapshot"),
    rule("few", "Model.all().size() < 3", kinds=()),
    rule("same-artifact", "!changed('spec.artifact.digest')", kinds=("ModelVersion",)),
)
REMEMBERS = rule("two", "approved_by(key, 'usecase.create').size() >= 2", kinds=("UseCase",))
COMPANY = (model("fraud"), version("fraud", "1.0", status="approved"), deployment("staging", "fraud", "1.0"))
TWO = policy("use-cases", actions=["usecase.*"], approvals=[{"count": 2, "role": "approver"}])


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world", *COMPANY, *RULES, REMEMBERS, TWO)


RESOLVED = {"by": "bob", "at": "2026-03-01T00:00:00Z", "notes": "Fixed"}


Story = Callable[[World], Change]
STORIES: dict[str, Story] = {
    "a model of somebody unwanted": lambda w: w.propose("alice", "M", model("churn", owner="mallory")).approve("bob"),
    "a model": lambda w: w.propose("alice", "M", model("churn")).approve("bob"),
    "too many models": lambda w: w.propose("alice", "M", model("churn"), model("debt")).approve("bob"),
    "an incident on what runs": lambda w: w.propose(
        "dave", "I", incident("outage", resource="ModelVersion/fraud/1.0")
    ).approve("bob"),
    "an incident on nothing": lambda w: w.propose("dave", "I", incident("outage")).approve("bob"),
    "another artifact": lambda w: w.propose(
        "alice", "V", version("fraud", "1.0", status="approved", artifact=_artifact())
    ).approve("bob"),
    "approved once": lambda w: w.propose("alice", "U", usecase("claims")).approve("bob"),
    "approved twice": lambda w: w.propose("alice", "U", usecase("claims")).approve("bob").approve("carol"),
}


def _artifact() -> dict[str, object]:
    return {"uri": "s3://models/other", "digest": f"sha256:{'0' * 64}", "size_bytes": 1}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_the_gate_foresees_what_the_audit_finds(world: World, story: Story) -> None:
    change = story(world)
    forge = ToldForge(told(change))
    before = outlook(Asked(world.path, NOW, head=change.head), Knowledge(lambda repository: forge, str(change.number)))
    change.merge("squash")
    assert said(before.findings) == said(verdict(world).findings)


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_cached_audit_goes_on_from_what_rules_knew(world: World, tmp_path: Path, story: Story) -> None:
    incident_there = incident("old", resource="ModelVersion/fraud/1.0", resolution=RESOLVED)
    world.propose("alice", "Before", usecase("debt"), incident_there).approve("bob").approve("carol").merge("squash")
    judged(world, tmp_path / "cache")
    story(world).merge("squash")
    assert judged(world, tmp_path / "cache") == 1
    assert_the_same(world, tmp_path / "cache")


CONDITIONS = {
    "content": "new.spec.owner == 'dave'",
    "the registry": "Incident.about('Model/' + new.metadata.name).size() > 0",
    "history": "contributors('Model/' + new.metadata.name).exists(name, name == 'dave')",
    "no answer": "new.spec.review.every == '1d'",
}


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
@pytest.mark.parametrize("owner", ["alice", "dave"])
def test_the_gate_foresees_whether_a_condition_holds(tmp_path: Path, condition: str, owner: str) -> None:
    strict = policy(
        "strict",
        actions=["model.*"],
        match={"kinds": ["Model"], "condition": condition},
        approvals=[{"count": 2, "role": "approver"}],
    )
    world = World(tmp_path, model("fraud"), incident("outage"), strict)
    world.propose("dave", "Edit", model("fraud", title="Other")).approve("bob").approve("carol").merge("squash")
    change = world.propose("alice", "Edit", model("fraud", owner=owner)).approve("bob")
    forge = ToldForge(told(change))
    before = outlook(Asked(world.path, NOW, head=change.head), Knowledge(lambda repository: forge, str(change.number)))
    landed = change.merge("squash")
    after = verdict(world)
    assert said(before.findings) == said([found for found in after.findings if found.commit == landed.commit])
    assert before.change.requirements == change_of(after, landed).requirements


def test_a_gate_reads_no_more_than_rules_ask_for(tmp_path: Path) -> None:
    """Without rules on history the gate audits nothing; with them it has to."""
    for name, rules, audits in (("plain", RULES, False), ("looking back", (*RULES, REMEMBERS), True)):
        world = World(tmp_path / name, *rules)
        change = world.propose("alice", "M", model("churn"))
        found = outlook(Asked(world.path, NOW, head=change.head))
        assert found.is_audited is audits


def test_files_are_checked_as_they_stand(world: World) -> None:
    world.push("mallory", model("churn", owner="mallory"), incident("outage", resource="ModelVersion/fraud/1.0"))
    found = validated(world)
    assert found.left_out == ("same-artifact", "two")
    assert [(f.rule, f.status, f.path) for f in found.findings] == [
        ("calm", Status.FAIL, COMPANY[2][0]),
        ("owned", Status.FAIL, "registry/models/churn/model.yaml"),
    ]


@pytest.mark.threat("C26")
def test_an_expression_that_says_nothing_is_a_fault_of_the_caller(world: World, tmp_path: Path) -> None:
    world.push("mallory", rule("owned", "resource.spec.ownr != 'mallory'"))
    assert validated(world).fault is ExitCode.USAGE
    with pytest.raises(UsageError, match="ownr"):
        verdict(world, policies=f"{world.path}@{world.main}")


def test_outside_rules_judge_every_change(tmp_path: Path) -> None:
    world = World(tmp_path / "world", *COMPANY)
    landed = world.propose("alice", "M", model("churn", owner="mallory")).approve("bob").merge("squash")
    central = World(tmp_path / "central", RULES[0], rule("staffed", "User.all().size() > 3", kinds=()))
    report = verdict(world, policies=f"{central.path}@{central.main}")
    assert [f.commit for f in report.findings if f.rule == "owned"] == [landed.commit]
    assert "staffed" not in {finding.rule for finding in report.findings}


def validated(world: World) -> Validation:
    return validate_revision(world.path, world.main, ())


def said(found: Sequence[Finding]) -> set[tuple[str, Status, str | None, str]]:
    return {(f.rule, f.status, f.path, f.message) for f in found}
