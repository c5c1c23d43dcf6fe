"""The rule ``invalid-resource``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import FileFacts


def check(facts: FileFacts) -> Iterator[Finding]:
    """Every document has the fields of its kind, with values that the kind allows, and no others.

    ## Why it matters
    A field that nobody reads is a promise that nobody keeps: `aprovers:` looks like a requirement and asks for
    nothing. Values are never coerced, so what stands in the file is what the judgement uses.

    ## Example

        spec:
          title: Fraud screening
          risk_tier: severe      # low, medium, high or critical
          onwer: alice           # did you mean `owner`?

    ## How to fix it
    Change the field that the finding points at. `govops schema Model` prints everything that a Model may have, and
    editors that know JSON Schema show it while you type.
    """
    yield from facts.problems_of("invalid-resource")
