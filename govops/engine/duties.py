"""Everybody who took both sides of what the policies at the tip keep apart, over the whole history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from govops.decision import Conflict
from govops.duties import Duties, DutyConflict, DutyRule, DutySide
from govops.engine.registry import Registry
from govops.finding import Tenure
from govops.history import Oid
from govops.history.deeds import Deed, Deeds
from govops.kinds.segregation_of_duties import Duty, RolePair, SegregationOfDuties


def matrix(registry: Registry, deeds: Deeds, positions: Mapping[Oid, int]) -> Duties:
    """Roles that met, by rule and person; then duties that met, by rule, life and person.

    Only valid approvals, needed or not, are duties that were taken.
    """
    kept = registry.law.segregations()
    if not kept:
        return Duties()
    held = registry.held()
    rules: list[DutyRule] = []
    found: list[DutyConflict] = []
    for path, policy, _ in kept:
        for number, pair in enumerate(policy.spec.role_pairs, 1):
            rules.append(_of_pair(f"{policy.metadata.name}#{number}", path, policy, pair))
            found += _met(rules[-1].id, pair, held, positions)
    acts = registry.law.acts(deeds)
    ids = {id(conflict): _of_duties(conflict) for conflict in acts.conflicts}
    rules += ids.values()
    for conflict, life, person, first, second in acts.met():
        found.append(_taken(ids[id(conflict)].id, life, person, (conflict, first, second), positions))
    return Duties(tuple(rules), tuple(found))


def ongoing(duties: Duties) -> Iterator[tuple[DutyRule, DutyConflict]]:
    """Roles that somebody still holds together against a strict rule."""
    strict = {rule.id: rule for rule in duties.rules if rule.enforcement == "strict" and rule.scope == "roles"}
    return ((strict[row.rule], row) for row in duties.conflicts if row.rule in strict and row.until is None)


def _of_pair(name: str, path: str, policy: SegregationOfDuties, pair: RolePair) -> DutyRule:
    one, other = (f"role {role}" for role in pair.roles)
    return DutyRule(name, path, policy.spec.enforcement, "roles", one, other, pair.reason)


def _of_duties(conflict: Conflict) -> DutyRule:
    rule = conflict.rule
    enforcement = "strict" if conflict.is_strict else "advisory"
    sides = (_duty(rule.first), _duty(rule.second))
    return DutyRule(conflict.id, conflict.policy, enforcement, rule.scope, *sides, rule.reason)


def _duty(duty: Duty) -> str:
    fields = f" ({', '.join(duty.fields)})" if duty.fields else ""
    return f"{duty.did} {' or '.join(duty.actions)}{fields}"


def _met(rule: str, pair: RolePair, held: Iterable[Tenure], positions: Mapping[Oid, int]) -> Iterator[DutyConflict]:
    one, other = pair.roles
    held = tuple(held)
    seconds = [tenure for tenure in held if tenure.role == other]
    for first in (tenure for tenure in held if tenure.role == one):
        for second in seconds:
            if first.person == second.person and _overlap(first, second, positions):
                start = max(first, second, key=lambda tenure: positions[tenure.since])
                ends = [tenure for tenure in (first, second) if tenure.until is not None]
                end = min(ends, key=lambda tenure: positions[tenure.until or ""], default=None)
                yield DutyConflict(
                    rule=rule,
                    person=first.person,
                    life="",
                    first=_role(first),
                    second=_role(second),
                    since=start.since,
                    since_time=start.since_time,
                    until=end.until if end else None,
                    until_time=end.until_time if end else None,
                )


def _overlap(one: Tenure, other: Tenure, positions: Mapping[Oid, int]) -> bool:
    never = len(positions)
    ends = [positions[tenure.until] if tenure.until else never for tenure in (one, other)]
    return max(positions[one.since], positions[other.since]) < min(ends)


def _role(tenure: Tenure) -> DutySide:
    return DutySide(f"role {tenure.role}", tenure.since, tenure.since_time, tenure.until, tenure.until_time)


def _taken(
    rule: str, life: str, person: str, met: tuple[Conflict, Deed, Deed], positions: Mapping[Oid, int]
) -> DutyConflict:
    conflict, first, second = met
    later = max(first, second, key=lambda deed: positions[deed.commit])
    sides = (_side(conflict.rule.first.did, first), _side(conflict.rule.second.did, second))
    return DutyConflict(rule, person, life, *sides, since=later.commit, since_time=later.time)


def _side(did: str, deed: Deed) -> DutySide:
    verb = "made" if did == "contribute" else "approved"
    return DutySide(f"{verb} {deed.action} of {deed.resource}", deed.commit, deed.time)
