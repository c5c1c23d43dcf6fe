"""The evidence branch, read: its files as records, and its history as signs of tampering."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from govops.evidence.book import EvidenceBook, Recorded, Tampering
from govops.evidence.records import Envelope, canonical, enveloped, spelled
from govops.evidence.signature import signer
from govops.git import CleanRoom
from govops.history import Entry, Oid

LARGEST_RECORD = 16 * 1024 * 1024  # bytes; a receipt of 50,000 files has about 10 million
RECORD_PATH = re.compile(r"(receipts|approvals|proposals|checkpoints)/[0-9a-f]{2}/[0-9a-f]{64}\.json")


@dataclass(frozen=True, slots=True)
class EvidenceBranch:
    """What was read: the records, and the files that are none."""

    book: EvidenceBook
    junk: tuple[str, ...] = ()


def read_evidence(room: CleanRoom, tip: Oid | None) -> EvidenceBranch:
    """Every record that stands at ``tip``, each verified; no branch is a branch without records."""
    if tip is None:
        return EvidenceBranch(EvidenceBook())
    files, tampering = _walk(room, tip)
    records: list[Recorded] = []
    junk: list[str] = [path for path in files if not RECORD_PATH.fullmatch(path) and path != "README.md"]
    named = {path: entry for path, entry in files.items() if RECORD_PATH.fullmatch(path)}
    blobs = dict(room.blobs({entry.oid: None for entry in named.values()}, limit=LARGEST_RECORD))
    for path, entry in named.items():
        content = blobs[entry.oid]
        if not isinstance(content, bytes):
            tampering.append(Tampering(path, f"its content is {content.kind}"))
            continue
        record = parse_record(path, content)
        if record is None:
            junk.append(path)
        else:
            records.append(record)
    return EvidenceBranch(EvidenceBook(records, tampering), tuple(sorted(junk)))


def read_signed(room: CleanRoom, tip: Oid | None, paths: Iterable[str]) -> EvidenceBook:
    """What people signed about any of these paths: approvals and proposals, each verified; no receipt."""
    if tip is None:
        return EvidenceBook()
    wanted = [canonical(path) for path in paths]
    files = {**room.listing(tip, "approvals"), **room.listing(tip, "proposals")}
    names = {entry.oid: path for path, entry in files.items() if RECORD_PATH.fullmatch(path)}
    records = (
        parse_record(names[oid], content)
        for oid, content in room.blobs(names, limit=LARGEST_RECORD)
        if isinstance(content, bytes) and any(path in content for path in wanted)
    )
    return EvidenceBook(record for record in records if record is not None)


def parse_record(path: str, content: bytes) -> Recorded | None:
    """A record file, None when it is not one: not canonical, not of the schema, or not under its own id."""
    try:
        envelope = Envelope.model_validate_json(content)
    except ValidationError:
        return None
    written = spelled(envelope.payload)
    if enveloped(written.signed, envelope.signature) != content or written.path != path:
        return None
    key = signer(written.signed, envelope.signature) if envelope.signature else None
    return Recorded(written.id, envelope.payload, key)


def _walk(room: CleanRoom, tip: Oid) -> tuple[dict[str, Entry], list[Tampering]]:
    """Files at the tip, and every record that a commit of the branch changed or removed."""
    files: dict[str, Entry] = {}
    tampering: list[Tampering] = []
    for commit, path, old, new in _differences(room, tip, tampering):
        if old is not None and RECORD_PATH.fullmatch(path):
            what = "was deleted" if new is None else "was edited"
            tampering.append(Tampering(path, f"the record {what} in commit {commit[:12]}", commit))
        if new is None:
            files.pop(path, None)
        else:
            files[path] = new
    return dict(sorted(files.items())), tampering


def _differences(
    room: CleanRoom, tip: Oid, tampering: list[Tampering]
) -> Iterator[tuple[Oid, str, Entry | None, Entry | None]]:
    for step in room.steps(room.chain(tip), settings_path=""):
        if step.diffs is None:
            tampering.append(Tampering("", f"the evidence branch cannot be read: {step.unreadable}", step.commit.oid))
        for diff in step.diffs or ():
            yield step.commit.oid, diff.path, diff.old, diff.new
