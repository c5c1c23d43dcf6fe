"""Every commit of a branch without its trees: who made what, whatever else is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.errors import UndecidableError
from govops.git import CleanRoom
from tests.support.objects import Objects

ANN, BOB = "Ann <ann@x.org>", "Bob <bob@x.org>"
WHEN = "1700000000 +0000"


def story(path: Path) -> tuple[Objects, list[str]]:
    """A merge of Bob's branch into Ann's, on trees that are not there."""
    objects = Objects(path / ".git")
    gone = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    first = objects.commit(gone, author=ANN, author_time=WHEN, message="one\n")
    side = objects.commit(gone, [first], author=BOB, author_time=WHEN, message="two\n")
    merge = objects.commit(gone, [first, side], author=ANN, author_time=WHEN, message="three\n")
    objects.ref("refs/heads/main", merge)
    return objects, [first, side, merge]


def test_commits_come_with_their_side_branches_and_without_their_trees(tmp_path: Path) -> None:
    _, oids = story(tmp_path)
    with CleanRoom.open(tmp_path) as room:
        found = list(room.commits(oids[-1]))
    assert [(commit.oid, commit.author.name) for commit in found] == list(zip(oids, ["Ann", "Bob", "Ann"], strict=True))


def test_a_malformed_commit_is_nobodys(tmp_path: Path) -> None:
    objects, oids = story(tmp_path)
    data = f"tree {'0' * 40}\nparent {oids[-1]}\nauthor nobody\ncommitter {BOB} {WHEN}\n\nx\n"
    objects.ref("refs/heads/main", tip := objects.raw("commit", data.encode()))
    with CleanRoom.open(tmp_path) as room:
        found = list(room.commits(tip))
    assert [commit.author.name for commit in found] == ["Ann", "Bob", "Ann", ""]


@pytest.mark.parametrize("damage", ["missing", "shallow"])
def test_history_that_is_not_all_there_cannot_tell(tmp_path: Path, damage: str) -> None:
    objects, oids = story(tmp_path)
    if damage == "missing":
        objects.file(oids[1]).unlink()
    else:
        (objects.directory / "shallow").write_text(f"{oids[0]}\n", encoding="ascii")
    with CleanRoom.open(tmp_path) as room, pytest.raises(UndecidableError):
        list(room.commits(oids[-1]))
