"""Counting votes: which decisions count for which demand on which path, each person once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from govops.decision.clashing import clashes
from govops.decision.people import Contributors
from govops.decision.requirements import Demand, Need, needs_identity, seconds_between
from govops.decision.verdict import ChangeFacts, Objection, Opinion
from govops.evidence.coverage import Coverage, cover
from govops.evidence.records import Subject
from govops.finding import Status
from govops.history import Oid
from govops.history.snapshot import binding_references
from govops.kinds import Resource, path_of_key
from govops.kinds.user import User
from govops.lifecycle import Action

_NOTHING = Demand("default deny", ())
_AS_REVIEWED = (Coverage.IDENTITY, Coverage.REPLAY)


@dataclass(frozen=True, slots=True)
class Tally:
    """One demand on one action, counted.

    ``counted`` are the persons assigned to its needs; ``objected`` the approvals that were given and did not
    count, each with its objections. ``problem`` is the rule id where counting was not even possible.
    """

    action: Action
    demand: Demand
    met: bool
    status: Status = Status.FAIL
    counted: tuple[str, ...] = ()
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    objected: tuple[tuple[Opinion, tuple[Objection, ...]], ...] = ()
    problem: str = ""

    @property
    def text(self) -> str:
        """What was demanded of what."""
        if self.problem == "no-policy-matches":
            return f"{self.action.name}: no policy allows it"
        return f"{self.action.name}: {self.demand.text}"

    def objections_to(self, opinion: Opinion) -> tuple[Objection, ...]:
        """Why this approval did not count here; empty when it did."""
        return next((found for given, found in self.objected if given is opinion), ())

    def counts(self, opinion: Opinion) -> bool:
        """Whether this very decision was counted here."""
        unobjected = all(given is not opinion for given, _ in self.objected)
        return opinion.decision.decision == "approve" and unobjected and opinion.person in self.counted

    def roles(self, opinion: Opinion) -> tuple[str, ...]:
        """The roles in which the person counted."""
        return self.held.get(opinion.person, ())


class Booth:
    """Counts the given opinions on one change, demand by demand."""

    def __init__(self, facts: ChangeFacts, people: Contributors, given: tuple[Opinion, ...]) -> None:
        self.facts = facts
        self.people = people
        self.given = given
        self._landed = {change.path: change for change in facts.landed}
        self._users = {a.new.metadata.name: a.new for a in facts.actions if isinstance(a.new, User)}
        self._covered: dict[tuple[int, str], Coverage] = {}

    def undemanded(self, action: Action, maybe: tuple[Demand, ...]) -> Tally:
        """An action that no policy surely allows: denied, or undecided where only conditions stand between."""
        if maybe:
            sources = Demand(", ".join(demand.source for demand in maybe), ())
            return Tally(action, sources, False, Status.UNVERIFIABLE, problem="condition-not-evaluated")
        return Tally(action, _NOTHING, False, Status.FAIL, problem="no-policy-matches")

    def count(self, action: Action, demand: Demand) -> Tally:
        """Assign the approvers who count to the demand's needs; nobody serves two needs."""
        approvals = [o for o in self.given if o.decision.decision == "approve"]
        objections = {id(o): tuple(self._objections(o, action, demand)) for o in approvals}
        willing = {o.person: o for o in approvals if not objections[id(o)]}
        roles = {name: self._roles(name, demand.needs) for name in sorted({*willing, *self._maintainer()})}
        candidates = {name: tuple([at for at, held in enumerate(found) if held]) for name, found in roles.items()}
        assigned = assign(demand.needs, candidates)
        met = len(assigned) == sum(need.count for need in demand.needs)
        held = {name: _together(roles[name]) for name in assigned}
        objected = [(o, objections[id(o)] or self._unserving(o, candidates, demand)) for o in approvals]
        rejected = tuple((o, found) for o, found in objected if found)
        unsure = any(found[0].status is Status.UNVERIFIABLE for _, found in rejected)
        status = Status.UNVERIFIABLE if unsure or not demand.certain else Status.FAIL
        return Tally(action, demand, met, status, tuple(sorted(assigned)), held, rejected)

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
        """For each need the roles in which the person could serve it."""
        law = self.facts.law
        return [law.roles_for(name, role=need.role, permission=need.permission) for need in needs]

    def _maintainer(self) -> frozenset[str]:
        """In a repository of one, its only contributor, if attested, approves by making the change."""
        law = self.facts.law
        if not law.settings.single_maintainer or len(self.people.people) != 1 or self.people.unknown:
            return frozenset()
        users = filter(None, map(law.user, self.people.attested))
        return frozenset(user.metadata.name for user in users if user.spec.active and user.spec.type == "human")

    def _unserving(
        self, opinion: Opinion, candidates: Mapping[str, tuple[int, ...]], demand: Demand
    ) -> tuple[Objection, ...]:
        if not demand.needs or candidates.get(opinion.person):
            return ()
        return (Objection("approver-lacks-role", demand.text),)

    def _granted_here(self, person: str, demand: Demand) -> bool:
        after = self._users.get(person)
        if after is None:
            return False
        serving = self.facts.law.serving
        return any(any(True for _ in serving(after, role=n.role, permission=n.permission)) for n in demand.needs)

    def _objections(self, opinion: Opinion, action: Action, demand: Demand) -> Iterator[Objection]:
        """In order of gravity; the first one is the one that people are told of."""
        identity = ("approver-unknown", "signer-mismatch", "approver-not-human", "approver-inactive")
        yield from (o for o in opinion.objections if o.rule in identity)
        contributes = opinion.person in self.people.among(demand.exclude)
        if self._granted_here(opinion.person, demand) and not any(self._roles(opinion.person, demand.needs)):
            yield Objection("role-granted-in-same-change", demand.text)
        if contributes:
            yield Objection("approver-is-contributor", self._parts(opinion))
        if self.facts.law.segregations():
            yield from self._conflicted(opinion, action)
        if "merger" in demand.exclude and opinion.person in self._mergers:
            yield Objection("approver-is-merger")
        yield from (o for o in opinion.objections if o.rule not in identity)
        yield from self._content(opinion, action, demand)
        yield from self._conditions(opinion, demand)

    def _conflicted(self, opinion: Opinion, action: Action) -> Iterator[Objection]:
        """Whether another duty of theirs bars them from this one."""
        for clash in clashes(self.facts, action, "approve", [opinion.person], frozenset(self.people.people)):
            if clash.conflict.is_strict:
                yield Objection("approver-conflicted", clash.words, clash.conflict.status)

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

    def _conditions(self, opinion: Opinion, demand: Demand) -> Iterator[Objection]:
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
        if policy.held_since_base:
            yield from self._held_since(opinion, demand)

    def _held_since(self, opinion: Opinion, demand: Demand) -> Iterator[Objection]:
        proposal = self.facts.testimony.proposal
        base = proposal.merge_bases[0] if proposal else self.facts.parent
        answers = [
            self.facts.law.held_at(opinion.person, role, base)
            for role in _together(self._roles(opinion.person, demand.needs))
            if base is not None
        ]
        if answers and not any(answers):
            unknown = None in answers
            status = Status.UNVERIFIABLE if unknown else Status.FAIL
            yield Objection("approver-lacks-role", "at the reviewed base", status)


def _together(roles: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*roles)))


def assign(needs: tuple[Need, ...], candidates: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """As many people as possible to places, nobody twice: person -> index of the need (augmenting paths).

    ``candidates`` maps a person to the needs that they could serve. Deterministic in their order.
    """
    places: dict[tuple[int, int], str] = {}

    def seat(person: str, tried: set[tuple[int, int]]) -> bool:
        for index in candidates[person]:
            for place in ((index, number) for number in range(needs[index].count)):
                if place in tried:
                    continue
                tried.add(place)
                if place not in places or seat(places[place], tried):
                    places[place] = person
                    return True
        return False

    for person in candidates:
        seat(person, set())
    return {person: index for (index, _), person in places.items()}
