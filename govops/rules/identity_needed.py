"""The rule ``identity-needed``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Control files and production deployments land byte for byte as they were reviewed.

    ## Why it matters
    For most files a clean three-way merge of the reviewed edit is good enough. A merged policy or workflow can mean
    something that stands on neither side, and a production deployment is no place for "probably the same". A policy
    may ask for this elsewhere with `coverage: identity`.

    ## Example
    A policy edit is approved; meanwhile another edit of the same file lands; git merges the two without a conflict,
    and nobody has seen the result.

    ## How to fix it
    Update the branch so that it contains the protected branch's tip, and have the result approved before the merge.
    """
    for cause in facts.causes("identity-needed"):
        message = f"{listed(cause.paths)} landed merged with other edits, and {cause.who} approved it without them"
        hint = f"update the branch and have exactly that reviewed; still needed: {cause.needed}"
        yield facts.finding(cause, message, hint=hint)
