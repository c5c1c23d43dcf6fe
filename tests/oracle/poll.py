"""Who is heard about a change as of its landing, or so many seconds later, and whose approval counts for a demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from govops.kinds import path_of_key
from tests.oracle.demands import Demand, Law, Loan, Need, Way, cover
from tests.oracle.duties import Act, Clash, clashes
from tests.oracle.found import FAIL, OPEN
from tests.oracle.hearing import Decision, Hearing, People, Sides
from tests.oracle.meaning import Action, Registry
from tests.oracle.past import Past

AS_REVIEWED = ("identity", "replay")
KINDS = ("receipt", "signature", "trailer")
IDENTITY = ("approver-unknown", "signer-mismatch", "approver-not-human", "approver-inactive")
GRAVE = (
    "role-granted-in-same-change",
    "signer-mismatch",
    "approver-is-contributor",
    "approver-is-beneficiary",
    "approver-not-human",
    "evidence-spent",
    "stale-approval",
    "approver-conflicted",
)
Objection = tuple[str, str]  # rule, status
Key = tuple[str, str | None]  # of a decision: where it stands, when it was made
Chair = tuple[str, str]  # whoever sits, and in whose seat: their own or a lender's
LATE = ("approval-after-landing", FAIL)


@dataclass(frozen=True, slots=True)
class Change:
    """A change before it is judged; ``time`` is the running maximum of what is attested.

    ``transient`` are files that changed on the way and not in the end, ``problem`` why no evidence counts;
    ``gainers`` are those who gain by the exceptions that it makes, by the file; ``makers`` all who took part, and
    ``acts`` what was done before.
    """

    id: str
    base: str
    landed: Mapping[str, Sides]
    governed: Mapping[str, Sides]
    actions: tuple[Action, ...]
    before: Registry
    after: Registry
    law: Law
    hearing: Hearing
    time: str | None
    spent: frozenset[str]
    is_spent: bool = False
    problem: str | None = None
    transient: tuple[str, ...] = ()
    gainers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    makers: frozenset[str] = frozenset()
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A decision, the one person who made it, and what speaks against both."""

    decision: Decision
    person: str | None
    objections: tuple[Objection, ...] = ()

    @property
    def key(self) -> Key:
        return self.decision.record, self.decision.at


@dataclass(frozen=True, slots=True)
class Count:
    """What became of a demand: who sits for it, how many it takes, and whose word stands against what else there is.

    ``fit`` are all who could sit, needed or not.
    """

    chairs: tuple[Chair, ...]
    wanted: int
    against: Mapping[Key, tuple[Objection, ...]]
    told: Objection | None = None
    blamed: str = ""
    fit: frozenset[str] = frozenset()

    @property
    def is_met(self) -> bool:
        return len(self.chairs) >= self.wanted


