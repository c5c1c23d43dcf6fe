"""The status of what stands: derived where files do not say it."""

from __future__ import annotations

from govops.engine.summary import INVENTORIED, Stays, inventory_item
from govops.history.snapshot import Snapshot
from govops.kinds import Resource
from govops.kinds.custom import CustomKind, CustomResource
from govops.kinds.incident import Incident
from govops.kinds.sla_violation import SlaViolation
from govops.kinds.user import User

UNREADABLE = "unreadable"


def derived_status(
    path: str,
    resource: Resource | CustomResource | None,
    snapshot: Snapshot,
    stays: Stays,
    custom: tuple[CustomKind, ...],
) -> str:
    """The status of what stands at a path, empty for kinds that have none. ``custom`` are the user's own kinds."""
    if isinstance(resource, Resource) and resource.kind in INVENTORIED:
        return inventory_item(path, resource, snapshot, stays).status
    match resource:
        case None:
            return UNREADABLE
        case CustomResource():
            kind = next((kind for kind in custom if kind.match(path) is not None), None)
            return (kind.state(resource.document) if kind else None) or ""
        case User():
            return "active" if resource.spec.active else "inactive"
        case Incident():
            return "resolved" if resource.spec.resolution else "open"
        case SlaViolation():
            return "acknowledged" if resource.spec.acknowledged else "not acknowledged"
    return ""
