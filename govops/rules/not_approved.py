"""The rule ``not-approved``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Every governed change has the approvals that the policies in force ask for.

    ## Why it matters
    This is what govops is for: a second person with the right role looked at exactly this content before it counted.
    The policies that decide are those that stood before the change, never those that it brings along.

    ## Example
    `alice` merges her own pull request that registers a model, and nobody has reviewed it. Policy
    `policies/approvals/models.yaml` asks for one approval by role approver.

    ## How to fix it
    Before the merge: ask for the review that the message names. Afterwards: revert the change by a reviewed pull
    request, or have it accepted by a Ratification; either way the finding stays in the report.
    """
    for cause in facts.causes("not-approved"):
        message = f"not approved: {listed(cause.paths)}; it takes {cause.needed} and {cause.detail}"
        hint = f"still needed: {cause.needed}, from somebody who did not contribute"
        yield facts.finding(cause, message, hint=hint)
