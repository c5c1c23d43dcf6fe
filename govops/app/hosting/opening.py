"""Open a proposal for somebody who is known to the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from govops.app.governance import Actor, ConflictError, Draft, Site, StaleError, Submitted
from govops.app.hosting.delivering import Hub, delivered
from govops.app.hosting.landing import conclude
from govops.app.hosting.scene import Scene, told, writing
from govops.errors import UsageError
from govops.forge.hosted import HostedProposal
from govops.git import NewCommit, Stamp, Store
from govops.kinds.quoting import quoted
from govops.kinds.user import User
from govops.outlook import Outlook
from govops.workspace.clock import seconds
from govops.workspace.hosted import PROPOSAL_ID, TRAILER, overlapping

_LONGEST_TITLE = 200
_LONGEST_REASON = 4000
_FORBIDDEN_IN_NAMES = str.maketrans("", "", "<>\n\0")


def open_proposal(site: Site, actor: Actor, draft: Draft, *, id: str) -> Submitted:
    """Propose a draft in somebody's name; what needs no approval lands at once.

    The same id again is the same proposal (``is_new`` False). StaleError if something expected does not stand,
    ConflictError if another open proposal changes one of the paths, ForbiddenError for somebody who may not act.
    """
    _check(draft, id)
    wanted = _Wanted(actor, draft, id)
    done, hub = writing(site, wanted.here)
    if done is not None:
        return done
    assert hub is not None  # noqa: S101  it is one or the other
    hub.fetch()
    kept, outlook = writing(site, wanted.elsewhere)
    kept = delivered(site, hub.settings, kept)
    return told(kept, outlook, is_new=outlook is not None, is_pushed=kept.state != "open" or bool(kept.number))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What somebody wants to be proposed."""

    actor: Actor
    draft: Draft
    id: str

    def here(self, scene: Scene, store: Store) -> tuple[Submitted | None, Hub | None] | None:
        """Propose it, and land what needs no approval; where there is a forge to propose it at, that instead."""
        if scene.is_elsewhere:
            return None, Hub(scene.site, scene.settings)
        before, user = self._before(scene)
        if before is not None:
            outlook = scene.judge(before).outlook if before.state == "open" else None
            return told(before, outlook, is_new=False), None
        done = conclude(scene, store, self._committed(scene, store, user), f"Open proposal {self.id}")
        return (done, None) if done else None

    def elsewhere(self, scene: Scene, store: Store) -> tuple[HostedProposal, Outlook | None] | None:
        """The proposal, stored here until the forge has it; without a verdict where it was there before."""
        before, user = self._before(scene)
        if before is not None:
            return before, None
        kept = self._committed(scene, store, user)
        outlook = scene.judge(kept).outlook
        return (kept, outlook) if scene.keeper(store).keep([kept], f"Open proposal {self.id}") else None

    def _before(self, scene: Scene) -> tuple[HostedProposal | None, User]:
        """The proposal, if they have opened it already, and who they are."""
        user = scene.person(self.actor)
        before = scene.branch.find(self.id)
        if before is not None and before.opener.address != self.actor.account.address:
            raise ConflictError(f"there is a proposal {before.id} of somebody else")
        return before, user

    def _committed(self, scene: Scene, store: Store, user: User) -> HostedProposal:
        files = _changing(scene, self.draft)
        return _commit(scene, store, replace(self.draft, files=files), (self.actor, user), self.id)


def _check(draft: Draft, id_: str) -> None:
    if not PROPOSAL_ID.fullmatch(id_):
        raise UsageError(f"{quoted(id_)} cannot be the id of a proposal", hint="small letters, digits and hyphens")
    if not draft.title.strip() or len(draft.title) > _LONGEST_TITLE or not draft.title.isprintable():
        raise UsageError("a title is one line of text", hint=f"at most {_LONGEST_TITLE} characters")
    if len(draft.reason) > _LONGEST_REASON or not all(c.isprintable() or c == "\n" for c in draft.reason):
        raise UsageError("a reason is text", hint=f"at most {_LONGEST_REASON} characters, without control characters")


def _changing(scene: Scene, draft: Draft) -> Mapping[str, bytes | None]:
    """Those of the files that differ from what stands, each checked."""
    gate, room = scene.gate, scene.gate.room
    stands = {path: room.entry(gate.base, path) for path in {*draft.files, *draft.expected}}
    for path, expected in draft.expected.items():
        found = stands[path]
        there = found.oid if found else None
        if there != expected:
            words = f"is {there[:12]} by now" if there else "is not there any more"
            raise StaleError(f"{quoted(path)} {words}", hint="look at it again, and ask for the change of that")
    for path in draft.files:
        if not gate.registry.governed(path) or {"", ".", "..", ".git"} & {*path.lower().split("/")}:
            raise UsageError(f"{quoted(path)} is no governed path")
    files = {}
    for path, content in draft.files.items():
        entry = stands[path]
        if content != (gate.documents.text(entry.oid) if entry else None):
            files[path] = content
    if not files:
        raise ConflictError("it would change nothing: all of it stands there already")
    for other, path in overlapping(scene.branch.open.values(), files):
        hint = f"wait until it is decided, or reject it: {other.title}"
        raise ConflictError(f"proposal {other.id} changes {quoted(path)} already", hint=hint)
    return files


def _commit(scene: Scene, store: Store, draft: Draft, who: tuple[Actor, User], id_: str) -> HostedProposal:
    """The proposal, its commit written: by the person, and committed by the server."""
    actor, user = who
    at = scene.moment()
    parts = [draft.title, *([draft.reason.strip()] if draft.reason.strip() else []), f"{TRAILER.capitalize()}: {id_}"]
    name = user.spec.display_name.translate(_FORBIDDEN_IN_NAMES).strip() or actor.name
    service = scene.site.stamp(seconds(at))
    author = Stamp(name, user.spec.emails[0] if user.spec.emails else service.email, service.seconds)
    message = "\n\n".join(parts) + "\n"
    head = store.commit(NewCommit(message, author, (scene.gate.base,), draft.files, committer=service))
    return HostedProposal(
        id=id_,
        repository=scene.settings.repository,
        branch=scene.settings.protected_branch,
        title=draft.title,
        reason=draft.reason,
        opener=actor.account,
        person=actor.name,
        opened_at=at,
        base=scene.gate.base,
        head=head,
        paths=tuple(sorted(draft.files)),
    )
