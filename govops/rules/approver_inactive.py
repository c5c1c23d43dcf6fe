"""The rule ``approver-inactive``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """People who have left do not approve.

    ## Why it matters
    Accounts and keys outlive employment. `active: false` ends what they can do from the change that lands it, without
    taking the name out of the records of the years before.

    ## Example
    `registry/users/bob.yaml` has `active: false` since March. In April his still valid token approves a deployment.

    ## How to fix it
    Ask somebody who is active. If the person is back, set `active: true` in a pull request of its own, and then
    approve. Find out who used the account.
    """
    for cause in facts.causes("approver-inactive"):
        message = f"{cause.who} approved {listed(cause.paths)} and is not active"
        hint = f"still needed: {cause.needed}, from somebody with active: true"
        yield facts.finding(cause, message, hint=hint)
