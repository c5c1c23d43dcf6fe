"""The rule ``coverage-unknown``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """It can be computed whether landed content is the reviewed content.

    ## Why it matters
    After the base moved, the question is whether the landed file is the merge of the reviewed edit. That takes the
    contents on all three sides and one merge base. If an object is gone, or two merge bases give different answers,
    the question has no certain answer.

    ## Example
    The proposal's branch was deleted and collected as garbage, and this clone never had the reviewed blob. Or the
    branches had merged each other crosswise.

    ## How to fix it
    Fetch the proposal's head from the forge (`git fetch origin pull/7/head`) and audit again. Update branches by
    rebase or by one merge from the protected branch, so that there is one merge base.
    """
    for cause in facts.causes("coverage-unknown"):
        why = f": {cause.detail}" if cause.detail and cause.detail not in cause.paths else ""
        message = f"whether {listed(cause.paths)} landed as it was reviewed cannot be computed{why}"
        yield facts.finding(cause, message, hint="fetch the reviewed commits, so that their contents can be compared")
