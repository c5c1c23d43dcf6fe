"""The rule ``waiver-ends-soon``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from govops.finding import Finding
from govops.kinds.waiver import NOTICE
from govops.rule import HistoryFacts, warning


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """No waiver ends within the next thirty days.

    ## Why it matters
    From its end on, what a waiver excused is a violation again. A month is enough to mend the cause, or to have the
    waiver renewed by a review.

    ## Example
    The report is of 10 August, and a waiver ends on 31 August.

    ## How to fix it
    Mend what is waived and remove the file, or propose a later end in time.
    """
    for one in facts.waivers:
        name, spec = one.waiver.metadata.name, one.waiver.spec
        if facts.as_of is None or spec.expires <= facts.as_of:
            continue
        if datetime.fromisoformat(spec.expires) - datetime.fromisoformat(facts.as_of) <= NOTICE:
            message = f"waiver {name} ends at {spec.expires}; so far it excused {one.count} finding(s)"
            hint = f"ask {spec.owner}, who answers for it"
            yield warning(Finding("waiver-ends-soon", message, hint=hint, path=one.path, subject=spec.expires))
