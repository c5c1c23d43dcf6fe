"""Who is to be told of what is open, and whether they were: plain values that renderers see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from govops.errors import ExitCode

SCHEMA = "govops/escalations/v1"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is told; ``email`` is the first that their User names, "" without one."""

    name: str
    display_name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is meant by an ``entry`` of ``notify``: a User, the active holders of a Role, an address, or a channel."""

    entry: str
    kind: Literal["user", "role", "address", "channel"]
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """An open violation or incident. ``reported_at`` is the attested time of the report, None where nobody tells it.

    ``about`` is the resource that it concerns; ``severity`` is empty for a violation, ``note`` for what needs none.
    """

    resource: str
    title: str
    about: str
    path: str | None
    severity: str = ""
    reported_at: str | None = None
    note: str = ""

    @property
    def kind(self) -> str:
        """``SlaViolation`` or ``Incident``."""
        return self.resource.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Notice:
    """One step of a rule for one subject. ``told`` are the entries that a signed record says were told already."""

    rule: str
    after_minutes: int
    due_at: str
    subject: Subject
    recipients: tuple[Recipient, ...]
    told: tuple[str, ...] = ()

    @property
    def waiting(self) -> tuple[str, ...]:
        """The entries that nobody has told yet."""
        return tuple(one.entry for one in self.recipients if one.entry not in self.told)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of telling some ``entries`` of a step. ``record`` is the id of the record of it, "" where it failed for
    a ``reason``. ``key`` is that by which the receiver knows it.
    """

    rule: str
    after_minutes: int
    subject: str
    entries: tuple[str, ...]
    key: str = ""
    record: str = ""
    reason: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class EscalationReport:
    """Steps that are due at ``as_of``, oldest first, and those that come ``later``; ``untimed`` is open since nobody
    knows when. ``deliveries`` is None where nothing was to be posted.
    """

    repository: str
    ref: str
    tip: str
    as_of: str
    as_of_clock: str
    rules: int
    open: int
    due: tuple[Notice, ...]
    later: tuple[Notice, ...] = ()
    untimed: tuple[Subject, ...] = ()
    notes: tuple[str, ...] = ()
    deliveries: tuple[Delivery, ...] | None = None

    @property
    def exit_code(self) -> ExitCode:
        """0 everybody was told, 1 somebody is to be told, 3 a delivery failed or a time is attested by nobody."""
        if self.untimed or any(one.reason for one in self.deliveries or ()):
            return ExitCode.UNDECIDABLE
        return ExitCode.VIOLATION if any(notice.waiting for notice in self.due) else ExitCode.OK
