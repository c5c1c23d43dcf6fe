"""The rule ``unsatisfiable-policy``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from govops.decision import Law
from govops.decision.needs import Need, ways_of, words
from govops.decision.seats import seat
from govops.finding import Finding
from govops.kinds.approval_policy import ApprovalPolicy
from govops.kinds.approvals import Approvals
from govops.rule import ResourceFacts, warning

_HINT = "grant the role or permission to more active people, or ask for fewer approvals"


def check(facts: ResourceFacts) -> Iterator[Finding]:
    """Enough active people exist to give the approvals that a policy asks for.

    ## Why it matters
    A policy that nobody can satisfy blocks every change it matches, and the usual way out of a blocked change is a
    bypass. It is a warning: the policy is strict, not weak. Somebody who makes the change cannot approve it, so the
    real need is mostly one person more than counted here.

    ## Example
    Only one person holds the role:

        approvals:
          - count: 2
            role: approver

    ## How to fix it
    Grant the role to more people, lower `count`, or ask for a permission that more roles carry. Inactive users and
    users of type `bot` or `agent` are not counted.
    """
    policy = facts.resource
    if not isinstance(policy, ApprovalPolicy):
        return
    law, asked = Law(facts.snapshot), policy.spec.required
    ways = ways_of(asked)
    # With as many people for one need as are wanted in all, that need is met whoever serves the others.
    most = max(sum(need.count for need in way) for way in ways)
    holders = {
        need: sorted(islice(law.some_holders(role=need.role, permission=need.permission), most))
        for need in dict.fromkeys(need for way in ways for need in way)
    }
    for place, item in enumerate(asked):
        lacking = _never_given(item, holders)
        if lacking is not None:
            message = f"{words((item,))} can never be given: {_who(lacking)}"
            at = ("spec", "approvals", place)
            found = facts.finding("unsatisfiable-policy", message, at=at, hint=_HINT, subject=words((item,)))
            yield warning(found)
            return
    able = {person: {n: (person,) for n, p in holders.items() if person in p} for person in _everyone(holders.values())}
    seating = seat(ways, able)
    if seating.lacking:
        everyone = _everyone(law.holders(role=need.role, permission=need.permission) for need in holders)
        message = f"{seating.wanted} different approvers are needed in all, and {_who(everyone)} for all of it together"
        yield warning(facts.finding("unsatisfiable-policy", message, at=("spec", "approvals"), hint=_HINT))


def _never_given(item: Approvals, holders: Mapping[Need, Sequence[str]]) -> Sequence[str] | None:
    """The people who could serve, where they are too few for this item by itself; None where they are not."""
    ways = ways_of((item,))
    if any(all(len(holders[need]) >= need.count for need in way) for way in ways):
        return None
    return _everyone(holders[need] for way in ways for need in way)


def _who(people: Sequence[str]) -> str:
    if not people:
        return "no active person could serve"
    return f"only {', '.join(people[:5])} could serve{' and others' if len(people) > 5 else ''}"


def _everyone(holders: Iterable[Iterable[str]]) -> list[str]:
    return sorted({person for people in holders for person in people})
