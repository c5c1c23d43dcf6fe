"""Where a recorder's chain goes on, if its last record tells of the change before: found near the end of the branch.

So that a change and its receipt can be there at once, and nobody has to read the whole branch for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from govops.evidence.book import Recorded
from govops.evidence.records import Chained, Receipt
from govops.evidence.signature import same_key
from govops.git import CleanRoom
from govops.history import Oid
from govops.kinds.settings import SettingsSpec
from govops.workspace.clock import now
from govops.workspace.evidence import LARGEST_RECORD, RECORD_PATH, parse_record
from govops.workspace.keys import SigningKey

_FURTHEST = 50  # commits of the evidence branch in which the recorder's last record is looked for


def chained_after(room: CleanRoom, settings: SettingsSpec, key: SigningKey, *, base: Oid) -> dict[str, Any] | None:
    """What every record of a chain says (see :class:`Chained`), for the receipt of a change that lands on ``base``.

    None unless the recorder's last record is the receipt of ``base``: something else has to be recorded first.
    """
    evidence = room.ref(f"refs/heads/{settings.evidence_branch}")
    name = next((one.name for one in settings.recorders if same_key(one.key, key.public)), None)
    last = _last(room, evidence, name, key) if evidence and name else None
    if last is None or not isinstance(last.payload, Receipt) or last.payload.tip != base:
        return None
    return {
        "recorder": name,
        "sequence": last.payload.sequence + 1,
        "previous": last.id,
        "recorded_at": now(),
        "repository": settings.repository,
        "branch": settings.protected_branch,
    }


def _last(room: CleanRoom, tip: Oid, name: str, key: SigningKey) -> Recorded | None:
    """The last record of a recorder's chain, None if it does not stand near the end of the branch."""
    for _ in range(_FURTHEST):
        parents = room.commit(tip).parents
        if len(parents) > 1:
            return None
        own = [
            (record.payload.sequence, record)
            for record in _added(room, tip, parents[0] if parents else None)
            if isinstance(record.payload, Chained) and record.payload.recorder == name
            if record.signer is not None and same_key(key.public, record.signer)
        ]
        if own:
            return max(own, key=lambda one: one[0])[1]
        if not parents:
            return None
        tip = parents[0]
    return None


def _added(room: CleanRoom, tip: Oid, parent: Oid | None) -> Iterator[Recorded]:
    new = {c.new.oid: c.path for c in room.difference(parent, tip) if c.new and RECORD_PATH.fullmatch(c.path)}
    for oid, content in room.blobs(new, limit=LARGEST_RECORD):
        record = parse_record(new[oid], content) if isinstance(content, bytes) else None
        if record is not None:
            yield record
