"""The evidence branch, read: its files as records, and its history as signs of tampering."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pydantic import ValidationError

from govops.engine.keeping import Heard
from govops.errors import UndecidableError
from govops.evidence.book import ByPath, Earlier, EvidenceBook, Recorded, Tampering
from govops.evidence.records import Envelope, IncidentReport, canonical, enveloped, spelled
from govops.evidence.signature import signer
from govops.git import CleanRoom
from govops.history import Chain, Entry, Oid
from govops.workspace.keep import BranchRead, Located

LARGEST_RECORD = 16 * 1024 * 1024  # bytes; a receipt of 50,000 files has about 10 million
RECORD_PATH = re.compile(
    r"(receipts|approvals|proposals|incidents|tombstones|checkpoints|escalations)/[0-9a-f]{2}/[0-9a-f]{64}\.json"
)


@dataclass(frozen=True, slots=True)
class EvidenceBranch:
    """What was read: the records, and the files that are none.

    ``blobs`` are the objects of the records that were read, by record id; ``fresh`` those that no earlier audit has
    read. ``is_whole`` is False where something of the branch could not be read. ``length`` is how many commits the
    branch has.
    """

    book: EvidenceBook
    junk: tuple[str, ...] = ()
    blobs: Mapping[str, Oid] = field(default_factory=dict)
    fresh: tuple[Recorded, ...] = ()
    is_whole: bool = True
    length: int = 0


class _Standing(NamedTuple):
    """A file of the branch, and which of its commits, from 0, added it."""

    entry: Entry
    place: int


def read_evidence(room: CleanRoom, tip: Oid | None) -> EvidenceBranch:
    """Every record that stands at ``tip``, each verified; no branch is a branch without records."""
    if tip is None:
        return EvidenceBranch(EvidenceBook())
    files, tampering, length = _walk(room, tip)
    records, junk, unread = _records(room, files)
    tampering += unread
    blobs = {record.id: files[path_of(record)].entry.oid for record in records}
    whole = all(sign.commit and sign.path for sign in tampering)
    book = EvidenceBook(records, tampering)
    return EvidenceBranch(book, junk, blobs, tuple(records), is_whole=whole, length=length)


def _records(
    room: CleanRoom, files: Mapping[str, _Standing]
) -> tuple[list[Recorded], tuple[str, ...], list[Tampering]]:
    """The records among these files, the paths of those that are none, and of what could not be read."""
    records: list[Recorded] = []
    unread: list[Tampering] = []
    junk: list[str] = [path for path in files if not RECORD_PATH.fullmatch(path) and path != "README.md"]
    named = {path: file for path, file in files.items() if RECORD_PATH.fullmatch(path)}
    blobs = dict(room.blobs({file.entry.oid: None for file in named.values()}, limit=LARGEST_RECORD))
    for path, file in named.items():
        content = blobs[file.entry.oid]
        if not isinstance(content, bytes):
            unread.append(Tampering(path, f"its content is {content.kind}"))
            continue
        record = parse_record(path, content)
        if record is None:
            junk.append(path)
        else:
            records.append(replace(record, place=file.place))
    return records, tuple(sorted(junk)), unread


def read_further(room: CleanRoom, tip: Oid | None, read: BranchRead, heard: Heard) -> EvidenceBranch | None:
    """The same where another audit has read the branch up to ``read.tip``, and only records were added since.

    None where anything else was done, or cannot be told.
    """
    try:
        added = _added(room, tip, read.tip)
        if added is None:
            return None
        files = {
            path: _Standing(entry, read.length + place)
            for place, new in enumerate(added)
            for path, entry in new.items()
        }
        fresh, junk, unread = _records(room, files)
        again = list(_located(room, read.open))
    except UndecidableError:
        return None
    if unread or len(again) != len(read.open):
        return None
    earlier = Earlier(
        unread=read.count - len(again),
        ids=heard.open,
        unplaced=heard.unplaced,
        believed=heard.believed,
        doubted=heard.doubted,
        threads=heard.threads,
        approvals=_finder(room, read.approvals),
        proposals=_finder(room, read.proposals),
    )
    blobs = {record.id: files[path_of(record)].entry.oid for record in fresh} | {at.id: at.blob for at in read.open}
    book = EvidenceBook((*again, *fresh), read.tampering, earlier)
    length = read.length + len(added)
    return EvidenceBranch(book, tuple(sorted((*read.junk, *junk))), blobs, tuple(fresh), length=length)


def _added(room: CleanRoom, tip: Oid | None, since: Oid | None) -> list[dict[str, Entry]] | None:
    """Files that came since, by commit, oldest first; where every commit since only added some."""
    commits: list[dict[str, Entry]] = []
    if tip is None or since is None:
        return commits if tip == since else None
    if not room.is_ancestor(since, tip):
        return None
    while tip != since:
        commit = room.commit(tip)
        if len(commit.parents) != 1:
            return None
        files: dict[str, Entry] = {}
        for diff in room.difference(commit.parents[0], tip):
            if diff.old is not None or diff.new is None:
                return None
            files[diff.path] = diff.new
        commits.append(files)
        tip = commit.parents[0]
    return commits[::-1]


def _finder(room: CleanRoom, index: Iterable[Located]) -> ByPath:
    """Records by the paths that they speak of; the index is read when first asked."""
    by_path: dict[str, list[Located]] = {}

    def find(paths: Iterable[str]) -> Iterator[Recorded]:
        if not by_path:
            for located in index:
                by_path.setdefault(located.about, []).append(located)
        wanted = {located.id: located for path in paths for located in by_path.get(path, ())}
        yield from _located(room, wanted.values())

    return find


def _located(room: CleanRoom, places: Iterable[Located]) -> Iterator[Recorded]:
    """Those records, read again; UndecidableError if one is not there any more."""
    wanted = list(places)
    blobs = dict(room.blobs(dict.fromkeys(located.blob for located in wanted), limit=LARGEST_RECORD))
    for located in wanted:
        content = blobs[located.blob]
        record = parse_record(located.path, content) if isinstance(content, bytes) else None
        if record is None:
            raise UndecidableError(f"{located.path} of the evidence branch cannot be read")
        yield replace(record, place=located.place)


def path_of(record: Recorded) -> str:
    """Where a record stands on the branch."""
    return f"{folder_of(record)}/{record.id[:2]}/{record.id}.json"


def folder_of(record: Recorded) -> str:
    """The folder of a record's type."""
    return record.payload.type.split("/")[1] + "s"


