"""What is open where a walk has ended: violations that nobody lawfully took note of, incidents that nobody ended."""

from __future__ import annotations

from collections.abc import Iterator

from govops.engine import Stood
from govops.escalation import Subject
from govops.kinds.incident import Incident
from govops.kinds.service_level_agreement import ServiceLevelAgreement
from govops.kinds.sla_violation import SlaViolation

_REPORTED = "sla.report_violation"
_UNLAWFUL = "its file says that it was {}, and the change that says so does not count"


def open_subjects(stood: Stood) -> tuple[Subject, ...]:
    """Violations and incidents, by name, as the report has them. What ends one counts only where that is lawful."""
    return (*_violations(stood), *_incidents(stood))


def _violations(stood: Stood) -> Iterator[Subject]:
    snapshot = stood.moment.snapshot
    for one in stood.report.violations:
        found = snapshot.files[one.path].resource
        if isinstance(found, SlaViolation) and one.acknowledged is None:
            agreement = snapshot.find("ServiceLevelAgreement", found.spec.sla)
            about = agreement.spec.resource if isinstance(agreement, ServiceLevelAgreement) else ""
            note = _UNLAWFUL.format("acknowledged") if found.spec.acknowledged else ""
            came = [deed.time for deed in stood.deeds.of(str(found.key)) if deed.action == _REPORTED]
            told = came[-1] if came else None
            yield Subject(str(found.key), found.title, about, one.path, reported_at=told, note=note)


def _incidents(stood: Stood) -> Iterator[Subject]:
    for case in stood.report.incidents:
        if case.is_open:
            file = stood.moment.snapshot.find("Incident", case.name)
            ended = isinstance(file, Incident) and file.spec.resolution is not None
            note = _UNLAWFUL.format("resolved") if ended else ""
            about = (case.resource, case.path, case.severity, case.reported_at)
            yield Subject(f"Incident/{case.name}", case.title, *about, note=note)
