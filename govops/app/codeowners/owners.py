"""Who could approve what: policies, roles and people, laid over the areas of a repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from govops.app.codeowners.areas import Area, areas
from govops.app.codeowners.globs import is_plain, meet
from govops.decision import Law
from govops.kinds.approval_policy import ApprovalPolicy
from govops.kinds.approvals import leaves
from govops.lifecycle import minor


@dataclass(frozen=True, slots=True)
class Owned:
    """One line: a pattern, the people who could approve what it matches, and the sources that say so; all sorted."""

    kind: str
    pattern: str
    people: tuple[str, ...]
    sources: tuple[str, ...]


def owned(law: Law) -> Iterator[Owned]:
    """Every line, in the order of the file.

    Policies that name paths get lines of their own below the area's, each with everybody who could approve there. A
    path that CODEOWNERS cannot say widens the area's own line instead: it asks too many, and nobody too few.
    """
    for area in areas(law):
        policies = [policy for _, policy in law.policies() if _concerns(policy, area)]
        within = {policy.metadata.name: _places(policy, area) for policy in policies}
        whole = [policy for policy in policies if area.pattern in within[policy.metadata.name]]
        yield _line(law, area, area.pattern, whole)
        places = {place for found in within.values() for place in found if place != area.pattern}
        for place in sorted(places, key=lambda place: (-place.count("*"), place)):
            beside = [policy for policy in policies if _meets(within[policy.metadata.name], place)]
            yield _line(law, area, place, [*whole, *beside])


def _line(law: Law, area: Area, pattern: str, policies: Iterable[ApprovalPolicy]) -> Owned:
    each = {policy.metadata.name: policy for policy in policies}
    people = set(law.holders(permission=area.permission)) if area.permission else set[str]()
    for policy in each.values():
        for _, need in leaves(policy.spec.required):
            people.update(law.holders(role=need.role, permission=need.permission))
    built_in = ["built-in"] if area.permission else []
    return Owned(area.kind, pattern, tuple(sorted(people)), (*built_in, *sorted(each)))


def _concerns(policy: ApprovalPolicy, area: Area) -> bool:
    """Whether the policy may speak of a change in the area, whatever the risk, the impact or the condition."""
    match = policy.spec.match
    actions = {*area.actions, *map(minor, area.actions)}
    if not any(fnmatchcase(action, wanted) for action in actions for wanted in match.actions):
        return False
    if match.kinds and area.kind != "Policy" and area.kind not in match.kinds:  # the policies' own kinds share an area
        return False
    return not match.environments or not area.environment or area.environment in match.environments


def _places(policy: ApprovalPolicy, area: Area) -> frozenset[str]:
    """The patterns that the policy's paths come to within the area: its own, where they cover it or cannot be said."""
    paths = policy.spec.match.paths
    if not paths or not area.glob:
        return frozenset({area.pattern})
    found = {place for path in paths for place in meet(path, area.glob)}
    return frozenset(f"/{place}" if is_plain(place) and place != area.glob else area.pattern for place in found)


def _meets(places: Iterable[str], place: str) -> bool:
    return any(meet(other.removeprefix("/"), place.removeprefix("/")) for other in places)
