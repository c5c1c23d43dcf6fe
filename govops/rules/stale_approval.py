"""The rule ``stale-approval``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """An approval counts for exactly the content that the reviewer saw.

    ## Why it matters
    The oldest trick is to have something harmless approved and to change it before the merge. An approval therefore
    names every file by its content before and after; one changed byte or mode withdraws it for that file, and only
    for that file.

    ## Example
    `bob` approves commit 3f2c. Then `alice` pushes one more commit that moves `risk_tier` from high to low.

    ## How to fix it
    Ask for a review of the final content. A pure update from the protected branch does not withdraw anything, as long
    as the result is the plain merge.
    """
    for cause in facts.causes("stale-approval"):
        head = f" at {cause.detail[:12]}" if cause.detail else ""
        message = f"{cause.who} approved other content of {listed(cause.paths)}{head} than this change brings"
        yield facts.finding(cause, message, hint=f"have the final content reviewed; still needed: {cause.needed}")
