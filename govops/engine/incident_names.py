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
    named = tuple(named)
    found = (snapshot.find(*split_key(name)) for name in named)
    about = (one.spec.resource for one in found if isinstance(one, ServiceLevelAgreement))
    return tuple(dict.fromkeys((*named, *about)))


def targets(named: Iterable[str], snapshot: Snapshot) -> Iterator[Target]:
    """What the agreements promise that are about any of it, by name."""
    wanted = meant(named, snapshot)
    agreements = (one for _, one in snapshot.of_kind("ServiceLevelAgreement") if isinstance(one, ServiceLevelAgreement))
    for agreement in agreements:
        spec = agreement.spec
        promised = spec.incident_response_minutes, spec.incident_resolution_minutes
        if promised != (None, None) and any(_touches(spec.resource, one) for one in wanted):
            yield agreement.metadata.name, *promised


def _touches(agreed: str, one: str) -> bool:
    """Whether an agreement about the one is about the other: a model is all of its versions and deployments."""
    model = model_of(one)
    return agreed == one or (model == model_of(agreed) and f"Model/{model}" in (agreed, one))


def model_of(resource: str) -> str | None:
    """The model that a model, a version or a deployment is of."""
    kind, _, name = resource.partition("/")
    if kind == "Deployment":
        return name.rpartition("/")[2]
    return name.partition("/")[0] if kind in ("Model", "ModelVersion") else None
