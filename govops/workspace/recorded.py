"""What a recorder finds: the protected branch, who it is by the Settings there, and which changes have receipts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from govops import yamlio
from govops.decision import SETTINGS_PATH
from govops.errors import UsageError
from govops.evidence.book import Trust
from govops.evidence.records import Chained, Checkpoint, Receipt
from govops.evidence.signature import same_key
from govops.git import CleanRoom
from govops.history import Oid
from govops.kinds.settings import Settings, SettingsSpec
from govops.workspace.clock import now
from govops.workspace.documents import LARGEST_DOCUMENT
from govops.workspace.evidence import read_evidence
from govops.workspace.opening import branch_to_judge, settings_at


class Place(NamedTuple):
    """A record of a recorder's chain: its number and its id."""

    sequence: int
    id: str


@dataclass(frozen=True, slots=True)
class Receipts:
    """What the evidence branch holds of one protected branch: ``covered`` positions, and the end of the own chain.

    ``verified`` is the furthest position that a checkpoint names, -1 without any; a commit that is not on the chain as
    it was looked at lies beyond all of it.
    """

    covered: frozenset[int]
    last: Place | None
    verified: int = -1

    @property
    def following(self) -> tuple[int, str | None]:
        """Number and predecessor of the record to be written next."""
        return (self.last.sequence + 1, self.last.id) if self.last else (0, None)


@dataclass(frozen=True, slots=True)
class Stood:
    """The protected branch as it was looked at. ``name`` is the recorder's; ``trust`` holds every key that Settings
    ever named, so that rotating keys records nothing twice. ``first`` is the position in ``chain`` of the first change
    after the adoption.
    """

    settings: SettingsSpec
    name: str
    trust: Trust
    chain: tuple[Oid, ...]
    positions: dict[Oid, int]
    first: int

    def chained(self, number: int, previous: str | None) -> dict[str, Any]:
        """What every record of a recorder's chain says: who writes it, as which one, when, of what."""
        return chained(self.settings, self.name, number, previous)

    def receipts(self, repository: Path, remote: str | None) -> Receipts:
        """What stands on the evidence branch now: the remote's as it was last fetched, else the one here.

        Records that nobody trusts are passed over: whoever writes one can neither hide a change nor break the chain.
        """
        branch = self.settings.evidence_branch
        with CleanRoom.open(repository) as room:
            tracked = room.ref(f"refs/remotes/{remote}/{branch}") if remote else None
            book = read_evidence(room, tracked or room.ref(f"refs/heads/{branch}")).book
        trusted = [record for record in book.records if self.trust.accepts(record)]
        spans = [self._span(record.payload) for record in trusted if isinstance(record.payload, Receipt)]
        own = [
            Place(record.payload.sequence, record.id)
            for record in trusted
            if isinstance(record.payload, Chained) and record.payload.recorder == self.name
        ]
        tips = [record.payload.tip for record in trusted if isinstance(record.payload, Checkpoint)]
        verified = max((self.positions.get(tip, len(self.chain)) for tip in tips), default=-1)
        return Receipts(frozenset(place for span in spans for place in span), max(own, default=None), verified)

    def _span(self, receipt: Receipt) -> range:
        last = self.positions.get(receipt.tip)
        first = -1 if receipt.base is None else self.positions.get(receipt.base)
        return range(0) if last is None or first is None else range(first + 1, last + 1)


def chained(settings: SettingsSpec, recorder: str, number: int, previous: str | None) -> dict[str, Any]:
    """What every record of that recorder's chain says now (see :class:`Chained`)."""
    return {
        "recorder": recorder,
        "sequence": number,
        "previous": previous,
        "recorded_at": now(),
        "repository": settings.repository,
        "branch": settings.protected_branch,
    }


def look(room: CleanRoom, ref: str | None, key: str) -> Stood:
    """What stands on the protected branch (or ``ref``). UsageError if its Settings are none, or do not know the key."""
    name, tip = branch_to_judge(room, ref, settings_at(room).protected_branch)
    settings = next(_settings_of(room, [tip]), None)
    if settings is None:
        raise UsageError(f"there is no valid {SETTINGS_PATH} on {name}", hint="adopt govops with `govops init`")
    touched = room.touching(tip, SETTINGS_PATH)
    chain = room.chain(tip).steps
    named = [(recorder.name, recorder.key) for spec in _settings_of(room, touched) for recorder in spec.recorders]
    positions = {oid: place for place, oid in enumerate(chain)}
    return Stood(
        settings=settings,
        name=_recorder(settings, key),
        trust=Trust(tuple(dict.fromkeys(named)), settings.repository, settings.protected_branch),
        chain=chain,
        positions=positions,
        first=1 + min((positions[oid] for oid in touched), default=len(chain)),
    )


def _settings_of(room: CleanRoom, commits: Iterable[Oid]) -> Iterator[SettingsSpec]:
    """The valid Settings among those of the commits."""
    entries = [entry for entry in (room.entry(commit, SETTINGS_PATH) for commit in commits) if entry]
    for _, content in room.blobs(dict.fromkeys(entry.oid for entry in entries), limit=LARGEST_DOCUMENT):
        loaded = yamlio.load(content, path=SETTINGS_PATH) if isinstance(content, bytes) else None
        if loaded is not None and isinstance(loaded.resource, Settings):
            yield loaded.resource.spec


def _recorder(settings: SettingsSpec, key: str) -> str:
    """The name under which Settings know the key."""
    found = [recorder.name for recorder in settings.recorders if same_key(recorder.key, key)]
    if not found:
        raise UsageError(
            f"no recorder in {SETTINGS_PATH} has this key",
            hint=f'add it under `recorders:` by a reviewed change: - {{name: recorder, key: "{key}"}}',
        )
    return found[0]
