"""The rule ``invalid-expression``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import FileFacts


def check(facts: FileFacts) -> Iterator[Finding]:
    """Every expression of a rule or a policy suits the kinds that it speaks of.

    ## Why it matters
    A rule that asks for a field which no Model has would never find anything, and everybody would take that for good
    news. So an expression is compared with the kinds when it is read: a field that is not there, a text compared with a
    number, or work without bounds. Until it is mended, the last version that was valid stays in force.

    ## Example

        match: {kinds: [Model]}
        expression: resource.spec.risk_teir != 'high' || resource.spec.out_of_scope_use.size() > 0

    ## How to fix it
    Change the expression at the place that the finding shows. `docs/reference/expressions.md` has all variables and
    functions, and `govops schema Model` the fields of a kind.
    """
    yield from facts.problems_of("invalid-expression")
