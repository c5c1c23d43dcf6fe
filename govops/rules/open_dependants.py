"""The rule ``open-dependants``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.deployment import Deployment
from govops.kinds.model_version import ModelVersion
from govops.kinds.quoting import quoted
from govops.kinds.use_case import UseCase
from govops.kinds.version_range import version_in_range
from govops.rule import ResourceFacts

_RULE = "open-dependants"


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """Nothing in use depends on what is retired.

    ## Why it matters
    A version that is deprecated while it answers customers is retired on paper only, and a use case whose last approved
    version goes has nothing left that it may run on. The finding stands at whatever still depends, since that is what
    has to change first. An earlier version that comes back by a rollback may be a deprecated one, and open incidents
    keep nothing in use.

    ## Example

        registry/models/fraud/versions/1.0.yaml:      status: deprecated
        registry/deployments/production/fraud.yaml:   version: "1.0"

    ## How to fix it
    Deploy another version, approve one in the use case's range, or take the dependency out; then retire. All of it may
    be one pull request.
    """
    resource = facts.resource
    if isinstance(resource, Deployment):
        yield from _deployment(facts, resource)
    elif isinstance(resource, UseCase) and resource.is_in_force:
        yield from _models(facts, resource)
        yield from _dependencies(facts, resource)


def _deployment(facts: ResourceFacts, running: Deployment) -> Iterator[Finding]:
    if running.spec.environment != "production" or running.spec.rollback is not None:
        return
    version = facts.snapshot.find("ModelVersion", f"{running.metadata.name}/{running.spec.version}")
    if isinstance(version, ModelVersion) and version.is_retired:
        message = f"{version.title} is {version.spec.status} and still runs in production"
        hint = "deploy another version first"
        yield facts.finding(_RULE, message, at=("spec", "version"), hint=hint, subject=str(version.key))


def _models(facts: ResourceFacts, use_case: UseCase) -> Iterator[Finding]:
    """Models of which every version in range that was ever approved is retired."""
    for place, link in enumerate(use_case.spec.models):
        found = (facts.snapshot.find("ModelVersion", name) for name in facts.snapshot.versions(link.model))
        allowed = [
            version
            for version in found
            if isinstance(version, ModelVersion) and version_in_range(version.metadata.version, link.versions)
        ]
        if any(version.is_retired for version in allowed) and all(v.spec.status != "approved" for v in allowed):
            who = f"{use_case.metadata.name} is {use_case.spec.status}"
            message = f"{who}, and no approved version of {link.model} is left in {quoted(link.versions)}"
            at, subject = ("spec", "models", place, "versions"), f"Model/{link.model}"
            hint = "approve another version, or another range in the use case"
            yield facts.finding(_RULE, message, at=at, hint=hint, subject=subject)


def _dependencies(facts: ResourceFacts, use_case: UseCase) -> Iterator[Finding]:
    for place, name in enumerate(use_case.spec.dependencies):
        needed = facts.snapshot.find("UseCase", name)
        if isinstance(needed, UseCase) and needed.is_retired:
            message = f"{name} is {needed.spec.status}, and {use_case.metadata.name} depends on it"
            at, hint = ("spec", "dependencies", place), "take the dependency out first"
            yield facts.finding(_RULE, message, at=at, hint=hint, subject=str(needed.key))
