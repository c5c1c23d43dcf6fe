"""Check files as they stand, in a work tree or at a revision: all problems of all files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from govops import yamlio
from govops.decision import Law
from govops.engine import Checks, OwnRules, check_snapshot, speaks_of_changes
from govops.errors import ExitCode, UsageError
from govops.finding import Finding
from govops.rules import RULES
from govops.workspace.files import (
    Tree,
    TreeDocuments,
    commit_reader,
    neighbourhood,
    read_tree,
    worktree_paths,
    worktree_reader,
)


@dataclass(frozen=True, slots=True)
class Validation:
    """What was looked at and what was found, sorted by place. ``files`` counts governed files.

    ``left_out`` are rules of the repository's own that speak of changes, so that files alone say nothing to them.
    """

    findings: tuple[Finding, ...]
    files: int
    of: str
    left_out: tuple[str, ...] = ()

    @property
    def fault(self) -> ExitCode:
        """Whether there is an expression that says nothing: whatever it was to find, nobody can tell."""
        broken = any(finding.rule == "invalid-expression" for finding in self.findings)
        return ExitCode.USAGE if broken else ExitCode.OK


def validate_worktree(root: Path, paths: Sequence[Path]) -> Validation:
    """Findings on files as they are on disk. With ``paths``, on those only; files alone are read alone.

    Raises UsageError for paths outside ``root`` or that do not exist.
    """
    wanted = [_relative(root, path) for path in paths]
    folders = any((root / name).is_dir() for name in wanted)
    alone = wanted and not folders and not any(name.startswith("policies/kinds/") for name in wanted)
    if alone:
        governed = neighbourhood(root, wanted)
    else:
        governed = worktree_paths(root)
        missing = [name for name in wanted if not (root / name).exists()]
        if missing:
            raise UsageError(f"{missing[0]}: no such file or folder")
    tree = read_tree(governed, worktree_reader(root))
    return _validated(tree, wanted, "the work tree", is_whole=not alone)


def validate_revision(repository: Path, revision: str, paths: Sequence[Path]) -> Validation:
    """Findings on files as one commit has them."""
    from govops.git import CleanRoom  # start-up cost: the work tree is read without git

    with CleanRoom.open(repository, discover=True) as room:
        commit = room.resolve(revision)
        entries = room.tree(commit)
        tree = read_tree(entries, commit_reader(room, entries))
        wanted = [path.as_posix() for path in paths]
        return _validated(tree, wanted, f"commit {commit[:12]}", is_whole=True)


def _validated(tree: Tree, wanted: list[str], of: str, *, is_whole: bool) -> Validation:
    checks = Checks(RULES, TreeDocuments(tree))
    law = Law(tree.snapshot)
    found = check_snapshot(checks, tree.snapshot, tree.parsed, custom=tree.kinds)
    findings = [finding for finding in found if _asked_for(finding.path or "", wanted)]
    if is_whole:  # rules may ask for anything that stands; one that cannot be asked says so whatever was wanted
        own = OwnRules(law, tree.snapshot, tree.resource, None).standing()
        findings += [f for f in own if _asked_for(f.path or "", wanted) or (f.path,) == f.evidence]
    shown = (_shown(tree, finding) for finding in findings)
    files = sum(1 for path in tree.snapshot.files if _asked_for(path, wanted))
    left_out = tuple(rule.rule.metadata.name for rule in law.rules() if speaks_of_changes(rule.rule))
    return Validation(tuple(sorted(shown, key=_place)), files, of, left_out if is_whole else ())


def _shown(tree: Tree, finding: Finding) -> Finding:
    """A finding with the line it is about, where it has none yet."""
    if finding.excerpt or finding.line is None or finding.path is None:
        return finding
    data = tree.read(finding.path)[1]
    return replace(finding, excerpt=yamlio.excerpt(data, finding.line, finding.column or 1)) if data else finding


def _asked_for(path: str, wanted: list[str]) -> bool:
    return not wanted or any(name in (".", path) or path.startswith(f"{name}/") for name in wanted)


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path or "", finding.line or 0, finding.column or 0, finding.rule


def _relative(root: Path, path: Path) -> str:
    try:
        return PurePosixPath(path.absolute().relative_to(root.absolute())).as_posix()
    except ValueError as error:
        raise UsageError(f"{path}: outside the repository at {root}") from error
