"""Segregation of duties: what policies keep apart, and who took both sides of it. Values, told by the engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DutyRule:
    """Two roles or two duties that a policy keeps apart: ``independence#1``. ``scope`` is ``roles`` or a life's."""

    id: str
    policy: str
    enforcement: str
    scope: str
    first: str
    second: str
    reason: str


@dataclass(frozen=True, slots=True)
class DutySide:
    """One side of a conflict: a role that was held until ``until`` (None: still), or what was done in ``commit``."""

    what: str
    commit: str
    time: str | None
    until: str | None = None
    until_time: str | None = None


@dataclass(frozen=True, slots=True)
class DutyConflict:
    """A person who took both sides of what a rule keeps apart, now or at any time before.

    ``life`` is what they took them in (``model:fraud``), empty for roles. ``since`` is when both had come together,
    ``until`` when roles had parted again (None: they have not, or do not apply).
    """

    rule: str
    person: str
    life: str
    first: DutySide
    second: DutySide
    since: str
    since_time: str | None
    until: str | None = None
    until_time: str | None = None


@dataclass(frozen=True, slots=True)
class Duties:
    """What the policies at the tip keep apart, and who took both sides of it at any time."""

    rules: tuple[DutyRule, ...] = ()
    conflicts: tuple[DutyConflict, ...] = ()
