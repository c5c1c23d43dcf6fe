"""The rule ``waiver-too-long``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange


def check(facts: JudgedChange) -> Iterator[Finding]:
    """A waiver ends soon enough after it lands.

    ## Why it matters
    An exception without an end is a rule, made by whoever approves exceptions. The longest that one may last is
    `limits.waiver_days` of the Settings in force, 90 days unless they say otherwise, from the attested time of the
    change that brings it. One that lasts longer is never in force.

    ## Example
    A waiver that lands on 5 January says `expires: "2030-01-01T00:00:00Z"`.

    ## How to fix it
    Propose it again with a nearer end. Before that one comes, mend the cause or have the waiver renewed by a review.
    """
    for cause in facts.causes("waiver-too-long"):
        if cause.detail:
            message = f"waiver {cause.who} ends at {cause.detail}: more than {cause.needed}"
            yield facts.finding(cause, message, hint=f"propose an end at most {cause.needed} after the landing")
        else:
            message = f"nobody attests when waiver {cause.who} landed, so nobody can tell whether it lasts too long"
            yield facts.finding(cause, message, hint="accept evidence that tells a time: receipts or signed approvals")
