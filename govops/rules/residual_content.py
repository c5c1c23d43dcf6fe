"""The rule ``residual-content``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """All governed content that lands was part of the reviewed proposal.

    ## Why it matters
    A merge commit can hold anything, whatever its parents say. Content that appears only in it, or a whole stale tree
    that undoes what others landed meanwhile, came past every reviewer although the pull request was approved.

    ## Example
    A pull request edits `registry/models/fraud/model.yaml`. The merge commit also changes
    `registry/users/mallory.yaml`.

    ## How to fix it
    Revert what was not reviewed, and propose it properly if it is wanted. Merge by the forge's button or by a plain
    `git merge`, not with `-s ours`, `--no-commit` edits or a forced tree. Find out who landed it; the message names
    them if known.
    """
    for cause in facts.causes("residual-content"):
        by = f" by {quoted(cause.who)}" if cause.who else ""
        message = f"{listed(cause.paths)} was changed on landing{by} and is not what the proposal held"
        yield facts.finding(cause, message, hint="revert it, or propose exactly this content for review")
