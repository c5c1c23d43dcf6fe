"""The rule ``no-receipt``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Every governed change has a receipt on the evidence branch.

    ## Why it matters
    The receipt is what the forge knew when the change landed: the proposal, its reviews, who pushed and who merged.
    Without one nobody can tell a reviewed change from a push that went past review. That is missing evidence, not a
    proven violation, so the change is unverifiable.

    ## Example
    A commit lands on `main` while the recorder is down, or somebody with write access pushes it where no recorder
    looks.

    ## How to fix it
    Run `govops record`: it asks the forge about changes without a receipt and writes what it learns, a direct push
    included. If the forge knows nothing of the commit, find out who pushed it. Changes that are newer than the last
    run of the recorder are not reported by `govops audit --settled`.
    """
    for cause in facts.causes("no-receipt"):
        message = f"no receipt says how commit {facts.facts.id[:12]} came to change {listed(cause.paths)}"
        hint = "run `govops record`; if the forge does not know the commit, it was pushed past the recorder"
        yield facts.finding(cause, message, hint=hint)
