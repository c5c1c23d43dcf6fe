"""What lawful changes make of one incident: reported, answered, corrected, told to authorities, closed."""

from __future__ import annotations

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
class Step:
    """What one change does to an incident; None for what it leaves alone.

    ``named`` is what its file is about. ``weighs``: it says the severity or what it is about, anew; ``is_agreed``:
    somebody's approval of that counted. ``counts``: it was lawful, or is accepted; ``closes``: it may close.
    """

    mark: Mark
    severity: str
    named: Named
    counts: bool = True
    closes: bool = True
    is_agreed: bool = False
    removes: bool = False
    weighs: bool = False
    responds: bool | None = None
    resolves: bool | None = None
    told: tuple[Notified, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """What lawful changes made of one incident. ``reported`` is the first change that brought its file, lawful or not.

    ``agreed`` is the last one in which somebody approved the severity and what it is about, ``gone`` the one that
    removed it, ``after`` the one that had removed an earlier incident of that name. ``steps`` are the changes since the
    first that may still be accepted, ``base`` is the course before them.
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
    base: Course | None = None
    steps: tuple[Step, ...] = ()

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


def step_of(old: Incident | None, new: Incident | None, *, snapshot: Snapshot, mark: Mark) -> Step:
    """The difference between two contents of a file, one of which there is: as if it counted, and nobody had agreed."""
    some = new or old
    assert some is not None  # noqa: S101  a change has a side
    step = Step(mark, some.spec.severity, meant(some.spec.named, snapshot), removes=new is None)
    if new is None:
        return step
    spec, was = new.spec, old.spec if old else None
    answered, ended = was and was.responded, was and was.resolution
    return replace(
        step,
        weighs=was is None or (was.severity, was.named) != (spec.severity, spec.named),
        responds=spec.responded is not None if spec.responded is None or answered is None else None,
        resolves=spec.resolution is not None if spec.resolution is None or ended != spec.resolution else None,
        told=tuple(Notified(one.clock, one.stage, mark, one.at, one.authority) for one in spec.notifications),
    )


def taken(known: Course | None, step: Step) -> Course:
    """The course after the change."""
    before = _begun(known, step)
    course = _stepped(before, step)
    if before.steps or not (step.counts and step.closes):
        return replace(course, base=before.base or before, steps=(*before.steps, step))
    return course


def accepted(course: Course, change: Oid) -> Course:
    """The course had this change been lawful: those after it count as they do, on top of it."""
    if course.base is None:
        return course
    steps = [replace(s, counts=True, closes=True) if s.mark.commit == change else s for s in course.steps]
    result = course.base
    for step in steps:
        result = _stepped(_begun(result, step), step)
    if all(step.counts and step.closes for step in steps):
        return result
    return replace(result, base=course.base, steps=tuple(steps))


def _begun(known: Course | None, step: Step) -> Course:
    """The course so far; of a new incident, as it is reported: open, and of that severity.

    What comes again under the name of one that was removed is another incident.
    """
    if known is None or (known.gone is not None and not step.removes):
        return Course(step.severity, step.named, step.mark, after=known.gone if known else None)
    return known


def _stepped(course: Course, step: Step) -> Course:
    """The course after the change. What the change does not touch stays as it lawfully was."""
    if not step.counts:
        return course
    if step.removes:
        return replace(course, gone=step.mark)
    if step.weighs:
        agreed = step.mark if step.is_agreed else course.agreed
        course = replace(course, severity=step.severity, named=step.named, agreed=agreed)
    if step.responds is not None:
        course = replace(course, responded=(course.responded or step.mark) if step.responds else None)
    if step.resolves is False or (step.resolves and step.closes):
        course = replace(course, resolved=(course.resolved or step.mark) if step.resolves else None)
    known = {(one.clock, one.stage): one for one in course.notified}
    return replace(course, notified=tuple(known.get((one.clock, one.stage), one) for one in step.told))
