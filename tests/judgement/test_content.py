"""Moves, deletions, modes and states: each is a change, and some are none that may be approved."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.finding import Status
from tests.support.audit import change_of, judge, refused, rules, verdict
from tests.support.files import Content, File, delete, deployment, executable, model, symlink, usecase, version
from tests.support.trees import Edits, flat
from tests.support.world import World

FRAUD, TEXT = model("fraud")
MOVES: dict[str, Edits] = {
    "out of the registry, with an edit": {FRAUD: None, "archive/fraud.yaml": TEXT + b"# old\n"},
    "to another name in the registry": dict([model("churn"), (FRAUD, None)]),
    "away": delete(FRAUD),
    "to a program": executable(model("fraud")),
}


@pytest.mark.threat("C28", "C29", "C30", rule="not-approved")
@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_a_file_that_moves_needs_approval_at_both_ends(tmp_path: Path, move: Edits) -> None:
    world = World(tmp_path, model("fraud"))
    landed = world.propose("alice", "Move", move).merge("squash")
    record = change_of(judge(landed, "not-approved"), landed)
    unmet = [path for need in record.requirements if need.status is Status.FAIL for path in need.paths]
    assert sorted(unmet) == sorted(path for path in flat([move]) if path.startswith("registry/"))


@pytest.mark.threat("C28", "C29")
@pytest.mark.parametrize("move", list(MOVES.values())[:-1], ids=list(MOVES)[:-1])
def test_a_reviewed_move_is_approved(tmp_path: Path, move: Edits) -> None:
    world = World(tmp_path, model("fraud"))
    judge(world.propose("alice", "Move", move).approve("bob").merge("squash"), None)


@pytest.mark.threat("C28", rule="approver-lacks-role")
def test_a_move_into_the_policies_needs_the_approval_of_policies(tmp_path: Path) -> None:
    world = World(tmp_path, ("drafts/README.md", b"Rules\n"))
    change = world.propose("alice", "Move", {"drafts/README.md": None, ".github/workflows/ci.yml": b"on: push\n"})
    judge(change.approve("bob").merge("squash"), "approver-lacks-role")


@pytest.mark.threat("C29", rule="dangling-reference")
@pytest.mark.parametrize(
    "edits",
    [
        delete(FRAUD),
        delete(version("fraud", "1.0")[0]),
        usecase("claims", models=[{"model": "fraude", "versions": "*"}]),
    ],
    ids=["a model with versions", "a deployed version", "a typo in a use case"],
)
def test_what_is_still_referred_to_must_stand(tmp_path: Path, edits: Edits) -> None:
    old = version("fraud", "1.0", status="deprecated", retirement={"reason": "Nobody needs it"})
    used = (model("fraud"), old, deployment("staging", "fraud", "1.0"))
    world = World(tmp_path, *used, usecase("claims", models=[{"model": "fraud", "versions": "*"}]))
    judge(world.propose("alice", "Edit", edits).approve("bob").merge("squash"), "dangling-reference")


SPECIAL: dict[str, Content] = {
    "a symlink to another file": ("120000", b"/etc/passwd"),
    "a symlink with a resource as its target": ("120000", TEXT),
    "a submodule": ("160000", b"1" * 40),
}


@pytest.mark.threat("C30", "F01", "B20", rule="irregular-file")
@pytest.mark.parametrize("content", SPECIAL.values(), ids=SPECIAL)
def test_only_regular_files_are_governed_content(tmp_path: Path, content: Content) -> None:
    world = World(tmp_path, model("fraud"))
    landed = world.propose("alice", "Replace", {FRAUD: content}).approve("bob").merge("squash")
    report = verdict(world)
    assert ("irregular-file", FRAUD) in {(finding.rule, finding.path) for finding in report.findings}
    refused(report, landed)


@pytest.mark.threat("C30", "F01", rule="irregular-file")
def test_a_new_symlink_beside_the_resources_is_refused(world: World) -> None:
    link = symlink("registry/models/README.md", b"../../README.md")
    world.propose("alice", "Link", link).approve("bob").merge("squash")
    assert "irregular-file" in rules(verdict(world))


STEPS: dict[str, tuple[File, File, str | None]] = {
    "new as approved": (model("fraud"), version("fraud", "1.0", status="approved"), "illegal-transition"),
    "new as registered": (model("fraud"), version("fraud", "1.0"), None),
    "registered to approved": (version("fraud", "1.0"), version("fraud", "1.0", status="approved"), None),
    "rejected to approved": (
        version("fraud", "1.0", status="rejected"),
        version("fraud", "1.0", status="approved"),
        "illegal-transition",
    ),
    "a registered version in staging": (
        version("fraud", "1.0"),
        deployment("staging", "fraud", "1.0"),
        "illegal-transition",
    ),
    "an approved version in staging": (
        version("fraud", "1.0", status="approved"),
        deployment("staging", "fraud", "1.0"),
        None,
    ),
    "a draft that is deployed": (usecase("claims"), usecase("claims", status="deployed"), "illegal-transition"),
    "a draft that is submitted": (usecase("claims"), usecase("claims", status="submitted"), None),
}


@pytest.mark.parametrize(("before", "after", "rule"), STEPS.values(), ids=STEPS)
def test_approval_does_not_make_a_step_legal(tmp_path: Path, before: File, after: File, rule: str | None) -> None:
    world = World(tmp_path, model("fraud"), before)
    judge(world.propose("alice", "Step", after).approve("bob").merge("squash"), rule)


@pytest.mark.threat("C30", "F01", rule="irregular-file")
@pytest.mark.parametrize("root", ["registry", "policies"])
def test_a_link_that_stands_in_for_a_root_is_refused(tmp_path: Path, root: str) -> None:
    """Everything below it is deleted with it, and the link itself is no ungoverned file."""
    world = World(tmp_path, model("fraud"))
    gone: Edits = {path: None for path in world.tree() if path.startswith(f"{root}/")}
    landed = world.push("mallory", gone, symlink(root, b"elsewhere"))
    report = verdict(world)
    assert ("irregular-file", root) in {(finding.rule, finding.path) for finding in report.findings}
    refused(report, landed)
