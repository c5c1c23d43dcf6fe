"""The check ``untold-branch-rules``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from govops.doctor.circumstances import Circumstances, Protection
from govops.finding import Finding, Status
from govops.rule import warning


def check(facts: Circumstances) -> Iterator[Finding]:
    """The forge tells which rules it enforces.

    ## Why it matters
    What is not told is neither kept nor broken: the other checks stay silent about it.

    ## How to fix it
    Use a token that may read the repository's administration, or look at the settings by eye.
    """
    for protection in (facts.protected, facts.evidence):
        if protection is not None:
            yield from _untold(protection)


def _untold(protection: Protection) -> Iterator[Finding]:
    if protection.rules is None:
        message = f"the rules of {protection.branch} could not be read: {protection.problem}"
        yield Finding("untold-branch-rules", message, Status.UNVERIFIABLE, subject=protection.branch)
        return
    silent = [field.name for field in fields(protection.rules) if getattr(protection.rules, field.name) is None]
    if silent:
        message = f"the forge does not tell of {protection.branch}: {', '.join(silent).replace('_', ' ')}"
        hint = "use a token that may read the repository's administration"
        yield warning(Finding("untold-branch-rules", message, hint=hint, subject=protection.branch))
