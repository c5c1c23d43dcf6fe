"""The check ``forgeable-status``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import GATE, Circumstances
from govops.finding import Finding
from govops.rule import warning


def check(facts: Circumstances) -> Iterator[Finding]:
    """The required status of the gate is accepted from its own source only.

    ## Why it matters
    On most forges everybody who may write to a repository may post any commit status, `govops/gate` included. An
    audit does not believe statuses, but the merge has happened by then.

    ## How to fix it
    On GitHub choose the app that posts the status as its *expected source* in the ruleset. On GitLab use an external
    status check, or give only the gate's token the right to post. govops cannot see this setting, so it always asks.
    """
    if facts.protected is not None and GATE in (facts.protected.told.required_checks or ()):
        message = f"whoever may write to the repository may post {GATE}, unless its expected source is set"
        yield warning(
            Finding("forgeable-status", message, hint="name the expected source of the status in the ruleset")
        )
