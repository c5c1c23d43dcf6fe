"""What lawful changes make of one incident: reported, answered, corrected, told to authorities, closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from govops.engine.incident_names import Named, meant
from govops.evidence.records import IncidentReport
from govops.history import Oid
from govops.history.snapshot import Snapshot
from govops.kinds.incident import Incident


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was done to an incident: by which change, and when by attested time."""

    commit: Oid
    time: str | None


@dataclass(frozen=True, slots=True)
class Notified:
    """That an authority was told, for a clock and a stage of it."""

    clock: str
    stage: str
    mark: Mark
    claimed: str
    authority: str


@dataclass(frozen=True, slots=True)
class Course:
    """What lawful changes made of one incident. ``reported`` is the first change that brought its file, lawful or not.

    ``agreed`` is the last one in which somebody approved the severity and what it is about, ``gone`` the one that
    removed it, ``after`` the one that had removed an earlier incident of that name. ``waiting`` are courses that it
    would have taken by changes that were not lawful, should those be accepted.
    """

    severity: str
    named: Named
    reported: Mark
    responded: Mark | None = None
    resolved: Mark | None = None
    agreed: Mark | None = None
    gone: Mark | None = None
    after: Mark | None = None
    notified: tuple[Notified, ...] = ()
    waiting: tuple[tuple[Oid, Course], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nothing ended it."""
        return self.resolved is None and self.gone is None

    def answers(self, report: IncidentReport) -> bool:
        """Whether it was closed or removed lawfully since the report."""
        return _since(self.resolved, report) or _since(self.gone, report) or self.is_before(report)

    def is_before(self, report: IncidentReport) -> bool:
        """Whether the report was of an earlier incident of that name."""
        return _since(self.after, report)

    def outweighs(self, report: IncidentReport) -> bool:
        """Whether somebody approved what the file says since the report."""
        return _since(self.agreed, report)


def _since(mark: Mark | None, report: IncidentReport) -> bool:
    return mark is not None and (mark.time is None or report.at <= mark.time)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one incident's file. ``is_agreed``: somebody's approval of it counted; ``closes``: it may close."""

    old: Incident | None
    new: Incident | None
    mark: Mark
    is_agreed: bool
    closes: bool
    snapshot: Snapshot


def begun(known: Course | None, step: Step) -> Course:
    """The course so far; of a new incident, as it is reported: open, and of that severity."""
    some = step.new or step.old
    assert some is not None  # noqa: S101  a change has a side
    return known or Course(some.spec.severity, meant(some.spec.named, step.snapshot), step.mark)


def stepped(course: Course, step: Step) -> Course:
    """The course after the change, were it lawful. What the change does not touch stays as it lawfully was."""
    new, old, mark = step.new, step.old, step.mark
    if new is None:
        return replace(course, gone=mark)
    spec, was = new.spec, old.spec if old else None
    if was is None or (was.severity, was.named) != (spec.severity, spec.named):
        agreed = mark if step.is_agreed else course.agreed
        course = replace(course, severity=spec.severity, named=meant(spec.named, step.snapshot), agreed=agreed)
    if spec.responded is None:
        course = replace(course, responded=None)
    elif was is None or was.responded is None:
        course = replace(course, responded=course.responded or mark)
    if spec.resolution is None:
        course = replace(course, resolved=None)
    elif (was is None or was.resolution != spec.resolution) and step.closes:
        course = replace(course, resolved=course.resolved or mark)
    return replace(course, notified=tuple(_notified(course, new, mark)))


def _notified(course: Course, new: Incident, mark: Mark) -> Iterator[Notified]:
    known = {(one.clock, one.stage): one for one in course.notified}
    for told in new.spec.notifications:
        before = known.get((told.clock, told.stage))
        yield before or Notified(told.clock, told.stage, mark, told.at, told.authority)