class Poll:
    """The votes on a change, with ``grace`` seconds after the landing in which they could still be given.

    ``part`` is person -> how they took part.
    """

    def __init__(self, past: Past, change: Change, part: Mapping[str, set[str]], *, grace: int = 0) -> None:
        self.past = past
        self.change = change
        self.law = change.law
        self.people = change.law.people
        self.part = part
        self.grace = grace
        given = sorted(change.hearing.decisions, key=lambda one: (one.at or "", KINDS.index(one.kind), one.order))
        self.heard = [self._hear(decision) for decision in given]
        self.last = self._last()

    # ---- a demand

    def count(self, demand: Demand) -> Count:
        """Seat those who may be counted; tell whose word is missing most."""
        heard = [one for one in self.heard if one.decision.approves]
        against = {one.key: tuple(self._against(one, demand)) for one in heard}
        willing = {str(one.person): one for one in heard if not against[one.key]}
        way, chairs = self._best(demand, willing, willing, sure=True)
        for one in heard:
            if not against[one.key]:
                against[one.key] = tuple(self._unable(one, demand, willing))
        fit = frozenset(str(one.person) for one in heard if not against[one.key])
        if len(chairs) >= len(way):
            return Count(chairs, len(way), against, fit=fit)
        maybe = {str(one.person): one for one in heard if all(status == OPEN for _, status in against[one.key])}
        way_, might = self._best(demand, maybe, willing, sure=False)
        wanted = OPEN if len(might) >= len(way_) else FAIL
        told = [(one, _gravest(against[one.key])) for one in heard if one in self.last and against[one.key]]
        told = [(one, objection) for one, objection in told if objection[1] == wanted]
        if not told:
            return Count(chairs, len(way), against, ("not-approved", wanted), fit=fit)
        one, objection = min(told, key=lambda item: _gravity(item[1]))
        return Count(chairs, len(way), against, objection, one.person or one.decision.address, fit)

    def _best(
        self, demand: Demand, able: Mapping[str, Heard], willing: Container[str], *, sure: bool
    ) -> tuple[Way, tuple[Chair, ...]]:
        """The first way that is met, else one that lacks the fewest people and has the most.

        With as few as can be of those whose rights nobody approved.
        """
        offers = {person: self._offers(one, demand, willing, sure=sure) for person, one in sorted(able.items())}
        best: tuple[Way, tuple[Chair, ...]] | None = None
        for way in demand.ways:
            found = max(_seatings(way, offers), key=lambda seated: (len(seated), -sum(map(self._is_doubtful, seated))))
            if len(found) >= len(way):
                return way, found
            key = (len(way) - len(found), -len(found))
            if best is None or key < (len(best[0]) - len(best[1]), -len(best[1])):
                best = (way, found)
        return best or ((), ())

    def _offers(self, one: Heard, demand: Demand, willing: Container[str], *, sure: bool) -> dict[Need, list[str]]:
        """Need -> whose seats somebody could take for it, by a role that was held for long enough."""
        found: dict[Need, list[str]] = {}
        person, then = str(one.person), self._then(one) if demand.held_since_base else None
        for need in demand.needs:
            roles = self.people.serves(person, need) if person in self.people.named else []
            seats = [person] if any(_held(then, person, role) for role in roles) else []
            for loan, against in self._loans(person, need, demand, willing):
                counts = not against or (against == OPEN and not sure)
                seats += [loan.lender] if counts and _held(then, loan.lender, loan.role) else []
            found[need] = seats
        return found

    def _loans(self, person: str, need: Need, demand: Demand, willing: Container[str]) -> Iterator[tuple[Loan, str]]:
        """Every loan and what speaks against it: whoever could not sit there themselves lends nothing."""
        for loan in self.law.loans(person, need, self.change.time):
            taken = loan.lender in willing or bool(self._excluded(loan.lender, demand))
            taken = taken or loan.lender in self.change.gainers.get(demand.action.path, ())
            barred = {clash.kept.breach for clash in self.clashes(loan.lender, demand)}
            yield loan, loan.against or (FAIL if taken or FAIL in barred else OPEN if barred else "")

    def clashes(self, person: str, demand: Demand) -> list[Clash]:
        """What else somebody did that bars them from approving this."""
        found = clashes(self.change, demand.action, "approve", person)
        return [clash for clash in found if clash.is_strict]

    def _unable(self, one: Heard, demand: Demand, willing: Container[str]) -> Iterator[Objection]:
        """That somebody of whom nothing else is to be said has no seat in any way."""
        person = str(one.person)
        if not demand.needs or any(self._offers(one, demand, willing, sure=True).values()):
            return
        loans = [against for need in demand.needs for _, against in self._loans(person, need, demand, willing)]
        if any(loans):
            yield "delegation-does-not-count", OPEN if OPEN in loans else FAIL
        else:
            yield "approver-lacks-role", FAIL

    def _is_doubtful(self, chair: Chair) -> bool:
        """Whether what somebody may do here did not land lawfully."""
        names = {name for name in chair if name in self.people.named}
        return any(
            path == f"registry/users/{name}.yaml" or path in {f"registry/roles/{role}.yaml" for role in user.roles}
            for path in self.law.unlawful
            for name in names
            for user in [self.people.named[name]]
        )

    # ---- an approval

    def _against(self, one: Heard, demand: Demand) -> Iterator[Objection]:
        """All that speaks against an approval for a demand, gravest first; whether there is a seat apart."""
        yield from (objection for objection in one.objections if objection[0] in IDENTITY)
        if one.person is not None:
            if self._is_granted(one.person, demand):
                yield "role-granted-in-same-change", FAIL
            yield from ((rule, FAIL) for rule in self._excluded(one.person, demand) if rule != "approver-is-merger")
            if one.person in self.change.gainers.get(demand.action.path, ()):
                yield "approver-is-beneficiary", FAIL
            yield from (("approver-conflicted", clash.kept.breach) for clash in self.clashes(one.person, demand))
            if "approver-is-merger" in self._excluded(one.person, demand):
                yield "approver-is-merger", FAIL
        yield from (objection for objection in one.objections if objection[0] not in IDENTITY)
        yield from self.withdrawn(one)
        yield from self._seen(one, demand)
        yield from self._conditions(one, demand)

    def _is_granted(self, person: str, demand: Demand) -> bool:
        later = People(self.change.after)
        if any(self.people.holds(person, need) for need in demand.needs) or person not in later.named:
            return False
        return any(later.holds(person, need) for need in demand.needs)

    def _excluded(self, person: str, demand: Demand) -> list[str]:
        found = []
        if self.part.get(person, set()) & set(demand.exclude):
            found.append("approver-is-contributor")
        merger = (self.change.hearing.proposal or {}).get("merger") if "merger" in demand.exclude else None
        if merger and person in self.people.at(f"{merger['forge']}:{merger['id']}"):
            found.append("approver-is-merger")
        return found

    def _seen(self, one: Heard, demand: Demand) -> Iterator[Objection]:
        path, about, proposal = demand.action.path, one.decision.subjects, self.change.hearing.proposal
        if about is None:
            yield "coverage-unknown", OPEN
            return
        found = cover(self.change.landed[path], about.get(path), self.past.texts)
        if found == "unverifiable":
            yield "coverage-unknown", OPEN
        elif found == "residual":
            yield "stale-approval", FAIL
        elif found == "replay" and demand.identity:
            yield "identity-needed", FAIL
        elif found == "replay" and proposal and len(proposal["merge_bases"]) > 1:
            yield "coverage-unknown", OPEN
        elif one.decision.kind != "trailer":
            yield from self._referred(one.decision, about, path)

    def _referred(self, decision: Decision, about: Mapping[str, Sides], path: str) -> Iterator[Objection]:
        """Whether what the file refers to is left as the reviewer saw it."""
        resource, landed = self.change.after.at(path), self.change.landed
        seen = {name: entry and entry[1] for name, (_, entry) in about.items()} | dict(decision.context)
        for reference in resource.references() if resource else ():
            other = path_of_key(reference.key)
            if not reference.binding or other is None:
                continue
            if other in landed and cover(landed[other], about.get(other), self.past.texts) in AS_REVIEWED:
                continue
            if other not in seen:
                yield "context-unknown", OPEN
            elif seen[other] != (self.change.after.tree.get(other) or (None, None))[1]:
                yield "context-changed", FAIL

    def _conditions(self, one: Heard, demand: Demand) -> Iterator[Objection]:
        if demand.evidence and one.decision.kind not in demand.evidence:
            yield "evidence-not-accepted", FAIL
        if demand.max_age is not None:
            if self.change.time is None or one.decision.at is None:
                yield "approval-expired", OPEN
            elif seconds(one.decision.at, self.change.time) > demand.max_age:
                yield "approval-expired", FAIL
        if demand.held_since_base and one.person is not None and not self._held_before(one, demand):
            yield "approver-lacks-role", FAIL

    def _held_before(self, one: Heard, demand: Demand) -> bool:
        """Whether a role in which they serve was theirs, or its lender's, where the proposal branched off."""
        person = str(one.person)
        held = {(person, role) for need in demand.needs for role in self.people.serves(person, need)}
        for need in demand.needs:
            loans = self._loans(person, need, demand, set())
            held |= {(loan.lender, loan.role) for loan, against in loans if not against}
        then = self._then(one)
        return not held or any(_held(then, name, role) for name, role in held)

    def _then(self, one: Heard) -> Mapping[str, Any]:
        """The people where the proposal branched off."""
        proposal = self.change.hearing.proposal
        base = proposal["merge_bases"][0] if proposal else one.decision.base or self.change.base
        return People(Registry(self.past.commits[base].tree, self.past.texts)).named

    # ---- people, and which of their decisions stand

    def _hear(self, decision: Decision) -> Heard:
        found = self.people.at(decision.address)
        person = found[0] if len(found) == 1 else None
        landed, accepted = self.change.hearing.landed_at, self.law.settings.evidence.accept
        against: list[Objection] = [] if person else [("approver-unknown", FAIL)]
        if person is not None:
            user = self.people.named[person]
            against += [("signer-mismatch", FAIL)] if decision.named not in (None, person) else []
            against += [("approver-not-human", FAIL)] if user.type != "human" or decision.by_machine else []
            against += [("approver-inactive", FAIL)] if not user.active else []
        if decision.kind not in accepted or not decision.credible:
            against.append(("evidence-not-accepted", FAIL))
        if self.change.is_spent or decision.record in self.change.spent:
            against.append(("evidence-spent", FAIL))
        if landed is not None and decision.at is not None and seconds(landed, decision.at) > self.grace:
            against.append(LATE)
        return Heard(decision, person, tuple(against))

    def withdrawn(self, one: Heard) -> Iterator[Objection]:
        """That a decision was taken back, or another one took its place."""
        dismissed, landed = one.decision.dismissed, self.change.hearing.landed_at
        if LATE in one.objections:
            return
        if one not in self.last:
            yield "superseded", FAIL
        elif dismissed == "":
            yield "approval-dismissed", OPEN
        elif dismissed is not None and (landed is None or seconds(landed, dismissed) <= self.grace):
            yield "approval-dismissed", FAIL

    def _last(self) -> list[Heard]:
        """Decisions that no later one of the same person has replaced on every file of which they speak."""
        accepted = self.law.settings.evidence.accept
        voices: dict[str, list[Heard]] = {}
        for one in self.heard:
            if LATE not in one.objections:
                voices.setdefault(one.person or one.decision.address, []).append(one)
        last = [one for one in self.heard if LATE in one.objections]
        for said in voices.values():
            for place, one in enumerate(said):
                after = [other for other in said[place + 1 :] if other.decision.kind in accepted]
                later = {path for other in after for path in self._speaks_of(other)}
                if not after or not self._speaks_of(one) <= later:
                    last.append(one)
        return last

    def _speaks_of(self, one: Heard) -> set[str]:
        """What is signed speaks of its own files, and a review on the forge of all that the proposal lands."""
        about, governed = one.decision.subjects, self.change.governed
        return set(governed) if one.decision.kind != "signature" or about is None else about.keys() & governed


