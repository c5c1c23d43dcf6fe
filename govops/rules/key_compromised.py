"""The rule ``key-compromised``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Nothing rests on a key that somebody else may have had.

    ## Why it matters
    Whoever has a stolen key signs with it, and dates what they sign as they like. A key that is merely withdrawn stays
    good for what it signed while it stood in the rules. One that was stolen is good for nothing from the change on at
    which that may have happened, whenever it was noticed. What it signed may still be genuine, so nobody is accused:
    it cannot be told.

    ## Example

        kind: Settings
        spec:
          compromised:
            - key: ssh-ed25519 AAAA… recorder-2026
              since: 3f2c…                # the first change for which it is not believed
              reason: The machine was broken into

    The receipt of a later change is signed with that key.

    ## How to fix it
    Have the change approved again: revert it and land it anew under a new key, or let a recorder with a new key record
    what the forge still tells of it.
    """
    for cause in facts.causes("key-compromised"):
        who = f"the approval by {cause.who} of {listed(cause.paths)}" if cause.who else "the receipt"
        message = f"{who} counts for nothing: {cause.detail}"
        hint = "have it recorded or approved again with a key that nobody else has had"
        yield facts.finding(cause, message, hint=hint)
