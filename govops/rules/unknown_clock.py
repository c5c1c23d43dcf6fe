"""The rule ``unknown-clock``."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from govops.finding import Finding
from govops.kinds.framework import Framework
from govops.kinds.incident import Incident
from govops.kinds.quoting import quoted
from govops.rule import ResourceFacts, warning


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """What an incident says of a report to an authority is about a clock that a Framework has.

    ## Why it matters
    Otherwise the report stops no clock: the authority was told, and the audit calls it overdue. It is a warning, since
    nothing about an incident waits.

    ## Example
    The clock is called `eu-ai-act/serious-incident`:

        kind: Incident
        spec:
          notifications:
            - clock: eu-ai-act/serius-incident
              stage: initial

    ## How to fix it
    Correct the name; the hint has the nearest one. Clocks stand in `clocks` of the files under policies/frameworks/.
    """
    incident = facts.resource
    if not isinstance(incident, Incident) or not incident.spec.notifications:
        return
    known = set(_clocks(facts))
    for number, told in enumerate(incident.spec.notifications):
        if told.clock not in known:
            close = next(iter(get_close_matches(told.clock, sorted(known), n=1)), "")
            hint = f"did you mean `{close}`?" if close else "`clocks` of a Framework names it"
            at = ("spec", "notifications", number, "clock")
            message = f"no Framework has the clock {quoted(told.clock)}"
            yield warning(facts.finding("unknown-clock", message, at=at, hint=hint, subject=told.clock))


def _clocks(facts: ResourceFacts) -> Iterator[str]:
    """Policies may be kept elsewhere."""
    for place in (facts.snapshot,) if facts.outside is None else (facts.snapshot, facts.outside):
        for _, found in place.of_kind("Framework"):
            if isinstance(found, Framework):
                yield from (f"{found.metadata.name}/{clock.id}" for clock in found.spec.clocks)
