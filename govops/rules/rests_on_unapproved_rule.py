"""The rule ``rests-on-unapproved-rule``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """The policies, users and roles behind a verdict landed by approved changes themselves.

    ## Why it matters
    Weaken a policy by a direct push, use it, restore it: each later step looks clean if a rule became law by merely
    standing there. A verdict that rests on such a file inherits the doubt: it fails if the rule's change failed, and
    is unverifiable if that one was.

    ## Example
    `mallory` gets the role approver by an unapproved push. Ten changes later her approval is the one that counts.

    ## How to fix it
    Have the rule's content approved: by a reviewed change of that file, or by a Ratification of the commit that the
    message names. Changes after that rest on approved rules again.
    """
    for cause in facts.causes("rests-on-unapproved-rule"):
        path, commit = cause.who, cause.detail[:12]
        message = f"the approval of {listed(cause.paths)} rests on {path}, which commit {commit} left without approval"
        hint = f"have {path} approved by a reviewed change, or ratify commit {commit}"
        yield facts.finding(cause, message, hint=hint)
