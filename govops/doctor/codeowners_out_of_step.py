"""The check ``codeowners-out-of-step``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding
from govops.rule import warning


def check(facts: Circumstances) -> Iterator[Finding]:
    """CODEOWNERS is what `govops codeowners` makes of today's policies, roles and people.

    ## Why it matters
    The forge asks those who stand there. If that is not who may approve, reviews come from the wrong people and do
    not count.

    ## How to fix it
    Run `govops codeowners --output` and propose the change with the policy, role or person that caused it.
    """
    owners = facts.owners
    if owners is None or owners.found == owners.wanted:
        return
    hint = "run `govops codeowners --output`"
    if owners.found is None:
        message = f"there is no {owners.place}, so the forge asks nobody by itself"
        yield warning(Finding("codeowners-out-of-step", message, hint=hint))
    elif not owners.is_generated:
        message = f"{owners.place} was not made by `govops codeowners`, so nobody keeps it in step"
        yield warning(Finding("codeowners-out-of-step", message, hint=hint, path=owners.place))
    else:
        message = f"{owners.place} is not what the rules at {facts.tip[:12]} make of it"
        yield Finding("codeowners-out-of-step", message, hint=hint, path=owners.place)
