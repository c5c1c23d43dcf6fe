"""The evidence branch as one value: which records there are, who signed them, and whether any is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from govops.evidence.records import (
    Approval,
    Chained,
    Escalation,
    IncidentReport,
    Personal,
    Receipt,
    Record,
    SignedProposal,
    Tombstone,
)
from govops.evidence.signature import same_key
from govops.evidence.threads import Thread, Voice, followed
from govops.history import Oid


@dataclass(frozen=True, slots=True)
class Recorded:
    """One record as it was read. ``signer`` is the key whose signature holds, None if none does.

    ``place`` is that of the commit that added it among those of the evidence branch, from 0: what stands earlier was
    there before, whatever anybody says of the time.
    """

    id: str
    payload: Record
    signer: str | None
    place: int = 0


@dataclass(frozen=True, slots=True)
class Tampering:
    """A sign that the branch was not append-only. ``what`` is for people, ``path`` the file concerned."""

    path: str
    what: str
    commit: Oid | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """Which recorders count: (name, OpenSSH public key line) of approved Settings, for one branch."""

    recorders: tuple[tuple[str, str], ...]
    repository: str
    branch: str
    unsigned: bool = False

    def accepts(self, record: Recorded) -> bool:
        """Whether a recorder's record may be believed here: its own key, this repository, this branch."""
        voice = _voice(record)
        return voice is not None and self.believes(voice)

    def believes(self, voice: Voice) -> bool:
        """The same of whoever speaks in a record."""
        if (voice.repository, voice.branch) != (self.repository, self.branch):
            return False
        if voice.signer is None:
            return self.unsigned
        return any(name == voice.recorder and same_key(key, voice.signer) for name, key in self.recorders)


ByPath = Callable[[Iterable[str]], Iterable[Recorded]]
"""Paths -> the earlier records that speak of any of them, in any order."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Records that another audit has read, of which this one reads again only what it needs.

    ``unread`` is how many are not, ``ids`` are those that are, ``unplaced`` those of them whose commits were not on the
    branch. ``believed`` and ``doubted`` are the voices of all recorders' records by the trust that the other audit
    ended with, ``threads`` what it found of the believed ones' chains.
    """

    unread: int
    ids: frozenset[str]
    unplaced: frozenset[str]
    believed: frozenset[Voice]
    doubted: frozenset[Voice]
    threads: tuple[Thread, ...]
    approvals: ByPath
    proposals: ByPath


