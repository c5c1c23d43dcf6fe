"""The rule ``use-case-affected``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import HistoryFacts, warning


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """No use case in force rests on what an open critical incident names.

    ## Why it matters
    The incident names a model; the people whom it hurts are those of a use case, and its owner may not know yet. Models
    and versions that the use case may use count, and so do the use cases that it needs, however far down.

    ## Example
    A critical incident on `Model/fraud` is open, and the use case `claims`, which is deployed, uses `fraud`.

    ## How to fix it
    Tell the owner of the use case. It is marked until the incident is resolved.
    """
    for one in facts.affected:
        found = Finding(
            "use-case-affected",
            f"use case {one.use_case} rests on {one.via}, where the critical incident {quoted(one.incident)} is open",
            hint="tell its owner, and resolve the incident",
            path=one.path,
            subject=one.incident,
        )
        yield warning(found)
