"""The rule ``receipt-mismatch``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange


def check(facts: JudgedChange) -> Iterator[Finding]:
    """A receipt describes the change as it stands on the branch: the same first parent, the same last commit.

    ## Why it matters
    A receipt that ends at this commit and begins somewhere else speaks of another difference than the one that
    landed. Its reviews may have seen less than what is there now.

    ## Example
    A rebase merge of three commits was recorded, and later the branch was rewritten so that only two of them are
    left.

    ## How to fix it
    Find out whether the branch was rewritten (`history-rewritten` is then reported too). If the recorder was started
    with a wrong base, let it record the change again.
    """
    for cause in facts.causes("receipt-mismatch"):
        message = f"no receipt fits commit {facts.facts.id[:12]}: {cause.detail}"
        hint = "check whether the branch was rewritten, then run `govops record` for this commit"
        yield facts.finding(cause, message, hint=hint)
