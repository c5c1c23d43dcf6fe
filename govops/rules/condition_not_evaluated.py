"""The rule ``condition-not-evaluated``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.decision import Cause
from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Whether a policy applies can be decided from what is known.

    ## Why it matters
    When the only policy that could allow a change has a condition that cannot be evaluated, or begins or ends at a date
    while nobody attests the time of the change, both answers would be guesses. Guessing "applies" lets changes through,
    guessing "does not" accuses people.

    ## Example
    `effective_from: 2026-07-01T00:00:00Z` stands in the policy, and the change has no receipt that tells when it
    landed. Or the policy has the `condition: new.spec.metrics.recall > 0.8`, and the version was never measured by its
    recall. Or the extra `govops[cel]` is not installed.

    ## How to fix it
    Let the condition ask first whether a field is there: `has(new.spec.metrics.recall) && …`. Install the extra, let a
    recorder attest the time, or select by `kinds`, `risk_tiers`, `environments` and `paths` instead of a condition.
    """
    for cause in facts.causes("condition-not-evaluated"):
        message = f"whether a policy allows {cause.detail} of {listed(cause.paths)} cannot be told: {_reason(cause)}"
        hint = "select by kinds, risk tiers or paths instead of a condition, or have the time of the change attested"
        yield facts.finding(cause, message, hint=hint)


def _reason(cause: Cause) -> str:
    policy = f" of {cause.needed}" if cause.needed.startswith("policies/") else ""
    return f"the condition or the dates{policy} could not be evaluated"
