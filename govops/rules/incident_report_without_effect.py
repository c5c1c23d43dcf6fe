"""The rule ``incident-report-without-effect``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import HistoryFacts, warning


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """Every signed report of an incident is by an active colleague, with their own key.

    ## Why it matters
    A report takes effect at once and holds promotions, so it has to be somebody's own: a person of the registry who is
    active and may report, by the rules in force when it came. Anything else that stands on the evidence branch holds
    nothing. It may still be true, or an attempt to stop a release; so it is told, once for each person and reason.

    ## Example
    Somebody with no User file pushes five hundred reports about `Model/fraud`, each signed with a key of their own.

    ## How to fix it
    Look at what it says. If it is true, let somebody report it who may; find out who can push to the evidence branch.
    """
    told: dict[tuple[str, str], list[str]] = {}
    for one in facts.unheard:
        told.setdefault((one.person, one.reason), []).append(one.record)
    paths = {one.record: one.path for one in facts.unheard}
    for (person, reason), records in told.items():
        more = f" and {len(records) - 1} more" if len(records) > 1 else ""
        found = Finding(
            "incident-report-without-effect",
            f"record {records[0][:12]}{more} by {quoted(person)} reports an incident to no effect: {reason}",
            hint="look at what it says, and let somebody report it who may",
            path=paths[records[0]],
            subject=f"{person} {reason}",
            evidence=tuple(records[:10]),
        )
        yield warning(found)
