"""Take note of a recorded violation: who, when, and what they say, as a change that others approve."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from govops import yamlio
from govops.app.proposing.branches import content, put, user_here
from govops.errors import UsageError
from govops.git import CleanRoom
from govops.history import Oid
from govops.kinds.sla_violation import SlaViolation
from govops.workspace import now
from govops.workspace.opening import open_branches
from govops.yamlio.editing import edited


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
        person = user_here(repository, room, protected.tip, by)
        tip = protected.tip
    note = {"by": person, "at": now(), "notes": notes}
    after = edited(text, {("spec", "acknowledged"): note}, path=path)
    again = yamlio.load(after.encode("utf-8", "surrogateescape"), path=path)
    if again.resource is None:
        raise UsageError(again.findings[0].message, hint=again.findings[0].hint)
    branch = f"sla-acknowledge-{name}"
    return Noted(branch, put(repository, branch, {path: after}, f"Acknowledge {violation}", onto=tip), path, after)


def _text(room: CleanRoom, tip: Oid, path: str) -> str:
    found = content(room, tip, path)
    if found is None:
        hint = "`govops sla violations --state recorded` names them; `govops sla check --propose` records a new one"
        raise UsageError(f"no violation is recorded at {path}", hint=hint)
    return found.decode("utf-8", "surrogateescape")
