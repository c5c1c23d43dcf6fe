"""One moment of a history: what stood after some change, kept while the walk goes on to the tip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govops.engine.registry import Registry
from govops.finding import Event
from govops.history import Oid
from govops.history.snapshot import Snapshot
from govops.kinds.custom import CustomKind


@dataclass(frozen=True, slots=True)
class Moment:
    """What stood after the change that ends with ``commit`` (None: before the first one).

    ``time`` is the attested time by then, the running maximum along the chain; ``next_time`` that of the
    change which came next, None at the tip. ``found`` are the paths that stood at the adoption. ``is_known``
    is False where commits before it could not be read.
    """

    commit: Oid | None
    time: str | None
    next_time: str | None
    snapshot: Snapshot
    stays: Mapping[tuple[str, str], Sequence[str | None]]
    deployments: tuple[Event, ...]
    custom: tuple[CustomKind, ...]
    found: frozenset[str]
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """How far a walk has come: the last commit that it took, what was found at the adoption, and when it is."""

    commit: Oid | None
    time: str | None
    found: frozenset[str]
    is_known: bool


def look_around(registry: Registry, passage: Passage, *, next_time: str | None) -> Moment:
    """Keep what stands now; the registry may move on."""
    snapshot = Snapshot()
    for path, file in registry.snapshot.files.items():
        snapshot.put(path, file)
    return Moment(
        commit=passage.commit,
        time=passage.time,
        next_time=next_time,
        snapshot=snapshot,
        stays={key: tuple(stays) for key, stays in registry.stays.items()},
        deployments=tuple(registry.deployments),
        custom=registry.law.custom_kinds(),
        found=passage.found,
        is_known=passage.is_known,
    )
