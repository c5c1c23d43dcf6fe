"""Gathering the testimony on one change: its receipt, signed approvals, trailers and what git itself shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from govops.decision import ChangeFacts, Law, is_late
from govops.engine.grouping import Change
from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.coverage import Coverage, entry
from govops.evidence.records import Approval, SignedProposal, Subject
from govops.evidence.signature import GIT_NAMESPACE, signer
from govops.evidence.testimony import (
    Claim,
    Decision,
    Testimony,
    from_approval,
    from_headers,
    from_proposal,
    from_receipt,
    from_trailers,
)
from govops.history import Commit, PathChange

Covers = Callable[[PathChange, Subject], Coverage]
"""(what landed, what was reviewed) -> how the one relates to the other."""

_REACHABLE = ("merge", "fast-forward")  # methods after which the reviewed commits themselves are on the branch


def gather(
    change: Change, landed: tuple[PathChange, ...], *, book: EvidenceBook, law: Law, covers: Covers
) -> Testimony:
    """Everything known of how ``change`` came about. ``landed`` is its governed part."""
    testimony = Testimony()
    if change.attribution.receipt is not None:
        testimony = from_receipt(*change.attribution.receipt)
    signed_proposals = (
        tuple(_proposals(change, landed, book=book, law=law, covers=covers)) if testimony.receipt is None else ()
    )
    is_merged = any(_is_merged(change, landed, proposed, covers) for _, proposed in signed_proposals)
    claims = (
        *testimony.claims,
        *(claim for claim, _ in signed_proposals),
        *_headers(change, testimony, is_merged=is_merged),
    )
    if not any(claim.attested for claim in claims):
        claims = (*claims, *_signed(tuple(change.side) or change.commits, law))
    signed = tuple(_approvals(landed, book=book, law=law, covers=covers))
    return replace(
        testimony,
        claims=claims,
        decisions=(*testimony.decisions, *signed, *_trailers(change, law)),
        landed_at=testimony.landed_at or _latest(signed, law),
        opened_at=testimony.opened_at or _opened(proposed for _, proposed in signed_proposals),
    )


def _headers(change: Change, testimony: Testimony, *, is_merged: bool) -> Iterator[Claim]:
    """What commit headers claim: of the reviewed commits if the branch has them, else of what landed.

    Whoever merges a signed proposal without adding anything makes no part of it.
    """
    proposal = testimony.proposal
    if proposal is None:
        for commit in (*change.side, *(() if is_merged else change.commits)):
            yield from from_headers(commit, committer=True)
    elif proposal.method in _REACHABLE:
        landed = change.commits if proposal.method == "fast-forward" else ()
        for commit in (*change.side, *landed):
            yield from from_headers(commit, committer=True)


def _signed(commits: Iterable[Commit], law: Law) -> Iterator[Claim]:
    """Committers whose SSH signature on the commit is by a key that stands with a User.

    Of a merge the commits that it brought in are asked: the signature of whoever merged tells nothing of who made them.
    """
    for commit in commits:
        if commit.signature is None or commit.signed_payload is None:
            continue
        key = signer(commit.signed_payload, commit.signature, GIT_NAMESPACE)
        if key is not None and law.people_at(f"key:{key}"):
            yield Claim("committer", f"key:{key}", commit.committer.email, commit.committer.name, attested=True)


def _approvals(landed: tuple[PathChange, ...], *, book: EvidenceBook, law: Law, covers: Covers) -> Iterator[Decision]:
    """Signed approvals of this repository and branch that speak of what landed, or of another new side of it."""
    settings = law.settings
    by_path = {change.path: change for change in landed}
    for order, record in enumerate(book.approvals_of(by_path)):
        approval = record.payload
        if not isinstance(approval, Approval) or record.signer is None:
            continue
        if (approval.repository, approval.branch) != (settings.repository, settings.protected_branch):
            continue
        if any(_speaks(subject, by_path, covers) for subject in approval.subjects):
            yield from_approval(record, approval, 10_000 + order)


def _proposals(
    change: Change, landed: tuple[PathChange, ...], *, book: EvidenceBook, law: Law, covers: Covers
) -> Iterator[tuple[Claim, SignedProposal]]:
    """Who opened the proposal by their own signature: of the commit that a merge brought in, else of what landed."""
    settings, side = law.settings, {commit.oid for commit in change.side}
    by_path = {diff.path: diff for diff in landed}
    for record in book.proposals_of(by_path):
        proposed = record.payload
        if not isinstance(proposed, SignedProposal) or law.people_at(f"key:{record.signer}") != (proposed.person,):
            continue
        if (proposed.repository, proposed.branch) != (settings.repository, settings.protected_branch):
            continue
        if proposed.head in side if side else any(_speaks(subject, by_path, covers) for subject in proposed.subjects):
            yield from_proposal(record, proposed), proposed


def _opened(proposals: Iterable[SignedProposal]) -> str | None:
    """When the proposal was signed first: it may have moved on since. None if these are several proposals."""
    found = [(proposed.at, (proposed.name, proposed.person)) for proposed in proposals]
    return min(found)[0] if len({whose for _, whose in found}) == 1 else None


def _is_merged(change: Change, landed: tuple[PathChange, ...], proposed: SignedProposal, covers: Covers) -> bool:
    """Whether the change merges exactly this proposal: its head is the second parent, its content all there is."""
    subjects = {subject.path: subject for subject in proposed.subjects}
    if len(change.commits) != 1 or change.commits[0].parents[1:] != (proposed.head,):
        return False
    done = (Coverage.IDENTITY, Coverage.REPLAY)
    return all(diff.path in subjects and covers(diff, subjects[diff.path]) in done for diff in landed)


def _speaks(subject: Subject, by_path: Mapping[str, PathChange], covers: Covers) -> bool:
    landed = by_path.get(subject.path)
    return landed is not None and speaks(subject, landed, covers)


def speaks(subject: Subject, landed: PathChange, covers: Covers) -> bool:
    """Whether who signed this subject said anything of what landed at its path."""
    return landed.old == entry(subject.old) or covers(landed, subject) is Coverage.REPLAY


def spent_by(facts: ChangeFacts, book: EvidenceBook, covers: Covers, *, grace: int = 0) -> Iterator[Recorded]:
    """The signed approvals that this change uses up: what they cover has landed.

    Where a receipt tells when, all that were given until then, or ``grace`` seconds later. Where nobody does, one of
    each signer, the earliest: a second signature over the same content is for landing it a second time.
    """
    first: dict[str, Recorded] = {}
    found = [r for r in book.approvals_of(change.path for change in facts.landed) if r.id not in facts.spent]
    for record in sorted(found, key=_given_at):
        if not _lands(record, facts.landed, covers):
            continue
        if facts.testimony.receipt is None:
            first.setdefault(record.signer or "", record)
        elif facts.testimony.landed_at and not is_late(_given_at(record)[0], facts, grace):
            yield record
    yield from first.values()


def _given_at(record: Recorded) -> tuple[str, str]:
    return (record.payload.at if isinstance(record.payload, Approval) else "", record.id)


def _lands(record: Recorded, landed: Iterable[PathChange], covers: Covers) -> bool:
    if not isinstance(record.payload, Approval):
        return False
    by_path = {change.path: change for change in landed}
    found = ((by_path.get(subject.path), subject) for subject in record.payload.subjects)
    done = (Coverage.IDENTITY, Coverage.REPLAY)
    return any(change is not None and covers(change, subject) in done for change, subject in found)


def _trailers(change: Change, law: Law) -> Iterator[Decision]:
    evidence = law.settings.evidence
    if evidence.trailers is None or "trailer" not in evidence.accept:
        return
    for number, commit in enumerate(change.commits):
        yield from from_trailers(commit, evidence.trailers.keys, 20_000 + 1_000 * number)


def _latest(decisions: Iterable[Decision], law: Law) -> str | None:
    """Without a receipt the change is as late as the latest approval by somebody who is known here."""
    return max((d.at for d in decisions if d.at and law.people_at(d.address)), default=None)
