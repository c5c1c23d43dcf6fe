"""The rule ``open-incident``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import JudgedChange, Obstacle

_HINT = "resolve the incident by an approved change that lands first, or let a reviewed waiver excuse the promotion"


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Nothing is promoted while a critical incident that names it is open.

    ## Why it matters
    Whoever approves a version may not know what happened in production this morning. An incident is open from its
    report on, be that a file or a signed record, until an approved change resolves it. It holds approvals of versions,
    deployments to production and use cases that go live, also of another version with the same artifact, and keeps
    what it names from being deleted under that name. A rollback is never held, nor a version that it does not name.

    ## Example
    `wrong-letters` is open, critical, and names `Model/fraud`; a pull request puts `fraud` 1.1 into production.

    ## How to fix it
    Resolve the incident in a change of its own, approved by somebody who holds `incident:resolve`; then promote. A
    correction of the incident itself can wait for that no more than the harm can: waive it, with an end.
    """
    for one in facts.obstacles:
        if one.blocks:
            incident = f"the critical incident {quoted(one.incident)} on {_about(one)}"
            yield Finding(
                "open-incident",
                f"{one.resource} is {_done(one)} while {incident} is open",
                hint=_HINT,
                commit=facts.facts.id,
                path=one.path,
                blob=facts.blob(one.path),
                subject=one.incident,
                evidence=one.evidence,
                others=(one.file,) if one.file else (),
            )


def _done(one: Obstacle) -> str:
    return {"delete": "deleted", "approve": "approved"}.get(one.action.rpartition(".")[2], "promoted")


def _about(one: Obstacle) -> str:
    return f"{one.about} (the same artifact as {one.via})" if one.via else one.about
