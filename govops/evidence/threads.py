"""A recorder's own chain of records, followed from its first one or from wherever it was followed to before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from govops.evidence.records import Chained, Checkpoint
from govops.history import Oid

FIRST_SEQUENCE = 0


class Voice(NamedTuple):
    """All that decides whether a recorder's record is believed: who speaks, whose signature holds, and of what."""

    recorder: str
    signer: str | None
    repository: str
    branch: str


@dataclass(frozen=True, slots=True)
class Thread:
    """One recorder's chain so far: the next number, the last record's id (None after a gap or a fork), and what was
    wrong with it, in words. ``furthest`` is the latest commit of the branch that a checkpoint of it names.
    """

    recorder: str
    expected: int = FIRST_SEQUENCE
    previous: str | None = None
    breaks: tuple[str, ...] = ()
    furthest: Oid | None = None


@dataclass(slots=True)
class _Following:
    at: Thread
    positions: Mapping[Oid, int]
    previous: str | None = field(init=False)
    expected: int = field(init=False)
    furthest: Oid | None = field(init=False)

    def __post_init__(self) -> None:
        self.previous, self.expected, self.furthest = self.at.previous, self.at.expected, self.at.furthest

    def breaks(self, chain: Mapping[int, Sequence[tuple[str, Chained]]]) -> Iterator[str]:
        """A gap is told once, however wide: the numbers are the recorder's to choose."""
        name = self.at.recorder
        for sequence, found in sorted(chain.items()):
            if sequence > self.expected:
                last = "" if sequence == self.expected + 1 else f" to {sequence - 1}"
                yield f'the chain of recorder "{name}" has no record number {self.expected}{last}'
                self.previous = None
            self.expected = sequence + 1
            if len(found) != 1:
                yield f'the chain of recorder "{name}" has {len(found)} records number {sequence}'
                self.previous = None
                continue
            record, payload = found[0]
            known = sequence == FIRST_SEQUENCE or self.previous is not None
            if known and payload.previous != self.previous:
                yield f'record {sequence} of recorder "{name}" does not follow the one before it'
            self.previous = record
            if isinstance(payload, Checkpoint) and self._goes_back(payload.tip):
                yield f'checkpoint {sequence} of recorder "{name}" goes back behind the checkpoint before it'

    def _goes_back(self, tip: Oid) -> bool:
        here, far = self.positions.get(tip), self.positions.get(self.furthest or "", -1)
        if here is None:
            return False
        if here >= far:
            self.furthest = tip
        return here < far


def followed(
    thread: Thread, chain: Mapping[int, Sequence[tuple[str, Chained]]], positions: Mapping[Oid, int]
) -> Thread:
    """The chain with these records, by number, none of which comes before where the thread stands."""
    following = _Following(thread, positions)
    breaks = (*thread.breaks, *following.breaks(chain))
    return Thread(thread.recorder, following.expected, following.previous, breaks, following.furthest)
