"""The rule ``octopus-merge``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Governed content lands by a merge of at most two parents.

    ## Why it matters
    Whether landed content is the reviewed content is decided by a three-way merge of base, branch and proposal. With
    a third parent there is no such question any more, and content can come in from a side that no review ever saw.

    ## Example

        git merge feature-a feature-b      # one commit with three parents

    ## How to fix it
    Land the proposals one after the other. A change that landed like this stays open for ever: what cannot be traced to
    a review is no violation that a Ratification could accept. `--new-since` and `--baseline` keep it from deciding.
    """
    for cause in facts.causes("octopus-merge"):
        message = (
            f"commit {facts.facts.id[:12]} merges {cause.detail}, so {listed(cause.paths)} cannot be traced to a review"
        )
        yield facts.finding(cause, message, hint="land one proposal after the other")
