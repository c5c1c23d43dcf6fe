"""What today's rules ask of approvers, whatever the change: the built-in requirements and every approval policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from govops.decision import Law
from govops.decision.needs import Need, Way, ways_of, words


@dataclass(frozen=True, slots=True)
class StandingDemand:
    """``source`` is a policy's path, or words for the built-in rule; ``evidence`` what it accepts, empty for all."""

    source: str
    ways: tuple[Way, ...]
    text: str
    evidence: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[Need, ...]:
        """Each need of any way, once."""
        return tuple(dict.fromkeys(need for way in self.ways for need in way))


def standing_demands(law: Law) -> Iterator[StandingDemand]:
    """The built-in ones first, then policies by path; those that ask for nobody are left out."""
    for what, permission in _BUILT_IN:
        need = Need(1, permission=permission)
        yield StandingDemand(f"the built-in rule for {what}", ((need,),), need.text)
    for path, policy in law.policies():
        asked = policy.spec.required
        if asked:
            yield StandingDemand(path, ways_of(asked), words(asked), policy.spec.evidence)


_BUILT_IN = (("policies and control files", "policy:change"), ("people", "user:manage"), ("roles", "role:manage"))
