"""The rule ``approval-dismissed``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """An approval that was withdrawn does not count.

    ## Why it matters
    A dismissed review says that somebody changed their mind or that the ground for it is gone. It also brings no
    older approval of the same person back. Where the forge does not tell when a review was dismissed, it may have
    happened before or after the merge, and the change is unverifiable.

    ## Example
    `bob` approves, `carol` dismisses his review because the metrics were wrong, and the pull request is merged all
    the same.

    ## How to fix it
    Ask for a new review. If the time of the dismissal is unknown, a recorder that runs at the merge knows it next
    time.
    """
    for cause in facts.causes("approval-dismissed"):
        message = f"the approval of {listed(cause.paths)} by {cause.who} was dismissed ({cause.detail})"
        yield facts.finding(cause, message, hint=f"ask for a new review; still needed: {cause.needed}")
