"""The rule ``incident-without-file``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from govops.finding import Finding
from govops.incident import seconds_between
from govops.kinds.quoting import quoted
from govops.rule import HistoryFacts, warning

_PATIENCE = timedelta(days=3)


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """A reported incident has its file within three days.

    ## Why it matters
    The signed report holds promotions by itself, but only the file can be corrected, answered and resolved by changes
    that are reviewed. A report that nobody takes up is an incident that nobody handles.

    ## Example
    `govops incident report` wrote its record a week ago, and nobody opened a pull request from the branch that it made.

    ## How to fix it
    Propose the branch `incident-NAME`, or write `registry/incidents/NAME.yaml` with what the record says.
    """
    for case in facts.incidents:
        waited = seconds_between(case.reported_at, facts.as_of)
        if case.path is None and case.is_open and waited is not None and waited > _PATIENCE.total_seconds():
            message = f"incident {quoted(case.name)}, reported by {case.reported_by} at {case.reported_at}, has no file"
            found = Finding(
                "incident-without-file",
                message,
                hint=f"land registry/incidents/{case.name}.yaml; the report holds what it names until then",
                subject=case.name,
                evidence=case.records[:10],
            )
            yield warning(found)
