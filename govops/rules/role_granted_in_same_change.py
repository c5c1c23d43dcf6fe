"""The rule ``role-granted-in-same-change``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """A change does not give anyone the authority by which it is approved.

    ## Why it matters
    Otherwise one pull request would be enough to become approver and approve: it grants the role, and its own
    approval rests on that grant. Roles count from the change after the one that grants them.

    ## Example

        registry/users/mallory.yaml:   roles: [operator]  ->  roles: [operator, approver]

    and `mallory` approves that pull request.

    ## How to fix it
    Have the grant approved by somebody who may manage users already. Land it, and approve other changes with it
    afterwards. If the person did not ask for the role, treat this as an incident.
    """
    for cause in facts.causes("role-granted-in-same-change"):
        message = f"{cause.who} approved {listed(cause.paths)} with authority that this very change grants"
        hint = f"land the grant first; still needed here: {cause.needed}, from somebody who could give it before"
        yield facts.finding(cause, message, hint=hint)