def read_signed(room: CleanRoom, tip: Oid | None, paths: Iterable[str], *, incidents: bool = False) -> EvidenceBook:
    """What people signed about any of these paths: approvals and proposals, each verified; no receipt.

    With ``incidents`` all reports of critical incidents are among it. Which commits added the records is not looked up.
    """
    if tip is None:
        return EvidenceBook()
    wanted = [canonical(path) for path in paths] + ([b'"severity":"critical"'] if incidents else [])
    folders = ("approvals", "proposals", *(("incidents",) if incidents else ()))
    files = {path: entry for folder in folders for path, entry in room.listing(tip, folder).items()}
    names = {entry.oid: path for path, entry in files.items() if RECORD_PATH.fullmatch(path)}
    records = (
        parse_record(names[oid], content)
        for oid, content in room.blobs(names, limit=LARGEST_RECORD)
        if isinstance(content, bytes) and any(path in content for path in wanted)
    )
    return EvidenceBook(record for record in records if record is not None)


def read_reports(room: CleanRoom, tip: Oid, name: str) -> Iterator[IncidentReport]:
    """The signed reports of one incident, whoever signed them, in the order of their paths."""
    named = {entry.oid: path for path, entry in room.listing(tip, "incidents").items() if RECORD_PATH.fullmatch(path)}
    for oid, content in room.blobs(named, limit=LARGEST_RECORD):
        if isinstance(content, bytes) and b'"name":"%b"' % name.encode() in content:
            record = parse_record(named[oid], content)
            if record is not None and record.signer and isinstance(record.payload, IncidentReport):
                yield record.payload


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


def _walk(room: CleanRoom, tip: Oid) -> tuple[dict[str, _Standing], list[Tampering], int]:
    """Files at the tip, every record that a commit of the branch changed or removed, and how many commits it has."""
    files: dict[str, _Standing] = {}
    tampering: list[Tampering] = []
    chain = room.chain(tip)
    places = {oid: place for place, oid in enumerate(chain.steps)}
    for commit, path, old, new in _differences(room, chain, tampering):
        if old is not None and RECORD_PATH.fullmatch(path):
            what = "was deleted" if new is None else "was edited"
            tampering.append(Tampering(path, f"the record {what} in commit {commit[:12]}", commit))
        if new is None:
            files.pop(path, None)
        else:
            files[path] = _Standing(new, places[commit])
    return dict(sorted(files.items())), tampering, len(places)


def _differences(
    room: CleanRoom, chain: Chain, tampering: list[Tampering]
) -> Iterator[tuple[Oid, str, Entry | None, Entry | None]]:
    for step in room.steps(chain, settings_path=""):
        if step.diffs is None:
            tampering.append(Tampering("", f"the evidence branch cannot be read: {step.unreadable}", step.commit.oid))
        for diff in step.diffs or ():
            yield step.commit.oid, diff.path, diff.old, diff.new
