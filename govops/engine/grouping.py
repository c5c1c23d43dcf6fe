"""From steps to changes: which consecutive steps one receipt covers, and what the change adds up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from govops.evidence.book import EvidenceBook, Recorded, Trust
from govops.evidence.records import Receipt
from govops.evidence.testimony import agree
from govops.history import Commit, Entry, Oid, PathChange, Step


@dataclass(frozen=True, slots=True)
class Attribution:
    """Which receipts speak of the change that begins at a step, and where it ends.

    ``problem`` is a rule id (no-receipt, evidence-untrusted, key-compromised, receipt-mismatch, receipts-disagree) or
    empty.
    """

    last: Oid
    receipt: tuple[Recorded, Receipt] | None = None
    problem: str = ""
    detail: str = ""
    strangers: tuple[str, ...] = ()


IsDoubted = Callable[[str | None, Oid], bool]
"""(key, last commit of a change) -> whether nothing that the key signed is believed of that change."""


def attribute(
    step: Step, positions: dict[Oid, int], book: EvidenceBook, trust: Trust, is_doubted: IsDoubted
) -> Attribution:
    """Find the receipt of the change that begins with ``step``; without one the step stands alone."""
    here = positions[step.commit.oid]
    offered = book.receipts_from(step.commit.first_parent)
    found = [
        (record, record.payload)
        for record in offered
        if isinstance(record.payload, Receipt)
        and trust.accepts(record)
        and positions.get(record.payload.tip, -1) >= here
    ]
    believed = [item for item in found if not is_doubted(item[0].signer, item[1].tip)]
    if found and not believed:
        last = max((receipt.tip for _, receipt in found), key=lambda tip: positions[tip])
        detail = f"record {found[0][0].id[:12]} is signed with a key that approved Settings call compromised"
        return Attribution(last, problem="key-compromised", detail=detail)
    found = believed
    if not found:
        return _unattributed(step.commit, offered, book, trust)
    last = max((receipt.tip for _, receipt in found), key=lambda tip: positions[tip])
    if not agree(record for record, _ in found):
        names = ", ".join(record.id[:12] for record, _ in found)
        return Attribution(last, problem="receipts-disagree", detail=names)
    return Attribution(last, receipt=found[0])


def _unattributed(commit: Commit, offered: Sequence[Recorded], book: EvidenceBook, trust: Trust) -> Attribution:
    ending = book.receipts_to(commit.oid)
    misplaced = [record for record in ending if trust.accepts(record)]
    if misplaced:
        detail = f"record {misplaced[0].id[:12]} ends at this commit and begins at another parent"
        return Attribution(commit.oid, problem="receipt-mismatch", detail=detail)
    untrusted = [record for record in (*ending, *offered) if not trust.accepts(record)]
    if untrusted:
        strangers = tuple(record.signer for record in untrusted if record.signer)
        detail = f"record {untrusted[0].id[:12]} {_distrust(untrusted[0], trust)}"
        return Attribution(commit.oid, problem="evidence-untrusted", detail=detail, strangers=strangers)
    return Attribution(commit.oid, problem="no-receipt")


def _distrust(record: Recorded, trust: Trust) -> str:
    payload = record.payload
    if payload.repository != trust.repository:
        return f'was made for repository "{payload.repository}"'
    if payload.branch != trust.branch:
        return f'was made for branch "{payload.branch}"'
    if record.signer is None:
        return "has no valid signature"
    return "is not signed by a recorder of approved Settings"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the protected branch: its steps, and the difference they add up to.

    ``landed`` is None when any step could not be read. ``passed`` are the states, sorted by path, that a step or
    a merged commit gave to paths which the whole change leaves as they were.
    """

    steps: tuple[Step, ...]
    landed: tuple[PathChange, ...] | None
    passed: tuple[tuple[str, Entry | None], ...]
    attribution: Attribution

    @property
    def id(self) -> Oid:
        """The last step's commit."""
        return self.steps[-1].commit.oid

    @property
    def parent(self) -> Oid | None:
        """The first step's first parent."""
        return self.steps[0].commit.first_parent

    @property
    def commits(self) -> tuple[Commit, ...]:
        """The steps' commits, oldest first."""
        return tuple(step.commit for step in self.steps)

    @property
    def side(self) -> Iterator[Commit]:
        """Every commit that a merge among the steps brought in."""
        return (side.commit for step in self.steps for side in step.side)


def combine(steps: Sequence[Step], attribution: Attribution) -> Change:
    """Add the steps' differences up: the first old side and the last new side of every path."""
    if any(step.diffs is None for step in steps):
        return Change(tuple(steps), None, (), attribution)
    net: dict[str, PathChange] = {}
    passed: dict[tuple[str, Entry | None], None] = {}
    for step in steps:
        for diff in step.diffs or ():
            before = net.get(diff.path)
            net[diff.path] = PathChange(diff.path, before.old if before else diff.old, diff.new)
            if len(steps) > 1:
                passed[diff.path, diff.new] = None
        for side in step.side:
            passed.update(((diff.path, diff.new), None) for diff in side.diffs or ())
    landed = tuple(diff for path, diff in sorted(net.items()) if diff.old != diff.new)
    remaining = {diff.path for diff in landed}
    states = sorted((state for state in passed if state[0] not in remaining), key=str)
    return Change(tuple(steps), landed, tuple(states), attribution)
