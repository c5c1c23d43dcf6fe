"""Agreements on service levels, and notes on what was not kept."""

from __future__ import annotations

from govops.app.drafting.edits import Edit, draft, edit, new
from govops.app.drafting.tip import Stood, Tip
from govops.app.governance import Actor, ConflictError, Draft
from govops.app.governance.requests import Acknowledge, CreateAgreement
from govops.app.sla.proposing import document
from govops.kinds.service_level_agreement import ServiceLevelAgreement
from govops.kinds.sla_violation import SlaViolation
from govops.service import Violation


def create(tip: Tip, request: CreateAgreement) -> Draft:
    """A promise."""
    written = new(tip, ServiceLevelAgreement, request.name, request.spec(), request.labels)
    return draft(tip, f"Agree on {request.name}", [written], reason=request.reason)


def acknowledge(tip: Tip, violation: Stood[SlaViolation], actor: Actor, request: Acknowledge, *, at: str) -> Draft:
    """The actor has taken note, at ``at``, of what is recorded."""
    key, known = violation.resource.key, violation.resource.spec.acknowledged
    if known is not None:
        raise ConflictError(f"{key.name} is acknowledged already, by {known.by}")
    note = {"by": actor.name, "at": at, "notes": request.notes}
    return draft(tip, f"Acknowledge {key.name}", [edit(violation, Edit({("spec", "acknowledged"): note}))])


def record(tip: Tip, found: Violation, actor: Actor, request: Acknowledge, *, at: str) -> Draft:
    """What was measured and not recorded yet, with the note at once."""
    note = {"by": actor.name, "at": at, "notes": request.notes}
    name = f"{found.sla}/{found.id}"
    written = new(tip, SlaViolation, name, {**document(found)["spec"], "acknowledged": note}, {})
    return draft(tip, f"Record and acknowledge {name}", [written])
