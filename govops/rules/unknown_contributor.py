"""The rule ``unknown-contributor``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Everyone who made part of a change is a known User, a listed tool or the forge itself.

    ## Why it matters
    Whether an approver took part can only be said if all who took part are known. An unknown address could be the
    approver's second one. So it is not ignored: the change fails until the name is cleared.

    ## Example
    A commit of the proposal has the author `Bob <bob@home.example>`, and no file under `registry/users/` has that
    address.

    ## How to fix it
    Add the address to the person's `emails` by a reviewed pull request, before the change lands. A tool that commits
    by itself belongs under `tools` in `policies/govops.yaml`, the forge's own identity under `forge.committers`.
    """
    for cause in facts.causes("unknown-contributor"):
        message = f"the {cause.detail or 'contributor'} {quoted(cause.who)} of {listed(cause.paths)} matches no User"
        hint = "add the address to a file under registry/users/, or to tools in policies/govops.yaml if it is a tool"
        yield facts.finding(cause, message, hint=hint)
