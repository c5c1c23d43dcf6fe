"""The rule ``context-changed``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """What an approved file refers to is still what the reviewer saw.

    ## Why it matters
    A deployment file says "version 2.0" and nothing more. Whoever approves it judges version 2.0, with its digest and
    its metrics. If that file changes between review and merge, the same line deploys something else.

    ## Example
    `bob` approves the deployment of `fraud/2.0`. Another pull request replaces the artifact digest in
    `registry/models/fraud/versions/2.0.yaml`; then the deployment is merged.

    ## How to fix it
    Review again: the approval holds from then on for the new state of both files.
    """
    for cause in facts.causes("context-changed"):
        message = f"{cause.who} approved {listed(cause.paths)} before {cause.detail} changed, to which it refers"
        yield facts.finding(cause, message, hint=f"have both files reviewed together; still needed: {cause.needed}")
