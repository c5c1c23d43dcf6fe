"""The rule ``blocked-by-rejection``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """No change lands over the unresolved rejection of somebody who could have approved it.

    ## Why it matters
    Finding two friendly reviewers must not outvote the one who saw the fault. Whoever rejects can resolve it, by
    approving later or by having the review dismissed; a rejection by a contributor or by somebody without the role
    blocks nothing.

    ## Example
    `bob` asks for changes, `carol` approves, and the author merges on her approval.

    ## How to fix it
    Settle it with the person whom the message names: they approve the new content, or withdraw their review. An
    unknown time of dismissal makes the change unverifiable.
    """
    for cause in facts.causes("blocked-by-rejection"):
        message = f"{cause.who} rejected {listed(cause.paths)}, and that was not resolved before it landed"
        hint = f"{cause.who} can approve the new content or withdraw the rejection"
        yield facts.finding(cause, message, hint=hint)
