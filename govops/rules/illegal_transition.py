"""The rule ``illegal-transition``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Resources move from state to state only by steps that their lifecycle knows.

    ## Why it matters
    Approval of a diff is not approval to skip the way there. A version that goes from registered straight into
    production was never approved as a version, even if somebody approved the deployment file.

    ## Example

        registry/models/fraud/versions/2.0.yaml:      status: registered
        registry/deployments/production/fraud.yaml:   version: "2.0"

    ## How to fix it
    Take the steps one by one; the hint names those that are allowed from here. A rollback returns to a version that
    had left the environment before, and gives a reason of its own.
    """
    for misstep in facts.missteps:
        blob = facts.blob(misstep.path)
        line, column = (facts.position(blob, misstep.field) if blob else None) or (None, None)
        yield Finding(
            "illegal-transition",
            misstep.message,
            hint=misstep.hint,
            commit=facts.facts.id,
            path=misstep.path,
            blob=blob,
            line=line,
            column=column,
            subject=".".join(str(part) for part in misstep.field),
        )
