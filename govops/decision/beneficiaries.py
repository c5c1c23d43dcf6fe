"""Whom an exception benefits: they never count among those who approve it."""

from __future__ import annotations

from collections.abc import Iterator

from govops.decision.verdict import ChangeFacts
from govops.kinds.ratification import Ratification
from govops.kinds.waiver import Waiver
from govops.lifecycle import Action


def beneficiaries(action: Action, facts: ChangeFacts) -> dict[str, str]:
    """Person -> in what way; nobody for what is no exception, and where an exception is only taken away."""
    return dict(_beneficiaries(action, facts))


def _beneficiaries(action: Action, facts: ChangeFacts) -> Iterator[tuple[str, str]]:
    if isinstance(action.new, Waiver):
        for side in (action.old, action.new):
            if isinstance(side, Waiver):
                yield side.spec.owner, "the owner of the waiver"
    elif isinstance(action.new, Ratification):
        for change in action.new.spec.changes:
            for person in facts.made_by(change):
                yield person, f"a maker of change {change[:12]}, which it accepts"
