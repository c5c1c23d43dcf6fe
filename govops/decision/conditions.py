"""Conditions of approval policies: whether one holds of an action, by the rules in force and what stood before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from govops.decision.law import Law
from govops.decision.people import contributors
from govops.decision.verdict import Holds
from govops.evidence.testimony import Testimony
from govops.expression import MISSING, NOTHING, Programs, Undecided, is_installed
from govops.kinds.user import User
from govops.lifecycle import Action


def conditions(programs: Callable[[], Programs], law: Law, testimony: Testimony, time: str | None) -> Holds:
    """Answers for one change, whose attested time this is; ``programs`` ask about the registry as it stood before."""

    def holds(condition: str, action: Action) -> bool | Undecided:
        if not is_installed():
            return Undecided(MISSING)
        asked = programs()
        old, new = (NOTHING if side is None else asked.facts.data.of(side) for side in (action.old, action.new))
        values: dict[str, Any] = {"old": old.value, "new": new.value, "action": action.name}
        author = _author(law, testimony)
        if author is not None:
            values["author"] = asked.facts.data.of(author).value
        if time is not None:
            values["time"] = datetime.fromisoformat(time)
        return asked.holds(condition, asked.question(values, old=old, new=new))

    return holds


def _author(law: Law, testimony: Testimony) -> User | None:
    """Who proposed the change: whom a forge or a signature attests as opener, or else whom git names as its author.

    None where that is nobody known, or several.
    """
    people = contributors(testimony.claims, law)
    makers = people.among(("opener",)) & people.attested or people.among(("author",))
    return law.user(next(iter(makers))) if len(makers) == 1 else None
