"""What matters of a file is approved as its policy says; a minor edit has a name, and takes a policy, of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Report, Status
from tests.support.audit import change_of, findings, judge, only, rules, verdict
from tests.support.files import (
    File,
    conflict,
    delete,
    deployment,
    digest,
    duty,
    kind,
    model,
    policy,
    segregation,
    version,
)
from tests.support.world import World

FRAUD = model("fraud")[0]
VERSION = version("fraud", "1.0")[0]
MATERIAL = policy("models", actions=["model.*"], match={"fields": ["owner", "artifact.digest"]})
MINOR = policy("minor", actions=["*.update_minor"], approvals=[{"permission": "model:register"}])
STANDING = (model("fraud"), version("fraud", "1.0", status="approved"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Approvers decide about owners and digests; for any other edit a colleague is enough."""
    return World(tmp_path, MATERIAL, MINOR, *STANDING)


def told(world: World, edit: Any, approver: str | None) -> tuple[str, Status]:
    """The name of what the edit does, and whether that person's approval is enough for it."""
    change = world.propose("alice", "Edit", edit)
    landed = (change.approve(approver) if approver else change).merge("squash")
    found = change_of(verdict(world), landed)
    return found.actions[0].name, found.status


def artifact(**more: Any) -> dict[str, Any]:
    """What version 1.0 is made of."""
    return {"uri": "s3://models/fraud/1.0", "digest": digest("fraud", "1.0"), "size_bytes": 1024} | more


def layout(file: File) -> File:
    """The same values with a comment."""
    return file[0], b"# a comment\n" + file[1]


def labelled(file: File) -> File:
    """The same with a label."""
    path, text = file
    return path, text.replace(b'  name: "fraud"\n', b'  name: "fraud"\n  labels:\n    team: "claims"\n')


EDITS: dict[str, tuple[File, str]] = {
    "the purpose": (model("fraud", purpose="X"), "model.update_minor"),
    "the layout": (layout(model("fraud")), "model.update_minor"),
    "the owner": (model("fraud", owner="dave"), "model.update"),
    "the owner, among much else": (model("fraud", owner="dave", purpose="X", title="Y"), "model.update"),
    "the tier, by which policies select": (model("fraud", risk_tier="low"), "model.update"),
    "a label, by which policies may": (labelled(model("fraud")), "model.update"),
    "the size of the artifact": (
        version("fraud", "1.0", status="approved", artifact=artifact(size_bytes=2)),
        "model.update_minor",
    ),
    "the digest": (
        version("fraud", "1.0", status="approved", artifact=artifact(digest=digest("other"))),
        "model.approve",
    ),
    "the digest, by removing and writing the file anew": (
        version("fraud", "1.0", status="registered", artifact=artifact(digest=digest("other"))),
        "model.register",
    ),
}


@pytest.mark.threat("C31", rule="approver-lacks-role")
@pytest.mark.parametrize("approver", ["bob", "dave", "mallory", None])
@pytest.mark.parametrize(("edit", "name"), EDITS.values(), ids=EDITS)
def test_an_edit_is_approved_by_those_whom_its_fields_concern(
    world: World, edit: File, name: str, approver: str | None
) -> None:
    """Bob is an approver, and Dave may register models."""
    enough = "dave" if name.endswith("_minor") else "bob"
    found, status = told(world, edit, approver)
    assert (status is Status.PASS) is (approver == enough and name != "model.register")
    if name != "model.register":  # a step that the lifecycle does not know
        assert found == name


@pytest.mark.threat("C27", rule="no-policy-matches")
def test_a_minor_edit_without_a_policy_of_its_own_is_denied(tmp_path: Path) -> None:
    world = World(tmp_path, MATERIAL, *STANDING)
    landed = world.propose("alice", "Edit", model("fraud", purpose="X")).approve("bob").merge("squash")
    (finding,) = judge(landed, "no-policy-matches").findings
    assert "model.update_minor" in finding.message


@pytest.mark.parametrize("approver", ["bob", "dave"])
def test_a_policy_that_speaks_of_every_edit_is_asked_of_every_edit(tmp_path: Path, approver: str) -> None:
    """Nothing is minor then: a second policy with fields adds to the first, and takes nothing away."""
    plain = policy("plain", actions=["model.*"])
    world = World(tmp_path, plain, MATERIAL, MINOR, *STANDING)
    name, status = told(world, model("fraud", purpose="X"), approver)
    assert (name, status) == ("model.update", Status.PASS if approver == "bob" else Status.FAIL)


