"""Rules from outside the audited history: a folder, or a revision of another repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from govops.decision import is_rule_file
from govops.engine import Checks, check_snapshot
from govops.errors import UsageError
from govops.finding import Finding, Status
from govops.git import CleanRoom
from govops.history.snapshot import Snapshot
from govops.rules import RULES
from govops.workspace.files import Tree, TreeDocuments, commit_reader, read_tree, worktree_paths, worktree_reader


def external_rules(source: str) -> tuple[Snapshot, str]:
    """The snapshot of ``DIR`` or ``REPO@REV``, and how a report should call it.

    Raises UsageError when nothing is there, any file in it is broken, or a rule names what does not exist: the
    caller supplied it.
    """
    folder = Path(source)
    if folder.is_dir():
        tree, name = read_tree(worktree_paths(folder), worktree_reader(folder)), folder.name
    else:
        tree, name = _revision(source)
    broken = (*tree.findings(), *_contradictions(tree))
    if broken:
        first = broken[0]
        raise UsageError(
            f"{first.place}: {first.message}",
            hint=f"{len(broken)} problem(s) in the rules given with --policies; see them all with `govops validate`",
        )
    if not any(path.startswith("policies/") for path in tree.snapshot.files):
        raise UsageError(f"{source}: no policies/ there", hint="give the folder that holds policies/ and registry/")
    return tree.snapshot, name


def _contradictions(tree: Tree) -> Iterator[Finding]:
    """What is wrong among policies, people and roles: roles that nobody defined, people who share an address."""
    checks = Checks(RULES, TreeDocuments(tree))
    found = check_snapshot(checks, tree.snapshot, {}, custom=tree.kinds)
    yield from (f for f in found if f.status is Status.FAIL and f.path is not None and is_rule_file(f.path))


def _revision(source: str) -> tuple[Tree, str]:
    repository, at, revision = source.rpartition("@")
    if not at or not Path(repository).exists():
        raise UsageError(f"{source}: neither a folder nor REPOSITORY@REVISION")
    with CleanRoom.open(Path(repository)) as room:
        commit = room.resolve(revision)
        entries = {p: e for p, e in room.tree(commit).items() if p.startswith(("registry/", "policies/"))}
        tree = read_tree(entries, commit_reader(room, entries))
    return tree, f"{Path(repository).name}@{commit}"
