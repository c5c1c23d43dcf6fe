"""Files of a work tree: what git would store, and nothing that waits or is followed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from govops.app.validate import validate_worktree
from govops.history import Entry
from govops.workspace.files import read_tree, worktree_paths, worktree_reader
from tests.support.files import model

PATH = "registry/models/fraud/model.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A work tree of one model."""
    path, content = model("fraud")
    assert path == PATH
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_bytes(content)
    return tmp_path


def test_a_file_is_read_once(root: Path) -> None:
    """A whole work tree must not cost more than reading it."""
    read, asked = worktree_reader(root), list[str]()

    def counted(path: str) -> tuple[Entry, bytes | None]:
        asked.append(path)
        return read(path)

    tree = read_tree(worktree_paths(root), counted)
    assert asked == [PATH]
    assert [*tree.snapshot.files] == [PATH]


def test_a_link_is_not_followed_and_stands_with_its_own_mode(root: Path) -> None:
    os.symlink("model.yaml", root / "registry/models/fraud/other.yaml")
    os.symlink(root / "registry/models/fraud", root / "registry/models/linked")
    assert worktree_paths(root) == {PATH, "registry/models/fraud/other.yaml", "registry/models/linked"}
    entry, content = worktree_reader(root)("registry/models/linked")
    assert (entry.mode, content) == ("120000", None)


def test_a_pipe_is_a_finding_and_not_waited_for(root: Path) -> None:
    """It used to be opened, and nobody ever writes to it."""
    os.mkfifo(root / "registry/models/fraud/pipe.yaml")
    found = validate_worktree(root, []).findings
    assert {finding.path for finding in found if finding.rule == "irregular-file"} == {
        "registry/models/fraud/pipe.yaml"
    }
