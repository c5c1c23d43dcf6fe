"""The rule ``retirement-incomplete``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.model_version import ModelVersion
from govops.kinds.quoting import quoted
from govops.kinds.resource import split_key
from govops.kinds.use_case import UseCase
from govops.rule import ResourceFacts

_RULE = "retirement-incomplete"


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """Whatever is retired says why, or what takes its place.

    ## Why it matters
    Years later somebody asks why a version was taken out of use, and whether those who relied on it had anywhere to go.
    Whoever retires it knows; nobody else will.

    ## Example

        registry/use-cases/claims-routing.yaml:   status: deprecated

    ## How to fix it
    Say it in the same pull request that sets `status` to `deprecated` or `archived`. The successor is another resource
    of the same kind:

        retirement:
          successor: UseCase/claims-desk
          reason: the desk takes motor and home claims together
    """
    resource = facts.resource
    if not isinstance(resource, UseCase | ModelVersion):
        return
    retirement = resource.spec.retirement
    if retirement is None:
        if resource.is_retired:
            message = f"{resource.key} is {resource.spec.status}, and nothing says why or what takes its place"
            hint = "add `retirement:` with a `successor`, a `reason` or both"
            yield facts.finding(_RULE, message, at=("spec", "status"), hint=hint)
        return
    successor = split_key(retirement.successor) if retirement.successor else None
    if successor is not None and (successor.kind != resource.kind or successor == resource.key):
        message = f"{quoted(str(successor))} cannot take the place of {resource.key}"
        hint = f"name another {resource.kind}, or give a `reason` alone"
        yield facts.finding(_RULE, message, at=("spec", "retirement", "successor"), hint=hint, subject=str(successor))
