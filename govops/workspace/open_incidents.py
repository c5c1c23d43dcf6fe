"""What a gate reads of incidents: those that may hold what a proposal promotes, and whether only history can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from govops.evidence.book import EvidenceBook
from govops.git import CleanRoom
from govops.history import Entry, Oid, PathChange
from govops.incident import SEVERITIES
from govops.kinds.incident import Incident
from govops.workspace.documents import LARGEST_DOCUMENT
from govops.workspace.gate import Gate

_PROMOTED = ("registry/models/", "registry/deployments/production/", "registry/use-cases/")
_FOLDER = "registry/incidents"
_CRITICAL = b"critical"


def may_be_held(changed: Iterable[PathChange]) -> bool:
    """Whether any of this is promoted by some change of it."""
    return any(change.path.startswith(_PROMOTED) for change in changed)


def take_incidents(gate: Gate, book: EvidenceBook) -> None:
    """Read the files that may say of a critical incident, those of reported ones, and what they are about."""
    reported = {_path(report.name) for _, report in book.incidents()}
    gate.take(dict(_files(gate.room, gate.base, reported)))
    named = {name for _, report in book.incidents() for name in (report.resource, *report.related)}
    for _, incident in gate.registry.snapshot.of_kind("Incident"):
        named.update(incident.spec.named if isinstance(incident, Incident) else ())
    for name in sorted(named):
        gate.take(dict(_about(gate, name)))


def rests_on_history(gate: Gate, book: EvidenceBook) -> bool:
    """Whether a file says less than a report of it, so that only the history can tell who agreed to that."""
    for _, report in book.incidents():
        file = gate.registry.snapshot.find("Incident", report.name)
        if isinstance(file, Incident):
            wanted = {report.resource, *report.related}
            milder = SEVERITIES.index(file.spec.severity) < SEVERITIES.index(report.severity)
            if file.spec.resolution is None and (milder or not wanted <= set(file.spec.named)):
                return True
        elif gate.room.touching(gate.base, _path(report.name)):
            return True
    return False


def _files(room: CleanRoom, base: Oid, reported: set[str]) -> Iterator[tuple[str, Entry]]:
    files = room.listing(base, _FOLDER)
    texts = dict(room.blobs({entry.oid: None for entry in files.values()}, limit=LARGEST_DOCUMENT))
    for path, entry in files.items():
        text = texts[entry.oid]
        if path in reported or not isinstance(text, bytes) or _CRITICAL in text or b"\\" in text:
            yield path, entry


def _about(gate: Gate, name: str) -> Iterator[tuple[str, Entry]]:
    """The files of what is named: agreements lead to what they are about, versions have artifacts to compare."""
    kind, _, rest = name.partition("/")
    if kind == "ServiceLevelAgreement":
        path = f"registry/slas/{rest}.yaml"
        entry = gate.room.entry(gate.base, path)
        yield from [(path, entry)] if entry else []
    elif kind in ("Model", "ModelVersion"):
        yield from gate.room.listing(gate.base, f"registry/models/{rest.partition('/')[0]}").items()


def _path(name: str) -> str:
    return f"{_FOLDER}/{name}.yaml"
