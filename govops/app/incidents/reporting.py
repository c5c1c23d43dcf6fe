"""Report an incident: a signed record, which takes effect at once, and its file as a branch to be proposed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from govops import yamlio
from govops.app.incidents.branches import Draft, Drafted, checked, path_of, refuse_unknown, write
from govops.app.proposing.branches import content
from govops.app.proposing.desk import Desk, open_desk, person_of
from govops.engine.incidents import doubt_of
from govops.errors import GovopsError, RefusedError, UsageError
from govops.evidence.book import Recorded
from govops.evidence.records import IncidentReport, signed_bytes, spelled
from govops.git import CleanRoom
from govops.history import Oid
from govops.kinds import API_VERSION
from govops.kinds.incident import Incident
from govops.workspace import now
from govops.workspace.evidence import read_reports
from govops.workspace.journal import Signed
from govops.workspace.keys import SigningKey

_SCHEMA_LINE = "# yaml-language-server: $schema=../../schemas/Incident.schema.json\n"
_OF_THE_MOMENT = {"at"}  # what is another in each report of the same


@dataclass(frozen=True, slots=True)
class Wanted:
    """An incident as somebody reports it; without a description the title says it all."""

    name: str
    severity: str
    title: str
    resource: str
    description: str | None = None
    category: str | None = None
    related: tuple[str, ...] = ()
    affected: int = 0
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """What came of it. ``is_new`` is False where the same person had reported the same already, ``is_pushed`` where
    the record waits for the remote. ``drafted`` is the branch with the file; without one ``left`` says why.
    """

    person: str
    record: str
    at: str
    is_new: bool
    is_pushed: bool
    drafted: Drafted | None = None
    left: str = ""


def report(desk: Desk, key: SigningKey, wanted: Wanted) -> Reported:
    """Sign and store the record, then write the file on the new branch ``incident-NAME``.

    UsageError for what could be no incident or names nothing, RefusedError where the report would have no effect: then
    nothing is written. The remote may be away: the record waits here for the next one that is pushed.
    """
    with suppress(GovopsError):
        desk.refresh()
    with open_desk(desk, f"{desk.refs}{desk.protected}") as (gate, tip):
        person = person_of(gate, key)
        settings = gate.registry.law.settings
        incident = checked(wanted.name, _text(wanted, person.name, now()))
        refuse_unknown(gate.room, tip, incident)
        record = _record(incident, person.name, (settings.repository, settings.protected_branch))
        doubt = doubt_of(Recorded("", record, key.public), record, gate.registry.law)
        if doubt:
            raise RefusedError(f"the report would have no effect: {doubt}", hint="let a colleague report it who may")
        stands = content(gate.room, tip, path_of(wanted.name)) is not None
    found, is_pushed, is_new = _sign(desk, key, record)
    told = Reported(person.name, spelled(found).id, found.at, is_new, is_pushed)
    if stands:
        left = f"{path_of(wanted.name)} is there already; correct it with `govops incident update {wanted.name}`"
        return Reported(told.person, told.record, told.at, is_new, is_pushed, left=left)
    return _drafted(desk, wanted, told, tip)


def _sign(desk: Desk, key: SigningKey, record: IncidentReport) -> tuple[IncidentReport, bool, bool]:
    """The record that stands now: this one, or the same of earlier; whether it is pushed, and whether it is new."""
    known: list[IncidentReport] = []

    def unless_known() -> Iterable[Signed]:
        """Looked at anew for each attempt: the same command may run twice."""
        known[:] = [one for one in _reports(desk, record) if _says_the_same(one, record)]
        return () if known else (Signed(record, key.sign(signed_bytes(record))),)

    done = desk.journal.append(unless_known)
    return (known[0] if known else record), done.is_pushed, not known


def _reports(desk: Desk, record: IncidentReport) -> Iterable[IncidentReport]:
    with CleanRoom.open(desk.repository, discover=True) as room:
        tips = [room.ref(f"{desk.refs}{desk.evidence}"), room.ref(f"refs/heads/{desk.evidence}")]
        for tip in dict.fromkeys(tip for tip in tips if tip):
            yield from read_reports(room, tip, record.name)


def _says_the_same(one: IncidentReport, other: IncidentReport) -> bool:
    return one.model_dump(exclude=_OF_THE_MOMENT) == other.model_dump(exclude=_OF_THE_MOMENT)


def _drafted(desk: Desk, wanted: Wanted, told: Reported, tip: Oid) -> Reported:
    text = _text(wanted, told.person, told.at)
    try:
        draft = Draft(wanted.name, text, f"incident-{wanted.name}", f"Report incident {wanted.name}")
        drafted = write(desk.repository, draft, tip=tip, onto=desk.protected)
    except UsageError as error:  # the report stands all the same
        return Reported(told.person, told.record, told.at, told.is_new, told.is_pushed, left=error.message)
    return Reported(told.person, told.record, told.at, told.is_new, told.is_pushed, drafted)


def _record(incident: Incident, person: str, where: tuple[str, str]) -> IncidentReport:
    spec = incident.spec
    return IncidentReport(
        type="govops/incident/v1",
        repository=where[0],
        branch=where[1],
        person=person,
        name=incident.metadata.name,
        severity=spec.severity,
        category=spec.category or "",
        title=spec.title,
        resource=spec.resource,
        related=spec.related,
        affected_count=spec.affected_count,
        at=spec.reported.at,
    )


def _text(wanted: Wanted, person: str, at: str) -> str:
    spec: dict[str, Any] = {
        "category": wanted.category,
        "severity": wanted.severity,
        "title": wanted.title,
        "description": wanted.description or wanted.title,
        "resource": wanted.resource,
        "related": list(wanted.related) or None,
        "affected_count": wanted.affected,
        "reported": {"by": person, "at": at},
    }
    metadata: dict[str, Any] = {"name": wanted.name}
    if wanted.labels:
        metadata["labels"] = dict(wanted.labels)
    document = {
        "apiVersion": API_VERSION,
        "kind": "Incident",
        "metadata": metadata,
        "spec": {name: value for name, value in spec.items() if value is not None},
    }
    return _SCHEMA_LINE + yamlio.dump(document)
