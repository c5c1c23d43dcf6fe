"""The rule ``no-policy-matches``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Some approval policy speaks of every action that a change takes.

    ## Why it matters
    What no policy mentions is denied. Otherwise the first file of a new kind, or an action that nobody thought of,
    would be the one that needs no approval at all.

    ## Example
    Policies match `model.*` and `usecase.*`. A pull request adds `registry/slas/claims.yaml`, which is `sla.create`.

    ## How to fix it
    Name the action, or a pattern such as `sla.*`, under `match.actions` of a policy in `policies/approvals/`. An edit
    that touches none of the `fields` for which policies speak is `….update_minor`, and has to be named as well. The
    policy has to land first: a change is never judged by what it adds itself.
    """
    for cause in facts.causes("no-policy-matches"):
        message = f"no policy in force allows {cause.detail} of {listed(cause.paths)}"
        hint = f"name {cause.detail} under match.actions of a policy in policies/approvals/, and land that policy first"
        yield facts.finding(cause, message, hint=hint)
