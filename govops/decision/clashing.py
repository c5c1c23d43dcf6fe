"""Who is barred from a part in a change by another part that they took before, or take in the same change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from govops.decision.duties import Conflict, Taken, is_named, takes
from govops.decision.verdict import ChangeFacts
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
    acts = facts.law.acts(facts.deeds)
    for at in acts.taken_by(action.name, did):
        if at.duty.fields and not takes(at.duty, action.name, changed_fields(action)):
            continue
        once = at.side == 1 if at.other.did == did else at.other.did == "contribute"
        for life in at.conflict.lives(f"{action.kind}/{action.resource}", version_named(action)):
            beside = _beside(facts, action, at, life) if once else None
            for person in people:
                deed = acts.first(at.number, 1 - at.side, life, person)
                if deed is not None:
                    yield Clash(at.conflict, person, at.other.did, deed.action, deed.resource, deed.commit)
                elif beside is not None and (at.other.did == "approve" or person in makers):
                    resource = f"{beside.kind}/{beside.resource}"
                    yield Clash(at.conflict, person, at.other.did, beside.name, resource, "")


def _beside(facts: ChangeFacts, action: Action, at: Taken, life: str) -> Action | None:
    """An action of the same change that is the other duty's, in the same life: another one, if both are alike."""
    for one in facts.law.acts(facts.deeds).living(facts.actions, life):
        touches = not at.other.fields or takes(at.other, one.name, changed_fields(one))
        itself = one is action and at.other.did == at.duty.did  # one act is not two of a kind
        if not itself and is_named(at.other, one.name) and touches:
            return one
    return None
