"""The rule ``emergency-unapproved``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """What lands as an emergency is approved afterwards, within the time that the policy allows.

    ## Why it matters
    An emergency turns the order round: it does not do away with the second pair of eyes. Without an end to the waiting
    every direct push would be an emergency that somebody means to look at one day.

    ## Example
    The policy has `emergency: {within: 24h, …}`. `dave` pushes a rollback on Friday evening, and nobody signs an
    approval before Sunday.

    ## How to fix it
    Within the time: sign one with `govops approve --landed COMMIT`. Who could have approved before the landing can do
    so now, and whoever made the change cannot. After the time: revert it by a reviewed pull request, or have it
    accepted by a Ratification.
    """
    for cause in facts.causes("emergency-unapproved"):
        if facts.facts.is_ahead:
            message = f"{listed(cause.paths)} may land as an emergency, and must then be approved: {cause.needed}"
            yield facts.finding(cause, message, hint="have it approved now, or sign an approval once it has landed")
            continue
        late = f"; {cause.who} approved too late" if cause.who else ""
        message = f"landed as an emergency: {listed(cause.paths)}; it takes {cause.needed} and {cause.detail}{late}"
        yield facts.finding(cause, message, hint=f"still needed: {cause.needed}, from somebody who did not contribute")
