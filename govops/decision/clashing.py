"""Who is barred from a part in a change by another part that they took before, or take in the same change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from govops.decision.duties import Conflict, takes
from govops.decision.verdict import ChangeFacts
from govops.kinds.segregation_of_duties import Duty
from govops.lifecycle import Action, changed_fields, version_named


@dataclass(frozen=True, slots=True)
class Clash:
    """The person took the other duty, too: earlier (``deed``) or in the same change."""

    conflict: Conflict
    person: str
    did: str
    action: str
    resource: str
    commit: str

    @property
    def words(self) -> str:
        """What they did, where, and what speaks against it."""
        verb = "made" if self.did == "contribute" else "approved"
        where = f"in {self.commit[:12]}" if self.commit else "in this change"
        return f"{self.person} {verb} {self.action} of {self.resource} {where}; {self.conflict.rule.reason}"


def clashes(
    facts: ChangeFacts, action: Action, did: str, people: Iterable[str], makers: frozenset[str]
) -> Iterator[Clash]:
    """Who of ``people``, by contributing to or approving this action, took a duty that clashes with another of theirs.

    ``makers`` are the change's contributors, whose other actions in the same change count as well. Where both duties
    are alike in one change, it is the second that clashes.
    """
    acts, about = facts.law.acts(facts.deeds), _About(action)
    for number, conflict in enumerate(acts.conflicts):
        for side, duty, across, other in conflict.sides():
            if duty.did != did or not takes(duty, action.name, about.fields):
                continue
            once = side == 1 if other.did == did else other.did == "contribute"
            for life in conflict.lives(about.resource, about.version):
                beside = _beside(facts, action, conflict, life, other) if once else None
                for person in people:
                    deed = acts.first(number, across, life, person)
                    if deed is not None:
                        yield Clash(conflict, person, other.did, deed.action, deed.resource, deed.commit)
                    elif beside is not None and (other.did == "approve" or person in makers):
                        yield Clash(conflict, person, other.did, beside.name, f"{beside.kind}/{beside.resource}", "")


class _About:
    """What is asked of an action once a rule cares."""

    def __init__(self, action: Action) -> None:
        self.resource = f"{action.kind}/{action.resource}"
        self.version = version_named(action)
        self.fields = changed_fields(action)


def _beside(facts: ChangeFacts, action: Action, conflict: Conflict, life: str, other: Duty) -> Action | None:
    """Another action of the same change that is the other duty's, in the same life."""
    for one in facts.actions:
        if one is action:
            continue
        about = _About(one)
        if takes(other, one.name, about.fields) and life in conflict.lives(about.resource, about.version):
            return one
    return None
