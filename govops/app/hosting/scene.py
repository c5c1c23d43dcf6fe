"""Everything as it stands at one moment: the gate at the protected branch's tip, and what the server keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from govops.app.gate import Knowledge, Pretence, judged, rests_on_history
from govops.app.governance import Actor, BusyError, ConflictError, ForbiddenError, Site, Submitted
from govops.decision import SETTINGS_PATH
from govops.errors import ExitCode, GovopsError, StorageError, UsageError
from govops.evidence.records import Receipt, signed_bytes
from govops.evidence.signature import same_key
from govops.forge import Forge
from govops.forge.hosted import HostedForge, HostedProposal
from govops.forge.hosted import told as told_by_forge
from govops.git import LockedError, Store
from govops.history import Oid
from govops.kinds.settings import SettingsSpec
from govops.kinds.user import User
from govops.outlook import Outlook
from govops.workspace import Asked, Gate, await_head, now, open_base, open_gate
from govops.workspace.clock import seconds
from govops.workspace.following import chained_after
from govops.workspace.hosted import HOSTED, PROPOSALS, HostedBranch
from govops.workspace.hosting import Files, Keeper, Landing
from govops.workspace.journal import Signed
from govops.workspace.keys import SigningKey
from govops.workspace.proposals import Reviewing
from govops.workspace.turns import Turn, in_turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and what the landing would write. ``conflicts`` are paths that cannot be merged."""

    outlook: Outlook
    files: Files
    conflicts: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether it may land."""
        return self.outlook.exit_code() is ExitCode.OK and not self.conflicts


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of one site."""

    site: Site
    asked: Asked
    gate: Gate
    branch: HostedBranch
    turn: Turn | None = None

    @property
    def settings(self) -> SettingsSpec:
        """As they stand at the tip."""
        return self.gate.registry.law.settings

    def moment(self, *earlier: str) -> str:
        """Now, and no earlier than what was said to have happened before: clocks may go back."""
        self.gate.as_of = max([self.gate.as_of, *earlier])
        return self.gate.as_of

    def person(self, actor: Actor) -> User:
        """The User that somebody is by the rules in force. ForbiddenError if they are nobody, or have left."""
        self.gate.meet([actor.name, actor.account.id])
        law = self.gate.registry.law
        user = law.user(actor.name)
        if user is None or law.people_at(actor.account.address) != (actor.name,):
            raise ForbiddenError("no User has your account by the rules in force", hint="add it by a reviewed change")
        if not user.spec.active:
            raise ForbiddenError(f"{actor.name} is not active any more")
        return user

    def open_one(self, id_: str) -> HostedProposal:
        """The open proposal of that id. ConflictError if it is closed, NotFoundError if there is none."""
        kept = self.branch.find(id_)
        if kept is None:
            raise missing(id_)
        if kept.state != "open":
            raise ConflictError(f"proposal {id_} is {kept.state} already")
        return kept

    def judge(self, kept: HostedProposal, forge: Callable[[str], Forge] | None = None) -> Judged:
        """The verdict on a proposal if it landed now: by the very receipt that would be written. To be asked once.

        With ``forge`` by what that tells of it.
        """
        self.moment(kept.latest)
        known = Knowledge(forge, kept.number) if forge else Knowledge(_forge(kept), kept.id)
        await_head(self.gate, self.asked, kept.head)
        found = _judged(self.gate, kept, known)
        if not rests_on_history(found.outlook):
            return found
        again = replace(self.asked, as_of=self.gate.as_of, base=self.gate.base, head=kept.head, audited=True)
        with open_gate(again) as (gate, _):
            return _judged(gate, kept, known)

    def keeper(self, store: Store) -> Keeper:
        """Where to write what came of it. GovopsError where it is nobody's turn to write."""
        if self.turn is None:
            raise GovopsError("this was opened to be read")
        settings = self.settings
        return Keeper(
            store=store,
            branch=self.branch,
            protected=settings.protected_branch,
            evidence=settings.evidence_branch,
            tip=self.gate.base,
            key=key_of(self.site, settings),
            stamp=self.site.stamp(seconds(self.gate.as_of)),
            turn=self.turn,
        )

    def receipt(self, kept: HostedProposal, landing: Landing) -> Signed | None:
        """The receipt of what is about to land, if it is the one to be written next."""
        key = key_of(self.site, self.settings)
        place = chained_after(self.gate.room, self.settings, key, base=landing.base)
        if place is None or SETTINGS_PATH in kept.paths:
            return None
        reviewing = Reviewing(self.gate.room, landing.base, self.gate.registry.governed)
        record = Receipt(
            type="govops/receipt/v1",
            **place,
            base=landing.base,
            tip=landing.commit,
            landed_at=kept.closed_at,
            proposal=reviewing.proposal(told_by_forge(kept), "merge"),
        )
        return Signed(record, key.sign(signed_bytes(record)))

    def has(self, commit: Oid) -> bool:
        """Whether the protected branch has a commit."""
        return commit == self.gate.base or self.gate.room.is_ancestor(commit, self.gate.base)

    def has_landed(self, kept: HostedProposal) -> bool:
        """Whether an open proposal is on the protected branch, by another way than through the server."""
        return kept.base != self.gate.base and self.has(kept.head)

    @property
    def is_settled(self) -> bool:
        """Whether nothing has moved since everything was settled."""
        return self.turn is not None and self.turn.settled == self.standing

    @property
    def is_recorded(self) -> bool:
        """Whether the tip has its receipt for sure."""
        return self._has_receipt(self.gate.base)

    @property
    def standing(self) -> str:
        """All that a verdict rests on, time by the hour: a digest."""
        room = self.gate.room
        ends = (room.ref(f"refs/heads/{name}") or "" for name in (HOSTED, self.settings.evidence_branch))
        own = (f"{name} {oid}" for name, oid in room.refs(f"refs/heads/{PROPOSALS}"))
        known = "\n".join([self.gate.base, *ends, *own, now()[:13]])
        return hashlib.sha256(known.encode("utf-8", "surrogateescape")).hexdigest()

    @property
    def is_elsewhere(self) -> bool:
        """Whether proposals are reviewed and landed at a forge, and not here."""
        return self.settings.forge.type in ("github", "gitlab")

    def reopen(self, store: Store) -> bool:
        """Whether something was called merged and never landed, since the server was stopped: it is open again.

        What has a receipt did land: whoever took it from the branch does not get it back there.
        """
        found = () if self.is_elsewhere else self.branch.unfinished(self.has)
        changed = {"state": "open", "closed_at": None, "merge_commit": None}
        again = [kept.model_copy(update=changed) for kept in found if not self._has_receipt(kept.merge_commit or "")]
        if again:
            self.keeper(store).keep(again, f"Open proposal {', '.join(kept.id for kept in again)} again")
        return bool(again)

    def _has_receipt(self, commit: Oid) -> bool:
        """Whether it is told not long ago that a commit had landed."""
        key = key_of(self.site, self.settings)
        return chained_after(self.gate.room, self.settings, key, base=commit) is not None


