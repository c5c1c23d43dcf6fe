"""The evidence branch as one value: which records there are, who signed them, and whether any is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from govops.evidence.records import Approval, Checkpoint, Receipt, Record, SignedProposal
from govops.evidence.signature import same_key
from govops.history import Oid

FIRST_SEQUENCE = 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """One record as it was read. ``signer`` is the key whose signature holds, None if none does."""

    id: str
    payload: Record
    signer: str | None


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
        payload = record.payload
        if isinstance(payload, Approval | SignedProposal):
            return False
        if (payload.repository, payload.branch) != (self.repository, self.branch):
            return False
        if record.signer is None:
            return self.unsigned
        return any(name == payload.recorder and same_key(key, record.signer) for name, key in self.recorders)


class EvidenceBook:
    """All records of the evidence branch, found by the commits and paths that they speak of."""

    def __init__(self, records: Iterable[Recorded] = (), tampering: Iterable[Tampering] = ()) -> None:
        self.records: tuple[Recorded, ...] = tuple(sorted(records, key=lambda record: record.id))
        self.tampering: tuple[Tampering, ...] = tuple(tampering)
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

    def approvals_of(self, paths: Iterable[str]) -> tuple[Recorded, ...]:
        """Signed approvals that cover any of the paths, each once, in the order of record ids."""
        return _each_once(self._by_path, paths)

    def proposals_of(self, paths: Iterable[str]) -> tuple[Recorded, ...]:
        """Signed proposals of any of the paths, each once, in the order of record ids."""
        return _each_once(self._proposals, paths)

    def signers(self) -> frozenset[str]:
        """Every key that signed a recorder's record."""
        return frozenset(r.signer for r in self.records if r.signer and isinstance(r.payload, Receipt | Checkpoint))

    def chains(self, trust: Trust) -> dict[str, dict[int, list[Recorded]]]:
        """Each trusted recorder's records by their numbers, in the order of names."""
        chains: dict[str, dict[int, list[Recorded]]] = {}
        for record in self.records:
            if isinstance(record.payload, Receipt | Checkpoint) and trust.accepts(record):
                chains.setdefault(record.payload.recorder, {}).setdefault(record.payload.sequence, []).append(record)
        return dict(sorted(chains.items()))

    def broken_chains(self, trust: Trust) -> Iterator[Tampering]:
        """Gaps and forks in each trusted recorder's chain of records, in order."""
        for recorder, chain in self.chains(trust).items():
            yield from breaks(recorder, chain)


def _each_once(index: Mapping[str, list[Recorded]], paths: Iterable[str]) -> tuple[Recorded, ...]:
    found = {record.id: record for path in paths for record in index.get(path, ())}
    return tuple(found[key] for key in sorted(found))


def breaks(recorder: str, chain: Mapping[int, list[Recorded]]) -> Iterator[Tampering]:
    """Where one recorder's chain is not whole. A gap is told once, however wide: the numbers are its to choose."""
    previous: str | None = None
    expected = FIRST_SEQUENCE
    for sequence, found in sorted(chain.items()):
        if sequence > expected:
            gap = f"{expected}" if sequence == expected + 1 else f"{expected} to {sequence - 1}"
            yield Tampering("", f'the chain of recorder "{recorder}" has no record number {gap}')
            previous = None
        expected = sequence + 1
        if len(found) != 1:
            what = f"has {len(found)} records number {sequence}"
            yield Tampering("", f'the chain of recorder "{recorder}" {what}')
            previous = None
            continue
        payload = found[0].payload
        known = sequence == FIRST_SEQUENCE or previous is not None
        if isinstance(payload, Receipt | Checkpoint) and known and payload.previous != previous:
            yield Tampering("", f'record {sequence} of recorder "{recorder}" does not follow the one before it')
        previous = found[0].id


def essence(receipt: Receipt) -> str:
    """What a receipt says of its change, apart from who wrote it down and when."""
    own = {"recorder", "sequence", "previous", "recorded_at", "backfilled"}
    return receipt.model_dump_json(exclude=own)
