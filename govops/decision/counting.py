"""Counting votes: which decisions count for which demand on which path, each person once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from govops.decision.beneficiaries import beneficiaries
from govops.decision.clashing import Clash, clashes
from govops.decision.delegations import Loan, loans
from govops.decision.law import serves
from govops.decision.needs import Need
from govops.decision.people import Contributors
from govops.decision.requirements import Demand, needs_identity, seconds_between
from govops.decision.seats import Seating, seat
from govops.decision.verdict import ChangeFacts, Objection, Opinion
from govops.evidence.coverage import Coverage, cover
from govops.evidence.records import Subject
from govops.finding import Status
from govops.history import Oid
from govops.history.snapshot import binding_references
from govops.kinds import Resource, path_of_key
from govops.kinds.role import Role
from govops.kinds.user import User
from govops.lifecycle import Action

_NOTHING = Demand("default deny")
_AS_REVIEWED = (Coverage.IDENTITY, Coverage.REPLAY)


@dataclass(frozen=True, slots=True)
class Tally:
    """One demand on one action, counted.

    ``counted`` are the persons assigned to its needs, of the ``wanted`` that it takes at least; ``held`` the roles in
    which they serve, ``lenders`` those whose delegates they are. ``objected`` are the approvals that were given and
    did not count, each with its objections. ``problem`` is the rule id where counting was not even possible.
    ``met_at`` is when the last approval that it took was given, None where that is not known or it is not met.
    ``is_emergency``: approvals that were given after the landing counted as well. ``is_open``: it would be met if all
    counted of which that cannot be told.
    """

    action: Action
    demand: Demand
    met: bool
    status: Status = Status.FAIL
    counted: tuple[str, ...] = ()
    wanted: int = 0
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lenders: Mapping[str, str] = field(default_factory=dict)
    objected: tuple[tuple[Opinion, tuple[Objection, ...]], ...] = ()
    problem: str = ""
    is_emergency: bool = False
    is_open: bool = False
    met_at: str | None = None

    @property
    def hindrances(self) -> Iterator[tuple[Opinion, tuple[Objection, ...]]]:
        """The approvals that might have met the demand, each with what speaks against it for certain, if anything does.

        Approvals that a later decision replaced are not among them, nor, where the demand is unmet whatever becomes of
        it, those of which it cannot be told whether they count.
        """
        for opinion, found in self.objected:
            certain = tuple(objection for objection in found if objection.status is not Status.UNVERIFIABLE)
            if (certain or self.is_open) and all(objection.rule != "superseded" for objection in found):
                yield opinion, certain or found

    @property
    def text(self) -> str:
        """What was demanded of what."""
        if self.problem == "no-policy-matches":
            return f"{self.action.name}: no policy allows it"
        return f"{self.action.name}: {self.demand.text}"

    def objections_to(self, opinion: Opinion) -> tuple[Objection, ...]:
        """Why this approval did not count here; empty when it did."""
        return next((found for given, found in self.objected if given.decision is opinion.decision), ())

    def counts(self, opinion: Opinion) -> bool:
        """Whether this very decision was counted here."""
        return self.could_count(opinion) and opinion.person in self.counted

    def could_count(self, opinion: Opinion) -> bool:
        """Whether nothing speaks against this very approval here, even if others were enough."""
        unobjected = all(given.decision is not opinion.decision for given, _ in self.objected)
        return opinion.decision.decision == "approve" and unobjected and not self.problem

    def roles(self, opinion: Opinion) -> tuple[str, ...]:
        """The roles in which the person counted; asked only of who did."""
        return self.held[opinion.person]

    def lender(self, opinion: Opinion) -> str:
        """Whose delegate the person was; empty for somebody who counted as themselves."""
        return self.lenders.get(opinion.person, "")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person could do for a demand: need -> roles of their own, and need -> roles that are lent to them.

    ``is_doubted``: nobody can tell of a role whether it had been held for long enough.
    """

    person: str
    own: Mapping[Need, tuple[str, ...]]
    lent: Mapping[Need, tuple[Loan, ...]] = field(default_factory=dict)
    is_doubted: bool = False

    @property
    def seats(self) -> Mapping[Need, tuple[str, ...]]:
        """For each need whose seats the person could take."""
        lenders = {need: [loan.lender for loan in found if not loan.problem] for need, found in self.lent.items()}
        return {
            need: (*([self.person] if roles else ()), *dict.fromkeys(lenders.get(need, ())))
            for need, roles in self.own.items()
        }

    @property
    def loans(self) -> tuple[Loan, ...]:
        """All loans, good and bad."""
        return tuple(loan for found in self.lent.values() for loan in found)

    @property
    def is_unsure(self) -> bool:
        """Whether nobody can tell if one of the roles or loans counts."""
        return self.is_doubted or any(loan.status is Status.UNVERIFIABLE for loan in self.loans)

    def roles(self, lender: str) -> tuple[str, ...]:
        """The roles in which the person serves in the seat of ``lender``, or in their own."""
        if not lender:
            return _together(self.own.values())
        return tuple(sorted({loan.role for loan in self.loans if loan.lender == lender and not loan.problem}))


