"""Keys that somebody else may have had: for which changes nothing that they signed is believed."""

from __future__ import annotations

from collections.abc import Mapping

from govops.decision import SETTINGS_PATH, Law
from govops.evidence.signature import same_key
from govops.history import Oid
from govops.kinds.settings import Settings

Doubts = frozenset[tuple[str, Oid]]
"""(public key line, the first change for which it is not believed)."""


def doubts_of(law: Law) -> Doubts:
    """Those that lawful Settings name now; Settings that nobody approved neither add one nor take one away."""
    record = law.unlawful.get(SETTINGS_PATH)
    lawful = record.lawful if record else None
    spec = lawful.spec if isinstance(lawful, Settings) else None if record else law.settings
    return frozenset((entry.key, entry.since) for entry in spec.compromised) if spec else frozenset()


def is_doubted(key: str | None, change: Oid, doubts: Doubts, positions: Mapping[Oid, int]) -> bool:
    """Whether nothing that ``key`` signed is believed of a change, told by its last commit.

    A key whose first change is not on the chain is believed for none.
    """
    here = positions.get(change, len(positions))
    return key is not None and any(
        same_key(doubted, key) and positions.get(since, -1) <= here for doubted, since in doubts
    )
