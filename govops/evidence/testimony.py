"""What is known of how one change came about, whichever kind of evidence told it: one shape for the judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from govops.evidence.book import Recorded, essence
from govops.evidence.records import Account, Approval, Contributor, Proposal, Receipt, Review, SignedProposal, Subject
from govops.history import Commit, Ident, Oid


@dataclass(frozen=True, slots=True)
class Claim:
    """Someone who made part of a change. ``attested`` when a forge or a signature says so, not a header.

    ``address`` is an attested address (``account:…`` or ``key:…``), ``email`` and ``name`` what git claims.
    """

    source: str
    address: str = ""
    email: str = ""
    name: str = ""
    attested: bool = False

    @property
    def label(self) -> str:
        """How to name this person when no User matches."""
        return f"{self.name} <{self.email}>" if self.email else self.name or self.address


@dataclass(frozen=True, slots=True)
class Decision:
    """One approval or rejection that somebody gave. ``subjects`` None means the commit's own difference.

    ``kind`` is signature, receipt or trailer; ``at`` None when the time is not attested; ``order`` breaks
    ties of time; ``withdrawn`` says when it was dismissed (``""``: the forge does not tell when). ``is_lost`` says that
    nobody can tell any more what was reviewed, ``by_machine`` that the forge calls the account a bot, ``is_doubted``
    that somebody else may have had the key. ``base`` is what a signer compared the reviewed ``head`` with. ``place`` is
    that of a signed one on the evidence branch.
    """

    kind: str
    record: str
    decision: str
    address: str
    label: str
    at: str | None
    order: int
    weak: bool = False
    head: Oid | None = None
    base: Oid | None = None
    subjects: Mapping[str, Subject] | None = None
    context: Mapping[str, Oid | None] | None = None
    withdrawn: str | None = None
    is_lost: bool = False
    by_machine: bool = False
    is_doubted: bool = False
    place: int = -1


@dataclass(frozen=True, slots=True)
class Testimony:
    """All evidence about one change. ``reviewed`` are the proposal's final subjects, None without one.

    ``opened_at`` is when the proposal was, None where nobody tells.
    """

    receipt: Receipt | None = None
    record: str = ""
    weak: bool = False
    claims: tuple[Claim, ...] = ()
    decisions: tuple[Decision, ...] = ()
    reviewed: Mapping[str, Subject] | None = None
    landed_at: str | None = None
    opened_at: str | None = None

    @property
    def proposal(self) -> Proposal | None:
        """The pull request that landed, if a receipt names one."""
        return self.receipt.proposal if self.receipt else None

    def about(self, governed: Callable[[str], bool]) -> Testimony:
        """The same testimony with only governed files among what was reviewed."""
        if self.reviewed is None:
            return self
        return replace(self, reviewed={path: subject for path, subject in self.reviewed.items() if governed(path)})

    def doubting(self, is_doubted: Callable[[str], bool]) -> Testimony:
        """The same testimony where keys are not believed: what they signed proves nobody's part and no decision."""
        given = {*(claim.address for claim in self.claims), *(decision.address for decision in self.decisions)}
        doubted = {name for name in given if name.startswith("key:") and is_doubted(name.removeprefix("key:"))}
        if not doubted:
            return self
        claims = (replace(c, attested=c.attested and c.address not in doubted) for c in self.claims)
        decisions = (replace(d, is_doubted=d.address in doubted) for d in self.decisions)
        return replace(self, claims=tuple(claims), decisions=tuple(decisions))

    @property
    def opener(self) -> Claim | None:
        """Who opened the proposal or pushed the change, when a forge attests it."""
        return next((claim for claim in self.claims if claim.source in ("opener", "pusher") and claim.attested), None)


def agree(receipts: Iterable[Recorded]) -> bool:
    """Whether all receipts of one change tell the same."""
    return len({essence(record.payload) for record in receipts if isinstance(record.payload, Receipt)}) <= 1


