"""The rule ``approver-unknown``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Every approval comes from exactly one known person.

    ## Why it matters
    Roles, activity and the separation from contributors belong to people. An account or key that no User has cannot
    be tied to any of that, and one that two Users have could be either.

    ## Example
    `bob` reviews from his new account, whose id does not stand under `accounts` in `registry/users/bob.yaml`.

    ## How to fix it
    Add the account's immutable id (not the login) or the key to the person's file. This must land before the change
    that they approve, because people are those of the rules in force. Then approve again.
    """
    for cause in facts.causes("approver-unknown"):
        message = f"the approval of {listed(cause.paths)} by {quoted(cause.who)} does not count: {cause.detail}"
        hint = f"put the account or key into one file under registry/users/; still needed: {cause.needed}"
        yield facts.finding(cause, message, hint=hint)
