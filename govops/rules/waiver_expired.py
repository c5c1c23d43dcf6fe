"""The rule ``waiver-expired``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import HistoryFacts, warning


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """No waiver stands after its end.

    ## Why it matters
    It excuses nothing any more, and whoever reads the folder believes that it does. What it excused while it was in
    force stays excused and in sight.

    ## Example
    The report is of 1 September, and `policies/waivers/summer.yaml` ended on 31 August.

    ## How to fix it
    Remove the file by a reviewed change. If the exception is still needed, propose a later end with a reason that
    still holds.
    """
    for one in facts.waivers:
        name, spec = one.waiver.metadata.name, one.waiver.spec
        if facts.as_of is not None and spec.expires <= facts.as_of:
            message = f"waiver {name} ended at {spec.expires}, after it had excused {one.count} finding(s)"
            hint = f"remove it, or ask {spec.owner}, who answers for it, whether it is still needed"
            yield warning(Finding("waiver-expired", message, hint=hint, path=one.path, subject=spec.expires))
