"""The rule ``resolver-lacks-permission``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange


def check(facts: JudgedChange) -> Iterator[Finding]:
    """An incident is closed by somebody who may close incidents.

    ## Why it matters
    A policy can be laxer than it was meant to be, and a closed incident no longer holds what it named. So whatever the
    policies ask, one of those who approved the change, or who made it as far as a forge or a signature attests that,
    holds `incident:resolve`. Until then the incident stays open.

    ## Example
    A policy lets any operator approve `incident.*`, and two operators resolve `wrong-letters` between them.

    ## How to fix it
    Let somebody with `incident:resolve` approve it: take the resolution back and propose it again.
    """
    for path in facts.unclosed:
        yield Finding(
            "resolver-lacks-permission",
            "it closes an incident, and nobody who made or approved it holds incident:resolve",
            hint="the incident stays open; propose the resolution again, and let somebody approve it who may close it",
            commit=facts.facts.id,
            path=path,
            blob=facts.blob(path),
        )
