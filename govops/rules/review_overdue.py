"""A warning that something in use was not reviewed for too long."""

from __future__ import annotations

from collections.abc import Iterable

from govops.finding import Finding, ReviewDue, Status
from govops.rule import HistoryFacts, warning


def check(facts: HistoryFacts) -> Iterable[Finding]:
    """Whatever is in use is approved again as often as Settings ask.

    ## Why it matters
    A model that was right two years ago answers other people today. Settings say how old an approval may be, by risk
    tier and impact. It counts from the latest approved approval, by attested time; what was found at the adoption has
    none yet. A late review is no breach of a change's rules, so this only warns: `--fail-on info` makes it count.

    ## Example
    `reviews.models.critical` is `90d`, and the last version of a critical model was approved 100 days before the
    instant of the report.

    ## How to fix it
    Look at the resource again, and write what you found into its `review`: that change is an approval, and needs the
    same people. Approving a new version of a model counts as well.
    """
    for review in facts.reviews:
        if review.status is Status.WARN:
            hint = "write what a review finds into `spec.review`, and have that change approved"
            message = f"{review.resource} ({review.level}) {_late(review)}"
            found = Finding("review-overdue", message, hint=hint, path=review.path, subject=review.resource)
            yield warning(found)


def _late(review: ReviewDue) -> str:
    if review.commit is None:
        return f"has no approved approval that govops knows of, and needs one every {review.every}"
    return f"was due for review at {review.due}, {review.overdue_days} day(s) ago"