def from_receipt(record: Recorded, receipt: Receipt) -> Testimony:
    """A receipt's testimony, without what git itself shows."""
    weak = record.signer is None
    proposal = receipt.proposal
    landed_at = receipt.landed_at or receipt.recorded_at
    if proposal is None:
        pusher = (_account_claim("pusher", receipt.pusher),) if receipt.pusher else ()
        return Testimony(receipt, record.id, weak, pusher, landed_at=landed_at)
    return Testimony(
        receipt,
        record.id,
        weak,
        (_account_claim("opener", proposal.opener), *(_contributor(item) for item in proposal.contributors)),
        tuple(_review(item, index, record.id, weak=weak) for index, item in enumerate(proposal.reviews)),
        {subject.path: subject for subject in proposal.subjects},
        landed_at,
        proposal.opened_at,
    )


def from_proposal(record: Recorded, proposed: SignedProposal) -> Claim:
    """Whoever signed a proposal opened it; whose key that is, the registry says."""
    return Claim("opener", address=f"key:{record.signer}", name=proposed.person, attested=True)


def from_approval(record: Recorded, approval: Approval, order: int) -> Decision:
    """A signed approval's decision; the judge compares the signing key with the person's keys."""
    return Decision(
        kind="signature",
        record=record.id,
        decision=approval.decision,
        address=f"key:{record.signer}" if record.signer else "",
        label=approval.person,
        at=approval.at,
        order=order,
        head=approval.head,
        base=approval.merge_base,
        subjects={subject.path: subject for subject in approval.subjects},
        context={blob.path: blob.oid for blob in approval.context},
        place=record.place,
    )


def from_trailers(commit: Commit, keys: Iterable[str], order: int) -> Iterator[Decision]:
    """The approvals that a commit's own trailers name, in order; weak by nature."""
    wanted = {key.lower() for key in keys}
    for position, (key, value) in enumerate(commit.trailers()):
        if key in wanted:
            someone = parse_ident(value)
            yield Decision(
                kind="trailer",
                record=commit.oid,
                decision="approve",
                address=f"email:{someone.email.lower()}" if someone.email else "",
                label=value,
                at=None,
                order=order + position,
                weak=True,
            )


def from_headers(commit: Commit, *, committer: bool) -> Iterator[Claim]:
    """Who a commit's headers and ``Co-authored-by`` trailers claim made it."""
    yield Claim("author", email=commit.author.email, name=commit.author.name)
    if committer:
        yield Claim("committer", email=commit.committer.email, name=commit.committer.name)
    for key, value in commit.trailers():
        if key == "co-authored-by":
            someone = parse_ident(value)
            yield Claim("co-author", email=someone.email, name=someone.name or value)


def parse_ident(text: str) -> Ident:
    """``Name <email>``; without an address the whole text is the name."""
    name, opened, rest = text.rpartition("<")
    return Ident(name.strip(), rest.rstrip().removesuffix(">").strip()) if opened else Ident(text.strip(), "")


def _account_claim(source: str, account: Account) -> Claim:
    return Claim(source, address=account.address, name=account.login, attested=True)


def _contributor(item: Contributor) -> Claim:
    if item.account is None:
        return Claim(item.source, email=item.email, name=item.name)
    attested = item.source in ("opener", "pusher")  # a forge maps commit e-mails to accounts: still a claim
    return Claim(item.source, item.account.address, item.email, item.name or item.account.login, attested=attested)


def _review(item: Review, order: int, record: str, *, weak: bool) -> Decision:
    return Decision(
        kind="receipt",
        record=f"{record}#{item.id}",
        decision=item.decision,
        address=item.account.address,
        label=item.account.login or item.account.id,
        at=item.at,
        order=order,
        weak=weak,
        head=item.head,
        subjects={subject.path: subject for subject in item.subjects or ()},
        context={blob.path: blob.oid for blob in item.context},
        withdrawn=None if item.dismissed is None else item.dismissed.at or "",
        is_lost=item.subjects is None,
        by_machine=item.account.type == "bot",
    )