STAGED = deployment("staging", "fraud", "1.0")
STEPS: dict[str, tuple[tuple[File, ...], File]] = {
    "an approval": ((model("fraud"), version("fraud", "1.0")), version("fraud", "1.0", status="approved")),
    "another version deployed": ((*STANDING, STAGED, version("fraud", "2.0")), deployment("staging", "fraud", "2.0")),
    "the same version, in other words": ((*STANDING, STAGED), deployment("staging", "fraud", "1.0", deployment_id="x")),
}


@pytest.mark.threat("C31", rule="no-policy-matches")
@pytest.mark.parametrize(("standing", "edit"), STEPS.values(), ids=STEPS)
def test_a_step_that_touches_no_field_is_no_minor_edit(tmp_path: Path, standing: tuple[File, ...], edit: File) -> None:
    """Minor are edits alone. That a policy speaks for certain fields denies a step, and never eases one."""
    world = World(tmp_path, MATERIAL, MINOR, *standing)
    _, status = told(world, edit, "dave")
    assert status is Status.FAIL


@pytest.mark.parametrize("approver", ["bob", "dave"])
def test_what_is_new_and_what_is_gone_touches_every_field(tmp_path: Path, approver: str) -> None:
    world = World(tmp_path, MATERIAL, MINOR)
    expected = Status.PASS if approver == "bob" else Status.FAIL
    assert told(world, model("fraud"), approver) == ("model.register", expected)
    assert told(world, (FRAUD, None), approver) == ("model.delete", expected)


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
@pytest.mark.parametrize("unlawful", ["fields dropped", "fields added", "minor policy added"])
def test_what_makes_an_edit_minor_has_to_be_law(tmp_path: Path, unlawful: str) -> None:
    everything = policy("models", actions=["model.*"])
    no_owner = policy("models", actions=["model.*"], match={"fields": ["artifact.digest", "title"]})
    before, pushed = {
        "fields dropped": ((MATERIAL, MINOR), no_owner),
        "fields added": ((everything, MINOR), MATERIAL),
        "minor policy added": ((MATERIAL,), MINOR),
    }[unlawful]
    world = World(tmp_path, *before, *STANDING)
    world.push("alice", pushed)
    edit = model("fraud", owner="dave") if unlawful == "fields dropped" else model("fraud", purpose="X")
    landed = world.propose("alice", "Edit", edit).approve("dave").merge("squash")
    report = verdict(world)
    assert "rests-on-unapproved-rule" in {f.rule for f in report.findings if f.commit == landed.commit}
    assert change_of(report, landed).status is Status.FAIL


@pytest.mark.threat("D14", rule="condition-not-evaluated")
@pytest.mark.parametrize("match", [{"condition": "[1][5] == 1"}, {}], ids=["a condition", "a beginning"])
def test_where_nobody_knows_whether_an_edit_is_minor_nobody_is_accused(tmp_path: Path, match: dict[str, Any]) -> None:
    spec: dict[str, Any] = {} if match else {"effective_from": "2026-01-01T00:00:00Z"}
    maybe = policy("models", actions=["model.*"], match={"fields": ["owner"], **match}, **spec)
    signed = {"mode": "signature", "accept": ["signature"], "contributors": "claimed"}
    world = World(tmp_path, maybe, MINOR, *STANDING, settings={} if match else {"evidence": signed})
    landed = world.propose("alice", "Edit", model("fraud", purpose="X")).merge("squash", record=bool(match))
    report = verdict(world)
    assert change_of(report, landed).status is Status.UNVERIFIABLE
    assert report.exit_code() is ExitCode.UNDECIDABLE
    assert "condition-not-evaluated" in rules(report)


def test_an_edit_of_ones_own_kind_can_be_minor(tmp_path: Path) -> None:
    sheets = kind("DataSheet", "data/sheets")
    material = policy("sheets", actions=["datasheet.*"], match={"fields": ["source"]})
    path = "data/sheets/a.yaml"
    world = World(tmp_path, sheets, material, MINOR, (path, b"source: s\nnote: first\n"))
    assert told(world, (path, b"source: s\nnote: second\n"), "dave") == ("datasheet.update_minor", Status.PASS)
    assert told(world, (path, b"source: t\nnote: second\n"), "bob") == ("datasheet.update", Status.PASS)


