"""The rule ``duplicate-key``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import FileFacts


def check(facts: FileFacts) -> Iterator[Finding]:
    """No mapping has the same key twice.

    ## Why it matters
    YAML readers disagree on which of the two counts. The reviewer reads the first line, most programs take the last,
    and both lines look harmless alone.

    ## Example

        risk_tier: low
        owner: alice
        risk_tier: critical

    ## How to fix it
    Keep one of the lines. The finding stands at the second one and names the first.
    """
    yield from facts.problems_of("duplicate-key")
