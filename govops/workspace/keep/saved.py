"""What a walk keeps, as named texts: a few that are written anew each time, and some that only grow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from govops.decision import Unlawful
from govops.engine.cases import Case
from govops.engine.keeping import Heard, Kept, Place, Trail
from govops.evidence.book import Tampering
from govops.finding import ChangeRecord, Event, Finding, Status
from govops.history import Entry, Oid, Past, PathChange
from govops.history.deeds import Deed
from govops.history.snapshot import File
from govops.kinds import Resource, kind_named
from govops.workspace.keep.lines import Lines, Part, parsed, write, written

_GROWING: dict[str, Any] = {
    "changes": ChangeRecord,
    "troubled": ChangeRecord,
    "findings": Finding,
    "policies": Event,
    "deployments": Event,
    "weak": Oid,
    "landed": PathChange,
    "deeds": Deed,
    "cases": Case,
}


@dataclass(frozen=True, slots=True)
class Located:
    """Where a record of the evidence branch is, and one of the paths or commits that it speaks of.

    ``place`` is as in :class:`Recorded`.
    """

    about: str
    id: str
    folder: str
    blob: Oid
    place: int = 0

    @property
    def path(self) -> str:
        """The record's path on the branch."""
        return f"{self.folder}/{self.id[:2]}/{self.id}.json"


@dataclass(frozen=True, slots=True)
class BranchRead:
    """What was read of the evidence branch up to ``tip``. ``open`` records are read again by the next audit.

    ``lacking`` are objects of the repository that were asked for and were not there. ``awaits``: what was kept is of
    the last commit that a record speaks of, so that records which may still come are of later ones. ``length`` is how
    many commits were read.
    """

    tip: Oid | None
    count: int
    junk: tuple[str, ...]
    tampering: tuple[Tampering, ...]
    open: tuple[Located, ...]
    approvals: Iterable[Located]
    proposals: Iterable[Located]
    lacking: frozenset[Oid]
    awaits: bool
    length: int


@dataclass(frozen=True, slots=True)
class Saved:
    """Texts by name. ``whole`` ones are written anew each time, ``growing`` ones are put behind those of before."""

    whole: Mapping[str, bytes]
    growing: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Restored:
    """What comes back. ``lines`` are the texts of files by path, for those that will be written again unchanged."""

    kept: Kept
    past: Past
    read: BranchRead
    lines: Mapping[str, tuple[File, bytes]] = field(default_factory=dict)


def saved(kept: Kept, added: Past, read: BranchRead, lines: Mapping[str, tuple[File, bytes]]) -> Saved | None:
    """The texts; ``added`` is what the walk added to the past. None if a resource would not come back as it is."""
    files = [_file_line(path, file, lines.get(path)) for path, file in kept.files]
    unlawful = [_unlawful_line(path, record) for path, record in kept.unlawful.items()]
    if None in files or None in unlawful:
        return None
    head = {
        "place": write(Place, kept.place),
        "heard": write(Heard, kept.heard),
        "read": write(_Head, _Head.of(read)),
        "files": b"".join(line + b"\n" for line in files if line is not None),
        "unlawful": b"".join(line + b"\n" for line in unlawful if line is not None),
    }
    growing = {name: written(kind, getattr(kept.trail, name)) for name, kind in _GROWING.items()}
    growing |= {
        "spent": written(_Pair, kept.trail.spent.items()),
        "chain": _words(added.chain),
        "side": _words(sorted(added.side)),
        "bare": _words(sorted(added.bare)),
        "approvals": written(Located, read.approvals),
        "proposals": written(Located, read.proposals),
    }
    return Saved(head, growing)


