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
from govops.workspace.evidence import LARGEST_RECORD, RECORD_PATH, parse_record
from govops.workspace.keys import SigningKey
from govops.workspace.recorded import chained

_FURTHEST = 50  # commits of the evidence branch in which the recorder's last record is looked for


def chained_after(room: CleanRoom, settings: SettingsSpec, key: SigningKey, *, base: Oid) -> dict[str, Any] | None:
    """What every record of a chain says (see :class:`Chained`), for the receipt of a change that lands on ``base``.

    None unless the recorder has recorded ``base``, not long ago: something else has to be recorded first.
    """
    evidence = room.ref(f"refs/heads/{settings.evidence_branch}")
    name = next((one.name for one in settings.recorders if same_key(one.key, key.public)), None)
    if evidence is None or name is None:
        return None
    last: tuple[int, str] | None = None
    for record in _backwards(room, evidence):
        own, by = record.payload, record.signer
        if not isinstance(own, Chained) or own.recorder != name or by is None or not same_key(key.public, by):
            continue
        last = max(last or (own.sequence, record.id), (own.sequence, record.id))
        if isinstance(own, Receipt) and own.tip == base:
            break
    else:
        return None
    return chained(settings, name, last[0] + 1, last[1])


def _backwards(room: CleanRoom, tip: Oid) -> Iterator[Recorded]:
    """The last records of the branch, those of each commit by their numbers, newest first."""
    for _ in range(_FURTHEST):
        parents = room.commit(tip).parents
        if len(parents) > 1:
            return
        added = _added(room, tip, parents[0] if parents else None)
        yield from sorted(added, key=lambda r: r.payload.sequence if isinstance(r.payload, Chained) else -1)[::-1]
        if not parents:
            return
        tip = parents[0]


def _added(room: CleanRoom, tip: Oid, parent: Oid | None) -> Iterator[Recorded]:
    new = {c.new.oid: c.path for c in room.difference(parent, tip) if c.new and RECORD_PATH.fullmatch(c.path)}
    for oid, content in room.blobs(new, limit=LARGEST_RECORD):
        record = parse_record(new[oid], content) if isinstance(content, bytes) else None
        if record is not None:
            yield record
