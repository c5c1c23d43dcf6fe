"""The rule ``unreadable-history``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Every commit and tree of the protected branch can be read and has the id that git gives it.

    ## Why it matters
    A commit that cannot be read may hold anything, a change of policy included. What follows it is judged by rules
    that may have changed in it, so govops does not pretend to know.

    ## Example
    A shallow clone ends in the middle of the history, or a tree object is damaged on disk.

    ## How to fix it
    The message names the object and the command that mends this clone. If the object is corrupt everywhere, restore
    it from a backup: its id says whether it is the right one.
    """
    for cause in facts.causes("unreadable-history"):
        message = f"commit {facts.facts.id[:12]} cannot be read: {cause.detail}"
        yield facts.finding(cause, message, hint="fetch the complete history, then check it with git fsck --full")
