"""The protected branch, the evidence branch and the forge -> receipts of all that landed and has none yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from govops.errors import GovopsError, UndecidableError
from govops.evidence.records import Proposal, Receipt, signed_bytes, spelled
from govops.forge import Forge, ForgeProposal
from govops.git import CleanRoom
from govops.git.authoring import fetch, remotes
from govops.history import Oid
from govops.kinds.custom import CustomKind, custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.kinds.settings import SettingsSpec
from govops.lifecycle import is_control_file
from govops.workspace.journal import Journal, Signed
from govops.workspace.keys import SigningKey
from govops.workspace.landings import Landing, Landings
from govops.workspace.proposals import Reviewing, resources
from govops.workspace.recorded import Stood, look

_TOGETHER = 20  # receipts that are written at once; what was read before the forge fails is kept
_KINDS = "policies/kinds"
_ROOTS = ("registry/", "policies/")
_HEADS = {"github": "refs/pull/{}/head", "gitlab": "refs/merge-requests/{}/head"}  # where a forge keeps final heads


@dataclass(frozen=True, slots=True)
class Recorded:
    """One receipt that was written: its id, and the change that it speaks of. ``proposal`` is "" for a push."""

    id: str
    tip: Oid
    proposal: str
    method: str
    backfilled: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step of the work came to. ``lost`` says which change could not be recorded, and why."""

    written: tuple[Recorded, ...] = ()
    is_pushed: bool = True
    lost: str = ""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A receipt before it has its place in the recorder's chain."""

    landing: Landing
    base: Oid
    proposal: Proposal | None
    backfilled: bool


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records one repository. ``remote`` is where the evidence branch is pushed, None to keep it here."""

    repository: Path
    key: SigningKey
    connect: Callable[[SettingsSpec, CleanRoom], Forge]
    remote: str | None = None
    ref: str | None = None

    def run(self) -> Iterator[Batch]:
        """Record every change after the adoption that no receipt covers, oldest first, and say so as it is written.

        IncompleteEvidenceError as soon as the forge does not tell everything; what came before is written by then.
        """
        with CleanRoom.open(self.repository) as room:
            stood = look(room, self.ref, self.key.public)
            landings = Landings(
                room, self.connect(stood.settings, room), stood.settings.protected_branch, partial(self._bring, room)
            )
            self._begin(stood.settings.evidence_branch)
            waiting: list[_Draft] = []
            try:
                for draft in self._drafts(room, landings, stood):
                    if isinstance(draft, str):
                        yield Batch(lost=draft)
                        continue
                    waiting.append(draft)
                    if len(waiting) == _TOGETHER:
                        yield self._write(waiting, stood)
                        waiting = []
            except GovopsError:
                yield self._write(waiting, stood)
                raise
            yield self._write(waiting, stood)

    def _begin(self, branch: str) -> None:
        """See the evidence branch as it is now, where it is to grow."""
        try:
            Journal(self.repository, branch, self.remote).begin()
        except UndecidableError:
            raise
        except GovopsError:
            return  # the remote is away: what is written stays here, and the caller hears of it

    def _drafts(self, room: CleanRoom, landings: Landings, stood: Stood) -> Iterator[_Draft | str]:
        """What no receipt covers yet, oldest first; a text instead says why a change cannot be recorded."""
        covered = stood.receipts(self.repository, self.remote).covered
        newest = max(covered, default=-1)
        kinds = tuple(_kinds(room, stood.chain[-1]))
        here, whole = stood.first, len(stood.chain)
        while here < whole:
            if here in covered:
                here += 1
                continue
            end = next((place for place in range(here, whole) if place in covered), whole)
            landing = landings.first(stood.chain[here:end])
            base = stood.chain[here - 1]
            here += len(landing.steps)
            try:
                proposal = _proposal(room, landing, base, kinds)
            except UndecidableError as error:
                yield f"{landing.tip[:12]} cannot be recorded: {error.message}"
            else:
                yield _Draft(landing, base, proposal, backfilled=here <= newest)

    def _bring(self, room: CleanRoom, told: ForgeProposal) -> None:
        """Fetch the heads that the repository lacks; those that are gone everywhere stay away."""
        heads = dict.fromkeys([told.head, *(review.head for review in told.reviews if review.head)])
        missing = [head for head in heads if not _is_there(room, head)]
        kept = _HEADS.get(told.forge)
        if kept and told.head in missing:
            missing.append(kept.format(told.id))
        for remote in remotes(self.repository)[:1] if missing else ():
            for wanted in missing:
                try:
                    fetch(self.repository, remote, [wanted])
                except GovopsError:
                    continue  # whoever needs it will find that it is not there

    def _write(self, drafts: Sequence[_Draft], stood: Stood) -> Batch:
        """Append receipts for what is still uncovered at the moment of writing: another recorder may be at work."""
        made: list[Recorded] = []

        def write() -> Iterable[Signed]:
            made.clear()
            there = stood.receipts(self.repository, self.remote)
            number, previous = there.following
            for draft in drafts:
                if any(stood.positions[oid] in there.covered for oid in draft.landing.steps):
                    continue
                receipt = _receipt(draft, stood, number, previous)
                number, previous = number + 1, spelled(receipt).id
                made.append(_told(receipt, previous))
                yield Signed(receipt, self.key.sign(signed_bytes(receipt)))

        if not drafts:
            return Batch()
        done = Journal(self.repository, stood.settings.evidence_branch, self.remote).append(write)
        return Batch(tuple(made), done.is_pushed)


def _receipt(draft: _Draft, stood: Stood, number: int, previous: str | None) -> Receipt:
    return Receipt(
        type="govops/receipt/v1",
        **stood.chained(number, previous),
        base=draft.base,
        tip=draft.landing.tip,
        landed_at=draft.landing.at,
        backfilled=draft.backfilled,
        pusher=draft.landing.pusher,
        proposal=draft.proposal,
    )


def _told(receipt: Receipt, id_: str) -> Recorded:
    proposal = receipt.proposal
    name, method = (f"{proposal.forge}#{proposal.id}", proposal.method) if proposal else ("", "")
    return Recorded(id_, receipt.tip, name, method, receipt.backfilled)


def _proposal(room: CleanRoom, landing: Landing, base: Oid, kinds: tuple[CustomKind, ...]) -> Proposal | None:
    """The proposal as it was when it landed on ``base``, governed paths only."""
    if landing.told is None or landing.method is None:
        return None

    def governed(path: str) -> bool:
        return path.startswith(_ROOTS) or is_control_file(path) or any(kind.match(path) for kind in kinds)

    return Reviewing(room, base, governed).proposal(landing.told, landing.method)


def _kinds(room: CleanRoom, tip: Oid) -> Iterator[CustomKind]:
    """Every kind that was ever defined. What one of them once claimed is recorded: a receipt may hold too much."""
    for commit in room.touching(tip, _KINDS):
        for _, resource in resources(room, room.listing(commit, _KINDS)):
            if isinstance(resource, KindDefinition):
                yield custom_kind(resource)


def _is_there(room: CleanRoom, commit: Oid) -> bool:
    try:
        return bool(room.commit(commit))
    except UndecidableError:
        return False
