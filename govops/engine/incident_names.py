"""What an incident is about: resources by name, the agreements about them, and the models that they are of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from govops.history.snapshot import Snapshot
from govops.kinds import split_key
from govops.kinds.service_level_agreement import ServiceLevelAgreement

Named = tuple[str, ...]
Target = tuple[str, int | None, int | None]
"""An agreement, and the minutes that it gives for the response and for the resolution."""


def meant(named: Iterable[str], snapshot: Snapshot) -> Named:
    """What is named, and what the agreements among it are about."""
    every = dict.fromkeys(named)
    for name in tuple(every):
        kind, rest = split_key(name)
        agreement = snapshot.find(kind, rest) if kind == "ServiceLevelAgreement" else None
        if isinstance(agreement, ServiceLevelAgreement):
            every[agreement.spec.resource] = None
    return tuple(every)


def targets(named: Iterable[str], snapshot: Snapshot) -> Iterator[Target]:
    wanted = meant(named, snapshot)
    for _, agreement in snapshot.of_kind("ServiceLevelAgreement"):
        if not isinstance(agreement, ServiceLevelAgreement):
            continue
        spec = agreement.spec
        promised = spec.incident_response_minutes, spec.incident_resolution_minutes
        if promised != (None, None) and _concerns(agreement, wanted):
            yield agreement.metadata.name, *promised


def _concerns(agreement: ServiceLevelAgreement, named: Iterable[str]) -> bool:
    return any(one == str(agreement.key) or _touches(agreement.spec.resource, one) for one in named)


def _touches(agreed: str, one: str) -> bool:
    """Whether an agreement about the one is about the other: a model is all of its versions and deployments."""
    models = {model_of(agreed), model_of(one)}
    return agreed == one or (None not in models and len(models) == 1 and f"Model/{model_of(one)}" in (agreed, one))


def model_of(resource: str) -> str | None:
    """The model that a model, a version or a deployment is of."""
    kind, _, name = resource.partition("/")
    if kind == "Deployment":
        return name.rpartition("/")[2]
    return name.partition("/")[0] if kind in ("Model", "ModelVersion") else None
