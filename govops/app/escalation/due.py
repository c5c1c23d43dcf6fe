"""Rules and what is open -> the steps that are due, and who is told: a pure function of facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from govops.escalation import Notice, Recipient, Subject
from govops.kinds.escalation_rule import EscalationRule
from govops.kinds.scalars import later

Told = tuple[str, int, str, str]
"""A rule, the minutes of its step, what it was about, and an entry of ``notify`` that was told."""


def notices(
    rules: Iterable[EscalationRule],
    subjects: Collection[Subject],
    *,
    whom: Callable[[str], Recipient],
    told: Collection[Told] = (),
) -> tuple[Notice, ...]:
    """Every step of every rule for every subject whose time is known, in the order in which they are due."""
    found = [
        Notice(
            rule=rule.metadata.name,
            after_minutes=step.after_minutes,
            due_at=later(subject.reported_at, step.after_minutes * 60),
            subject=subject,
            recipients=tuple(whom(entry) for entry in step.notify),
            told=tuple(_told(rule.metadata.name, step.after_minutes, subject.resource, step.notify, told)),
        )
        for rule in rules
        for subject in subjects
        if subject.reported_at is not None and applies(rule, subject)
        for step in rule.spec.steps
    ]
    return tuple(sorted(found, key=lambda notice: (notice.due_at, notice.rule, notice.subject.resource)))


def applies(rule: EscalationRule, subject: Subject) -> bool:
    """Whether the rule speaks of it; only incidents have a severity."""
    to = rule.spec.applies_to
    severe = not to.severities or subject.kind != "Incident" or subject.severity in to.severities
    return severe and subject.kind in to.kinds


def _told(rule: str, minutes: int, subject: str, notify: Iterable[str], told: Collection[Told]) -> Iterator[str]:
    yield from (entry for entry in notify if (rule, minutes, subject, entry) in told)