def restored(parts: Callable[[str], Iterable[Part]]) -> Restored:
    """What :func:`saved` made of it, from texts by name. ValueError for texts that are something else."""

    def texts(name: str) -> bytes:
        return b"".join([part.text for part in parts(name)])

    lines = dict(_files(texts("files")))
    trail = Trail(
        **{name: Lines(kind, parts(name)) for name, kind in _GROWING.items()},
        spent=dict(Lines[tuple[str, str]](_Pair, parts("spent"))),
    )
    kept = Kept(
        parsed(Place, texts("place")),
        tuple((path, file) for path, (file, _) in lines.items()),
        dict(_unlawful(texts("unlawful"))),
        trail,
        parsed(Heard, texts("heard")),
    )
    names = {name: tuple(texts(name).decode("ascii").split()) for name in ("chain", "side", "bare")}
    head: _Head = parsed(_Head, texts("read"))
    approvals, proposals = (Lines[Located](Located, parts(name)) for name in ("approvals", "proposals"))
    branch = BranchRead(
        head.tip,
        head.count,
        head.junk,
        head.tampering,
        head.open,
        approvals,
        proposals,
        head.lacking,
        head.awaits,
        head.length,
    )
    return Restored(kept, Past(names["chain"], frozenset(names["side"]), frozenset(names["bare"])), branch, lines)


@dataclass(frozen=True, slots=True)
class _Head:
    tip: Oid | None
    count: int
    junk: tuple[str, ...]
    tampering: tuple[Tampering, ...]
    open: tuple[Located, ...]
    lacking: frozenset[Oid]
    awaits: bool
    length: int

    @classmethod
    def of(cls, branch: BranchRead) -> _Head:
        return cls(
            branch.tip,
            branch.count,
            branch.junk,
            branch.tampering,
            branch.open,
            branch.lacking,
            branch.awaits,
            branch.length,
        )


_Pair = tuple[str, str]


def _words(oids: Iterable[Oid]) -> bytes:
    return "".join([f"{oid}\n" for oid in oids]).encode("ascii")


def _file_line(path: str, file: File, before: tuple[File, bytes] | None) -> bytes | None:
    """Path, mode, blob and kinds; then the resource, and the last valid one if that is another; by tabs."""
    if before is not None and before[0] is file:
        return before[1]
    last = None if file.last_valid == file.resource else file.last_valid
    kinds = [found.kind if found else None for found in (file.resource, last)]
    head = json.dumps([path, file.entry.mode, file.entry.oid, *kinds, last is None]).encode("ascii")
    texts = [_resource_text(found) if found else b"" for found in (file.resource, last)]
    return None if None in texts else b"\t".join([head, *[text or b"" for text in texts]])


def _files(text: bytes) -> Iterator[tuple[str, tuple[File, bytes]]]:
    for line in text.split(b"\n")[:-1]:
        head, *resources = line.split(b"\t")
        path, mode, oid, kind, last_kind, same = json.loads(head)
        resource, last = (_resource(name, found) for name, found in zip((kind, last_kind), resources, strict=True))
        yield path, (File(Entry(mode, oid), resource, resource if same else last), line)


def _unlawful_line(path: str, record: Unlawful) -> bytes | None:
    kind = record.lawful.kind if record.lawful else None
    text = _resource_text(record.lawful) if record.lawful else b""
    head = json.dumps([path, record.status.value, record.commit, kind]).encode("ascii")
    return None if text is None else head + b"\t" + text


def _unlawful(text: bytes) -> Iterator[tuple[str, Unlawful]]:
    for line in text.split(b"\n")[:-1]:
        head, resource = line.split(b"\t")
        path, status, commit, kind = json.loads(head)
        yield path, Unlawful(Status(status), commit, _resource(kind, resource))


def _resource_text(resource: Resource) -> bytes | None:
    text = resource.model_dump_json(exclude_unset=True).encode(
        "utf-8"
    )  # what was left out is not the same as a default
    return text if _resource(resource.kind, text) == resource else None


def _resource(kind: str | None, text: bytes) -> Resource | None:
    if kind is None:
        return None
    known = kind_named(kind)
    if known is None:
        raise ValueError(f"no kind {kind}")
    return known.model.model_validate_json(text)
