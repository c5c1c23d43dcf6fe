"""What a report says today, a later audit has to continue: with the report in a safe place, and with checkpoints."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.cast import private_key
from tests.support.cli import Ran, govops
from tests.support.files import model
from tests.support.git import git
from tests.support.rewriting import rewritten
from tests.support.world import World

FORMATS = pytest.mark.parametrize("object_format", ["sha1", "sha256"])


@pytest.fixture
def world(tmp_path: Path) -> World:
    return told(tmp_path / "world")


def told(path: Path, object_format: str = "sha1") -> World:
    world = World(path, object_format=object_format)
    land(world, "fraud")
    return world


def land(world: World, name: str) -> str:
    return world.propose("alice", f"Register {name}", model(name)).approve("bob").merge("squash").commit


def audited(world: World, *options: object, to: Path | None = None) -> dict[str, Any]:
    """The report; saved as well if asked."""
    ran = govops("audit", world.path, *options, "--output", "json")
    if to is not None:
        to.write_text(ran.out, encoding="utf-8")
    found: dict[str, Any] = json.loads(ran.out)
    return found


@pytest.fixture
def saved(world: World, tmp_path: Path) -> Path:
    """A report of the world as it is, kept elsewhere."""
    audited(world, to=tmp_path / "saved.json")
    return tmp_path / "saved.json"


def since(world: World, report: Path, *options: object) -> Ran:
    return govops("audit", world.path, *options, "--since-report", report)


@FORMATS
def test_a_branch_that_goes_on_says_from_where(tmp_path: Path, object_format: str) -> None:
    world, report = told(tmp_path / "world", object_format), tmp_path / "saved.json"
    old = world.main
    audited(world, to=report)
    land(world, "churn")
    ran = since(world, report)
    assert (ran.code, f"continues the report of tip {old}" in ran.out) == (0, True), ran.out
    assert audited(world, "--since-report", report)["provenance"]["since"] == old


@pytest.mark.threat("C10", rule="history-rewritten")
@FORMATS
def test_a_rewritten_branch_is_told_with_both_ids(tmp_path: Path, object_format: str) -> None:
    """Even where the evidence was rewritten with it: the report is somewhere else."""
    world, report = told(tmp_path / "world", object_format), tmp_path / "saved.json"
    audited(world, to=report)
    other = World(tmp_path / "other", object_format=object_format)
    land(other, "churn")
    ran = since(other, report)
    assert ran.code == 3
    assert f"an earlier report ends at {world.main}, which is not on the first-parent chain of {other.main}" in ran.out


@pytest.mark.threat("C39")
@pytest.mark.parametrize("times", [1, 2])
def test_a_branch_that_had_to_be_rewritten_continues_where_two_people_signed_for_it(
    world: World, saved: Path, times: int
) -> None:
    for becomes in ("Less", "Even less")[:times]:
        rewrite = rewritten(world, *model("fraud", purpose=becomes))
        rewrite.sign("carol")
        rewrite.sign("erin")
    assert since(world, saved).code == 0


@pytest.mark.threat("C10", rule="history-rewritten")
def test_a_branch_that_was_set_back_does_not_continue(world: World, saved: Path) -> None:
    world.advance(world.adoption)
    assert since(world, saved).code == 3


@pytest.mark.threat("C09", rule="history-rewritten")
def test_a_foxtrot_merge_does_not_continue(world: World, saved: Path) -> None:
    side = world.commit(world.tree(), [world.adoption], message="Feature", author="alice")
    world.advance(world.commit(world.tree(), [side, world.main], message="Merge main", author="alice"))
    ran = since(world, saved)
    assert ran.code == 3
    assert "is not on the first-parent chain" in ran.out


@pytest.mark.threat("C11", rule="record-tampered")
def test_evidence_that_was_rolled_back_or_is_gone_is_told(world: World, saved: Path) -> None:
    tip = world.evidence.tip
    world.evidence.tip, world.evidence.tree = None, {}
    world.evidence.write({"README.md": b"begun again"})
    again = since(world, saved)
    assert (again.code, f"the evidence branch ended at {tip} in an earlier report" in again.out) == (3, True)
    git(world.git_dir, "update-ref", "-d", world.evidence.ref)
    gone = since(world, saved)
    assert (gone.code, "and it is gone" in gone.out) == (3, True)


@pytest.mark.threat("C42", rule="history-rewritten")
def test_a_verdict_by_tag_is_for_a_commit_and_the_tag_must_not_move(world: World, tmp_path: Path) -> None:
    report, released = tmp_path / "saved.json", world.main
    git(world.git_dir, "tag", "v1", released)
    provenance = audited(world, "--to", "v1", to=report)["provenance"]
    assert (provenance["tag"], provenance["tip"]) == ("refs/tags/v1", released)
    assert f"tag refs/tags/v1 names commit {released}" in govops("audit", world.path, "--to", "v1").out
    moved = land(world, "churn")
    assert since(world, report).code == 0
    git(world.git_dir, "tag", "-f", "v1", moved)
    ran = since(world, report)
    assert (ran.code, f"tag refs/tags/v1 named {released} in an earlier report, and names {moved}" in ran.out) == (
        3,
        True,
    )
    git(world.git_dir, "tag", "-d", "v1")
    assert since(world, report).code == 3


def test_a_report_of_something_else_is_the_callers_mistake(world: World, saved: Path, tmp_path: Path) -> None:
    other = World(tmp_path / "other", settings={"repository": "local:acme/other"})
    assert since(other, saved).code == 2
    assert since(World(tmp_path / "long", object_format="sha256"), saved).code == 2
    assert since(world, tmp_path / "none.json").code == 2


# ---- checkpoints


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(private_key("recorder").private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    return path


def checkpoints(world: World) -> list[dict[str, Any]]:
    listed = git(world.git_dir, "ls-tree", "-r", "--name-only", world.evidence.ref, "checkpoints").decode().split()
    found = [json.loads(git(world.git_dir, "show", f"{world.evidence.ref}:{path}"))["payload"] for path in listed]
    return sorted(found, key=lambda payload: int(payload["sequence"]))


def mark(world: World, key: Path, *options: object) -> Ran:
    return govops("audit", world.path, "--checkpoint", "--no-push", "--key", key, *options)


def test_a_checkpoint_names_the_tip_and_the_report(world: World, key: Path) -> None:
    ran = mark(world, key, "--output", "json")
    (found,) = checkpoints(world)
    assert (ran.code, found["tip"]) == (0, world.main)
    assert found["report"] == hashlib.sha256(ran.out.encode()).hexdigest()
    assert govops("audit", world.path).code == 0
    assert govops("evidence", "verify", world.path).code == 0


def test_a_checkpoint_is_written_once_and_never_behind_another(world: World, key: Path) -> None:
    mark(world, key)
    assert "no checkpoint was written" in mark(world, key).err
    land_unrecorded = world.commit_raw(message="Nothing governed", author="alice").commit
    assert len(checkpoints(world)) == 1
    world.advance(world.node(land_unrecorded).parents[0])
    assert "no checkpoint was written" in mark(world, key).err


def test_violations_are_verified_too_and_what_is_undecidable_is_not(world: World, key: Path) -> None:
    world.push("mallory", model("churn"))
    assert mark(world, key).code == 1
    assert len(checkpoints(world)) == 1
    world.push("mallory", model("debt"), record=False)
    ran = mark(world, key)
    assert (ran.code, "no checkpoint was written" in ran.err) == (3, True)
    assert len(checkpoints(world)) == 1


@pytest.mark.parametrize("part", [("--to", "HEAD"), ("--settled",), ("--from", "HEAD"), ("--adoption", "HEAD")])
def test_a_checkpoint_is_of_a_whole_branch(world: World, key: Path, part: tuple[str, ...]) -> None:
    ran = mark(world, key, *part)
    assert (ran.code, "leave" in ran.err) == (2, True)
    assert not checkpoints(world)


def test_a_checkpoint_takes_a_recorders_key(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert govops("audit", world.path, "--checkpoint", "--no-push").code == 2
    text = private_key("mallory").private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    monkeypatch.setenv("GOVOPS_RECORDER_KEY", text)
    assert govops("audit", world.path, "--checkpoint", "--no-push").code == 2
    assert not checkpoints(world)


def test_an_earlier_report_that_was_cut_short_is_named(world: World, saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:300])
    ran = since(world, saved)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {saved}: the report is not JSON")
