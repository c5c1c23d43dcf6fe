"""An audit that goes on from what another one has kept, where that is sure to be the same as starting anew."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import govops
from govops.decision import SETTINGS_PATH
from govops.engine import AuditFacts, Kept
from govops.errors import UndecidableError
from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.records import Approval, SignedProposal
from govops.git import CleanRoom
from govops.history import Chain, Oid, Past, Step
from govops.history.snapshot import Snapshot
from govops.workspace.evidence import EvidenceBranch, folder_of, read_evidence, read_further
from govops.workspace.keep import BranchRead, Entry, Located, Restored, Shelf, restored, saved
from govops.workspace.opening import Opened, Scene, open_room

_LATE = 1_000  # commits after the last record, beyond which nobody expects that they will be recorded
_LACKING = 10_000  # objects; where more are missing, nothing is kept
_LIBRARIES = ("pydantic", "pydantic_core", "PyYAML", "sshsig", "cryptography", "cel-expr-python", "protobuf")


class Opening:
    """One audit with a cache, if there is a shelf. Use :meth:`attempts` until one succeeds, then :meth:`keep`."""

    def __init__(self, scene: Scene, shelf: Shelf | None) -> None:
        self._scene = scene
        self._shelf = shelf
        self._inputs = _inputs(scene) if shelf is not None else {}
        self._entry: Entry | None = None
        self._before: Restored | None = None
        self._evidence = EvidenceBranch(EvidenceBook())
        self._trace: _Trace | None = None

    @property
    def scene(self) -> Scene:
        """The repository as it was found."""
        return self._scene

    @property
    def evidence(self) -> EvidenceBranch:
        """The evidence branch as the last attempt read it."""
        return self._evidence

    def attempts(self) -> Iterator[AuditFacts]:
        """Facts of a walk that goes on from what was kept, where there is any; then those of a walk from the start."""
        facts = None if self._scene.room.is_partial else self._resumed()
        if facts is not None:
            yield facts
        scene, self._entry, self._before = self._scene, None, None
        self._evidence = read_evidence(scene.room, scene.evidence_tip)
        yield self._facts(scene.room.chain(scene.tip), None)

    def keep(self, kept: Kept) -> None:
        """Put on the shelf what the last attempt kept, if nothing that it rests on was missing or damaged.

        Where that cannot be written, the next audit starts from further back; the report is none the worse.
        """
        documents, trace = self._scene.documents, self._trace
        if self._shelf is None:
            return
        if any(self._evidence.book.tombstones()):  # the history is another one than the records tell of
            return
        if trace is None or documents.is_damaged or len(documents.lacking) > _LACKING or not self._evidence.is_whole:
            return
        lines = self._before.lines if self._before else {}
        texts = saved(kept, trace.added(kept.place.seen), self._read(kept), lines)
        if texts is not None:
            with suppress(OSError):
                self._shelf.keep(self._inputs, texts.whole, texts.growing, self._entry)

    def _resumed(self) -> AuditFacts | None:
        entry = self._shelf.find(self._inputs) if self._shelf is not None else None
        if entry is None:
            return None
        before, room = restored(entry.parts), self._scene.room
        try:
            chain = room.continued(self._scene.tip, before.past)
        except UndecidableError:
            return None
        evidence = read_further(room, self._scene.evidence_tip, before.read, before.kept.heard)
        if chain is None or evidence is None or not self._scene.documents.still_lacks(before.read.lacking):
            return None
        if any(evidence.book.tombstones()):
            return None
        self._entry, self._before, self._evidence = entry, before, evidence
        return replace(self._facts(chain, before.past), kept=before.kept, past=before.past, fresh=evidence.fresh)

    def _facts(self, chain: Chain, past: Past | None) -> AuditFacts:
        trace = self._trace = _Trace(self._scene.room, chain, past)
        facts = self._scene.facts(chain, self._evidence)
        return replace(facts, steps=trace.steps, keep_at=self._last_recorded(chain))

    def _read(self, kept: Kept) -> BranchRead:
        """What this audit has read of the evidence branch, to be put behind what was read before."""
        before = self._before.read if self._before else None
        evidence, lacking = self._evidence, self._scene.documents.lacking
        return BranchRead(
            tip=self._scene.evidence_tip,
            count=evidence.book.count,
            junk=evidence.junk,
            tampering=evidence.book.tampering,
            open=tuple(_located(r, "", evidence) for r in evidence.book.records if r.id in kept.heard.open),
            approvals=_by_path(evidence, Approval),
            proposals=_by_path(evidence, SignedProposal),
            lacking=frozenset(lacking | before.lacking if before else lacking),
            awaits=kept.place.commit in self._tips(),
            length=evidence.length,
        )

    def _last_recorded(self, chain: Chain) -> Oid:
        """The last commit that a record speaks of, if others may still come for those after it; else the tip.

        What is kept there is of use when they do, while every change before it would have to be judged again.
        """
        tips, before = self._tips(), self._before
        if before is not None and before.read.awaits:
            tips.add(before.past.tip)
        return next((oid for oid in reversed(chain.steps[-_LATE:]) if oid in tips), chain.tip)

    def _tips(self) -> set[Oid]:
        return {payload.tip for _, payload in self._evidence.book.anchored()}


@contextmanager
def open_kept(asked: Opened, cache: Path | None) -> Iterator[Opening]:
    """As :func:`open_audit`, with a cache in a folder if there is one. UsageError if others could write to it."""
    with open_room(asked) as scene:
        yield Opening(scene, Shelf(cache, apart_from=scene.room.places) if cache is not None else None)


class _Trace:
    """Watches a walk, and remembers which commits it came by."""

    def __init__(self, room: CleanRoom, chain: Chain, past: Past | None) -> None:
        self._room = room
        self._chain = chain
        self._past = past
        self._taken: list[tuple[Oid, tuple[Oid, ...]]] = []
        self._bare: set[Oid] = set()

    def steps(self) -> Iterator[Step]:
        """The steps; each walk is remembered from its start."""
        self._taken, self._bare = [], set(self._past.bare if self._past else ())
        for step in self._room.steps(self._chain, settings_path=SETTINGS_PATH, past=self._past):
            self._taken.append((step.commit.oid, tuple([side.commit.oid for side in step.side])))
            for commit in (*[side.commit for side in step.side], step.commit):
                if commit.oid not in step.introduces and self._bare.issuperset(commit.parents):
                    self._bare.add(commit.oid)
            yield step

    def added(self, seen: int) -> Past:
        """What came since the past, up to the ``seen``-th commit of the chain."""
        taken = self._taken[: seen - (len(self._past.chain) if self._past else 0)]
        chain = tuple([own for own, _ in taken])
        side = frozenset([oid for _, others in taken for oid in others])
        return Past(chain, side, frozenset(self._bare & side.union(chain)))


def _by_path(evidence: EvidenceBranch, kind: type[Approval | SignedProposal]) -> Iterator[Located]:
    for record in evidence.fresh:
        payload = record.payload
        if isinstance(payload, kind):
            for path in sorted({subject.path for subject in payload.subjects}):
                yield _located(record, path, evidence)


def _located(record: Recorded, about: str, evidence: EvidenceBranch) -> Located:
    return Located(about, record.id, folder_of(record), evidence.blobs[record.id], record.place)


def _inputs(scene: Scene) -> dict[str, object]:
    """All that a verdict depends on besides commits and records: what was kept counts only where it is the same.

    The instant of ``--as-of`` is not among it: no judgement asks for it.
    """
    asked, room = scene.asked, scene.room
    return {
        "govops": [govops.__version__, _sources(Path(govops.__file__).parent)],
        "python": [sys.implementation.name, sys.version, *map(_version, _LIBRARIES)],
        "git": room.git_version,
        "format": room.object_format,
        "branch": [scene.ref, scene.evidence_ref],
        "range": [asked.first and room.resolve(asked.first), asked.adoption and room.resolve(asked.adoption)],
        "settled": asked.settled,
        "rules": _digest(scene.external) if scene.external else None,
    }


def _version(library: str) -> str:
    """Empty for an extra that is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


@cache
def _sources(package: Path) -> str:
    """A digest of govops' own code, as this process found it."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        content = path.read_bytes()
        digest.update(b"%b %d\n" % (path.relative_to(package).as_posix().encode("ascii"), len(content)))
        digest.update(content)
    return digest.hexdigest()


def _digest(rules: Snapshot) -> str:
    lines: Iterable[str] = (f"{path}\0{f.entry.mode}\0{f.entry.oid}\n" for path, f in sorted(rules.files.items()))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
