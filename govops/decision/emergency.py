"""Approval after the fact: changes that may land first, as a policy says, and what is counted then."""

from __future__ import annotations

from dataclasses import replace

from govops.decision.counting import Booth, Tally
from govops.decision.delegations import holds
from govops.decision.law import is_rule_file
from govops.decision.people import Contributors, opinions
from govops.decision.requirements import Demand
from govops.decision.verdict import ChangeFacts
from govops.kinds.approval_policy import Emergency
from govops.lifecycle import Action, is_control_file


class Polls:
    """The votes on one change: as of its landing, and later ones where a policy lets an emergency wait for them."""

    def __init__(self, facts: ChangeFacts, people: Contributors) -> None:
        self.booth = Booth(facts, people, opinions(facts))
        self._later: dict[int, Booth] = {}

    def count(self, action: Action, demand: Demand) -> Tally:
        """The votes for one demand; later ones only if those that were there were not enough."""
        tally = self.booth.count(action, demand)
        emergency = demand.policy.emergency if demand.policy else None
        if tally.met or emergency is None or not self._may_wait(action, emergency):
            return tally
        return replace(self._later_than(emergency.seconds).count(action, demand), is_emergency=True)

    @property
    def grace(self) -> int:
        """For how many seconds after the landing votes were still taken."""
        return max(self._later, default=0)

    @property
    def last(self) -> Booth:
        """The votes as of when the last poll closed."""
        return self._later[self.grace] if self._later else self.booth

    def _later_than(self, seconds: int) -> Booth:
        facts, people = self.booth.facts, self.booth.people
        if seconds not in self._later:
            self._later[seconds] = Booth(facts, people, opinions(facts, grace=seconds))
        return self._later[seconds]

    def _may_wait(self, action: Action, emergency: Emergency) -> bool:
        """Rules never wait. Somebody tells when the change landed, and all who made it are people who are entitled."""
        facts = self.booth.facts
        if is_rule_file(action.path) or is_control_file(action.path):
            return False
        told = facts.testimony.receipt is not None or (facts.is_ahead and facts.law.settings.evidence.mode == "receipt")
        makers = self.booth.people.people
        return told and bool(makers) and all(self._is_entitled(name, emergency) for name in makers)

    def _is_entitled(self, name: str, emergency: Emergency) -> bool:
        law = self.booth.facts.law
        user = law.user(name)
        is_person = user is not None and user.spec.active and user.spec.type == "human"
        return is_person and holds(law, name, emergency.author, self.booth.facts.time) is True
