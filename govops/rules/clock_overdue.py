"""The rule ``clock-overdue``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding, Status
from govops.incident import ClockRun, IncidentCase, Kept
from govops.rule import HistoryFacts


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """Authorities hear of an incident within the time that a framework gives.

    ## Why it matters
    Some incidents have to be reported to an authority within days, and the day when the company could first know is
    what counts. A clock of a Framework starts with the attested time of the report, and stops when a change lands that
    enters the notification; dates that somebody typed move neither. Where nobody attests a time, it cannot be told.

    ## Example
    A critical incident was reported on 2 March; `eu-ai-act/serious-incident` gives 15 days, and by 20 March its file
    has no notification for that clock.

    ## How to fix it
    Tell the authority, and enter it: `govops incident update NAME --notify eu-ai-act/serious-incident`.
    """
    for case in facts.incidents:
        for run in case.clocks:
            if run.kept in (Kept.OVERDUE, Kept.UNKNOWN):
                yield _finding(case, run)


def _finding(case: IncidentCase, run: ClockRun) -> Finding:
    what = f"the {run.stage} report of incident {case.name} for {run.clock} ({run.clause})"
    known = run.kept is Kept.OVERDUE
    return Finding(
        "clock-overdue",
        f"{what} was due at {run.due}" if known else f"nobody can tell when {what} is due or was made",
        Status.FAIL if known else Status.UNVERIFIABLE,
        hint="tell the authority, and enter that" if known else "times come from receipts and signed reports",
        path=case.path,
        subject=f"{case.name} {run.clock} {run.stage}",
        evidence=case.records[:10],
    )
