"""The rule ``conflict-not-ended``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import HistoryFacts


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """Nobody goes on holding two roles that have been kept apart since.

    ## Why it matters
    A rule judges what comes after it, so people who held both roles when it came did nothing wrong. They have to give
    one of them up, and until they do the rule does not hold.

    ## Example
    `dave` has been an auditor and an operator since 2024. In 2026 `policies/segregation/independence.yaml` keeps the
    two apart, strictly, and nobody takes a role from him.

    ## How to fix it
    Take one of the roles away by a reviewed pull request. `govops sod` lists who holds what, and since when.
    """
    for rule, row in facts.overlaps:
        message = f"{row.person} still holds {rule.first} and {rule.second}; {rule.reason}"
        yield Finding(
            "conflict-not-ended",
            message,
            hint="take one of the roles away by a reviewed pull request",
            path=rule.policy,
            commit=row.since,
            subject=f"{row.person} {rule.first} {rule.second}",
        )
