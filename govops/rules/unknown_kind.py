"""The rule ``unknown-kind``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import FileFacts


def check(facts: FileFacts) -> Iterator[Finding]:
    """`apiVersion` and `kind` are ones that this govops knows.

    ## Why it matters
    Nothing can be said about a document of unknown kind: not what it changes, not who has to approve it. Taking it
    for something harmless would be a way round every policy.

    ## Example

        apiVersion: govops/v1
        kind: Modell

    ## How to fix it
    Correct the spelling; the hint names the nearest kind and `govops schema` lists all of them. A kind of your own
    needs a KindDefinition under `policies/kinds/`. A newer `apiVersion` needs a newer govops.
    """
    yield from facts.problems_of("unknown-kind")