class Booth:
    """Counts the given opinions on one change, demand by demand."""

    def __init__(self, facts: ChangeFacts, people: Contributors, given: tuple[Opinion, ...]) -> None:
        self.facts = facts
        self.people = people
        self.given = given
        self._landed = {change.path: change for change in facts.landed}
        self._users = {a.new.metadata.name: a.new for a in facts.actions if isinstance(a.new, User)}
        self._roles_after = {a.new.metadata.name: a.new for a in facts.actions if isinstance(a.new, Role)}
        self._covered: dict[tuple[int, str], Coverage] = {}
        self._gains: dict[int, Mapping[str, str]] = {}

    def undemanded(self, action: Action, maybe: tuple[Demand, ...]) -> Tally:
        """An action that no policy surely allows: denied, or undecided where only conditions stand between."""
        if maybe:
            sources = Demand(", ".join(f"{d.source} ({d.doubt})" if d.doubt else d.source for d in maybe))
            return Tally(action, sources, False, Status.UNVERIFIABLE, problem="condition-not-evaluated")
        return Tally(action, _NOTHING, False, Status.FAIL, problem="no-policy-matches")

    def count(self, action: Action, demand: Demand) -> Tally:
        """Assign the approvers who count to the demand's needs; nobody serves two needs."""
        approvals = [o for o in self.given if o.decision.decision == "approve"]
        objections = {id(o): tuple(self._objections(o, action, demand)) for o in approvals}
        willing = {o.person: o for o in approvals if not objections[id(o)]}
        offers, seating = self._seated(action, demand, willing)
        lenders = {name: whose for name, (_, whose) in seating.seats.items() if whose != name}
        held = {name: offers[name].roles(lenders.get(name, "")) for name in seating.seats}
        objected = [(o, objections[id(o)] or self._unserving(offers[o.person], demand)) for o in approvals]
        rejected = tuple((o, found) for o, found in objected if found)
        unsure = {o.person: o for o in approvals if all(x.status is Status.UNVERIFIABLE for x in objections[id(o)])}
        is_open = any(offer.is_unsure for offer in offers.values()) or (
            len(unsure) > len(willing) and self._would_do(action, demand, unsure)
        )
        return Tally(
            action,
            demand,
            met=not seating.lacking,
            status=Status.UNVERIFIABLE if is_open or not demand.certain else Status.FAIL,
            counted=tuple(sorted(seating.seats)),
            wanted=seating.wanted,
            held=held,
            lenders=lenders,
            objected=rejected,
            is_open=is_open,
            met_at=None if seating.lacking else self._met_at(action, demand, willing),
        )

    def _met_at(self, action: Action, demand: Demand, willing: Mapping[str, Opinion]) -> str | None:
        """When enough of these had approved; whoever came later was not waited for. None if a time is not known."""
        given = sorted((opinion.decision.at or "", name) for name, opinion in willing.items())
        if not demand.needs or not given or not given[0][0]:
            return None
        for count, (at, _) in enumerate(given, 1):
            first = {name: willing[name] for _, name in given[:count]}
            if count == len(given) or not self._seated(action, demand, first)[1].lacking:
                return at
        return None

    def _would_do(self, action: Action, demand: Demand, willing: Mapping[str, Opinion]) -> bool:
        """Whether these people would be enough, or might be."""
        offers, seating = self._seated(action, demand, willing)
        return not seating.lacking or any(offer.is_unsure for offer in offers.values())

    def _seated(
        self, action: Action, demand: Demand, willing: Mapping[str, Opinion]
    ) -> tuple[Mapping[str, Offer], Seating]:
        """What each of these people could do, and who of them sits where."""
        able = sorted({*willing, *self._maintainer()}, key=self._preference)
        offers = {name: self._offers(name, action, demand, willing) for name in able}
        return offers, seat(demand.ways, {name: offer.seats for name, offer in offers.items()})

    def _preference(self, person: str) -> tuple[bool, str]:
        """By name, and last those whose rights no approved change gave them: others may be enough."""
        law = self.facts.law
        return bool(law.unlawful) and any(True for _ in law.unlawful_people((person,), ())), person

    def seen(self, tallies: Iterable[Tally]) -> dict[str, Coverage]:
        """Per path the weaker of the ways in which the counted approvals cover it: a replay is said to be one."""
        found: dict[str, Coverage] = {}
        for tally in tallies:
            for opinion in filter(tally.counts, self.given):
                covered = self._covered.get((id(opinion), tally.action.path), Coverage.IDENTITY)
                if found.get(tally.action.path) is not Coverage.REPLAY:
                    found[tally.action.path] = covered
        return found

    def _roles(self, name: str, needs: tuple[Need, ...]) -> list[tuple[str, ...]]:
        """For each need the roles of their own in which the person could serve it."""
        law = self.facts.law
        return [law.roles_for(name, role=need.role, permission=need.permission) for need in needs]

    def _offers(self, name: str, action: Action, demand: Demand, willing: Mapping[str, Opinion]) -> Offer:
        """What the person could do for the demand, as themselves and as a delegate."""
        own = dict(zip(demand.needs, self._roles(name, demand.needs), strict=True))
        base = self._base(demand, willing[name]) if name in willing else None
        if not self.facts.law.lent_to(name):
            return self._held_at(base, Offer(name, own))
        barred = self._barred(demand)
        lent = {
            need: tuple(
                loan if loan.problem else replace(loan, problem=problem, status=status)
                for loan in loans(self.facts.law, name, need, self.facts.time)
                for problem, status in (self._taken(loan.lender, action, barred, willing),)
            )
            for need in demand.needs
        }
        return self._held_at(base, Offer(name, own, lent))

    def _base(self, demand: Demand, opinion: Opinion) -> Oid | None:
        """Where roles had to be held already, if the policy asks for that and anybody could hold one there."""
        if demand.policy is None or not demand.policy.held_since_base:
            return None
        proposal = self.facts.testimony.proposal
        return proposal.merge_bases[0] if proposal else opinion.decision.base or self.facts.parent

    def _held_at(self, base: Oid | None, offer: Offer) -> Offer:
        """What is left of it if only what was held at the base counts, by the person or by who lends it."""
        if base is None:
            return offer
        held = {role: self.facts.law.held_at(offer.person, role, base) for role in offer.roles("")}
        own = {need: tuple(role for role in roles if held[role]) for need, roles in offer.own.items()}
        is_doubted = any(None in map(held.get, roles) and not own[need] for need, roles in offer.own.items())
        lent = {need: tuple(self._since(base, loan) for loan in found) for need, found in offer.lent.items()}
        return Offer(offer.person, own, lent, is_doubted)

    def _since(self, base: Oid, loan: Loan) -> Loan:
        held = True if loan.problem else self.facts.law.held_at(loan.lender, loan.role, base)
        status = Status.UNVERIFIABLE if held is None else Status.FAIL
        problem = f"{loan.lender} did not hold {loan.role} at the reviewed base"
        return loan if held else replace(loan, problem=problem, status=status)

    def _taken(
        self, lender: str, action: Action, barred: frozenset[str], willing: Mapping[str, Opinion]
    ) -> tuple[str, Status]:
        """Why nobody can sit in the lender's seat, if so: it is taken, or not even the lender could."""
        if lender in barred:
            return f"{lender} took part in the change", Status.FAIL
        if lender in willing:
            return f"{lender} approved it as well, in the same seat", Status.FAIL
        if lender in self._benefits(action):
            return f"{lender} is {self._benefits(action)[lender]}", Status.FAIL
        found = next(self._clashing(lender, action), None)
        return ("", Status.PASS) if found is None else (found.words, found.conflict.status)

    def _barred(self, demand: Demand) -> frozenset[str]:
        """Those whose own approval would not count, for what they did."""
        return self.people.among(demand.exclude) | (self._mergers if "merger" in demand.exclude else frozenset())

    def _maintainer(self) -> frozenset[str]:
        """In a repository of one, its only contributor, if attested, approves by making the change."""
        law = self.facts.law
        if not law.settings.single_maintainer or len(self.people.people) != 1 or self.people.unknown:
            return frozenset()
        users = filter(None, map(law.user, self.people.attested))
        return frozenset(user.metadata.name for user in users if user.spec.active and user.spec.type == "human")

    def _unserving(self, offer: Offer, demand: Demand) -> tuple[Objection, ...]:
        if not demand.needs or any(offer.seats.values()):
            return ()
        bad = sorted((loan for loan in offer.loans if loan.problem), key=lambda loan: loan.status is Status.FAIL)
        if bad:
            return (Objection("delegation-does-not-count", bad[0].problem, bad[0].status),)
        return (Objection("approver-lacks-role", demand.text),)

    def _granted_here(self, person: str, demand: Demand) -> bool:
        law = self.facts.law
        user = self._users.get(person) or law.user(person)
        held = user.spec.roles if user else ()
        given = [role for name, role in self._roles_after.items() if name in held]
        return any(
            any(serves(role, need.role, need.permission) for role in given)
            or any(True for _ in law.serving_among(held, role=need.role, permission=need.permission))
            for need in demand.needs
        )

    def _objections(self, opinion: Opinion, action: Action, demand: Demand) -> Iterator[Objection]:
        """In order of gravity; the first one is the one that people are told of."""
        identity = ("approver-unknown", "signer-mismatch", "approver-not-human", "approver-inactive")
        yield from (o for o in opinion.objections if o.rule in identity)
        if len(opinion.persons) == 1:  # a login like somebody's name makes nobody that person
            yield from self._involved(opinion, action, demand)
        yield from (o for o in opinion.objections if o.rule not in identity)
        yield from self._content(opinion, action, demand)
        yield from self._conditions(opinion, action, demand)

    def _involved(self, opinion: Opinion, action: Action, demand: Demand) -> Iterator[Objection]:
        """Whether the approver has any other part in the change, or gains by it."""
        if self._granted_here(opinion.person, demand) and not any(self._roles(opinion.person, demand.needs)):
            yield Objection("role-granted-in-same-change", demand.text)
        if opinion.person in self.people.among(demand.exclude):
            yield Objection("approver-is-contributor", self._parts(opinion))
        if opinion.person in self._benefits(action):
            yield Objection("approver-is-beneficiary", self._benefits(action)[opinion.person])
        if self.facts.law.segregations():
            yield from self._conflicted(opinion, action)
        if "merger" in demand.exclude and opinion.person in self._mergers:
            yield Objection("approver-is-merger")

    def _conflicted(self, opinion: Opinion, action: Action) -> Iterator[Objection]:
        """Whether another duty of theirs bars them from this one."""
        for clash in self._clashing(opinion.person, action):
            yield Objection("approver-conflicted", clash.words, clash.conflict.status)

    def _clashing(self, person: str, action: Action) -> Iterator[Clash]:
        found = clashes(self.facts, action, "approve", [person], frozenset(self.people.people))
        return (clash for clash in found if clash.conflict.is_strict)

    def _benefits(self, action: Action) -> Mapping[str, str]:
        if id(action) not in self._gains:
            self._gains[id(action)] = beneficiaries(action, self.facts)
        return self._gains[id(action)]

    def _parts(self, opinion: Opinion) -> str:
        """What the person did, each part with its address where the approval came from another e-mail address."""
        parts = [source for source, names in self.people.by_source.items() if opinion.person in names]
        return ", ".join(self._part(source, opinion) for source in parts)

    def _part(self, source: str, opinion: Opinion) -> str:
        people, approved_as = self.facts.law.people_at, opinion.decision.address.partition("email:")[2]
        emails = {claim.email.lower() for claim in self.facts.testimony.claims if claim.source == source}
        own = sorted(email for email in emails if email and opinion.person in people(f"email:{email}"))
        if not approved_as or not own or approved_as in own:
            return source
        return f"{source} (`{own[0]}`)"

    @cached_property
    def _mergers(self) -> frozenset[str]:
        proposal = self.facts.testimony.proposal
        if proposal is None or proposal.merger is None:
            return frozenset()
        return frozenset(self.facts.law.people_at(proposal.merger.address))

    def _content(self, opinion: Opinion, action: Action, demand: Demand) -> Iterator[Objection]:
        """Whether what this person saw at the path is what landed there."""
        subjects = opinion.decision.subjects
        landed = self._landed.get(action.path)
        if opinion.decision.is_lost:
            yield Objection("coverage-unknown", "what was reviewed", Status.UNVERIFIABLE)
            return
        if subjects is None or landed is None:
            return
        subject = subjects.get(action.path)
        covered = self._covered[(id(opinion), action.path)] = cover(landed, subject, self.facts.merge)
        if covered is Coverage.UNVERIFIABLE:
            yield Objection("coverage-unknown", action.path, Status.UNVERIFIABLE)
        elif covered is Coverage.RESIDUAL:
            yield Objection("stale-approval", opinion.decision.head or "")
        elif covered is Coverage.REPLAY and (demand.identity or needs_identity(action.path, self.facts.actions)):
            yield Objection("identity-needed", action.path)
        elif covered is Coverage.REPLAY and self._criss_cross:
            yield Objection("coverage-unknown", "several merge bases", Status.UNVERIFIABLE)
        else:
            yield from self._context(opinion, action.new)

    @property
    def _criss_cross(self) -> bool:
        proposal = self.facts.testimony.proposal
        return proposal is not None and len(proposal.merge_bases) > 1

    def _context(self, opinion: Opinion, new: object) -> Iterator[Objection]:
        """Whether the files that the approved one refers to are left as the reviewer saw them."""
        context = opinion.decision.context
        if context is None or not isinstance(new, Resource):
            return
        subjects: Mapping[str, Subject] = opinion.decision.subjects or {}
        seen = dict(context) | {path: subject.new.oid if subject.new else None for path, subject in subjects.items()}
        for path in filter(None, (path_of_key(reference.key) for reference in binding_references(new))):
            beside = self._landed.get(path)
            if beside is not None and cover(beside, subjects.get(path), self.facts.merge) in _AS_REVIEWED:
                continue
            if path not in seen:
                yield Objection("context-unknown", path, Status.UNVERIFIABLE)
            elif seen[path] != self._left_at(path):
                yield Objection("context-changed", path)

    def _left_at(self, path: str) -> Oid | None:
        """The blob that stands at the path when the change has landed."""
        if path in self._landed:
            after = self._landed[path].new
            return after.oid if after else None
        file = self.facts.before.files.get(path)
        return file.entry.oid if file else None

    def _conditions(self, opinion: Opinion, action: Action, demand: Demand) -> Iterator[Objection]:
        """What the policy itself asks of an approval: its kind, its age, and since when the role is held."""
        policy, decision = demand.policy, opinion.decision
        if policy is None:
            return
        if policy.evidence and decision.kind not in policy.evidence:
            yield Objection("evidence-not-accepted", f"{decision.kind} evidence")
        if policy.max_age_seconds is not None:
            if decision.at is None or self.facts.time is None:
                yield Objection("approval-expired", "its age cannot be told", Status.UNVERIFIABLE)
            elif seconds_between(decision.at, self.facts.time) > policy.max_age_seconds:
                yield Objection("approval-expired", f"older than {policy.max_age}")
        yield from self._held_since(opinion, action, demand)

    def _held_since(self, opinion: Opinion, action: Action, demand: Demand) -> Iterator[Objection]:
        """That of all their roles the person held none at the base."""
        base = self._base(demand, opinion)
        if base is None:
            return
        offer = self._offers(opinion.person, action, demand, {})
        lent = {(loan.lender, loan.role) for loan in offer.loans if not loan.problem}
        own = {(opinion.person, role) for role in offer.roles("")}
        answers = [self.facts.law.held_at(*held, base) for held in sorted(own | lent)]
        if answers and not any(answers):
            status = Status.UNVERIFIABLE if None in answers else Status.FAIL
            yield Objection("approver-lacks-role", "at the reviewed base", status)


def _together(roles: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*roles)))
