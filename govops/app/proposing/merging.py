"""Merge a proposal if the gate passes: the protected branch moves by compare-and-swap, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govops.app.gate import outlook
from govops.app.proposing.desk import PROPOSALS, Desk, Open, asked_of, author_of, open_desk
from govops.errors import ExitCode, RefusedError, UndecidableError
from govops.finding import Severity
from govops.git import NewCommit, Stamp, Store
from govops.git.authoring import RejectedError
from govops.history import Entry, Oid
from govops.outlook import Outlook

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Merged:
    """What landed: the merge commit, and the outlook that allowed it."""

    commit: Oid
    outlook: Outlook


def merge(desk: Desk, proposal: Open, *, audited: bool = False, fail_on: Severity = Severity.LOW) -> Merged:
    """Merge it onto the protected branch as it stands; whoever moves it meanwhile makes the gate judge anew.

    RefusedError (or UndecidableError) with the gate's words if it does not pass.
    """
    who = author_of(desk.repository)
    for _ in range(_ATTEMPTS):
        desk.refresh()
        found = outlook(asked_of(desk, proposal.head, audited=audited))
        _refuse(found, fail_on)
        commit = _write(desk, proposal, found, who)
        try:
            desk.move(desk.protected, new=commit, old=found.base)
        except RejectedError:
            continue
        desk.move(f"{PROPOSALS}{proposal.name}", new=None, old=proposal.head)
        desk.refresh()
        return Merged(commit, found)
    raise UndecidableError(f"{desk.protected} moved {_ATTEMPTS} times meanwhile", hint="try again")


def _refuse(found: Outlook, fail_on: Severity) -> None:
    code = found.exit_code(fail_on)
    if code is ExitCode.OK:
        return
    first = found.findings[0]
    kind = UndecidableError if code is ExitCode.UNDECIDABLE else RefusedError
    hint = first.hint or "govops plan tells all of it"
    raise kind(f"the gate does not pass: {first.rule}: {first.message}", hint=hint)


def _write(desk: Desk, proposal: Open, found: Outlook, who: Stamp) -> Oid:
    """The merge commit, which no ref names yet: the base with what the proposal changes there, path by path."""
    with open_desk(desk, proposal.head) as (gate, head):
        if gate.base != found.base:
            raise UndecidableError(f"{desk.protected} moved meanwhile", hint="try again")
        landed = gate.proposed(head).change.landed or ()
        files: Mapping[str, bytes | Entry | None] = {
            change.path: gate.documents.supplied(change.new.oid) or change.new if change.new else None
            for change in landed
        }
        title = found.change.subject or proposal.name
    message = f"Merge proposal {proposal.name}: {title}\n"
    with Store.open(desk.repository, discover=True) as store:
        return store.commit(NewCommit(message, who, (found.base, proposal.head), files))
