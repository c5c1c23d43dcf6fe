"""The rule ``rests-on-missing-object``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """The rules in force at a change, and what it replaces, can be read in this repository.

    ## Why it matters
    A policy, user or role whose object is missing may have allowed the change or forbidden it. Judging without it
    would be a guess, in either direction. So until that file stands with other content, nothing is claimed.

    ## Example
    The blob of `registry/users/bob.yaml` is damaged on disk. Bob's approvals cannot be told from those of a stranger,
    and nobody can say whether a contributor's address was Bob's.

    ## How to fix it
    Bring the object back: from another clone, from the forge, from a backup. The finding `missing-object` names it at
    the change with which the file came in, and says which command fetches it.
    """
    for cause in facts.causes("rests-on-missing-object"):
        message = f"whether {listed(cause.paths)} could land rests on {cause.detail}, whose content is missing here"
        hint = "fetch the complete history, or restore the object from another clone, and check with git fsck"
        yield facts.finding(cause, message, hint=hint)
