"""Incidents, the access log, and the report."""

from __future__ import annotations

from govops.api.calls import Call
from govops.app.facades import ComplianceReporter
from govops.app.governance import Document, Page, Submitted


def report_incident(compliance: ComplianceReporter, call: Call) -> Submitted:
    """Report an incident; it is recorded as soon as the policy lets it be."""
    return compliance.report_incident(call.actor, call.body, key=call.key)


def list_incidents(compliance: ComplianceReporter, call: Call) -> Page:
    """List the incidents."""
    return compliance.incidents(call.query)


def get_incident(compliance: ComplianceReporter, call: Call) -> Document:
    """Show an incident."""
    return compliance.incident(call["incident"], as_of=call.query.as_of)


def resolve_incident(compliance: ComplianceReporter, call: Call) -> Submitted:
    """Say how an incident ended."""
    return compliance.resolve_incident(call.actor, call["incident"], call.body, **call.step)


def read_audit_log(compliance: ComplianceReporter, call: Call) -> Page:
    """Tell who asked for what and whether it was allowed, the latest first."""
    return compliance.audit_log(call.actor, call.query)


def report_compliance(compliance: ComplianceReporter, call: Call) -> str:
    """Audit the whole history and report it.

    It is computed from git when it is asked for, so it takes as long as `govops audit` does.
    """
    return compliance.report(call.actor, format=call.format, as_of=call.query.as_of)
