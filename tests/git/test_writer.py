"""The writer of new repositories: full control of every header, and the same objects every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.errors import GovopsError, UsageError
from govops.git import CleanRoom
from govops.git.writer import Content, Draft, RepositoryWriter, Stamp
from tests.git.loose import git

ADA = Stamp("Ada Ö", "ada@example.org", 1_700_000_000)
BOB = Stamp("Bob", "bob@example.org", 1_700_000_060, "-0330")


def written(path: Path, object_format: str = "sha1") -> dict[str, str]:
    """A small history with a merge, a detached commit, a second root and odd files."""
    made = {}
    with RepositoryWriter(path, object_format=object_format) as writer:
        first = {"a": b"1\n", "d/b": b"1\n", 'q"\\\n': b"odd", "\udcff": b"odd"}
        made["root"] = writer.commit(Draft("root\n", ADA, BOB, files=first), ref="refs/heads/main")
        change = {"a": None, "run": Content(b"#!/bin/sh\n"), "link": Content(b"d/b", "120000")}
        made["side"] = writer.commit(Draft("side\n\nReviewed-by: x\n", ADA, BOB, (made["root"],), change))
        made["main"] = writer.commit(Draft("", ADA, BOB, (made["root"],), {"d/b": b"2\n"}), ref="refs/heads/main")
        both = Draft("merge", ADA, BOB, (made["main"], made["side"]), {"a": None, "c": b"3"})
        made["merge"] = writer.commit(both, ref="refs/heads/main")
        records = Draft("records", ADA, BOB, (), {"only": b"1"})
        made["records"] = writer.commit(records, ref="refs/heads/govops/evidence")
        again = Draft("whole", ADA, BOB, (made["records"],), {"other": b"1"}, whole=True)
        made["whole"] = writer.commit(again, ref="refs/heads/govops/evidence")
        made["other root"] = writer.commit(
            Draft("root again", ADA, BOB, (), {"z": b"1"}), ref="refs/heads/govops/evidence"
        )
        writer.set_ref("refs/heads/topic", made["side"])
    return made


def test_what_was_drafted_is_what_git_reads(tmp_path: Path) -> None:
    repo = tmp_path / "new"
    made = written(repo)
    git(repo, "fsck", "--strict")
    refs = git(repo, "for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()
    assert refs == [
        f"refs/heads/govops/evidence {made['other root']}",
        f"refs/heads/main {made['merge']}",
        f"refs/heads/topic {made['side']}",
    ]
    with CleanRoom.open(repo) as room:
        chain = room.chain(room.resolve("main"))
        steps = list(room.steps(chain, settings_path="a"))
        assert [step.commit.oid for step in steps] == [made["root"], made["main"], made["merge"]]
        root = steps[0].commit
        assert (root.author.name, root.author_time, root.committer_time) == (
            "Ada Ö",
            "1700000000 +0000",
            "1700000060 -0330",
        )
        assert [side.commit.message for side in steps[2].side] == ["side\n\nReviewed-by: x\n"]
        assert [(change.path, change.new and change.new.mode) for change in steps[2].side[0].diffs or ()] == [
            ("a", None),
            ("link", "120000"),
            ("run", "100755"),
        ]
        assert list(room.tree(chain.tip)) == ["c", "d/b", 'q"\\\n', "\udcff"]
        assert list(room.tree(made["whole"])) == ["other"]
        assert [len(room.chain(made[name]).steps) for name in ("records", "whole", "other root")] == [1, 2, 1]


def test_the_work_tree_is_checked_out_and_clean(tmp_path: Path) -> None:
    repo = tmp_path / "new"
    written(repo)
    assert (repo / "d" / "b").read_bytes() == b"2\n"
    assert git(repo, "status", "--porcelain") == b""
    assert git(repo, "symbolic-ref", "HEAD") == b"refs/heads/main\n"


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_the_same_drafts_give_the_same_files(tmp_path: Path, object_format: str) -> None:
    """All but the index, which holds times of the work tree."""
    trees = []
    for name in ("one", "two"):
        made = written(tmp_path / name, object_format)
        files = [file for file in (tmp_path / name).rglob("*") if file.is_file() and file.name != "index"]
        trees.append((made, {file.relative_to(tmp_path / name): file.read_bytes() for file in files}))
    assert trees[0] == trees[1]


def test_a_directory_with_anything_in_it_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    for path in (tmp_path, tmp_path / "mine"):
        with pytest.raises(UsageError, match="is there already"):
            RepositoryWriter(path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]


def test_an_empty_directory_and_another_branch_will_do(tmp_path: Path) -> None:
    with RepositoryWriter(tmp_path, branch="trunk") as writer:
        oid = writer.commit(Draft("x", ADA, ADA, (), {"a": b"1"}), ref="refs/heads/trunk")
    with CleanRoom.open(tmp_path) as room:
        assert (room.head(), room.resolve("HEAD")) == ("refs/heads/trunk", oid)


def test_what_git_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot hold"), RepositoryWriter(tmp_path / "a") as writer:
        writer.commit(Draft("x", Stamp("A\nB", "a", 1), ADA))
    with pytest.raises(GovopsError, match="git fast-import refused"), RepositoryWriter(tmp_path / "b") as writer:
        writer.commit(Draft("x", ADA, ADA, ("1" * 40,)))


def test_a_writer_that_was_finished_writes_no_more(tmp_path: Path) -> None:
    writer = RepositoryWriter(tmp_path)
    writer.finish()
    with pytest.raises(GovopsError, match="finished already"):
        writer.commit(Draft("x", ADA, ADA))
