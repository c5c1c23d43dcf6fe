"""A history that had to be rewritten: what replaces what, and the records as they would read in the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import BaseModel

from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.records import (
    Approval,
    Checkpoint,
    ContextBlob,
    Escalation,
    FileState,
    Proposal,
    Receipt,
    Record,
    Review,
    SignedProposal,
    Subject,
    Tombstone,
)
from govops.history import Oid

_Told = TypeVar("_Told", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Expunction:
    """One rewrite as everybody who signed for it tells it: ``commits`` old to new, ``content`` (path, old) to new.

    ``records`` are their tombstones, in the order of ids.
    """

    records: tuple[Recorded, ...]
    reason: str
    commits: Mapping[Oid, Oid] = field(repr=False)
    content: Mapping[tuple[str, Oid], Oid | None] = field(repr=False)

    @property
    def id(self) -> str:
        """What tells it from others: the id of its first record."""
        return self.records[0].id

    @property
    def signers(self) -> tuple[tuple[str, str], ...]:
        """(key, name that the record gives its signer) of each record that bears a signature which holds."""
        told = ((record.signer, record.payload) for record in self.records)
        return tuple((key, stone.person) for key, stone in told if key and isinstance(stone, Tombstone))

    def follows(self, other: Expunction) -> bool:
        """Whether it replaces a commit that the other one put there."""
        return other is not self and not self.commits.keys().isdisjoint(other.commits.values())


def expunctions(book: EvidenceBook, repository: str, branch: str) -> tuple[Expunction, ...]:
    """The rewrites that tombstones of this repository and branch tell of; those that tell the same are one."""
    told: dict[str, list[tuple[Recorded, Tombstone]]] = {}
    for record, stone in book.tombstones():
        if (stone.repository, stone.branch) == (repository, branch):
            same = stone.model_dump_json(exclude={"person", "at", "reason"})
            told.setdefault(same, []).append((record, stone))
    return tuple(_expunction(found) for _, found in sorted(told.items(), key=lambda item: item[1][0][0].id))


def _expunction(found: list[tuple[Recorded, Tombstone]]) -> Expunction:
    stone = found[0][1]
    return Expunction(
        tuple(record for record, _ in found),
        "; ".join(dict.fromkeys(one.reason for _, one in found)),
        {pair.old: pair.new for pair in stone.commits},
        {(item.path, item.old): item.new for item in stone.content},
    )


def in_turn(rewrites: Iterable[Expunction]) -> tuple[Expunction, ...]:
    """As the history was rewritten: each before those that follow it; as they are given where that says nothing."""
    left, found = list(rewrites), list[Expunction]()
    while left:
        first = next((one for one in left if not any(map(one.follows, left))), left[0])  # a circle has no first
        left.remove(first)
        found.append(first)
    return tuple(found)


def retold(book: EvidenceBook, rewrites: Iterable[Expunction], *, fixed: Callable[[str], bool]) -> EvidenceBook:
    """The book in which every record speaks of the new history. Content of ``fixed`` paths is never replaced.

    Ids, signatures and chains of the records stay those of what was signed.
    """
    for rewrite in rewrites:
        told = _Retelling(rewrite, fixed)
        records = (replace(record, payload=told.record(record.payload)) for record in book.records)
        book = EvidenceBook(records, book.tampering)
    return book


@dataclass(frozen=True, slots=True)
class _Retelling:
    rewrite: Expunction
    fixed: Callable[[str], bool]

    def record(self, payload: Record) -> Record:
        """The same record, of the new history."""
        if isinstance(payload, Receipt):
            told = {"base": self._commit(payload.base), "tip": self._commit(payload.tip)}
            return _like(payload, **told, proposal=payload.proposal and self._proposal(payload.proposal))
        if isinstance(payload, Checkpoint | Escalation):
            return _like(payload, tip=self._commit(payload.tip))
        if isinstance(payload, Approval):
            context = self._context(payload.context)
            return _like(payload, **self._heads(payload), subjects=self._subjects(payload.subjects), context=context)
        if isinstance(payload, SignedProposal):
            return _like(payload, **self._heads(payload), subjects=self._subjects(payload.subjects))
        return payload

    def _proposal(self, proposal: Proposal) -> Proposal:
        return _like(
            proposal,
            merge_bases=tuple(self._commit(base) for base in proposal.merge_bases),
            head=self._commit(proposal.head),
            subjects=self._subjects(proposal.subjects),
            reviews=tuple(self._review(review) for review in proposal.reviews),
        )

    def _review(self, review: Review) -> Review:
        subjects = None if review.subjects is None else self._subjects(review.subjects)
        return _like(review, head=self._commit(review.head), subjects=subjects, context=self._context(review.context))

    def _heads(self, payload: Approval | SignedProposal) -> dict[str, Any]:
        return {"merge_base": self._commit(payload.merge_base), "head": self._commit(payload.head)}

    def _commit(self, oid: Oid | None) -> Oid | None:
        return None if oid is None else self.rewrite.commits.get(oid, oid)

    def _subjects(self, subjects: Iterable[Subject]) -> tuple[Subject, ...]:
        """What is the same before and after in the new history is no change there."""
        told = (_like(one, old=self._state(one.path, one.old), new=self._state(one.path, one.new)) for one in subjects)
        return tuple(one for one in told if one.old != one.new)

    def _state(self, path: str, state: FileState | None) -> FileState | None:
        if state is None or self.fixed(path) or (path, state.oid) not in self.rewrite.content:
            return state
        new = self.rewrite.content[path, state.oid]
        return None if new is None else _like(state, oid=new)

    def _context(self, context: Iterable[ContextBlob]) -> tuple[ContextBlob, ...]:
        return tuple(
            blob
            if blob.oid is None or self.fixed(blob.path)
            else _like(blob, oid=self.rewrite.content.get((blob.path, blob.oid), blob.oid))
            for blob in context
        )


def _like(record: _Told, **changed: Any) -> _Told:
    return record.model_copy(update=changed)


def concerning(rewrites: Iterable[Expunction], commits: Iterable[Oid]) -> Iterator[Expunction]:
    """Those that tell of no commit which still is one of these: what stands on the branch was not replaced."""
    standing = frozenset(commits)
    return (one for one in rewrites if standing.isdisjoint(one.commits))
