"""The rule ``forbidden-yaml``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import FileFacts


def check(facts: FileFacts) -> Iterator[Finding]:
    """Governed YAML has no anchors, aliases, merge keys, tags or directives.

    ## Why it matters
    Each of these makes a line mean something that stands in another line, or runs a constructor. A reviewer who looks
    at a difference of three lines would approve what stands elsewhere; a few hundred bytes of nested aliases exhaust
    memory.

    ## Example
    The second list is whatever the first one becomes later:

        roles: &standard [operator]
        delegates: *standard

    ## How to fix it
    Write the value out where it is used. Remove `!tags`; a text that must stay a text goes between quotes.
    """
    yield from facts.problems_of("forbidden-yaml")
