"""How landed content relates to reviewed content: pure functions of two differences of one path."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from govops.evidence.records import FileState, Subject
from govops.history import Entry, Oid, PathChange


class Coverage(StrEnum):
    """From best to worst."""

    IDENTITY = "identity"
    REPLAY = "replay"
    RESIDUAL = "residual"
    UNVERIFIABLE = "unverifiable"


class NotMerged(StrEnum):
    """Why a three-way merge has no result."""

    CONFLICT = "conflict"
    MISSING = "missing"


Merge = Callable[[Oid, Oid, Oid], Oid | NotMerged]
"""(base, ours, theirs) blob ids -> id of the clean three-way text merge, or why there is none."""


def entry(state: FileState | None) -> Entry | None:
    """A record's file state as a fact of history; None is absent in both."""
    return Entry(state.mode, state.oid) if state is not None else None


def cover(landed: PathChange, subject: Subject | None, merge: Merge) -> Coverage:
    """Relate what landed at a path to what was reviewed there.

    *identity*: the same (old, new) pair. *replay*: only the old side had moved, and the new content is the
    three-way merge of what was reviewed onto it. Anything else that landed was not reviewed: *residual*.
    """
    if subject is None:
        return Coverage.RESIDUAL
    old, new = entry(subject.old), entry(subject.new)
    if (landed.old, landed.new) == (old, new):
        return Coverage.IDENTITY
    if landed.old == old or landed.new is None:
        return Coverage.RESIDUAL
    replayed = replay(old, new, onto=landed.old, merge=merge)
    if replayed is NotMerged.MISSING:
        return Coverage.UNVERIFIABLE
    return Coverage.REPLAY if replayed == landed.new else Coverage.RESIDUAL


def replay(old: Entry | None, new: Entry | None, *, onto: Entry | None, merge: Merge) -> Entry | NotMerged | None:
    """What the reviewed step ``old`` to ``new`` makes of ``onto``; None when it leaves the path absent."""
    if onto == old:
        return new
    if onto == new:
        return onto
    if old is None or new is None or onto is None:
        return NotMerged.CONFLICT  # added, deleted or edited on both sides in different ways
    mode = _three_way(old.mode, onto.mode, new.mode)
    oid = _three_way(old.oid, onto.oid, new.oid)
    if oid is NotMerged.CONFLICT:
        oid = merge(old.oid, onto.oid, new.oid)
    if isinstance(mode, NotMerged):
        return mode
    return oid if isinstance(oid, NotMerged) else Entry(mode, oid)


def _three_way(base: str, ours: str, theirs: str) -> str | NotMerged:
    if base == ours:
        return theirs
    if theirs in (base, ours):
        return ours
    return NotMerged.CONFLICT