def seconds(earlier: str, later: str) -> float:
    """From one instant to another."""
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def _held(then: Mapping[str, Any] | None, person: str, role: str) -> bool:
    """Whether somebody held a role, where that was asked for."""
    return then is None or (person in then and role in then[person].roles)


def _seatings(way: Way, offers: Mapping[str, Mapping[Need, list[str]]]) -> Iterator[tuple[Chair, ...]]:
    """Every way to seat people: nobody sits twice, no seat is taken twice, and there are so many for each need."""
    free = Counter(way)
    yield from _seated(list(offers), free, offers, ())


def _seated(
    people: list[str], free: Counter[Need], offers: Mapping[str, Mapping[Need, list[str]]], taken: tuple[Chair, ...]
) -> Iterator[tuple[Chair, ...]]:
    if not people:
        yield taken
        return
    person, *others = people
    yield from _seated(others, free, offers, taken)
    for need, seats in offers[person].items():
        for seat in seats if free[need] else ():
            if seat not in {name for _, name in taken}:
                yield from _seated(others, free - Counter([need]), offers, (*taken, (person, seat)))


def _gravest(objections: Sequence[Objection]) -> Objection:
    return ([item for item in objections if item[1] == FAIL] or list(objections))[0]


def _gravity(objection: Objection) -> int:
    return GRAVE.index(objection[0]) if objection[0] in GRAVE else len(GRAVE)
