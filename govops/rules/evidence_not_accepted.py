"""The rule ``evidence-not-accepted``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Approvals rest on a kind of evidence that Settings and the policy accept.

    ## Why it matters
    A signature can be made by its owner alone, a receipt by the recorder, a trailer by everyone who can type. What a
    company relies on is a decision in `policies/govops.yaml`; a policy may ask for more, never for less.

    ## Example
    `evidence.accept` is `[receipt, signature]`, and the only trace of a review is `Reviewed-by: bob` in the commit
    message.

    ## How to fix it
    Give the approval in an accepted form: review the pull request in the forge, or sign with `govops approve`. If
    trailers are written by a merge bot or a review server, say so under `evidence.trailers`.
    """
    for cause in facts.causes("evidence-not-accepted"):
        message = f"the approval of {listed(cause.paths)} by {quoted(cause.who)} does not count: {cause.detail}"
        hint = f"review in the forge or sign with `govops approve`; still needed: {cause.needed}"
        yield facts.finding(cause, message, hint=hint)
