"""The rule ``incident-milder-than-reported``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import HistoryFacts


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """The file of an open incident says no less than its signed reports, until somebody approves that.

    ## Why it matters
    A file may follow a report without anybody's approval, so that reporting never waits. Whoever lands it could make a
    critical incident a trifle, or one about another model. Until an approved change has made it so, the report counts:
    it goes on holding what it names.

    ## Example
    Dave signed that `outage` is critical and concerns `Model/fraud`; the file landed with `severity: info`.

    ## How to fix it
    Correct the file to what was reported. If that was wrong, correct the file again by a change that is approved.
    """
    for case in facts.incidents:
        if case.milder:
            yield Finding(
                "incident-milder-than-reported",
                f"{quoted(case.name)} is milder than it was reported: {case.milder}",
                hint="correct the file; to make it milder takes an approved change of what it says by then",
                path=case.path,
                subject=case.name,
                evidence=case.records[:10],
            )
