"""What imagined people say of an imagined change, told as the evidence branch tells of a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from govops.app.imagining.acts import Done, blob_id
from govops.app.imagining.people import FORGE, addresses_of, email_of, key_of
from govops.decision import ChangeFacts, Law, as_minor
from govops.decision.verdict import Holds, undecided
from govops.evidence.book import Recorded
from govops.evidence.records import (
    Account,
    Approval,
    ContextBlob,
    Contributor,
    FileState,
    Proposal,
    Receipt,
    Review,
    Subject,
)
from govops.evidence.testimony import Decision, Testimony, from_approval, from_receipt
from govops.history import Commit, Entry, Ident, Oid, PathChange
from govops.history.deeds import Deed, Deeds
from govops.history.snapshot import Snapshot, binding_references
from govops.kinds import Resource, path_of_key
from govops.kinds.policy_test import ImaginedApproval, PastAct

_BASE, _HEAD, _RECORD = "0" * 40, "1" * 40, "2" * 64
_UNTOLD = "1970-01-01T00:00:00Z"  # records need an instant; it is taken away again where nobody is to tell it


@dataclass(frozen=True, slots=True)
class Told:
    """Who did what, when it landed (None: nobody tells), who said what of it, and what was done before.

    ``parent`` is the commit on which it landed.
    """

    makers: tuple[tuple[str, str], ...] = ()
    merger: str | None = None
    at: str | None = None
    approvals: tuple[ImaginedApproval, ...] = ()
    before: tuple[PastAct, ...] = ()
    parent: Oid = _BASE


def imagined_facts(
    law: Law,
    snapshot: Snapshot,
    done: Done,
    told: Told,
    *,
    conditions: Callable[[Testimony], Holds] = lambda testimony: undecided,
) -> ChangeFacts:
    """All that the judge asks about, as for a change that landed with a signed receipt.

    ``conditions`` answers those of policies, where the change has the content that they ask about.
    """
    facts = ChangeFacts(
        id=_HEAD,
        parent=told.parent,
        commits=(_commit(law),),
        landed=done.landed,
        actions=done.actions,
        before=snapshot,
        law=law,
        testimony=Testimony(),
        merge=lambda base, ours, theirs: theirs,
        time=told.at,
        deeds=_deeds(told.before),
    )
    said = _testimony(facts, told)
    return as_minor(replace(facts, testimony=said, holds=conditions(said)))


def _testimony(facts: ChangeFacts, told: Told) -> Testimony:
    """The receipt of a pull request with these reviews, and beside it what was signed or written into the commit."""
    given = tuple(_decisions(facts, told.approvals, at=told.at))
    if not told.makers:
        return Testimony(decisions=given, landed_at=told.at)
    receipt = _receipt(facts, told)
    found = from_receipt(Recorded(_RECORD, receipt, signer=FORGE), receipt)
    return replace(found, decisions=given, landed_at=told.at)


def _decisions(facts: ChangeFacts, given: Iterable[ImaginedApproval], *, at: str | None) -> Iterator[Decision]:
    """Every approval and rejection by the evidence that it names, or that Settings ask of every change."""
    context = tuple(_context(facts))
    for order, one in enumerate(given):
        kind = one.evidence or facts.law.settings.evidence.mode
        when = one.at or at
        if kind == "trailer":
            yield Decision(
                "trailer",
                _HEAD,
                one.decision,
                addresses_of(one.person).email,
                one.person,
                at=None,
                order=order,
                weak=True,
            )
            continue
        said = _signed if kind == "signature" else _reviewed
        decision = said(facts, one, when or _UNTOLD, context)
        yield replace(decision, order=order, at=when)


def _deeds(before: Iterable[PastAct]) -> Deeds:
    """Each act as a change of its own that was approved and touched every field."""
    found = Deeds()
    for number, act in enumerate(before, 3):
        deed = Deed(
            act.resource,
            act.action,
            f"{number:040x}",
            contributors=tuple(sorted(act.contributors)),
            approvers=tuple(sorted(act.approvers)),
            vouching=tuple(sorted(act.approvers)),
            fields=None,
            is_approved=True,
            version=act.version or "",
        )
        found.add([deed])
    return found


def _signed(facts: ChangeFacts, one: ImaginedApproval, at: str, context: tuple[ContextBlob, ...]) -> Decision:
    approval = Approval(
        type="govops/approval/v1",
        repository=facts.law.settings.repository,
        branch=facts.law.settings.protected_branch,
        person=one.person,
        decision=one.decision,
        at=at,
        merge_base=facts.parent or _BASE,
        head=_HEAD,
        subjects=tuple(_seen(change, one.reviewed) for change in facts.landed),
        context=context,
    )
    return from_approval(Recorded(_RECORD, approval, signer=key_of(one.person)), approval, 0)


def _reviewed(facts: ChangeFacts, one: ImaginedApproval, at: str, context: tuple[ContextBlob, ...]) -> Decision:
    review = Review(
        id=one.person,
        account=Account(forge=FORGE, id=one.person, login=one.person),
        decision=one.decision,
        at=at,
        head=_HEAD,
        subjects=tuple(_seen(change, one.reviewed) for change in facts.landed),
        context=context,
    )
    receipt = _receipt(facts, Told((("opener", one.person),)), (review,))
    return from_receipt(Recorded(_RECORD, receipt, signer=FORGE), receipt).decisions[0]


def _receipt(facts: ChangeFacts, told: Told, reviews: tuple[Review, ...] = ()) -> Receipt:
    opener = told.makers[0][1]
    proposal = Proposal(
        forge=FORGE,
        id="1",
        opener=Account(forge=FORGE, id=opener, login=opener),
        merger=Account(forge=FORGE, id=told.merger, login=told.merger) if told.merger else None,
        method="merge",
        merge_bases=(facts.parent or _BASE,),
        head=_HEAD,
        subjects=tuple(_seen(change, "landed") for change in facts.landed),
        contributors=tuple(_contributor(part, person) for part, person in told.makers),
        reviews=reviews,
    )
    return Receipt(
        type="govops/receipt/v1",
        recorder=FORGE,
        sequence=0,
        previous=None,
        recorded_at=told.at or _UNTOLD,
        repository=facts.law.settings.repository,
        branch=facts.law.settings.protected_branch,
        base=facts.parent,
        tip=_HEAD,
        landed_at=told.at,
        proposal=proposal,
    )


def _contributor(part: str, person: str) -> Contributor:
    account = Account(forge=FORGE, id=person, login=person)
    return Contributor.model_validate({"source": part, "account": account, "name": person})


def _seen(change: PathChange, reviewed: str) -> Subject:
    """The step that a reviewer saw at a path: the one that landed, the same from an older base, or another one."""
    old, new = _state(change.old), _state(change.new)
    if reviewed == "merged" and old is not None:
        old = FileState(mode=old.mode, oid=blob_id(f"before {change.path}"))
    elif reviewed == "other":
        new = FileState(mode="100644", oid=blob_id(f"other than {change.path}"))
    return Subject(path=change.path, old=old, new=new)


def _state(side: Entry | None) -> FileState | None:
    return FileState(mode=side.mode, oid=side.oid) if side else None


def _context(facts: ChangeFacts) -> Iterator[ContextBlob]:
    """Files that the new ones refer to, as the change leaves them."""
    landed: Mapping[str, PathChange] = {change.path: change for change in facts.landed}
    news = [action.new for action in facts.actions if isinstance(action.new, Resource)]
    named = (path_of_key(reference.key) for new in news for reference in binding_references(new))
    for path in sorted({path for path in named if path}):
        file = facts.before.files.get(path)
        stands = landed[path].new if path in landed else file.entry if file else None
        yield ContextBlob(path=path, oid=stands.oid if stands else None)


def _commit(law: Law) -> Commit:
    """What landed. The trailers in it are written by somebody whom Settings let write them, if they name anybody."""
    trailers = law.settings.evidence.trailers
    writers = trailers.committers if trailers else ()
    committer = Ident(FORGE, writers[0] if writers else email_of(FORGE))
    return Commit(_HEAD, _BASE, (_BASE,), Ident(FORGE, email_of(FORGE)), committer, "0 +0000", "0 +0000", FORGE)
