"""The rule ``approver-is-contributor``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Nobody approves a change that they helped to make.

    ## Why it matters
    An approval is a second pair of eyes. A contributor's own is the first pair again, whichever account or key it
    comes from. Contributors are the opener, all authors, committers and co-authors of the proposal, and those who
    pushed to it.

    ## Example
    `alice` opens a pull request. `bob` pushes a small correction to it and then approves; the approval would have
    counted without the push.

    ## How to fix it
    Ask someone who took no part in the proposal. Suggest corrections in a review instead of pushing them, if you are
    the one who is to approve.
    """
    for cause in facts.causes("approver-is-contributor"):
        message = f"{cause.who} approved {listed(cause.paths)} as its {cause.detail or 'contributor'}"
        hint = f"still needed: {cause.needed}, from somebody who took no part in the proposal"
        yield facts.finding(cause, message, hint=hint)
