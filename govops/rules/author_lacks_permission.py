"""The rule ``author-lacks-permission``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Who proposes a change holds what the policy asks of its author.

    ## Why it matters
    A policy with an `author` part says who may even propose: deployments by operators, use cases by analysts.
    Approval by somebody else does not replace that, since the author is the one who is answerable for the content.

    ## Example
    Policy: `author: {permission: model:deploy}`. An analyst opens the pull request that changes
    `registry/deployments/production/fraud.yaml`.

    ## How to fix it
    Let somebody who holds it open the proposal, or grant it to the author first. One robot can be let in by name, under
    `author.users`; that holds as long as nobody without it took part. Whoever opened it is asked, as the forge or a
    signature attests it, of a direct push whoever pushed, and of signed commits whoever signed them; only where nobody
    is attested, the commit's author.
    """
    for cause in facts.causes("author-lacks-permission"):
        message = f"{cause.who} proposed {listed(cause.paths)} without {cause.needed}"
        yield facts.finding(cause, message, hint=f"let somebody with {cause.needed} propose it")
