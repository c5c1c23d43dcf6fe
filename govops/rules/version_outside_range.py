"""The rule ``version-outside-range``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.deployment import Deployment
from govops.kinds.quoting import quoted
from govops.kinds.use_case import UseCase
from govops.kinds.version_range import version_in_range
from govops.rule import ResourceFacts

_RULE = "version-outside-range"
_HINT = "approve the version in the use case first, or deploy one that it approved"


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """A deployed use case runs on a version of its model that it approved.

    ## Why it matters
    A use case is approved for certain versions, with their measured behaviour in mind. When production moves on, the
    approval does not move with it. The finding stands at the deployment and at the use case, since either may be the
    one to change.

    ## Example

        registry/use-cases/claims.yaml:            versions: ">=1.0,<2"     status: deployed
        registry/deployments/production/fraud.yaml: version: "2.0.0"

    ## How to fix it
    Have the wider range approved in the use case before the deployment, or roll the deployment back to a version in
    range. A pre-release such as `2.0-rc1` is only in a range that names a pre-release of the same numbers.
    """
    resource = facts.resource
    if isinstance(resource, Deployment):
        for path in facts.snapshot.referrers("Model", resource.metadata.name):
            user = facts.snapshot.files[path].resource
            if isinstance(user, UseCase) and _outside(resource, user):
                subject = user.metadata.name
                yield facts.finding(
                    _RULE, _message(resource, user), at=("spec", "version"), hint=_HINT, subject=subject
                )


def _ranges(use_case: UseCase, model: str) -> list[str]:
    return [item.versions for item in use_case.spec.models if item.model == model]


def _outside(running: Deployment, use_case: UseCase) -> bool:
    ranges = _ranges(use_case, running.metadata.name)
    concerned = bool(ranges) and use_case.spec.status == "deployed" and running.spec.environment == "production"
    return concerned and not any(version_in_range(running.spec.version, text) for text in ranges)


def _message(running: Deployment, use_case: UseCase) -> str:
    model, version = running.metadata.name, running.spec.version
    approved = " or ".join(quoted(text) for text in _ranges(use_case, model))
    return f"{model} {quoted(version)} runs in production, and use case {use_case.metadata.name} approved {approved}"
