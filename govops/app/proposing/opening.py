"""Open a proposal, or move it on: its branch, and the record that says who proposes what."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from govops.app.gate import outlook
from govops.app.proposing.desk import PROPOSALS, Desk, asked_of, open_desk, open_proposals, person_of
from govops.errors import UsageError
from govops.evidence.records import SignedProposal, signed_bytes
from govops.git import CleanRoom
from govops.kinds.scalars import BranchName
from govops.outlook import Outlook
from govops.workspace import now
from govops.workspace.journal import Signed
from govops.workspace.keys import SigningKey
from govops.workspace.proposals import Reviewing


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal that is open now. ``is_pushed`` is False if its record waits for the remote."""

    name: str
    person: str
    outlook: Outlook
    is_pushed: bool


def propose(
    desk: Desk, key: SigningKey, *, name: str | None = None, revision: str = "HEAD", title: str = ""
) -> Proposed:
    """Propose a revision under a name (default: the checked-out branch), signed by whoever proposes it.

    UsageError if it changes nothing that is governed, or is on the protected branch already.
    """
    desk.refresh()
    name = name or _branch(desk)
    _check_name(name)
    with open_desk(desk, revision) as (gate, head):
        person = person_of(gate, key)
        seen = Reviewing(gate.room, gate.base, gate.registry.governed).seen(head)
        if not seen.subjects:
            raise UsageError("it changes nothing that is governed", hint=f"compare it: git diff {desk.protected}...")
        settings = gate.registry.law.settings
        record = SignedProposal(
            type="govops/proposal/v1",
            repository=settings.repository,
            branch=settings.protected_branch,
            name=name,
            person=person.name,
            title=(title or gate.room.commit(head).subject)[:1000],
            at=now(),
            merge_base=seen.merge_bases[0],
            head=head,
            subjects=seen.subjects,
        )
    before = {one.name: one.head for one in open_proposals(desk)} | _landed(desk, name)
    if before.get(name) != head:
        desk.move(f"{PROPOSALS}{name}", new=head, old=before.get(name))
    done = desk.journal.append(lambda: [Signed(record, person.key.sign(signed_bytes(record)))])
    desk.refresh()
    return Proposed(name, person.name, outlook(asked_of(desk, head)), done.is_pushed)


def _check_name(name: str) -> None:
    try:
        for spelling in (name, f"{PROPOSALS}{name}"):
            TypeAdapter(BranchName).validate_python(spelling)
    except ValidationError as error:
        hint = "call it as branches are called: fraud-2"
        raise UsageError(f'"{name[:60]}" cannot be the name of a proposal', hint=hint) from error


def _landed(desk: Desk, name: str) -> dict[str, str]:
    """Where a branch of that name stands although its proposal has landed."""
    with CleanRoom.open(desk.repository, discover=True) as room:
        oid = room.ref(f"{desk.refs}{PROPOSALS}{name}")
        return {name: oid} if oid else {}


def _branch(desk: Desk) -> str:
    with CleanRoom.open(desk.repository, discover=True) as room:
        branch = (room.head() or "").removeprefix("refs/heads/")
    if not branch or branch == desk.protected:
        raise UsageError(
            f'you are on "{desk.protected}" itself' if branch else "no branch is checked out",
            hint="make a branch for it (git switch -c NAME), or give a name",
        )
    return branch
