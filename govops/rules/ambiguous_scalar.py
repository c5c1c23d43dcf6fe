"""The rule ``ambiguous-scalar``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import FileFacts


def check(facts: FileFacts) -> Iterator[Finding]:
    """Every plain value reads the same in YAML 1.1 and YAML 1.2.

    ## Why it matters
    `NO` is Norway in one version and false in the other, `12:30` is a text or the number 750, `010` is ten or eight.
    Which one a tool takes depends on its library, so the value that was approved may not be the value that is used.

    ## Example

        metadata:
          name: fraud
          version: 1.10        # the number 1.1

    ## How to fix it
    Put the value between quotes when a text is meant (`"1.10"`, `"no"`), or write `true`, `false` or a plain decimal
    number.
    """
    yield from facts.problems_of("ambiguous-scalar")
