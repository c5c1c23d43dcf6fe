"""What is open where a walk has ended: violations that nobody lawfully took note of, incidents that nobody ended."""

from __future__ import annotations

from collections.abc import Iterator

from govops.engine.run import Arrived
from govops.escalation import Subject
from govops.finding import Status
from govops.history.deeds import Deed
from govops.kinds import Resource
from govops.kinds.incident import Incident
from govops.kinds.service_level_agreement import ServiceLevelAgreement
from govops.kinds.sla_violation import SlaViolation

_REPORTED = ("sla.report_violation", "incident.report")
_UNAPPROVED = "the change that says it was {} was not approved"


def open_subjects(arrived: Arrived) -> tuple[Subject, ...]:
    """Violations and incidents, by name. What closes one counts only if its change was approved or ratified."""
    return (*_violations(arrived), *_incidents(arrived))


def _violations(arrived: Arrived) -> Iterator[Subject]:
    snapshot = arrived.registry.snapshot
    for path, found in snapshot.of_kind("SlaViolation"):
        if isinstance(found, SlaViolation) and not _is_closed(arrived, found, found.spec.acknowledged):
            agreement = snapshot.find("ServiceLevelAgreement", found.spec.sla)
            about = agreement.spec.resource if isinstance(agreement, ServiceLevelAgreement) else ""
            note = _UNAPPROVED.format("acknowledged") if found.spec.acknowledged else ""
            told = _reported_at(arrived, found)
            yield Subject(str(found.key), found.title, about, path, reported_at=told, note=note)


def _incidents(arrived: Arrived) -> Iterator[Subject]:
    for path, found in arrived.registry.snapshot.of_kind("Incident"):
        if isinstance(found, Incident) and not _is_closed(arrived, found, found.spec.resolution):
            note = _UNAPPROVED.format("resolved") if found.spec.resolution else ""
            told, spec = _reported_at(arrived, found), found.spec
            yield Subject(str(found.key), found.title, spec.resource, path, spec.severity, told, note)


def _reported_at(arrived: Arrived, resource: Resource) -> str | None:
    """When the change landed that brought it, the last time that it came."""
    came = [deed for deed in arrived.deeds.of(str(resource.key)) if deed.action in _REPORTED]
    return came[-1].time if came else None


def _is_closed(arrived: Arrived, resource: Resource, word: object) -> bool:
    """Whether a lawful change says so; what stood there when govops was adopted counts as it stood."""
    if word is None:
        return False
    field = "acknowledged" if isinstance(resource, SlaViolation) else "resolution"
    said = [deed for deed in arrived.deeds.of(str(resource.key)) if deed.fields is None or field in deed.fields]
    return not said or _is_lawful(arrived, said[-1])


def _is_lawful(arrived: Arrived, deed: Deed) -> bool:
    return deed.is_approved or arrived.cases.mending.statuses.get(deed.commit) is Status.WAIVED
