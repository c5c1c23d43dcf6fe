"""Who made a change, and whose decisions on it stand: addresses to persons, latest decision of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from govops.decision.law import Law
from govops.decision.requirements import seconds_between
from govops.decision.verdict import ChangeFacts, Objection, Opinion
from govops.evidence.testimony import Claim, Decision
from govops.finding import Status


@dataclass(frozen=True, slots=True)
class Contributors:
    """The people who made a change.

    ``by_source`` maps each source (author, opener …) to the persons named there. ``unknown`` are claims
    that match no User; ``attested`` the persons whose part a forge or a signature attests.
    """

    by_source: dict[str, frozenset[str]]
    unknown: tuple[Claim, ...]
    attested: frozenset[str]
    addresses: frozenset[str]

    @property
    def people(self) -> frozenset[str]:
        """Everyone, whatever their part."""
        return frozenset().union(*self.by_source.values())

    def among(self, sources: Iterable[str]) -> frozenset[str]:
        """The persons who took one of these parts."""
        return frozenset().union(*(self.by_source.get(source, frozenset()) for source in sources))


def contributors(claims: Iterable[Claim], law: Law) -> Contributors:
    """Map claims to people. An account decides who someone is; an e-mail beside it can only add a person.

    The forge's own committer identities and listed tools are nobody, and not unknown either.
    """
    nobody = {f"email:{email.lower()}" for email in (*law.settings.forge.committers, *law.settings.tools)}
    by_source: dict[str, set[str]] = {}
    unknown: dict[str, Claim] = {}
    attested: set[str] = set()
    seen: set[str] = set()
    for claim in claims:
        email = f"email:{claim.email.lower()}" if claim.email else ""
        if not claim.address and email in nobody:
            continue
        seen.update(address for address in (claim.address, email) if address)
        by_address = law.people_at(claim.address)
        people = {*by_address, *law.people_at(email)}
        if not people or (claim.address and not by_address):
            unknown.setdefault(claim.label, claim)
        by_source.setdefault(claim.source, set()).update(people)
        if claim.attested:
            attested.update(by_address)
    frozen = {source: frozenset(people) for source, people in by_source.items()}
    return Contributors(frozen, tuple(unknown.values()), frozenset(attested), frozenset(seen))


def opinions(facts: ChangeFacts, *, grace: int = 0) -> tuple[Opinion, ...]:
    """Every approval and rejection given, in order, each with what speaks against counting it at all.

    Of one person's decisions about a file only the latest as of the landing, or ``grace`` seconds later, stands; a
    comment is no decision; a decision that was dismissed stays gone and brings no older one back.
    """
    law = facts.law
    given = [d for d in facts.testimony.decisions if d.decision != "comment"]
    given.sort(key=lambda decision: (decision.at or "", decision.order))
    persons = {id(decision): _persons(decision, law) for decision in given}
    in_time = [decision for decision in given if not is_late(decision.at, facts, grace)]
    voters = {id(decision): _voter(persons[id(decision)], decision) for decision in in_time}
    poll = _Poll(dict(_replaced(in_time, voters, facts)), grace)
    return tuple(
        Opinion(
            decision,
            persons[id(decision)],
            tuple(_against(decision, persons[id(decision)], facts, poll)),
        )
        for decision in given
    )


def _persons(decision: Decision, law: Law) -> tuple[str, ...]:
    return law.people_at(decision.address)


def _voter(persons: tuple[str, ...], decision: Decision) -> str:
    return f"person:{persons[0]}" if len(persons) == 1 else f"address:{decision.address or decision.record}"


@dataclass(frozen=True, slots=True)
class _Poll:
    """Decisions (by ``id``) that later ones have replaced, and how many seconds after the landing all could be given.

    *Unverifiable* where somebody else may have had the key of the later ones.
    """

    replaced: Mapping[int, Status]
    grace: int


def _replaced(given: list[Decision], voters: Mapping[int, str], facts: ChangeFacts) -> Iterator[tuple[int, Status]]:
    """Each decision of whose files later ones of the same person speak, all of them; ``given`` is oldest first.

    What Settings do not accept decides nothing, and so replaces nothing.
    """
    landed = frozenset(change.path for change in facts.landed) or frozenset({""})
    said: dict[str, dict[str, Status]] = {}
    for decision in reversed(given):
        later = said.setdefault(voters[id(decision)], {})
        about = landed & decision.subjects.keys() if decision.kind == "signature" and decision.subjects else landed
        if about and about <= later.keys():
            yield id(decision), max((later[path] for path in about), key=_ORDER.index)
        if decision.kind in facts.law.settings.evidence.accept:
            status = Status.UNVERIFIABLE if decision.is_doubted else Status.FAIL
            later.update((path, min(status, later.get(path, status), key=_ORDER.index)) for path in about)


_ORDER = (Status.FAIL, Status.UNVERIFIABLE)


def is_late(at: str | None, facts: ChangeFacts, grace: int) -> bool:
    """Whether something was said later than so many seconds after the landing, as far as anybody tells."""
    landed = facts.testimony.landed_at
    if not at or not landed or at <= landed:
        return False
    return seconds_between(landed, at) > grace


def _against(decision: Decision, persons: tuple[str, ...], facts: ChangeFacts, poll: _Poll) -> Iterable[Objection]:
    """Objections that hold for every path and requirement, gravest first."""
    yield from _identity(decision, persons, facts.law)
    yield from _acceptance(decision, facts)
    spent_on = facts.spent.get(decision.record.partition("#")[0]) or facts.spent.get(_proposal_key(facts))
    if spent_on is not None and spent_on != facts.id:
        yield Objection("evidence-spent", spent_on)
    if is_late(decision.at, facts, poll.grace):
        yield Objection("approval-after-landing", f"{decision.at}")
    elif id(decision) in poll.replaced:
        yield Objection("superseded", "a later decision of the same person", poll.replaced[id(decision)])
    elif decision.withdrawn is not None:
        yield from _withdrawn(decision, facts, poll.grace)


def _identity(decision: Decision, persons: tuple[str, ...], law: Law) -> Iterable[Objection]:
    if len(persons) != 1:
        many = f"its address belongs to {' and '.join(persons)}" if persons else "no User has this account or key"
        yield Objection("approver-unknown", many)
        return
    user = law.user(persons[0])
    if decision.kind == "signature" and decision.label != persons[0]:
        yield Objection("signer-mismatch", f"it names {decision.label} and is signed with the key of {persons[0]}")
    if user is None or user.spec.type != "human" or decision.by_machine:
        kind = user.spec.type if user else ""
        yield Objection("approver-not-human", "bot" if decision.by_machine else kind)
    if user is not None and not user.spec.active:
        yield Objection("approver-inactive")


def _acceptance(decision: Decision, facts: ChangeFacts) -> Iterable[Objection]:
    evidence = facts.law.settings.evidence
    if decision.is_doubted:
        yield Objection("key-compromised", "approved Settings call its key compromised", Status.UNVERIFIABLE)
    if decision.kind not in evidence.accept:
        yield Objection("evidence-not-accepted", f"{decision.kind} evidence")
    elif decision.kind == "trailer" and evidence.trailers and not evidence.trailers.only_review_server:
        committer = next(commit for commit in facts.commits if commit.oid == decision.record).committer.email
        if committer.lower() not in {email.lower() for email in evidence.trailers.committers}:
            yield Objection("evidence-not-accepted", f"a trailer written by {committer}")


def _withdrawn(decision: Decision, facts: ChangeFacts, grace: int) -> Iterable[Objection]:
    if not decision.withdrawn:
        yield Objection("approval-dismissed", "the forge does not tell when", Status.UNVERIFIABLE)
    elif not is_late(decision.withdrawn, facts, grace):
        yield Objection("approval-dismissed", f"at {decision.withdrawn}")


def _proposal_key(facts: ChangeFacts) -> str:
    proposal = facts.testimony.proposal
    return proposal_key(proposal.forge, proposal.id) if proposal else ""


def proposal_key(forge: str, identifier: str) -> str:
    """The name under which a proposal is spent."""
    return f"proposal:{forge}:{identifier}"