@contextmanager
def look(site: Site, turn: Turn | None = None) -> Iterator[Scene]:
    """The site as it stands now, to be read, or with a ``turn`` to be written.

    UndecidableError, to a writer, if somebody else has rewritten what the server keeps.
    """
    asked = Asked(site.repository, now())
    with open_base(asked) as gate:
        settings = gate.registry.law.settings
        branch = HostedBranch(gate.room, settings, gate.room.ref(f"refs/heads/{HOSTED}"))
        if turn is not None:
            branch.check_continues(HostedBranch(gate.room, settings, turn.remembered))
        yield Scene(site, asked, gate, branch, turn)


def writing(site: Site, attempt: Callable[[Scene, Store], T | None]) -> T:
    """What an attempt brings; where that is None the repository moved, and it is tried again. BusyError in the end."""

    def once(turn: Turn) -> T | None:
        with look(site, turn) as scene:
            store = Store.beside(scene.gate.room)
            return None if scene.reopen(store) else attempt(scene, store)

    try:
        return in_turn(site.repository, once)
    except LockedError as error:
        raise BusyError(error.message, hint=error.hint, retry_after=5) from error
    except OSError as error:
        hint = "make room, and do it again: nothing was changed"
        raise StorageError(f"could not write: {error.strerror}", hint=hint) from error


def key_of(site: Site, settings: SettingsSpec) -> SigningKey:
    """The server's key. UsageError without one, or if Settings do not know it."""
    if site.key is None:
        raise UsageError("nothing can be proposed here: the server has no recorder's key", hint="give it one")
    if not any(same_key(recorder.key, site.key.public) for recorder in settings.recorders):
        raise UsageError("no recorder in Settings has the server's key", hint="add it by a reviewed change")
    return site.key


def told(kept: HostedProposal, outlook: Outlook | None = None, **more: bool) -> Submitted:
    """A proposal as callers hear of it."""
    return Submitted(
        id=kept.id,
        title=kept.title,
        state=kept.state,
        branch=f"{PROPOSALS}{kept.id}",
        head=kept.head,
        opener=kept.person,
        opened_at=kept.opened_at,
        outlook=outlook if kept.state == "open" else None,
        commit=kept.merge_commit,
        url=kept.url,
        **more,
    )


def missing(id_: str) -> UsageError:
    """What to raise where there is no proposal of that id."""
    from govops.app.governance import NotFoundError

    return NotFoundError(f'there is no proposal "{id_[:64]}"')


def _judged(gate: Gate, kept: HostedProposal, known: Knowledge) -> Judged:
    merge_base = gate.room.merge_bases(gate.base, kept.head)[0]
    landed, conflicts = gate.merged(kept.head, merge_base)
    files = {c.path: gate.documents.supplied(c.new.oid) or c.new if c.new else None for c in landed}
    return Judged(judged(gate, kept.head, known, Pretence()), files, conflicts)


def _forge(kept: HostedProposal) -> Callable[[str], Forge]:
    return lambda repository: HostedForge({kept.id: kept}.get, lambda commit: (kept.id,))
