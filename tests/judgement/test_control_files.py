"""Files that decide how a repository is read, reviewed and built have a requirement of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.audit import judge
from tests.support.files import File, policy, role, settings, user
from tests.support.world import World

CONTROL: dict[str, File] = {
    name: (name, b"# nothing yet\n")
    for name in (
        ".gitattributes",
        "src/deep/.gitattributes",
        ".mailmap",
        ".gitmodules",
        "CODEOWNERS",
        "docs/CODEOWNERS",
        ".github/CODEOWNERS",
        ".gitlab/CODEOWNERS",
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
    )
}
CONTROL |= {
    "a policy": policy("models", actions=["model.*"], description="Another"),
    "settings": settings(tools=["format@tools.example"]),
    "a person": user("mallory", roles=["approver"]),
    "a role": role("analyst", permissions=["model:register", "model:approve"]),
}
OPEN = policy("everything", actions=["*"])


@pytest.mark.threat("C32")
@pytest.mark.parametrize(
    ("approvers", "rule"), [([], "not-approved"), (["bob"], "approver-lacks-role"), (["carol"], None)]
)
@pytest.mark.parametrize("file", CONTROL.values(), ids=CONTROL)
def test_a_control_file_needs_someone_who_may_change_policy(
    world: World, file: File, approvers: list[str], rule: str | None
) -> None:
    change = world.propose("alice", "Control", file)
    for person in approvers:
        change.approve(person)
    judge(change.merge("squash"), rule)


@pytest.mark.threat("C32", rule="approver-lacks-role")
@pytest.mark.parametrize("name", [".gitattributes", "a policy", "a person", "a role"])
def test_a_policy_cannot_remove_what_is_built_in(tmp_path: Path, name: str) -> None:
    change = World(tmp_path, OPEN).propose("alice", "Control", CONTROL[name])
    judge(change.approve("bob").merge("squash"), "approver-lacks-role")


@pytest.mark.threat("C32", rule="approver-is-contributor")
@pytest.mark.parametrize("name", [".gitattributes", "a policy", "a person", "a role"])
def test_an_administrator_does_not_approve_their_own(world: World, name: str) -> None:
    change = world.propose("carol", "Control", CONTROL[name])
    judge(change.approve("carol").merge("squash", by="erin"), "approver-is-contributor")


LINES = [f"src/{name}.py text\n".encode() for name in "abcdefgh"]


@pytest.mark.threat("C32", rule="identity-needed")
@pytest.mark.parametrize(("again", "rule"), [(False, "identity-needed"), (True, None)])
def test_a_control_file_lands_exactly_as_reviewed(tmp_path: Path, *, again: bool, rule: str | None) -> None:
    path = ".gitattributes"
    world = World(tmp_path, (path, b"".join(LINES)))
    change = world.propose("alice", "First", (path, b"".join([b"*.sh text\n", *LINES]))).approve("carol")
    world.propose("dave", "Last", (path, b"".join([*LINES, b"*.md text\n"]))).approve("erin").merge("squash")
    if again:
        change.update_branch().approve("carol")
    judge(change.merge("squash"), rule)


HIDING = {
    "no diff": (".gitattributes", b"registry/** -diff\n"),
    "binary": (".gitattributes", b"policies/approvals/*.yaml binary\n"),
    "generated": (".gitattributes", b"*.yaml linguist-generated\n"),
    "generated, spelled out": (".gitattributes", b"*.yaml linguist-generated=true\n"),
    "union merge": (".gitattributes", b"* merge=union\n"),
    "nested": ("registry/models/.gitattributes", b"*.yaml -diff\n"),
    "upper case": (".gitattributes", b"REGISTRY/** -diff\n"),
    "a macro": (".gitattributes", b"[attr]quiet -diff\nregistry/** quiet\n"),
}
HARMLESS = {
    "line ends": (".gitattributes", b"*.sh text eol=lf\n"),
    "another folder": ("data/.gitattributes", b"*.csv -diff\n"),
    "a picture": (".gitattributes", b"*.png binary\n"),
    "a comment": (".gitattributes", b"# registry/** -diff\n"),
}


@pytest.mark.threat("C33", rule="hidden-diff")
@pytest.mark.parametrize("file", HIDING.values(), ids=HIDING)
def test_governed_content_cannot_be_hidden_from_reviewers(world: World, file: File) -> None:
    judge(world.propose("alice", "Hide", file).approve("carol").merge("squash"), "hidden-diff")


@pytest.mark.threat("C33")
@pytest.mark.parametrize("file", HARMLESS.values(), ids=HARMLESS)
def test_attributes_of_other_files_hide_nothing(world: World, file: File) -> None:
    judge(world.propose("alice", "Attribute", file).approve("carol").merge("squash"), None)
