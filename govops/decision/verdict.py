"""What the judge is given about one change, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from govops.decision.law import Law
from govops.evidence.coverage import Merge
from govops.evidence.testimony import Decision, Testimony
from govops.expression import Undecided
from govops.finding import RequirementRecord, Status
from govops.history import Commit, Oid, PathChange
from govops.history.deeds import Deeds
from govops.history.snapshot import Snapshot
from govops.lifecycle import Action

Holds = Callable[[str, Action], bool | Undecided | None]
"""(condition of a policy, action) -> whether it holds; or that it cannot be told, with the reason if there is one."""


def undecided(condition: str, action: Action) -> bool | None:
    """Nobody evaluates conditions."""
    return None


MadeBy = Callable[[Oid], Iterable[str]]
"""Change -> the people whom a Ratification of it would benefit: who made it, or owns a waiver that it brought."""


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """One governed change and everything that its judgement may rest on.

    ``commits`` are its steps on the chain, oldest first. ``landed`` is the governed part of the difference
    from the first step's parent to the last step. ``law`` and ``before`` are what stood at that parent.
    ``time`` is the attested time of the change, None where nobody attests one. ``evidence_problem`` is
    the rule id that says why there is no usable testimony, with ``problem_detail`` in words. ``spent``
    maps a record or proposal to the change that it was spent on. ``deeds`` are all that was done before; ``made_by``
    tells of the earlier changes that something was found against. ``holds`` evaluates conditions. ``is_ahead`` says
    that the change has not landed.
    """

    id: Oid
    parent: Oid | None
    commits: tuple[Commit, ...]
    landed: tuple[PathChange, ...]
    actions: tuple[Action, ...]
    before: Snapshot
    law: Law
    testimony: Testimony
    merge: Merge
    time: str | None = None
    evidence_problem: str = ""
    problem_detail: str = ""
    spent: Mapping[str, Oid] = field(default_factory=dict)
    deeds: Deeds = field(default_factory=Deeds)
    holds: Holds = undecided
    is_ahead: bool = False
    made_by: MadeBy = field(default=lambda change: ())


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a change is not simply approved: a rule's id and the facts that its words need.

    ``who`` is a person or account, ``detail`` what the rule says it is, ``needed`` what would have sufficed.
    """

    rule: str
    status: Status = Status.FAIL
    paths: tuple[str, ...] = ()
    who: str = ""
    detail: str = ""
    needed: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a decision does not count, for one path and requirement or for all."""

    rule: str
    detail: str = ""
    status: Status = Status.FAIL


@dataclass(frozen=True, slots=True)
class Opinion:
    """One person's standing decision. ``persons`` are the Users whom its address names (one, if all is well)."""

    decision: Decision
    persons: tuple[str, ...]
    objections: tuple[Objection, ...] = ()

    @property
    def person(self) -> str:
        """The User's name, or how the evidence names whoever it was."""
        return self.persons[0] if len(self.persons) == 1 else self.decision.label


@dataclass(frozen=True, slots=True)
class Weighed:
    """An opinion after the judgement: the paths for which it counted, and each distinct objection.

    ``lenders`` are those as whose delegate the person counted, ``valid`` the paths for which it counted or would have,
    had others not been enough.
    """

    opinion: Opinion
    counted: tuple[str, ...]
    roles: tuple[str, ...]
    objections: tuple[Objection, ...]
    lenders: tuple[str, ...] = ()
    valid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judge's answer: every requirement and every decision given, with reasons.

    ``contributors`` are names to show, ``makers`` the known people among them: a stranger may be called like a
    colleague. ``labels`` stay with the change for ever. ``grace``: for how many seconds after the landing decisions
    were taken.
    """

    status: Status
    causes: tuple[Cause, ...] = ()
    requirements: tuple[RequirementRecord, ...] = ()
    weighed: tuple[Weighed, ...] = ()
    contributors: tuple[str, ...] = ()
    coverage: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    grace: int = 0
    makers: tuple[str, ...] = ()

    @property
    def approving(self) -> tuple[str, ...]:
        """Everybody who approved, whether that was needed or counted or not, and in whose seat they did; sorted."""
        known = (weighed for weighed in self.weighed if len(weighed.opinion.persons) == 1)
        given = [weighed for weighed in known if weighed.opinion.decision.decision == "approve"]
        return tuple(sorted({name for weighed in given for name in (weighed.opinion.person, *weighed.lenders)}))

    def vouching(self, path: str) -> tuple[str, ...]:
        """Whose approval of the path counted, or would have, had others not been enough; sorted."""
        return tuple(sorted({weighed.opinion.person for weighed in self.weighed if path in weighed.valid}))


def worst(causes: tuple[Cause, ...]) -> Status:
    """FAIL over UNVERIFIABLE over PASS: what is established stays so, whatever else is missing."""
    found = {cause.status for cause in causes}
    for status in (Status.ERROR, Status.FAIL, Status.UNVERIFIABLE):
        if status in found:
            return status
    return Status.PASS
