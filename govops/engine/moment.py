"""One moment of a history: what stood after some change, kept while the walk goes on to the tip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Protocol

from govops.engine.registry import Registry
from govops.finding import Event
from govops.history import Oid
from govops.history.snapshot import Snapshot
from govops.kinds.custom import CustomKind


@dataclass(frozen=True, slots=True)
class Told:
    """The time of a change: ``time`` is the running maximum along the chain, by which instants are resolved;
    ``attested`` what was told of this very change, None where nobody did."""

    time: str | None
    attested: str | None


UNTOLD = Told(None, None)


@dataclass(slots=True)
class Diary:
    """What a walk writes down for those who look back.

    ``told`` has every change after the adoption, in order; ``touched`` the changes that gave a governed path
    other content, oldest first. ``found`` has the paths that stood there before they were governed, and since
    which change they are: of what they held then, nothing is claimed.
    """

    told: dict[Oid, Told] = field(default_factory=dict)
    touched: dict[str, list[Oid]] = field(default_factory=dict)
    found: dict[str, Oid] = field(default_factory=dict)

    def touch(self, paths: Iterable[str], commit: Oid) -> None:
        """Note that a change gave these paths other content."""
        for path in paths:
            self.touched.setdefault(path, []).append(commit)

    def find(self, paths: Iterable[str], commit: Oid) -> None:
        """Note that these paths stood there when they became governed."""
        found = tuple(paths)
        self.found.update(dict.fromkeys(found, commit))
        self.touch(found, commit)

    def unattested(self) -> tuple[Oid, ...]:
        """The latest changes, oldest first, back to (and without) the last one that somebody attests."""
        last = takewhile(lambda item: item[1].attested is None, reversed(self.told.items()))
        return tuple(reversed([commit for commit, _ in last]))


class Watcher(Protocol):
    """Somebody who looks at the registry after each change."""

    def saw(self, change: Oid, paths: Iterable[str], registry: Registry) -> None:
        """A change gave these governed paths other content, or found them there; the registry has taken it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What stood after the change that ends with ``commit`` (None: before the first one).

    ``told``, ``touched`` and ``found`` are the diary's, up to here. ``following`` is the change that came next with its
    time, None at the tip. ``unattested`` are the latest changes up to here whose time nobody tells.
    ``is_known`` is False where commits before it could not be read.
    """

    commit: Oid | None
    time: str | None
    following: tuple[Oid, Told] | None
    snapshot: Snapshot
    stays: Mapping[tuple[str, str], Sequence[str | None]]
    deployments: tuple[Event, ...]
    custom: tuple[CustomKind, ...]
    told: Mapping[Oid, Told]
    touched: Mapping[str, Sequence[Oid]]
    found: Mapping[str, Oid]
    unattested: tuple[Oid, ...] = ()
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """How far a walk has come: the last commit that it took, and when it is."""

    commit: Oid | None
    time: str | None
    is_known: bool


def look_around(registry: Registry, passage: Passage, diary: Diary, following: tuple[Oid, Told] | None) -> Moment:
    """Keep what stands now; the registry and the diary may move on."""
    snapshot = Snapshot()
    for path, file in registry.snapshot.files.items():
        snapshot.put(path, file)
    return Moment(
        commit=passage.commit,
        time=passage.time,
        following=following,
        snapshot=snapshot,
        stays={key: tuple(stays) for key, stays in registry.stays.items()},
        deployments=tuple(registry.deployments),
        custom=registry.law.custom_kinds(),
        told=dict(diary.told),
        touched={path: tuple(commits) for path, commits in diary.touched.items()},
        found=dict(diary.found),
        unattested=diary.unattested(),
        is_known=passage.is_known,
    )
