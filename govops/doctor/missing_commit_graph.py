"""The check ``missing-commit-graph``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding
from govops.rule import warning

_LONG = 10_000  # commits; below it git's own walks take no time that anybody notices


def check(facts: Circumstances) -> Iterator[Finding]:
    """A long history has a commit-graph, for the sake of other git commands.

    ## Why it matters
    `git log`, `git merge-base` and `git push` walk a long history several times faster with one. govops itself gains
    nothing: it never reads a commit-graph, which could lie.

    ## How to fix it
    Run the command of the hint once; `git maintenance start` keeps it fresh.
    """
    if facts.clone.commits >= _LONG and not facts.clone.has_commit_graph:
        message = f"a history of {facts.clone.commits} commits has no commit-graph"
        yield warning(
            Finding("missing-commit-graph", message, hint=f"{facts.clone.git} commit-graph write --reachable")
        )
