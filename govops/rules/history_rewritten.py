"""The rule ``history-rewritten``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding, Status
from govops.rule import HistoryFacts


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """Every commit that a believed record or an earlier report names is still on the branch's first-parent chain.

    ## Why it matters
    A force push can make a violation vanish together with its commit. The receipt of what had landed stays and shows
    that the branch once ended elsewhere. Which of the two histories is true is a question for people, so nothing is
    proven until it is answered.

    ## Example
    A receipt says that 3f2c… landed on `main`; `main` now ends at 9b1e… and does not contain 3f2c….

    ## How to fix it
    Restore the branch from a clone that has the old tip, and forbid force pushes on it. If the history had to be
    rewritten, two people who may change policies sign for it with `govops evidence expunge`.
    """
    for record, commit in facts.lost:
        message = (
            f"commit {commit[:12]} had landed, says record {record[:12]}, and is not on the branch "
            f"that ends at {facts.tip[:12]}"
        )
        hint = "restore the old tip from a clone that has it, and forbid force pushes"
        yield Finding(
            "history-rewritten",
            message,
            Status.UNVERIFIABLE,
            hint=hint,
            commit=commit,
            subject=record,
            evidence=(record,),
        )
    for what, commit in facts.moved:
        hint = "find out who moved it and why; restore it from a clone that has what the report names"
        yield Finding(
            "history-rewritten", what, Status.UNVERIFIABLE, hint=hint, commit=commit, subject="an earlier report"
        )
