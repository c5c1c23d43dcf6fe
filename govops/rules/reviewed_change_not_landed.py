"""The rule ``reviewed-change-not-landed``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """What was reviewed is what lands, all of it.

    ## Why it matters
    Leaving half of an approved change out gives a state that nobody approved: the deployment without the fix, the new
    role without the limit that came with it. `git merge -s ours` lands a whole proposal as nothing, and it looks
    merged.

    ## Example
    A proposal lowers a threshold and adds a test policy. The squash that lands holds only the threshold.

    ## How to fix it
    Land the missing part by a new proposal, or revert the rest. Split a proposal before the review if only half of it
    is wanted.
    """
    for cause in facts.causes("reviewed-change-not-landed"):
        by = f" by {quoted(cause.who)}" if cause.who else ""
        message = f"{listed(cause.paths)} was in the reviewed proposal and was left out on landing{by}"
        yield facts.finding(cause, message, hint="land the rest by a new proposal, or revert this one")
