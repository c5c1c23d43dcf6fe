"""What today's rules ask of approvers, whatever the change: the built-in requirements and every approval policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from govops.decision import Law
from govops.decision.requirements import Need


@dataclass(frozen=True, slots=True)
class StandingDemand:
    """``source`` is a policy's path, or words for the built-in rule; ``evidence`` what it accepts, empty for all."""

    source: str
    needs: tuple[Need, ...]
    evidence: tuple[str, ...] = ()


_BUILT_IN = (
    StandingDemand("the built-in rule for policies and control files", (Need(1, permission="policy:change"),)),
    StandingDemand("the built-in rule for people", (Need(1, permission="user:manage"),)),
    StandingDemand("the built-in rule for roles", (Need(1, permission="role:manage"),)),
)


def standing_demands(law: Law) -> Iterator[StandingDemand]:
    """The built-in ones first, then policies by path; those that ask for nobody are left out."""
    yield from _BUILT_IN
    for path, policy in law.policies():
        needs = tuple(Need(item.count, item.role, item.permission) for item in policy.spec.required)
        if needs:
            yield StandingDemand(path, needs, policy.spec.evidence)
