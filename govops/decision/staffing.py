"""Who holds which role before and after a change: roles that may not meet, and roles that must not run out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govops.decision.duties import breach
from govops.decision.law import ROLES_ROOT, USERS_ROOT, serves
from govops.decision.verdict import Cause, ChangeFacts
from govops.finding import Status
from govops.kinds.approval_policy import ApprovalPolicy
from govops.kinds.approvals import Approvals, leaves
from govops.kinds.role import Role
from govops.kinds.segregation_of_duties import Holders, SegregationOfDuties
from govops.kinds.user import User

if TYPE_CHECKING:
    from govops.lifecycle import Action

_STAFF = (USERS_ROOT, ROLES_ROOT)


def staffing(facts: ChangeFacts) -> Iterator[Cause]:
    """What a change does to the holders of roles that policies keep apart, or count on."""
    touched = [action for action in facts.actions if action.path.startswith(_STAFF)]
    kept = facts.law.segregations()
    if touched:
        after = _After(facts, touched)
        for path, policy, certain in kept:
            status = breach(policy, certain=certain)
            yield from _meeting(after, path, policy, status)
            for holders in policy.spec.holders:
                yield from _running_out(after, path, holders, status)
        yield from _nobody_left(after)
    if any(isinstance(action.new, SegregationOfDuties) for action in facts.actions):
        yield from _met_already(facts)


@dataclass(frozen=True, slots=True)
class _After:
    """People and roles as the change leaves them."""

    facts: ChangeFacts
    touched: list[Action]

    @property
    def people(self) -> dict[str, User | None]:
        """Users that the change touches; None where it leaves none that can be read."""
        found = {}
        for action in self.touched:
            if action.path.startswith(USERS_ROOT):
                found[_name(action)] = action.new if isinstance(action.new, User) else None
        return found

    @property
    def roles(self) -> dict[str, Role | None]:
        """The same of Roles."""
        found = {}
        for action in self.touched:
            if action.path.startswith(ROLES_ROOT):
                found[_name(action)] = action.new if isinstance(action.new, Role) else None
        return found

    def path(self, person: str) -> str:
        """The User's file."""
        return f"{USERS_ROOT}{person}.yaml"

    def holders(self, *, role: str | None = None, permission: str | None = None) -> frozenset[str]:
        """Active humans who serve when the change has landed."""
        law, people, roles = self.facts.law, self.people, self.roles
        serving = {name for name in law.roles_serving(role=role, permission=permission) if name not in roles}
        serving |= {name for name, found in roles.items() if found is not None and serves(found, role, permission)}
        still = {person for name in serving for person in law.snapshot.serving(name) if person not in people}
        return frozenset(still | {name for name, user in people.items() if user and _serves_in(user, serving)})


def _serves_in(user: User, roles: set[str]) -> bool:
    return user.spec.active and user.spec.type == "human" and not roles.isdisjoint(user.spec.roles)


def _name(action: Action) -> str:
    return action.path.rpartition("/")[2].removesuffix(".yaml")


def _meeting(after: _After, path: str, policy: SegregationOfDuties, status: Status) -> Iterator[Cause]:
    """People who hold two roles after the change that may not meet, and did not before."""
    for name, user in after.people.items():
        before = after.facts.law.user(name)
        held = set(before.spec.roles) if before else set()
        for pair in policy.spec.role_pairs:
            if user is not None and set(pair.roles) <= set(user.spec.roles) and not set(pair.roles) <= held:
                roles = " and ".join(sorted(pair.roles))
                yield Cause("conflicting-roles", status, (after.path(name),), name, f"{roles}; {pair.reason}", path)


def _met_already(facts: ChangeFacts) -> Iterator[Cause]:
    """People who hold such roles already when the rule against it comes; it judges what comes after."""
    for action in facts.actions:
        if not isinstance(action.new, SegregationOfDuties):
            continue
        known = action.old.spec.role_pairs if isinstance(action.old, SegregationOfDuties) else ()
        for pair in action.new.spec.role_pairs:
            if any(set(pair.roles) == set(one.roles) for one in known):
                continue
            for name in sorted(facts.law.snapshot.names("User")):
                user = facts.law.user(name)
                if user is not None and set(pair.roles) <= set(user.spec.roles):
                    roles = " and ".join(sorted(pair.roles))
                    detail = f"{roles} already; {pair.reason}"
                    yield Cause("conflicting-roles", Status.WARN, (action.path,), name, detail, action.path)


def _running_out(after: _After, path: str, holders: Holders, status: Status) -> Iterator[Cause]:
    before, left = frozenset(after.facts.law.holders(role=holders.role)), after.holders(role=holders.role)
    lost = before - left
    where = tuple(dict.fromkeys(action.path for action in after.touched))
    if lost and len(left) < holders.minimum:
        detail = f"{len(left)} of {len(before)} would be left, and {holders.minimum} must be"
        yield Cause("too-few-holders", status, where, holders.role, detail, path)
    if len(lost) * 100 > holders.max_removed_percent * len(before):
        detail = f"{len(lost)} of {len(before)} would lose it, and at most {holders.max_removed_percent} % may"
        yield Cause("too-many-removed", status, where, holders.role, detail, path)


def _nobody_left(after: _After) -> Iterator[Cause]:
    """Policies that ask for somebody before and after the change, and that nobody can satisfy any more."""
    law = after.facts.law
    changed = {action.path: action.new for action in after.facts.actions}
    seen: set[str] = set()

    def before(need: Approvals) -> bool:
        return any(True for _ in law.some_holders(role=need.role, permission=need.permission))

    def left(need: Approvals) -> bool:
        return bool(after.holders(role=need.role, permission=need.permission))

    for path, policy in law.policies():
        stays = changed.get(path, policy)
        if not isinstance(stays, ApprovalPolicy) or _stands(stays.spec.required, left):
            continue
        if _stands(policy.spec.required, before) and _stands(stays.spec.required, before):
            gone = next(need for _, need in leaves(stays.spec.required) if before(need) and not left(need))
            what = f"role {gone.role}" if gone.role else f"permission {gone.permission}"
            where = tuple(dict.fromkeys(action.path for action in after.touched))
            if what not in seen:
                yield Cause("last-approver-removed", Status.FAIL, where, what, "", path)
            seen.add(what)


def _stands(items: Iterable[Approvals], holds: Callable[[Approvals], bool]) -> bool:
    """Whether somebody is there for everything that the items take, one alternative being enough."""
    return all(any(_stands(one, holds) for one in item.alternatives) if item.any_of else holds(item) for item in items)
