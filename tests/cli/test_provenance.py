"""A report says of what it speaks: somebody else can check every id in it with git alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import govops as package
from tests.support.cli import govops
from tests.support.files import delete, model, policy
from tests.support.git import git
from tests.support.world import World

pytestmark = pytest.mark.threat("G10")
FORMATS = pytest.mark.parametrize("object_format", ["sha1", "sha256"])


def told(path: Path, object_format: str = "sha1") -> World:
    """A policy that changes, a model, and a violation after it."""
    world = World(path, object_format=object_format)
    more = policy("more", actions=["sla.*"])
    world.propose("erin", "More", more, delete("policies/approvals/slas.yaml")).approve("carol").merge("squash")
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("merge")
    world.push("mallory", model("churn"))
    return world


def report(world: World, *options: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(govops("audit", world.path, *options, "--output", "json").out)
    return found


def asked(world: World, *arguments: str) -> str:
    return git(world.git_dir, *arguments).decode().strip()


@pytest.mark.threat("B22")
@FORMATS
def test_a_reader_is_told_what_the_ids_are_worth(tmp_path: Path, object_format: str) -> None:
    """Which hash they are, and for SHA-1 that collisions can be made."""
    page = govops("audit", told(tmp_path, object_format).path, "--output", "markdown").out
    assert f"(object format {object_format})" in page
    assert ("The ids are SHA-1" in page) == (object_format == "sha1")


@FORMATS
def test_commit_tree_and_evidence_are_those_that_git_names(tmp_path: Path, object_format: str) -> None:
    world = told(tmp_path, object_format)
    origin = report(world)["provenance"]
    assert origin["repository"] == world.repository
    assert origin["ref"] == "refs/heads/main"
    assert origin["tip"] == asked(world, "rev-parse", "main")
    assert origin["tree"] == asked(world, "rev-parse", "main^{tree}")
    assert origin["evidence_tip"] == asked(world, "rev-parse", origin["evidence_ref"])
    assert origin["object_format"] == object_format == asked(world, "rev-parse", "--show-object-format")
    assert origin["records"] == len(world.evidence.paths)
    assert origin["adoption"] == asked(world, "log", "--format=%H", "--reverse", "--", "policies/govops.yaml")


@FORMATS
def test_the_policies_are_the_blobs_at_the_tip(tmp_path: Path, object_format: str) -> None:
    world = told(tmp_path, object_format)
    listed = asked(world, "ls-tree", "-r", "--format=%(path) %(objectname)", "main", "policies/")
    assert [" ".join(pair) for pair in report(world)["provenance"]["policies"]] == listed.splitlines()


def test_the_versions_are_those_that_ran(tmp_path: Path) -> None:
    world = told(tmp_path)
    origin = report(world)["provenance"]
    assert origin["govops_version"] == package.__version__
    assert asked(world, "version").split()[2].startswith(origin["git_version"])


def test_the_range_is_told_and_the_counters_count_it(tmp_path: Path) -> None:
    world = told(tmp_path)
    middle = asked(world, "rev-parse", "main~2")
    whole, later, earlier = report(world), report(world, "--from", middle), report(world, "--to", middle)
    assert [found["provenance"]["first"] for found in (whole, later)] == [None, middle]
    assert (earlier["provenance"]["tip"], later["provenance"]["tip"]) == (middle, world.main)
    sizes = [int(asked(world, "rev-list", "--count", "--first-parent", span)) for span in ("main", f"{middle}..main")]
    assert [found["counts"]["commits"] for found in (whole, later)] == sizes
    counted = {name: number for name, number in later["counts"].items() if number}
    assert counted == {"commits": 2, "chain": 2, "evaluated": 2, "governed": 2, "approved": 1, "violating": 1}


def test_the_markdown_report_shows_every_id_whole(tmp_path: Path) -> None:
    world = told(tmp_path)
    text = govops("audit", world.path, "--output", "markdown").out
    origin = report(world)["provenance"]
    for key in ("repository", "ref", "tip", "tree", "evidence_tip", "adoption", "git_version", "govops_version"):
        assert origin[key] in text, key
    assert all(path in text and blob in text for path, blob in origin["policies"])
    assert "object format sha1" in text


def test_a_report_of_another_commit_is_another_report(tmp_path: Path) -> None:
    world = told(tmp_path)
    before = govops("audit", world.path, "--output", "markdown").out
    world.push("alice", ("src/train.py", b"pass\n"), record=False)
    after = govops("audit", world.path, "--output", "markdown").out
    assert world.main in after
    assert world.main not in before


def test_every_finding_names_commit_path_blob_and_rule(tmp_path: Path) -> None:
    world = told(tmp_path)
    (finding,) = report(world)["findings"]
    assert (finding["rule"], finding["commit"], finding["path"]) == ("not-approved", world.main, model("churn")[0])
    assert finding["blob"] == asked(world, "rev-parse", f"main:{finding['path']}")
