"""The rule ``review-not-established``."""

from __future__ import annotations

from collections.abc import Iterable

from govops.finding import Finding, Status
from govops.rule import HistoryFacts


def check(facts: HistoryFacts) -> Iterable[Finding]:
    """It can be told when each review that Settings ask for took place.

    ## Why it matters
    The date of a commit can be set to anything, so a period is only counted from a time that a forge, a recorder or a
    signature tells. Where there is none, nobody can say that a review is not late.

    ## Example
    Settings give `reviews`, and the approval of a model landed in a history whose evidence are trailers, without a
    receipt.

    ## How to fix it
    Let a recorder write receipts, so that later approvals have a time, and review the resource again.
    """
    for review in facts.reviews:
        if review.status is Status.UNVERIFIABLE:
            approved = f"{review.resource} ({review.level}) was approved by {(review.commit or '')[:12]}"
            message, hint = f"nobody attests when {approved}", "have receipts written, and approve it again"
            name, about = "review-not-established", review.resource
            yield Finding(name, message, Status.UNVERIFIABLE, hint=hint, path=review.path, subject=about)
