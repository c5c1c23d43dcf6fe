"""The rule ``incident-in-dependency``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import JudgedChange, warning


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Nobody approves a use case, or lets it go live, without knowing of a critical incident beneath it.

    ## Why it matters
    The incident names a model, and not what is built on it. Whether the use case can do without the part that is
    broken is for its approvers to say; they have to know that there is something to say. So this warns.

    ## Example
    `claims-triage` uses the model `fraud`, on which a critical incident is open, and a pull request deploys the use
    case.

    ## How to fix it
    Wait until the incident is resolved, or write into the use case's `review` why it can go on.
    """
    for one in facts.obstacles:
        if not one.blocks:
            through = f" through {one.via}" if one.via else ""
            rests = f"{one.resource} rests{through} on {one.about}"
            message = f"{rests}, where the critical incident {quoted(one.incident)} is open"
            found = Finding(
                "incident-in-dependency",
                message,
                hint="look at the incident before this is approved",
                commit=facts.facts.id,
                path=one.path,
                blob=facts.blob(one.path),
                subject=one.incident,
                evidence=one.evidence,
            )
            yield warning(found)
