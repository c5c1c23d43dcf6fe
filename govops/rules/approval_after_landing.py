"""The rule ``approval-after-landing``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Approvals are given before the change lands.

    ## Why it matters
    Once content is on the protected branch it is used; a review afterwards meets a fact. Reviewers who are asked to
    sign what is live already tend to.

    ## Example
    A hotfix is merged at 09:12, and its first review is of 10:40.

    ## How to fix it
    Nothing turns a late review into an early one. If the content is good, accept it by a Ratification, which needs
    the same people and stays visible. For emergencies, plan for a second person on call, or give the policy an
    `emergency` part: then whoever is entitled may land first.
    """
    for cause in facts.causes("approval-after-landing"):
        message = f"{cause.who} approved {listed(cause.paths)} at {cause.detail}, after it had landed"
        yield facts.finding(cause, message, hint="accept the change afterwards by a Ratification, or revert it")