@pytest.mark.threat("C21", rule="approver-conflicted")
@pytest.mark.parametrize(("edit", "name"), [({"title": "X"}, "model.update_minor"), ({"owner": "bob"}, "model.update")])
def test_whoever_made_a_minor_edit_has_edited_it(tmp_path: Path, edit: dict[str, str], name: str) -> None:
    """What approval policies call small takes nobody out of a duty that is kept apart from another."""
    kept = segregation(lifecycle=[conflict(duty("contribute", "model.update"), duty("approve", "model.delete"))])
    world = World(tmp_path, MATERIAL, policy("minor", actions=["*.update_minor"]), *STANDING[:1], kept)
    made = world.propose("bob", "Edit", model("fraud", **edit)).approve("carol").merge("squash")
    landed = world.propose("alice", "Delete", delete(FRAUD)).approve("bob").merge("squash")
    report = verdict(world)
    assert change_of(report, made).actions[0].name == name
    only(report, "approver-conflicted", landed)


LABELS: dict[str, tuple[dict[str, str], str | None]] = {
    "it has it": ({"team": "claims"}, "not-approved"),
    "it has another": ({"team": "pricing"}, None),
    "it has none": ({}, None),
}


def with_labels(labels: dict[str, str], **spec: Any) -> File:
    path, text = model("fraud", **spec)
    lines = "".join(f'    {key}: "{value}"\n' for key, value in labels.items())
    added = f'  name: "fraud"\n  labels:\n{lines}' if labels else '  name: "fraud"\n'
    return path, text.replace(b'  name: "fraud"\n', added.encode())


@pytest.mark.parametrize("side", ["old", "new"])
@pytest.mark.parametrize(("labels", "rule"), LABELS.values(), ids=LABELS)
def test_a_policy_selects_by_labels_of_either_side(
    tmp_path: Path, labels: dict[str, str], rule: str | None, side: str
) -> None:
    """Taking the label away in the same change does not help, and giving it brings the policy on."""
    strict = policy("strict", actions=["model.*"], match={"labels": {"team": "claims"}}, approvals=[{"role": "admin"}])
    before, after = (labels, {}) if side == "old" else ({}, labels)
    world = World(tmp_path, strict, with_labels(before))
    change = world.propose("alice", "Edit", with_labels(after, purpose="X")).approve("bob")
    report = verdict(world_after(change.merge("squash")))
    wanted = "approver-lacks-role" if rule else None
    assert [finding.rule for finding in report.findings] == ([wanted] if wanted else []), findings(report)


def test_a_bare_document_has_no_labels_whatever_it_looks_like(tmp_path: Path) -> None:
    """It may have the fields of an envelope with anything in them, and a policy that asks for labels bears it."""
    strict = policy("strict", actions=["report.*"], match={"labels": {"team": "claims"}}, approvals=[{"role": "admin"}])
    world = World(tmp_path, strict, policy("reports", actions=["report.*"]), kind("Report", "reports"))
    text = 'apiVersion: "govops/v1"\nkind: "Report"\nmetadata:\n  labels: ["team"]\nspec: {}\n'
    landed = world.propose("alice", "File", ("reports/q1.yaml", text.encode())).approve("bob").merge("squash")
    assert change_of(verdict(world), landed).status is Status.PASS


def world_after(landed: Any) -> World:
    found: World = landed.world
    return found


@pytest.mark.threat("D14")
@pytest.mark.parametrize(("until", "status"), [("2026-01-05T09:00:00Z", Status.FAIL), (None, Status.PASS)])
def test_a_policy_ends_at_its_instant(tmp_path: Path, until: str | None, status: Status) -> None:
    """With it ends what it allows."""
    spec: dict[str, Any] = {"until": until} if until else {}
    world = World(tmp_path, policy("models", actions=["model.*"], **spec))
    landed = world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    report: Report = verdict(world)
    assert change_of(report, landed).status is status
    assert {finding.rule for finding in report.findings} == ({"no-policy-matches"} if until else set())
