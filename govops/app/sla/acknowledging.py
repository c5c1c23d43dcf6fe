"""Take note of a recorded violation: who, when, and what they say, as a change that others approve."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from govops import yamlio
from govops.app.sla.branches import put
from govops.errors import UsageError
from govops.git import CleanRoom, authoring
from govops.history import Oid
from govops.kinds.sla_violation import SlaViolation
from govops.kinds.user import User
from govops.workspace import now
from govops.workspace.documents import LARGEST_DOCUMENT
from govops.workspace.opening import open_branches
from govops.yamlio.editing import edited

_USERS = "registry/users"


@dataclass(frozen=True, slots=True)
class Noted:
    """The branch that holds the note, its commit, and the file as it is there."""

    branch: str
    commit: Oid
    path: str
    text: str = field(repr=False)


def acknowledge(repository: Path, violation: str, *, notes: str, by: str | None = None) -> Noted:
    """Add ``acknowledged`` to ``SLA/ID`` on the branch ``sla-acknowledge-ID``.

    ``by`` is the User who takes note, or the one with git's address. UsageError for a violation that is not recorded or
    has its note already, for a person whom the registry does not know, and where the branch is there.
    """
    sla, _, name = violation.partition("/")
    path = f"registry/slas/{sla}/violations/{name}.yaml"
    with open_branches(repository) as (room, protected, _):
        text = _text(room, protected.tip, path)
        found = yamlio.load(text.encode("utf-8", "surrogateescape"), path=path)
        if not isinstance(found.resource, SlaViolation):
            raise UsageError(f"{path}: {found.findings[0].message}", hint=found.findings[0].hint)
        if found.resource.spec.acknowledged is not None:
            raise UsageError(f"{violation} is acknowledged already, by {found.resource.spec.acknowledged.by}")
        person = _person(room, protected.tip, repository, by)
        tip = protected.tip
    note = {"by": person, "at": now(), "notes": notes}
    after = edited(text, {("spec", "acknowledged"): note}, path=path)
    again = yamlio.load(after.encode("utf-8", "surrogateescape"), path=path)
    if again.resource is None:
        raise UsageError(again.findings[0].message, hint=again.findings[0].hint)
    branch = f"sla-acknowledge-{name}"
    return Noted(branch, put(repository, branch, {path: after}, f"Acknowledge {violation}", onto=tip), path, after)


def _text(room: CleanRoom, tip: Oid, path: str) -> str:
    entry = room.entry(tip, path)
    for _, content in room.blobs([entry.oid], limit=LARGEST_DOCUMENT) if entry else ():
        if isinstance(content, bytes):
            return content.decode("utf-8", "surrogateescape")
    hint = "`govops sla violations --state recorded` lists them; a new one is recorded by `govops sla check --propose`"
    raise UsageError(f"no violation is recorded at {path}", hint=hint)


def _person(room: CleanRoom, tip: Oid, repository: Path, by: str | None) -> str:
    """Names of Users are what a file calls them; a person is told from git's address otherwise."""
    if by is not None:
        if room.entry(tip, f"{_USERS}/{by}.yaml") is None:
            raise UsageError(f'there is no User "{by[:63]}"', hint="name somebody of registry/users")
        return by
    email = (authoring.configured(repository, "user.email") or "").lower()
    entries = {entry.oid: path for path, entry in room.listing(tip, _USERS).items()}
    for oid, content in room.blobs(list(entries), limit=LARGEST_DOCUMENT):
        found = yamlio.load(content, path=entries[oid]).resource if isinstance(content, bytes) else None
        if isinstance(found, User) and email and email in [one.lower() for one in found.spec.emails]:
            return found.metadata.name
    raise UsageError(f'no User has the address "{email}" of git\'s user.email', hint="say who takes note: --by USER")
