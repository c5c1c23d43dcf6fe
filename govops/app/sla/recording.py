"""Add measurements to the file that an agreement names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from govops import yamlio
from govops.app.governance.refusals import NotFoundError
from govops.errors import UsageError
from govops.git import CleanRoom
from govops.git.locate import locate
from govops.history import Oid
from govops.kinds.measurement_source import MeasurementSource
from govops.kinds.quoting import quoted
from govops.kinds.service_level_agreement import ServiceLevelAgreement
from govops.kinds.settings import Settings
from govops.sla.connections import folder_of
from govops.sla.recording import append
from govops.sla.reference_rows import BadLine, read
from govops.workspace import now
from govops.workspace.documents import LARGEST_DOCUMENT
from govops.workspace.opening import open_branches

_SETTINGS = "policies/govops.yaml"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to: the agreement ``sla``, and of its files the one called ``file`` where it names more than one."""

    repository: Path
    sla: str
    file: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)


def one_request(latency: float, *, ok: bool, at: str | None) -> str:
    """A request as a line of JSON, now unless it says when."""
    return json.dumps({"timestamp": at or now(), "latency_ms": latency, "ok": ok})


def record(place: Place, lines: Iterable[str]) -> tuple[str, int]:
    """Add lines of JSON to the file, all or none; gives its name and how many they are.

    UsageError for a line that is no measurement, an agreement that the protected branch has not, and one that is not
    measured in a file of JSONL.
    """
    with open_branches(place.repository) as (room, protected, _):
        source = _source(room, protected.tip, place.sla)
        addresses = {**_connections(room, protected.tip), **place.sources}
    name = _file(source, place)
    rows = list(_rows(lines, has_points=source.has_points))
    if not rows:
        raise UsageError("there is nothing to record", hint="give --latency-ms, or lines of JSON by --from")
    root = locate(place.repository, discover=place.repository == Path(".")).shown
    append(folder_of(source.connection, addresses) if source.connection else root, name, rows)
    return name, len(rows)


def _rows(lines: Iterable[str], *, has_points: bool) -> Iterator[str]:
    """The lines that say something; the first that is no measurement refuses them all."""
    known = [line.strip() for line in lines]
    for row in read(known, "input.jsonl", has_points=has_points):
        if isinstance(row, BadLine):
            found = row.rejected
            raise UsageError(f"{found.place}: {found.reason}: {quoted(found.text)}", hint="nothing was recorded")
    yield from (line for line in known if line)


def _source(room: CleanRoom, tip: Oid, sla: str) -> MeasurementSource:
    found = _resource(room, tip, f"registry/slas/{sla}.yaml")
    if not isinstance(found, ServiceLevelAgreement):
        raise NotFoundError(
            f"the protected branch has no ServiceLevelAgreement {quoted(sla)}", hint="it is approved before it measures"
        )
    return found.spec.source


def _connections(room: CleanRoom, tip: Oid) -> dict[str, str]:
    found = _resource(room, tip, _SETTINGS)
    return {one.name: one.address for one in found.spec.connections} if isinstance(found, Settings) else {}


def _resource(room: CleanRoom, tip: Oid, path: str) -> object:
    entry = room.entry(tip, path)
    for _, content in room.blobs([entry.oid], limit=LARGEST_DOCUMENT) if entry else ():
        if isinstance(content, bytes):
            return yamlio.load(content, path=path).resource
    return None


def _file(source: MeasurementSource, place: Place) -> str:
    """The only file of JSONL that the source names, or the one that was asked for if it is among them."""
    patterns = source.files or ()
    if place.file is not None:
        if place.file.endswith(".jsonl") and any(fnmatchcase(place.file, pattern) for pattern in patterns):
            return place.file
        raise UsageError(f"{quoted(place.file)} is no file of JSONL that {quoted(place.sla)} is measured in")
    plain = [pattern for pattern in patterns if pattern.endswith(".jsonl") and not set(pattern) & set("*?[")]
    if len(plain) != 1:
        raise UsageError(
            f"{quoted(place.sla)} is not measured in one file of JSONL",
            hint=f"name one with --file, among {', '.join(patterns)}" if patterns else "its source is no file",
        )
    return plain[0]
