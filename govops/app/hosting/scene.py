"""Everything as it stands at one moment: the gate at the protected branch's tip, and what the server keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from govops.app.gate import Knowledge, Pretence, judged, rests_on_history
from govops.app.governance import Actor, BusyError, ConflictError, ForbiddenError, Site, Submitted
from govops.errors import UsageError
from govops.evidence.signature import same_key
from govops.forge import Forge
from govops.forge.hosted import HostedForge, HostedProposal
from govops.git import LockedError, Store
from govops.history import Oid
from govops.kinds.settings import SettingsSpec
from govops.kinds.user import User
from govops.outlook import Outlook
from govops.workspace import Asked, Gate, await_head, now, open_base, open_gate
from govops.workspace.clock import seconds
from govops.workspace.hosted import HOSTED, PROPOSALS, HostedBranch
from govops.workspace.hosting import Files, Keeper
from govops.workspace.keys import SigningKey
from govops.workspace.turns import in_turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and what the landing would write. ``conflicts`` are paths that cannot be merged."""

    outlook: Outlook
    files: Files
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of one site."""

    site: Site
    asked: Asked
    gate: Gate
    branch: HostedBranch

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

    def judge(self, kept: HostedProposal) -> Judged:
        """The verdict on a proposal if it landed now: by the very receipt that would be written. To be asked once."""
        self.moment(kept.latest)
        await_head(self.gate, self.asked, kept.head)
        found = _judged(self.gate, kept)
        if not rests_on_history(found.outlook):
            return found
        again = replace(self.asked, as_of=self.gate.as_of, base=self.gate.base, head=kept.head, audited=True)
        with open_gate(again) as (gate, _):
            return _judged(gate, kept)

    def keeper(self, store: Store) -> Keeper:
        """Where to write what came of it."""
        stamp = self.site.stamp(seconds(self.gate.as_of))
        protected = self.settings.protected_branch
        return Keeper(store, self.branch, protected, self.gate.base, key_of(self.site, self.settings), stamp)

    def has_landed(self, head: Oid) -> bool:
        """Whether the protected branch has it, by whichever way."""
        return self.gate.room.is_ancestor(head, self.gate.base)


@contextmanager
def look(site: Site) -> Iterator[Scene]:
    """The site as it stands now."""
    asked = Asked(site.repository, now())
    with open_base(asked) as gate:
        tip = gate.room.ref(f"refs/heads/{HOSTED}")
        yield Scene(site, asked, gate, HostedBranch(gate.room, gate.registry.law.settings, tip))


def writing(site: Site, attempt: Callable[[Scene, Store], T | None]) -> T:
    """What an attempt brings; where that is None the repository moved, and it is tried again. BusyError in the end."""

    def once() -> T | None:
        with look(site) as scene, Store.open(site.repository) as store:
            return attempt(scene, store)

    try:
        return in_turn(site.repository, once)
    except LockedError as error:
        raise BusyError(error.message, hint=error.hint, retry_after=5) from error


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


def _judged(gate: Gate, kept: HostedProposal) -> Judged:
    merge_base = gate.room.merge_bases(gate.base, kept.head)[0]
    landed, conflicts = gate.merged(kept.head, merge_base)
    files = {c.path: gate.documents.supplied(c.new.oid) or c.new if c.new else None for c in landed}
    return Judged(judged(gate, kept.head, Knowledge(_forge(kept), kept.id), Pretence()), files, conflicts)


def _forge(kept: HostedProposal) -> Callable[[str], Forge]:
    return lambda repository: HostedForge({kept.id: kept}.get, lambda commit: (kept.id,))
