"""What a walk knows at one commit, as a frozen value from which another walk goes on as if it had come all the way.

Both keeping and going on are refused wherever it is not plain that nothing is lost: a walk from the start is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from govops.decision import Unlawful
from govops.engine.cases import Case, Mending
from govops.engine.era import KeptEras
from govops.engine.incidents import KeptIncidents
from govops.engine.process import KeptTimes
from govops.engine.waiving import Tally
from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.records import Approval, Chained, Receipt, SignedProposal, Subject
from govops.evidence.threads import Thread, Voice
from govops.finding import ChangeRecord, Event, Finding, Tenure
from govops.history import Entry, Oid, PathChange
from govops.history.deeds import Deed
from govops.history.snapshot import File, Snapshot

Speaks = Callable[[Subject, PathChange], bool]
"""Whether an approval of this subject says anything of this landed change."""


@dataclass(frozen=True, slots=True)
class Trail:
    """What only grows. What a walk keeps is what it added; what a walk goes on from has all of it, read when asked for.

    ``troubled`` are the changes that were not plainly allowed, once more. ``landed`` are the governed differences of
    every judged change.
    """

    changes: Sequence[ChangeRecord] = ()
    troubled: Sequence[ChangeRecord] = ()
    findings: Sequence[Finding] = ()
    policies: Sequence[Event] = ()
    deployments: Sequence[Event] = ()
    weak: Sequence[Oid] = ()
    landed: Sequence[PathChange] = ()
    deeds: Sequence[Deed] = ()
    cases: Sequence[Case] = ()
    spent: Mapping[str, Oid] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk stood: after ``commit``, the ``seen``-th of the chain.

    ``earned`` are the recorders that an earlier walk had found out and this one started with, ``keys`` all up to here;
    ``distrusted`` are signers of records that were turned down, ``doubts`` the keys that were called compromised.
    ``standing`` are the fingerprints of what is wrong with resources as they stand, by path and by the rules of
    ``edition``. ``waivers`` are tallies by path, ``mending`` is what became of earlier changes. ``eras`` serve
    frameworks, ``times`` are what the approval process took, ``incidents`` are what is known of them.
    """

    commit: Oid
    seen: int
    time: str | None
    adopted: bool
    adoption: Oid | None
    reporting: bool
    commits: int
    bins: Mapping[str, int]
    foreign: tuple[Oid, ...]
    keys: frozenset[tuple[str, str]]
    earned: frozenset[tuple[str, str]]
    distrusted: frozenset[str]
    doubts: frozenset[tuple[str, Oid]]
    stays: tuple[tuple[str, str, tuple[str | None, ...]], ...]
    tenures: tuple[Tenure, ...]
    held: tuple[Tenure, ...]
    standing: Mapping[str, frozenset[str]]
    edition: str = ""
    waivers: Mapping[str, Tally] = field(default_factory=dict)
    mending: Mending = field(default_factory=Mending)
    eras: KeptEras = field(default_factory=KeptEras)
    times: KeptTimes = field(default_factory=KeptTimes)
    incidents: KeptIncidents = field(default_factory=KeptIncidents)


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of the recorders' records, by the trust that the walk ended with.

    ``open`` are the ids of records of commits that a later walk may still come to, or has lost, and of all reports of
    incidents, by which any later change may be judged; ``unplaced`` the others than receipts among them whose commit is
    not on the chain.
    """

    believed: frozenset[Voice] = frozenset()
    doubted: frozenset[Voice] = frozenset()
    threads: tuple[Thread, ...] = ()
    open: frozenset[str] = frozenset()
    unplaced: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kept:
    """All that the judgement of later changes needs to know of earlier ones. ``files`` are in the snapshot's order."""

    place: Place
    files: tuple[tuple[str, File], ...]
    unlawful: Mapping[str, Unlawful]
    trail: Trail
    heard: Heard = Heard()


def is_plain(snapshot: Snapshot) -> bool:
    """Whether the snapshot would be the same if its files were put into a new one: no two claim to be one resource."""
    found = ((path, file.resource.key) for path, file in snapshot.files.items() if file.resource is not None)
    return not snapshot.missing and all(snapshot.path_of(*key) == path for path, key in found)


def is_what_stands(files: Mapping[str, File], tree: Mapping[str, Entry], governed: Callable[[str], bool]) -> bool:
    """Whether these are exactly the governed files of a tree, each with its mode and blob."""
    found = {path: entry for path, entry in tree.items() if governed(path)}
    return len(found) == len(files) and all(path in files and files[path].entry == found[path] for path in found)


@dataclass(frozen=True, slots=True)
class Before:
    """The changes up to the ``seen``-th commit, which nobody looks at again, and all ``side`` commits up to there."""

    positions: Mapping[Oid, int]
    seen: int
    side: frozenset[Oid] = frozenset()

    def is_over(self, commit: Oid | None) -> bool:
        """Whether a change that begins at this first parent lies before."""
        return commit is None or self.positions.get(commit, self.seen) < self.seen - 1

    def has(self, commit: Oid) -> bool:
        """Whether this commit of the chain lies before."""
        return self.positions.get(commit, self.seen) < self.seen

    def leaves_open(self, payload: Chained) -> bool:
        """Whether a recorder's record speaks of more than what lies before."""
        return not self.has(payload.tip) or (isinstance(payload, Receipt) and not self.is_over(payload.base))

    def is_spanned(self, book: EvidenceBook) -> bool:
        """Whether a receipt begins before and ends after: its change would be judged otherwise from the start."""
        tips = (receipt.tip for _, receipt in book.receipts() if self.is_over(receipt.base))
        return any(tip in self.positions and not self.has(tip) for tip in tips)


def heard(book: EvidenceBook, believed: frozenset[Voice], threads: tuple[Thread, ...], before: Before) -> Heard:
    """What to keep of a book that has been heard to the end."""
    unsettled = {record.id: payload for record, payload in book.anchored() if before.leaves_open(payload)}
    unplaced = frozenset(
        record
        for record, payload in unsettled.items()
        if not isinstance(payload, Receipt) and payload.tip not in before.positions
    )
    open_ = frozenset(unsettled) | frozenset(record.id for record, _ in book.incidents())
    return Heard(believed, book.voices() - believed, threads, open_, unplaced)


def concerns(
    book: EvidenceBook, fresh: Iterable[Recorded], *, before: Before, landed: Sequence[PathChange], speaks: Speaks
) -> bool:
    """Whether records say something of what lies before that was not heard then, and would be from the start.

    ``fresh`` are those that were not read then.
    """
    if before.is_spanned(book) or not book.is_placed_alike(before.positions):
        return True
    signed: list[tuple[Subject, ...]] = []
    for record in fresh:
        payload = record.payload
        if isinstance(payload, Receipt) and (before.is_over(payload.base) or before.has(payload.tip)):
            return True
        if isinstance(payload, SignedProposal) and (before.has(payload.head) or payload.head in before.side):
            return True
        if isinstance(payload, Approval | SignedProposal):
            signed.append(payload.subjects)
    by_path: dict[str, list[Subject]] = {}
    for subject in (subject for subjects in signed for subject in subjects):
        by_path.setdefault(subject.path, []).append(subject)
    return any(_pairs(by_path, landed, speaks))


def _pairs(by_path: Mapping[str, list[Subject]], landed: Sequence[PathChange], speaks: Speaks) -> Iterator[bool]:
    for change in landed if by_path else ():
        for subject in by_path.get(change.path, ()):
            yield speaks(subject, change)
