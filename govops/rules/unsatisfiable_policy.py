"""The rule ``unsatisfiable-policy``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from govops.decision import Law
from govops.decision.counting import assign
from govops.decision.requirements import Need
from govops.finding import Finding
from govops.kinds.approval_policy import ApprovalPolicy
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
    law = Law(facts.snapshot)
    needs = tuple(Need(item.count, item.role, item.permission) for item in policy.spec.required)
    wanted = sum(need.count for need in needs)
    # With as many people for one need as are wanted in all, that need is met whoever serves the others.
    holders = [sorted(islice(law.some_holders(role=n.role, permission=n.permission), wanted)) for n in needs]
    for place, (need, people) in enumerate(zip(needs, holders, strict=True)):
        if len(people) < need.count:
            message = f"{need.text} can never be given: {_who(people)}"
            at = ("spec", "approvals", place)
            found = facts.finding("unsatisfiable-policy", message, at=at, hint=_HINT, subject=need.text)
            yield warning(found)
            return
    able = {person: tuple(i for i, people in enumerate(holders) if person in people) for person in _everyone(holders)}
    if len(assign(needs, able)) < wanted:
        everyone = _everyone(law.holders(role=need.role, permission=need.permission) for need in needs)
        message = f"{wanted} different approvers are needed in all, and {_who(everyone)} for all of it together"
        yield warning(facts.finding("unsatisfiable-policy", message, at=("spec", "approvals"), hint=_HINT))


def _who(people: Sequence[str]) -> str:
    if not people:
        return "no active person could serve"
    return f"only {', '.join(people[:5])} could serve{' and others' if len(people) > 5 else ''}"


def _everyone(holders: Iterable[Iterable[str]]) -> list[str]:
    return sorted({person for people in holders for person in people})
