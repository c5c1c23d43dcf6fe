"""Who could still give the approvals that a change needs."""

from __future__ import annotations

from dataclasses import dataclass

from govops.decision.beneficiaries import beneficiaries
from govops.decision.clashing import clashes
from govops.decision.delegations import loans
from govops.decision.law import Lent
from govops.decision.people import Contributors, contributors
from govops.decision.requirements import Demand, demands, situation
from govops.decision.verdict import ChangeFacts
from govops.lifecycle import Action


@dataclass(frozen=True, slots=True)
class Candidates:
    """One requirement as the verdict names it, and everyone who could serve it, sorted; contributors are not.

    ``roles`` are all that serve it.
    """

    text: str
    source: str
    names: tuple[str, ...]
    roles: frozenset[str] = frozenset()


def who_could(facts: ChangeFacts) -> tuple[Candidates, ...]:
    """For each requirement, in the order of the verdict, who holds what it asks for, made no part of the change
    and gains nothing by it.
    """
    people = contributors(facts.testimony.claims, facts.law)
    around = situation(facts)
    found: dict[tuple[str, str], set[str]] = {}
    roles: dict[tuple[str, str], frozenset[str]] = {}
    for action in facts.actions:
        for demand in demands(action, around):
            names = _able(demand, people, facts, _barred(facts, action, people) | beneficiaries(action, facts).keys())
            key = (f"{action.name}: {demand.text}", demand.source)
            known = found.setdefault(key, names)
            known &= names
            roles[key] = _roles(demand, facts)
    return tuple(Candidates(*key, tuple(sorted(names)), roles[key]) for key, names in found.items())


def roles_wanted(facts: ChangeFacts) -> frozenset[str]:
    """Every role that serves any of the change's requirements."""
    around = situation(facts)
    found = (demand for action in facts.actions for demand in demands(action, around))
    return frozenset(role for demand in found for role in _roles(demand, facts))


def _roles(demand: Demand, facts: ChangeFacts) -> frozenset[str]:
    serving = facts.law.roles_serving
    return frozenset(role for need in demand.needs for role in serving(role=need.role, permission=need.permission))


def _barred(facts: ChangeFacts, action: Action, people: Contributors) -> set[str]:
    """People whom another duty of theirs bars from approving this."""
    if not facts.law.acts(facts.deeds).conflicts:
        return set()
    everybody = facts.law.snapshot.names("User")
    found = clashes(facts, action, "approve", everybody, frozenset(people.people))
    return {clash.person for clash in found if clash.conflict.is_strict}


def _able(demand: Demand, people: Contributors, facts: ChangeFacts, conflicted: set[str]) -> set[str]:
    law, barred = facts.law, people.among(demand.exclude) | conflicted
    able = {name for need in demand.needs for name in law.some_holders(role=need.role, permission=need.permission)}
    able |= {lent.spec.to for lent in law.lent() if _could_stand_in(lent, demand, barred, facts)}
    return able - barred


def _could_stand_in(lent: Lent, demand: Demand, barred: frozenset[str], facts: ChangeFacts) -> bool:
    """Whether somebody who did not take part could serve in the seat of somebody who did not either."""
    delegate = facts.law.user(lent.spec.to)
    if delegate is None or not (delegate.spec.active and delegate.spec.type == "human") or lent.spec.from_ in barred:
        return False
    found = (loan for need in demand.needs for loan in loans(facts.law, lent.spec.to, need, facts.time))
    return any(loan.lender == lent.spec.from_ and not loan.problem for loan in found)
