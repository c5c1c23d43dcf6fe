"""The rule ``transient-state``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed, warning


def check(facts: JudgedChange) -> Iterator[Finding]:
    """A change leaves no governed state behind that came and went within it.

    ## Why it matters
    The commits of a merge or rebase stay reachable. A policy that was weakened in the first and restored in the last
    is invisible in the difference as a whole, yet anyone who deploys by commit id can use the state between. It is a
    warning: what counts on the branch is the end, and that was judged.

    ## Example
    A rebase merge of three commits: grant a role, edit a model, revoke the role again.

    ## How to fix it
    Squash such proposals, or clean the branch up before the merge. Look at the commits between when the path is a
    policy, a role or a deployment.
    """
    if not facts.transient:
        return
    path = facts.transient[0]
    message = f"{listed(facts.transient)} changed on the way and not in the end"
    hint = "squash such a proposal, and look at what stood there in between"
    others = facts.transient[1:]
    yield warning(Finding("transient-state", message, hint=hint, commit=facts.facts.id, path=path, others=others))
