"""Approve or reject a proposal by one's own signature."""

from __future__ import annotations

from collections.abc import Iterator

from govops.app.gate import Pretence, outlook
from govops.app.proposing.desk import Desk, Open, Person, asked_of, open_desk, person_of
from govops.errors import RefusedError, UsageError
from govops.evidence.book import EvidenceBook
from govops.evidence.records import Approval, signed_bytes
from govops.finding import ApprovalRecord
from govops.outlook import Outlook
from govops.workspace import now
from govops.workspace.clock import second_after
from govops.workspace.journal import Signed
from govops.workspace.keys import SigningKey
from govops.workspace.proposals import Reviewing


def who(desk: Desk, proposal: Open, key: SigningKey) -> Person:
    """Whose decision it would be."""
    with open_desk(desk, proposal.head, base=proposal.base) as (gate, _):
        return person_of(gate, key)


def refuse_useless(desk: Desk, proposal: Open, person: Person) -> Outlook:
    """What the gate would say with this approval. RefusedError if it would count for nothing."""
    found = outlook(asked_of(desk, proposal.head, base=proposal.base), pretence=Pretence(approve=(person.name,)))
    if not found.is_governed:
        raise UsageError("the proposal changes nothing that is governed any more")
    given = next((one for one in found.change.approvals if one.record == "simulated"), None)
    if given is not None and not given.counted and given.reasons:
        raise RefusedError(
            f"an approval by {person.name} would not count: {_why(given)}",
            hint=f"still needed: {'; '.join(dict.fromkeys(m.text for m in found.missing)) or 'nothing'}",
        )
    return found


def approve(desk: Desk, proposal: Open, person: Person, *, reject: bool = False, reason: str = "") -> Outlook:
    """Sign what the proposal holds now, and store the record; the outlook with it."""
    with open_desk(desk, proposal.head, base=proposal.base) as (gate, head):
        seen = Reviewing(gate.room, gate.base, gate.registry.governed).seen(head)
        gate.meet([person.name])
        settings, user = gate.registry.law.settings, gate.registry.law.user(person.name)
        record = Approval(
            type="govops/approval/v1",
            repository=settings.repository,
            branch=settings.protected_branch,
            person=person.name,
            decision="reject" if reject else "approve",
            role=", ".join(user.spec.roles)[:1000] if user else "",
            reason=reason[:1000],
            at=max([now(), *map(second_after, _decided(gate.book, person))]),
            merge_base=seen.merge_bases[0],
            head=head,
            subjects=seen.subjects,
            context=seen.context,
        )
    desk.journal.append(lambda: [Signed(record, person.key.sign(signed_bytes(record)))])
    desk.refresh()
    return outlook(asked_of(desk, proposal.head, base=proposal.base))


def _decided(book: EvidenceBook, person: Person) -> Iterator[str]:
    """When they decided before: a second decision within the same second would have no place in the order."""
    for record in book.records:
        if isinstance(record.payload, Approval) and record.payload.person == person.name:
            yield record.payload.at


def _why(approval: ApprovalRecord) -> str:
    return "; ".join(f"{rule}{f' ({words})' if words else ''}" for rule, words in approval.reasons)
