"""The rule ``waiver-unmatched``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import HistoryFacts, warning


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """Every waiver that had a chance has excused something.

    ## Why it matters
    An exception that nobody needs is an open door. Changes of what it is for landed while it was in force, and none of
    them broke the rules that it names.

    ## Example
    A waiver lets a model be changed without review for a month; every change of that month was reviewed.

    ## How to fix it
    Remove it by a reviewed change. If it was meant for something else, correct its rules or its scope.
    """
    for one in facts.waivers:
        if one.had_chance and not one.count:
            message = f"waiver {one.waiver.metadata.name} has excused nothing that landed in its scope"
            hint = f"remove it, or ask {one.waiver.spec.owner} what it is for"
            yield warning(Finding("waiver-unmatched", message, hint=hint, path=one.path))
