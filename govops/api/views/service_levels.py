"""Agreements on service levels."""

from __future__ import annotations

from govops.api.calls import Call
from govops.app.facades import SLAManager
from govops.app.governance import Document, Page, Recorded, Submitted


def create_agreement(slas: SLAManager, call: Call) -> Submitted:
    """Agree on a service level."""
    return slas.create(call.actor, call.body, key=call.key)


def list_agreements(slas: SLAManager, call: Call) -> Page:
    """List the agreements."""
    return slas.list(call.query)


def get_agreement_status(slas: SLAManager, call: Call) -> Document:
    """Tell how an agreement stands, measured now."""
    return slas.status(call["sla"], as_of=call.query.as_of)


def add_measurements(slas: SLAManager, call: Call) -> Recorded:
    """Append measurements to the agreement's file, at once."""
    return slas.measure(call.actor, call["sla"], call.body)


def list_violations(slas: SLAManager, call: Call) -> Page:
    """List what was not kept."""
    return slas.violations(call.query)


def acknowledge_violation(slas: SLAManager, call: Call) -> Submitted:
    """Take note of a violation."""
    return slas.acknowledge(call.actor, call["violation"], call.body, **call.step)
