"""Which commits of a chain the receipts tell of, whatever they tell: pure functions of the book and the chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govops.evidence.book import EvidenceBook, Trust
from govops.history import Oid


@dataclass(frozen=True, slots=True)
class Recording:
    """Commits of a chain without a receipt that counts, oldest first.

    ``last`` is the last commit that has one; ``gaps`` stand before it, ``pending`` after it. Without any receipt
    every commit is pending.
    """

    last: Oid | None
    gaps: tuple[Oid, ...] = ()
    pending: tuple[Oid, ...] = ()


def recording(book: EvidenceBook, trust: Trust, steps: Sequence[Oid], *, since: int) -> Recording:
    """What of ``steps`` (a whole first-parent chain, oldest first) is recorded, from position ``since`` on."""
    positions = {oid: place for place, oid in enumerate(steps)}
    opened = [0] * (len(steps) + 1)  # receipts that begin at a position, less those that end before it
    for record, receipt in book.receipts():
        base = -1 if receipt.base is None else positions.get(receipt.base)
        tip = positions.get(receipt.tip)
        if base is not None and tip is not None and base < tip and trust.accepts(record):
            opened[base + 1] += 1
            opened[tip + 1] -= 1
    covering, last, missing = 0, -1, []
    for place, change in enumerate(opened[:-1]):
        covering += change
        if covering:
            last = place
        elif place >= since:
            missing.append(place)
    return Recording(
        steps[last] if last >= 0 else None,
        tuple(steps[place] for place in missing if place < last),
        tuple(steps[place] for place in missing if place > last),
    )
