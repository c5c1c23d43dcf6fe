"""The rule ``approval-expired``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Approvals are not older than the policy's `max_age` when the change lands.

    ## Why it matters
    A review is made with what is known that day. A pull request that waits for half a year lands in another world:
    other data, other incidents, other law. The age is measured between attested times; where one is missing it cannot
    be told.

    ## Example
    `max_age: 30d`; the review is of 2 January, the merge of 20 March.

    ## How to fix it
    Ask the reviewer to look again and approve again. Land approved changes soon.
    """
    for cause in facts.causes("approval-expired"):
        message = f"the approval of {listed(cause.paths)} by {cause.who} is too old to count: {cause.detail}"
        yield facts.finding(cause, message, hint=f"ask for a fresh review; still needed: {cause.needed}")
