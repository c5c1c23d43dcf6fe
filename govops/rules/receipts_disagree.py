"""The rule ``receipts-disagree``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange


def check(facts: JudgedChange) -> Iterator[Finding]:
    """All receipts of one change tell the same story.

    ## Why it matters
    Two trusted recorders that saw the same merge write the same facts. If they differ, one of them is wrong or was
    made to lie, and choosing between them would mean to believe whichever is more convenient.

    ## Example
    One receipt names `bob` as the reviewer of a change, the other says that the same commit was pushed directly.

    ## How to fix it
    Compare the two records that the message names on the evidence branch, and look the change up in the forge. A
    recorder that wrote something false loses its key in `policies/govops.yaml`; the change stays open, since nobody can
    tell any more which record was true.
    """
    for cause in facts.causes("receipts-disagree"):
        message = f"the receipts of commit {facts.facts.id[:12]} contradict each other: records {cause.detail}"
        yield facts.finding(cause, message, hint="compare these records with what the forge says of the change")
