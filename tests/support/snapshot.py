"""Files -> the snapshot that a commit with them would give, without git."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from govops.history import Entry
from govops.history.snapshot import Snapshot
from govops.workspace.files import Tree, read_tree
from tests.support.files import Content


def tree_of(files: Mapping[str, Content]) -> Tree:
    """Every file, read as it would be from a commit; all of them must be readable."""
    plain = {path: content for path, content in files.items() if isinstance(content, bytes)}

    def read(path: str) -> tuple[Entry, bytes]:
        return Entry("100644", hashlib.sha1(plain[path]).hexdigest()), plain[path]

    tree = read_tree(plain, read)
    assert list(tree.findings()) == []
    return tree


def snapshot_of(files: Mapping[str, Content]) -> Snapshot:
    """The same, without the texts."""
    return tree_of(files).snapshot
