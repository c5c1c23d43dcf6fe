"""The check ``bypass-allowed``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding


def check(facts: Circumstances) -> Iterator[Finding]:
    """The forge's branch rules hold for its administrators too.

    ## Why it matters
    No policy exempts anybody. Whoever administers the forge can otherwise merge what the gate refuses, and an audit
    finds it only afterwards.

    ## How to fix it
    Take administrators out of the list of those who may bypass the rules, or turn on "do not allow bypassing".
    """
    if facts.protected is not None and facts.protected.told.admins_may_bypass:
        message = f"administrators may bypass the rules of {facts.protected.branch}"
        yield Finding("bypass-allowed", message, hint="let the rules hold for administrators too")
