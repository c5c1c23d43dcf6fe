"""The test world itself is right: git agrees with every id, tree, difference and signature that it writes."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from govops.evidence.records import Envelope, record_bytes, record_path, signed_bytes
from tests.support.cast import public_line, signed
from tests.support.change import Method
from tests.support.files import delete, deployment, executable, model, symlink, user, version
from tests.support.git import git
from tests.support.objects import Objects
from tests.support.trees import ConflictError, edited, merged
from tests.support.world import World

FORMATS = ("sha1", "sha256")
METHODS: tuple[Method, ...] = get_args(Method)
FRAUD = model("fraud")[0]


def told(path: Path, object_format: str = "sha1") -> World:
    """A story with each way of landing, a second author, a moved base and a direct push."""
    world = World(path, object_format=object_format)
    world.propose("alice", "Register fraud", model("fraud"), version("fraud", "1.0")).approve("bob").merge("squash")
    change = world.propose("alice", "Retitle", world.replace(FRAUD, "The fraud model", "Fraud"))
    world.propose("dave", "Relicense", world.replace(FRAUD, "proprietary", "MIT")).approve("bob").merge("merge")
    change.push("dave", model("churn"), co_authors=["erin"]).update_branch().approve("bob").merge("rebase")
    world.propose("dave", "Forget", delete(model("churn")[0])).approve("carol").merge("fast-forward")
    world.push("mallory", model("fraud", risk_tier="low"))
    return world


def receipts(world: World) -> list[dict[str, Any]]:
    """The payloads of the evidence branch, in the order of writing."""
    names = [f"{world.evidence.tip}:{path}" for path in world.evidence.paths]
    return [json.loads(git(world.git_dir, "cat-file", "blob", name))["payload"] for name in names]


@pytest.mark.parametrize("object_format", FORMATS)
def test_git_finds_nothing_wrong_with_a_story(tmp_path: Path, object_format: str) -> None:
    world = told(tmp_path, object_format)
    world.push("alice", symlink("docs/link", b"../README"), executable(("run.sh", b"#!/bin/sh\n")))
    output = git(world.git_dir, "fsck", "--strict", "--no-dangling", "--full")
    assert output == b""
    assert git(world.git_dir, "rev-parse", "--show-object-format").decode().strip() == object_format


@pytest.mark.parametrize("object_format", FORMATS)
def test_trees_are_the_ones_that_git_lists(tmp_path: Path, object_format: str) -> None:
    world = told(tmp_path, object_format)
    for oid in world.ancestors(world.main):
        lines = git(world.git_dir, "ls-tree", "-r", "-z", oid).decode().split("\0")[:-1]
        assert {line.split("\t")[1]: tuple(line.split("\t")[0].split()[::2]) for line in lines} == world.tree(oid)


def test_receipts_name_blobs_that_git_knows(tmp_path: Path) -> None:
    world = told(tmp_path)
    for receipt in receipts(world):
        proposal = receipt["proposal"] or {"subjects": [], "reviews": [], "head": receipt["tip"]}
        for subject in [*proposal["subjects"], *(s for review in proposal["reviews"] for s in review["subjects"])]:
            for state in filter(None, (subject["old"], subject["new"])):
                assert git(world.git_dir, "cat-file", "-t", state["oid"]) == b"blob\n"
        for subject in proposal["subjects"]:
            shown = git(world.git_dir, "ls-tree", proposal["head"], subject["path"]).decode().split()
            assert shown[:3:2] == ([subject["new"]["mode"], subject["new"]["oid"]] if subject["new"] else [])


def test_subjects_are_what_git_diffs_from_merge_base_to_head(tmp_path: Path) -> None:
    world = told(tmp_path)
    for receipt in receipts(world)[:-1]:
        proposal = receipt["proposal"]
        bases = git(world.git_dir, "merge-base", "--all", receipt["base"], proposal["head"]).decode().split()
        assert sorted(bases) == proposal["merge_bases"]
        assert diffed(world, bases[0], proposal["head"]) == [flattened(subject) for subject in proposal["subjects"]]
        assert receipt["tip"] in world.ancestors(world.main)


def diffed(world: World, old: str, new: str) -> list[tuple[str, ...]]:
    """(path, old mode, old id, new mode, new id) as git tells them, zeros for absent."""
    fields = git(world.git_dir, "diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", old, new).decode().split("\0")
    pairs = zip(fields[:-1:2], fields[1::2], strict=True)
    return [(path, raw[1:7], raw.split()[2], raw.split()[1], raw.split()[3]) for raw, path in pairs]


def flattened(subject: dict[str, Any]) -> tuple[str, ...]:
    """A subject in the shape of :func:`diffed`."""
    absent = {"mode": "000000", "oid": "0" * 40}
    old, new = subject["old"] or absent, subject["new"] or absent
    return subject["path"], old["mode"], old["oid"], new["mode"], new["oid"]


def test_one_byte_makes_another_id(tmp_path: Path) -> None:
    world = World(tmp_path)
    first = world.propose("alice", "Register", model("fraud"))
    second = world.propose("alice", "Register", (FRAUD, model("fraud")[1] + b"#"))
    assert world.tree(first.head)[FRAUD] != world.tree(second.head)[FRAUD]
    assert first.approve("bob").reviews[0].subjects != second.approve("bob").reviews[0].subjects


@pytest.mark.parametrize("method", METHODS)
def test_each_way_of_landing_brings_the_same_content(tmp_path: Path, method: Method) -> None:
    world = World(tmp_path)
    change = world.propose("alice", "Register", model("fraud")).push("alice", version("fraud", "1.0"))
    landed = change.approve("bob").merge(method)
    assert world.tree() == world.tree(change.head)
    assert len(landed.commits) == (2 if method in ("rebase", "fast-forward") else 1)
    parents = git(world.git_dir, "rev-list", "--parents", "-1", world.main).split()[1:]
    assert len(parents) == (2 if method == "merge" else 1)


def test_merges_of_moved_text_agree_with_git(tmp_path: Path) -> None:
    world = World(tmp_path, model("fraud"))
    change = world.propose("alice", "Retitle", world.replace(FRAUD, "The fraud model", "Fraud"))
    world.push("dave", world.replace(FRAUD, "proprietary", "MIT"))
    git_tree = git(world.git_dir, "merge-tree", "--write-tree", world.main, change.head).decode().strip()
    landed = change.approve("bob").merge("squash")
    assert git(world.git_dir, "rev-parse", f"{landed.commit}^{{tree}}").decode().strip() == git_tree


def test_a_merge_that_needs_a_person_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path, model("fraud"))
    change = world.propose("alice", "Retitle", world.replace(FRAUD, "The fraud model", "Fraud"))
    world.push("dave", world.replace(FRAUD, "The fraud model", "Frauds"))
    with pytest.raises(ConflictError, match=FRAUD):
        change.merge("squash")


def test_a_stale_tree_lands_the_whole_head(tmp_path: Path) -> None:
    world = World(tmp_path)
    change = world.propose("alice", "Register fraud", model("fraud"))
    world.propose("dave", "Register churn", model("churn")).merge("squash")
    change.merge("squash", stale_tree=True)
    assert model("churn")[0] not in world.tree()


def test_a_rebase_leaves_updates_out_and_keeps_authors(tmp_path: Path) -> None:
    world = World(tmp_path)
    change = world.propose("alice", "Register fraud", model("fraud"))
    world.push("dave", model("churn"))
    change.update_branch().push("dave", version("fraud", "1.0"), co_authors=["erin"]).rebase()
    form = "--format=%an%(trailers:key=Co-authored-by,valueonly)"
    told = git(world.git_dir, "log", "--reverse", form, f"{world.main}..{change.head}").decode().split("\n")
    assert told[:2] == ["Alice Adams", "Dave DavisErin Evans <erin@acme.example>"]


def test_a_receipt_tells_everyone_who_helped(tmp_path: Path) -> None:
    world = World(tmp_path)
    change = world.propose("alice", "Register", model("fraud"))
    change.push("dave", version("fraud", "1.0"), author="mallory", co_authors=["erin"])
    change.merge("squash", by="carol")
    people = receipts(world)[0]["proposal"]["contributors"]
    told = [(one["source"], one["email"] or one["account"]["id"]) for one in people]
    assert told == [
        ("opener", "id-alice"),
        ("author", "alice@acme.example"),
        ("committer", "alice@acme.example"),
        ("author", "mallory@acme.example"),
        ("committer", "mallory@acme.example"),
        ("co-author", "erin@acme.example"),
        ("pusher", "id-dave"),
    ]


def test_reviews_tell_what_the_reviewed_files_refer_to(tmp_path: Path) -> None:
    world = World(tmp_path, model("fraud"), version("fraud", "1.0", status="approved"))
    change = world.propose("dave", "Deploy", deployment("staging", "fraud", "1.0")).approve("bob")
    path = version("fraud", "1.0")[0]
    assert [(blob.path, blob.oid) for blob in change.reviews[0].context] == [(path, world.tree()[path][1])]
    both = world.propose("dave", "Register", model("churn"), version("churn", "1")).approve("bob")
    assert both.reviews[0].context == ()


def test_records_are_spelled_as_the_format_says(tmp_path: Path) -> None:
    world = told(tmp_path)
    world.approve_signed("bob", world.propose("alice", "Register more", model("more")))
    previous: str | None = None
    for path in world.evidence.paths:
        data = git(world.git_dir, "cat-file", "blob", f"{world.evidence.tip}:{path}")
        envelope = Envelope.model_validate_json(data)
        assert path == record_path(envelope.payload)
        assert data == record_bytes(envelope.payload, envelope.signature)
        if envelope.payload.type == "govops/receipt/v1":
            assert envelope.payload.previous == previous
            previous = path[-69:-5]


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is the second opinion")
@pytest.mark.parametrize(("who", "good"), [("bob", True), ("mallory", False)])
def test_signatures_are_what_ssh_keygen_expects(tmp_path: Path, who: str, *, good: bool) -> None:
    world = World(tmp_path / "world")
    path = world.approve_signed("bob", world.propose("alice", "Register", model("fraud")), signer=who)
    envelope = Envelope.model_validate_json(git(world.git_dir, "cat-file", "blob", f"{world.evidence.tip}:{path}"))
    assert ssh_keygen_accepts(tmp_path, "bob", signed_bytes(envelope.payload), envelope.signature or "") is good


def test_signed_commits_are_signed_as_git_signs_them(tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    change = world.propose("alice", "Register", model("fraud"), signed_by="alice")
    keys = tmp_path / "keys"
    keys.write_text(f'alice@acme.example namespaces="git" {public_line("alice")}\n')
    settings = ("-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={keys}")
    if shutil.which("ssh-keygen"):
        assert git(world.git_dir, *settings, "log", "-1", "--format=%G?", change.head) == b"G\n"
    assert b"gpgsig -----BEGIN SSH SIGNATURE-----" in git(world.git_dir, "cat-file", "commit", change.head)


def ssh_keygen_accepts(folder: Path, name: str, message: bytes, armour: str) -> bool:
    """What OpenSSH says of a signature that ``name`` should have made."""
    (folder / "signature").write_text(armour)
    (folder / "signers").write_text(f"{name} {public_line(name)}\n")
    command = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", name, "-n", "govops-v1", "-s", "signature"]
    return subprocess.run(command, cwd=folder, input=message, capture_output=True, check=False).returncode == 0


Spoil = Callable[[World], object]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda world: world.evidence.write(delete(world.evidence.paths[0])),
        lambda world: world.evidence.write({world.evidence.paths[0]: b"{}\n"}),
        lambda world: world.evidence.write({"junk.txt": b"hello"}),
        lambda world: world.changes[0].landed.record(signer=None),
        lambda world: world.changes[0].landed.record(signer="mallory", repository="local:other", branch="dev"),
        lambda world: world.changes[0].landed.record(receipt_edit=lambda payload: payload.update(tip="f" * 40)),
    ],
)
def test_the_evidence_branch_can_be_spoilt_and_stays_a_branch(tmp_path: Path, spoil: Spoil) -> None:
    world = told(tmp_path)
    before = world.evidence.tip
    spoil(world)
    assert git(world.git_dir, "rev-parse", f"{world.evidence.tip}^").decode().strip() == before
    assert git(world.git_dir, "fsck", "--strict", "--no-dangling") == b""


def test_a_dismissal_marks_the_latest_decision(tmp_path: Path) -> None:
    world = World(tmp_path)
    change = world.propose("alice", "Register", model("fraud"))
    change.approve("bob").reject("bob", account="id-bob-2").comment("bob").dismiss("bob", at=None)
    dismissed = [(review.decision, review.dismissed and review.dismissed.at) for review in change.reviews]
    assert dismissed == [("approve", None), ("reject", None), ("comment", None)]
    assert [review.dismissed is not None for review in change.reviews] == [False, True, False]


def test_people_can_be_changed_at_adoption(tmp_path: Path) -> None:
    world = World(tmp_path, user("bob", roles=[]), settings={"evidence": {"mode": "signature"}})
    assert b"roles: []" in world.read("registry/users/bob.yaml")
    assert b'mode: "signature"' in world.read("policies/govops.yaml")
    assert b'- "receipt"' in world.read("policies/govops.yaml")


def test_every_header_can_be_chosen(tmp_path: Path) -> None:
    world = World(tmp_path)
    times = {"author_time": "1 +1400", "committer_time": "9 -0100"}
    landed = world.commit_raw(model("fraud"), author="X <x@y>", committer="carol", **times)
    header = git(world.git_dir, "cat-file", "commit", landed.commit).decode().split("\n")
    assert header[2:4] == ["author X <x@y> 1 +1400", "committer Carol Clark <carol@acme.example> 9 -0100"]


def test_objects_are_read_back_and_sorted_as_git_sorts(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    blob = objects.blob(b"x")
    tree = objects.tree(dict.fromkeys(("a.b", "a/b", "a-b", "a0", "\udcff", "é"), ("100644", blob)))
    listed = git(tmp_path, "ls-tree", "-r", "-z", "--name-only", tree).split(b"\0")[:-1]
    assert listed == [b"a-b", b"a.b", b"a/b", b"a0", "é".encode(), b"\xff"]
    assert Objects(tmp_path).read(blob) == b"x"
    with pytest.raises(ValueError, match="folder"):
        objects.tree({"a": ("100644", blob), "a/b": ("100644", blob)})


def test_merges_of_trees_take_what_moved(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    base = edited(objects, {}, {"same": b"1", "ours": b"1", "theirs": b"1", "gone": b"1"})
    ours = edited(objects, base, {"ours": b"2", "new": b"1"})
    theirs = edited(objects, base, {"theirs": b"2", "gone": None, "new": b"1"})
    result = merged(objects, base, ours, theirs)
    assert {path: objects.read(oid) for path, (_, oid) in result.items()} == {
        "same": b"1",
        "ours": b"2",
        "theirs": b"2",
        "new": b"1",
    }


def test_a_story_of_five_changes_is_quickly_told(tmp_path: Path) -> None:
    """The best of three, because other work shares the machine."""
    signed("anyone", b"the first signature loads the library")
    times = []
    for name in "abc":
        start = time.perf_counter()
        world = World(tmp_path / name)
        for number in range(5):
            world.propose("alice", "Register", model(f"m{number}")).approve("bob").merge("squash")
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1


def test_thousands_of_objects_a_second(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    start = time.perf_counter()
    for number in range(1000):
        objects.blob(b"%d" % number)
    assert time.perf_counter() - start < 1
