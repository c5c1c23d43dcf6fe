"""Incidents: reported, and brought to an end."""

from __future__ import annotations

from govops.app.drafting.edits import Edit, draft, edit, new
from govops.app.drafting.tip import Stood, Tip
from govops.app.governance import Actor, ConflictError, Draft
from govops.app.governance.requests import ReportIncident, ResolveIncident
from govops.kinds.incident import Incident


def report(tip: Tip, actor: Actor, request: ReportIncident, *, name: str, at: str) -> Draft:
    """An incident as the actor reports it at ``at``; a category that nobody gave is left to the words."""
    spec = {
        "category": request.category,
        "severity": request.severity,
        "title": request.title,
        "description": request.description or request.title,
        "resource": request.resource,
        "related": request.related,
        "affected_count": request.affected_count,
        "reported": {"by": actor.name, "at": at},
    }
    return draft(tip, f"Report incident {name}", [new(tip, Incident, name, spec, request.labels)])


def resolve(tip: Tip, incident: Stood[Incident], actor: Actor, request: ResolveIncident, *, at: str) -> Draft:
    """The actor says at ``at`` how it ended; never before it was reported."""
    spec, name = incident.resource.spec, incident.resource.metadata.name
    if spec.resolution is not None:
        raise ConflictError(f"incident {name} is resolved already, by {spec.resolution.by}")
    note = {"by": actor.name, "at": max(at, spec.reported.at), "notes": request.notes}
    return draft(tip, f"Resolve incident {name}", [edit(incident, Edit({("spec", "resolution"): note}))])