class EvidenceBook:
    """All records of the evidence branch, found by the commits and paths that they speak of.

    With ``earlier`` ones the book holds the others, and those of the earlier whose commits may still come.
    """

    def __init__(
        self, records: Iterable[Recorded] = (), tampering: Iterable[Tampering] = (), earlier: Earlier | None = None
    ) -> None:
        self.records: tuple[Recorded, ...] = tuple(sorted(records, key=lambda record: record.id))
        self.tampering: tuple[Tampering, ...] = tuple(tampering)
        self.earlier = earlier
        self._by_base: dict[Oid | None, list[Recorded]] = {}
        self._by_tip: dict[Oid, list[Recorded]] = {}
        self._by_path: dict[str, list[Recorded]] = {}
        self._proposals: dict[str, list[Recorded]] = {}
        for record in self.records:
            if isinstance(record.payload, Receipt):
                self._by_base.setdefault(record.payload.base, []).append(record)
                self._by_tip.setdefault(record.payload.tip, []).append(record)
            elif isinstance(record.payload, Approval):
                for path in {subject.path for subject in record.payload.subjects}:
                    self._by_path.setdefault(path, []).append(record)
            elif isinstance(record.payload, SignedProposal):
                for path in {subject.path for subject in record.payload.subjects}:
                    self._proposals.setdefault(path, []).append(record)

    def receipts_from(self, base: Oid | None) -> tuple[Recorded, ...]:
        """Receipts of changes that begin at this first parent, trusted or not."""
        return tuple(self._by_base.get(base, ()))

    def receipts_to(self, tip: Oid) -> tuple[Recorded, ...]:
        """Receipts of changes that end with this commit, trusted or not."""
        return tuple(self._by_tip.get(tip, ()))

    def receipts(self) -> Iterator[tuple[Recorded, Receipt]]:
        """Every receipt, in the order of record ids."""
        for record in self.records:
            if isinstance(record.payload, Receipt):
                yield record, record.payload

    def anchored(self) -> Iterator[tuple[Recorded, Chained]]:
        """Every record of a recorder, in the order of record ids: each says that its tip was on the branch."""
        for record in self.records:
            if isinstance(record.payload, Chained):
                yield record, record.payload

    def approvals_of(self, paths: Iterable[str]) -> tuple[Recorded, ...]:
        """Signed approvals that cover any of the paths, each once, in the order of record ids."""
        return _each_once(self._by_path, paths, self.earlier.approvals if self.earlier else None)

    def proposals_of(self, paths: Iterable[str]) -> tuple[Recorded, ...]:
        """Signed proposals of any of the paths, each once, in the order of record ids."""
        return _each_once(self._proposals, paths, self.earlier.proposals if self.earlier else None)

    def tombstones(self) -> Iterator[tuple[Recorded, Tombstone]]:
        """Every tombstone, in the order of record ids."""
        for record in self.records:
            if isinstance(record.payload, Tombstone):
                yield record, record.payload

    def escalations(self) -> Iterator[tuple[Recorded, Escalation]]:
        """Every record of a delivery, in the order of record ids."""
        for record in self.records:
            if isinstance(record.payload, Escalation):
                yield record, record.payload

    def incidents(self) -> Iterator[tuple[Recorded, IncidentReport]]:
        """Every report of an incident, in the order in which they came to stand on the branch."""
        found = [(r, r.payload) for r in self.records if isinstance(r.payload, IncidentReport)]
        yield from sorted(found, key=lambda pair: (pair[0].place, pair[0].id))

    def signers(self) -> frozenset[str]:
        """Every key that signed a recorder's record."""
        return frozenset(voice.signer for voice in self.voices() if voice.signer)

    def chains(self, trust: Trust) -> dict[str, dict[int, list[Recorded]]]:
        """Each trusted recorder's records by their numbers, in the order of names; earlier ones are left out."""
        chains: dict[str, dict[int, list[Recorded]]] = {}
        known = self.earlier.ids if self.earlier else frozenset()
        for record in self.records:
            payload = record.payload
            if isinstance(payload, Chained) and record.id not in known and trust.accepts(record):
                chains.setdefault(payload.recorder, {}).setdefault(payload.sequence, []).append(record)
        return dict(sorted(chains.items()))

    def voices(self) -> frozenset[Voice]:
        """Whoever speaks in any recorder's record, earlier ones included."""
        own = frozenset(voice for record in self.records if (voice := _voice(record)) is not None)
        return own | self.earlier.believed | self.earlier.doubted if self.earlier else own

    @property
    def count(self) -> int:
        """How many records there are, earlier ones included."""
        return len(self.records) + (self.earlier.unread if self.earlier else 0)

    def is_heard_alike(self, trust: Trust) -> bool:
        """Whether each of the earlier records is believed or doubted by this trust as it was then."""
        earlier = self.earlier
        if earlier is None:
            return True
        return all(map(trust.believes, earlier.believed)) and not any(map(trust.believes, earlier.doubted))

    def is_placed_alike(self, positions: Mapping[Oid, int]) -> bool:
        """Whether the commits of the earlier records that were read again are on the branch as they were then.

        Of receipts that is asked elsewhere.
        """
        earlier = self.earlier
        found = [(r.id, payload.tip) for r, payload in self.anchored() if not isinstance(payload, Receipt)]
        return earlier is None or all(
            (tip in positions) == (record not in earlier.unplaced) for record, tip in found if record in earlier.ids
        )

    def threads(self, trust: Trust, positions: Mapping[Oid, int]) -> tuple[Thread, ...] | None:
        """Each trusted recorder's chain of records, by name; ``positions`` are those of the protected branch's commits.

        None where a record belongs before the place that an earlier audit had come to.
        """
        chains = self.chains(trust)
        begun = {thread.recorder: thread for thread in (self.earlier.threads if self.earlier else ())}
        if any(name in begun and min(chain) < begun[name].expected for name, chain in chains.items()):
            return None
        return tuple(
            followed(begun.get(name, Thread(name)), _links(chains.get(name, {})), positions)
            for name in sorted(begun.keys() | chains.keys())
        )

    def broken_chains(self, trust: Trust, positions: Mapping[Oid, int] | None = None) -> Iterator[Tampering]:
        """Gaps, forks and steps backwards in each trusted recorder's chain of records, in order."""
        for thread in self.threads(trust, positions or {}) or ():
            yield from (Tampering("", what) for what in thread.breaks)


def _voice(record: Recorded) -> Voice | None:
    payload = record.payload
    if isinstance(payload, Personal):
        return None
    return Voice(payload.recorder, record.signer, payload.repository, payload.branch)


def _each_once(
    index: Mapping[str, list[Recorded]], paths: Iterable[str], earlier: ByPath | None
) -> tuple[Recorded, ...]:
    wanted = tuple(paths)
    found = {record.id: record for path in wanted for record in index.get(path, ())}
    found.update((record.id, record) for record in (earlier(wanted) if earlier else ()))
    return tuple(found[key] for key in sorted(found))


def breaks(recorder: str, chain: Mapping[int, Sequence[Recorded]]) -> tuple[str, ...]:
    """Where one recorder's whole chain has gaps and forks, in words and in order."""
    return followed(Thread(recorder), _links(chain), {}).breaks


def _links(chain: Mapping[int, Sequence[Recorded]]) -> dict[int, list[tuple[str, Chained]]]:
    return {
        sequence: [(record.id, record.payload) for record in found if isinstance(record.payload, Chained)]
        for sequence, found in chain.items()
    }


def essence(receipt: Receipt) -> str:
    """What a receipt says of its change, apart from who wrote it down and when."""
    own = {"recorder", "sequence", "previous", "recorded_at", "backfilled"}
    return receipt.model_dump_json(exclude=own)
