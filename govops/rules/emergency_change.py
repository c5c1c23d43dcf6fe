"""The rule ``emergency-change``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed, warning


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Changes are approved before they land, and where a policy lets one land first, every report says so.

    ## Why it matters
    Whoever approves what is live already has no say left but to undo it. A policy may accept that where waiting costs
    more. How often it happens, and to whom, is for everybody to see for as long as the history lasts.

    ## Example
    A rollback landed at 02:10 by a policy with an `emergency` part, and `bob` signed his approval at 08:30.

    ## How to fix it
    Nothing is broken: it is a warning and does not go away. If there are many, name more approvers, or make what is
    changed in a hurry need fewer approvals in the first place.
    """
    for cause in facts.causes("emergency-change"):
        message = f"{listed(cause.paths)} landed as an emergency and was approved afterwards, by {cause.who}"
        yield warning(facts.finding(cause, message, hint=f"allowed by {cause.detail}; the label stays"))
