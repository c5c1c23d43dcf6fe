"""The exceptions along one walk: what waivers excuse, what ratifications accept, and what reverts put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from govops.decision import ChangeFacts, Law, Verdict
from govops.engine.cases import Case, Cases, Charge, Mending
from govops.engine.ledger import Ledger
from govops.engine.registry import Registry
from govops.engine.waiving import Ground, Tally, Waiving, approved, left_of
from govops.finding import Finding, Status, worst_of
from govops.history import Oid
from govops.history.deeds import Deed, Deeds
from govops.kinds.ratification import Ratification
from govops.kinds.waiver import Waiver
from govops.rule import JudgedChange, Rule, StandingWaiver, Unmatched

RATIFY = "change.ratify"  # the action of a deed: a rule file that landed without approval has it by now


class Docket:
    """Kept by one walk. ``rules`` are the built-in ones, by id; ``deeds`` are all that was done so far; ``renamed`` is
    as in :class:`Cases`.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        deeds: Callable[[], Deeds],
        renamed: Callable[[Oid], Oid] = lambda change: change,
    ) -> None:
        self._deeds = deeds
        self._renamed = renamed
        self.waiving = Waiving(rules)
        self.cases = Cases()
        self.cases.renamed = renamed

    def recall(self, tallies: Mapping[str, Tally], earlier: Sequence[Case], mending: Mending) -> None:
        """Know what another walk of the same chain knew."""
        self.waiving.tallies = dict(tallies)
        self.cases = Cases(earlier, mending)
        self.cases.renamed = self._renamed

    def approvers(self, resource: str) -> tuple[str, ...]:
        """Everybody who ever approved ``Kind/name``, sorted."""
        return tuple(sorted(approved(resource, self._deeds())))

    def unmatched(self, facts: ChangeFacts) -> tuple[Unmatched, ...]:
        """What the change's ratifications name in vain."""
        return self.cases.answers(ratifications(facts)).unmatched

    def hear(
        self,
        findings: list[Finding],
        judged: JudgedChange,
        ground: Ground | None,
        *,
        reporting: bool,
    ) -> tuple[list[Finding], Status]:
        """The findings on a change as waivers leave them, and the worst that is left of it; notes the case."""
        facts, verdict = judged.facts, judged.verdict
        found = self.waiving.apply(findings, facts, ground, reporting=reporting)
        pairs = tuple(zip(found, findings, strict=True))
        charges = [one for one, was in pairs if not (one.waived and was.status is Status.WARN)]
        status = worst_of({left_of(verdict, found), *(one.status for one in charges)})
        if any(one.status in (Status.FAIL, Status.WARN) for one in charges):
            self.cases.add(_case(facts, verdict, charges, status=status, reported=reporting))
        return found, status

    def conclude(self, judged: JudgedChange, status: Status, registry: Registry, ledger: Ledger) -> Iterator[Deed]:
        """What an approved change does to earlier ones: it restores, or accepts. Deeds of rules that are lawful now."""
        facts, verdict = judged.facts, judged.verdict
        if verdict.status is not Status.PASS or registry.law.retrospective:
            return
        if status is Status.PASS:
            self.cases.restore(facts.landed, facts.id)
        for path, ratification in ratifications(facts):
            approvers = sorted({w.opinion.person for w in verdict.weighed if path in w.counted})
            for case, before, now in self.cases.accept(path, ratification, facts.id):
                if case.reported:
                    ledger.rebin(before, now)
                if now is Status.WAIVED:
                    registry.incidents.mend(case.change)
                for resource in registry.mend(case.change) if now is Status.WAIVED else ():
                    yield Deed(
                        resource,
                        RATIFY,
                        facts.id,
                        facts.time,
                        approvers=tuple(approvers),
                        is_approved=True,
                        approving=verdict.approving,
                        vouching=verdict.vouching(path),
                    )

    def standing(self, law: Law) -> Iterator[StandingWaiver]:
        """The waivers that stand at the end of the walk and are lawful."""
        for path, waiver in law.waivers():
            if path in law.snapshot.files:
                tally = self.waiving.tallies.get(path) or Tally(waiver)
                yield StandingWaiver(path, waiver, tally.ever, tally.had_chance)


def ratifications(facts: ChangeFacts) -> Iterator[tuple[str, Ratification]]:
    """Those that the change brings."""
    for action in facts.actions:
        if isinstance(action.new, Ratification):
            yield action.path, action.new


def _case(facts: ChangeFacts, verdict: Verdict, charges: list[Finding], *, status: Status, reported: bool) -> Case:
    owners = {action.new.spec.owner for action in facts.actions if isinstance(action.new, Waiver)}
    claims = facts.testimony.claims
    addresses = {claim.address for claim in claims} | {f"email:{c.email.lower()}" for c in claims if c.email}
    landed = facts.landed if status is Status.FAIL else ()
    return Case(
        change=facts.id,
        status=status,
        makers=tuple(sorted({*verdict.makers, *owners})),
        addresses=tuple(sorted(addresses - {""})),
        charges=tuple(Charge(one.fingerprint, one.rule, one.path, one.status, one.subject) for one in charges),
        before=tuple((change.path, change.old) for change in landed),
        reported=reported,
    )
