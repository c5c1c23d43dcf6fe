"""The work tree as tests need it: policies, people and roles that are sound, and the tests beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from govops import yamlio
from govops.decision import is_rule_file
from govops.engine import Checks, check_snapshot
from govops.errors import UsageError
from govops.finding import Finding, Status
from govops.kinds.policy_test import PolicyTest
from govops.rules import RULES
from govops.workspace.files import (
    Tree,
    TreeDocuments,
    find_root,
    read_tree,
    worktree_paths,
    worktree_reader,
)

TESTS = "policies/tests/"
_IN_VAIN = "policy-test-in-vain"


@dataclass(frozen=True, slots=True)
class Bench:
    """What is tested and by what. ``only`` is the one test that was asked for, empty for all."""

    tree: Tree
    only: str = ""

    def tests(self) -> Iterator[tuple[str, PolicyTest]]:
        """(path, test) of those asked for that can be read, by path."""
        for path, found in self.tree.snapshot.of_kind("PolicyTest"):
            if isinstance(found, PolicyTest) and self.only in ("", path):
                yield path, found

    def problems(self) -> tuple[Finding, ...]:
        """What is wrong with policies, people, roles and the tests asked for, by place; names in vain among them."""
        checks = Checks(RULES, TreeDocuments(self.tree))
        found = check_snapshot(checks, self.tree.snapshot, self.tree.parsed, custom=self.tree.kinds)
        counting = (f for f in found if f.status is Status.FAIL or f.rule == _IN_VAIN)
        return tuple(self._shown(f) for f in counting if f.path and self._concerns(f.path))

    def place(self, path: str, field: tuple[str | int, ...]) -> tuple[int, int]:
        """Line and column of a field of a test."""
        data = self.tree.read(path)[1]
        return (yamlio.position(data, field) if data else None) or (1, 1)

    def _concerns(self, path: str) -> bool:
        return is_rule_file(path) and (not path.startswith(TESTS) or self.only in ("", path))

    def _shown(self, finding: Finding) -> Finding:
        """With the line that it is about."""
        if finding.excerpt or finding.line is None or finding.path is None:
            return finding
        data = self.tree.read(finding.path)[1] or b""
        return replace(finding, excerpt=yamlio.excerpt(data, finding.line, finding.column or 1))


def open_bench(path: Path) -> Bench:
    """A repository (``path`` or the one around it), or one test of it. UsageError for anything else."""
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder")
    start = path.absolute()
    root = find_root(start if start.is_dir() else start.parent)
    only = "" if start.is_dir() else start.relative_to(root).as_posix()
    if only and not (only.startswith(TESTS) and only.endswith(".yaml")):
        raise UsageError(f"{path}: not a policy test", hint=f"give a repository, or one file of {TESTS}")
    if not (root / "policies").is_dir():
        raise UsageError(f"{path}: no policies/ there", hint="give the folder that holds policies/ and registry/")
    return Bench(read_tree(worktree_paths(root), worktree_reader(root)), only)
