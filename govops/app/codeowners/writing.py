"""CODEOWNERS of one work tree or revision: what should stand there, and what does."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from govops.app.codeowners.text import FORGES, codeowners_text, is_generated, place_of
from govops.app.new_files import refuse_detours
from govops.app.writing import write_whole
from govops.decision import Law
from govops.errors import UsageError
from govops.git import CleanRoom
from govops.render.untrusted import log_exact
from govops.workspace.files import Tree, read_tree, worktree_paths, worktree_reader
from govops.workspace.standing import rule_tree

_FOLDERS = ("policies", "registry/users", "registry/roles", ".github", ".gitlab", "docs")


@dataclass(frozen=True, slots=True)
class Owners:
    """``text`` is what should stand at ``place``; ``found`` what stands there, None if nothing does."""

    place: str
    text: str
    found: str | None = None

    @property
    def is_current(self) -> bool:
        """Whether the file is in step with the rules."""
        return self.text == self.found

    def difference(self) -> Iterator[str]:
        """A unified diff from what stands there to what should, line by line, safe to print."""
        old, new = (self.found or "").splitlines(), self.text.splitlines()
        lines = difflib.unified_diff(old, new, self.place, f"{self.place} (generated)", lineterm="")
        return (log_exact(line) for line in lines)


def owners_of_worktree(root: Path, forge: str | None) -> Owners:
    """CODEOWNERS for the rules as they are on disk. UsageError where these have faults or name no forge."""
    return _owners(read_tree(worktree_paths(root, _FOLDERS), worktree_reader(root)), forge)


def owners_of_revision(repository: Path, revision: str, forge: str | None) -> Owners:
    """CODEOWNERS for the rules as one commit has them."""
    with CleanRoom.open(repository, discover=True) as room:
        return _owners(rule_tree(room, room.resolve(revision)), forge)


def owners_at(tree: Tree, law: Law, forge: str) -> Owners:
    """What a tree has for CODEOWNERS, and what its rules ask for."""
    place = place_of(forge, tree.snapshot.files)
    content = tree.read(place)[1] if place in tree.snapshot.files else None
    found = content.decode("utf-8", "replace") if content is not None else None
    return Owners(place, codeowners_text(law, forge), found)


def write_owners(root: Path, owners: Owners) -> str:
    """Put the file in its place; where that is. UsageError rather than to replace what somebody else wrote."""
    if owners.found is not None and not is_generated(owners.found):
        raise UsageError(
            f"{owners.place} was not written by govops",
            hint="move it away first; its lines for other paths are not kept",
        )
    refuse_detours(root, owners.place)
    write_whole(root / owners.place, owners.text)
    return owners.place


def _owners(tree: Tree, forge: str | None) -> Owners:
    broken = next(tree.findings(), None)
    if broken is not None:
        raise UsageError(f"{broken.place}: {broken.message}", hint="see all problems with `govops validate`")
    law = Law(tree.snapshot)
    chosen = forge or law.settings.forge.type
    if chosen not in FORGES:
        raise UsageError(
            f"Settings name the forge '{chosen}', which reads no CODEOWNERS", hint="choose one with --forge"
        )
    return owners_at(tree, law, chosen)
