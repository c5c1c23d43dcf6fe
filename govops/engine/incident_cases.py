"""Every incident as the report tells it at the tip: how it stands, what it took, and which clocks run for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from govops.decision import Law
from govops.engine.clocks import Sort, Times, clock_runs, target_runs
from govops.engine.incident_course import Course
from govops.engine.incidents import Heard, Incidents
from govops.evidence.records import IncidentReport
from govops.history.snapshot import Snapshot
from govops.incident import IncidentCase, IncidentStatus, Unheard, gravest, seconds_between
from govops.kinds.incident import Incident
from govops.kinds.incident_words import Category, CategoryWords, derive_category


def cases(incidents: Incidents, law: Law, snapshot: Snapshot, as_of: str | None) -> tuple[IncidentCase, ...]:
    """All of them, by name; ``as_of`` None where no time is attested."""
    reports: dict[str, list[Heard]] = {}
    for heard in incidents.heard():
        reports.setdefault(heard[1].name, []).append(heard)
    open_ones = {one.name for one in incidents.standing(snapshot)}
    found = []
    for name in sorted({*incidents.courses, *snapshot.names("Incident"), *reports}):
        file, course = snapshot.find("Incident", name), incidents.courses.get(name)
        own = [pair for pair in reports.get(name, ()) if course is None or not course.is_before(pair[1])]
        matter = _Matter(name, file if isinstance(file, Incident) else None, course, tuple(own))
        case = _case(matter, law.settings.incident_words, snapshot.path_of("Incident", name), is_open=name in open_ones)
        found.append(_timed(case, matter, incidents, law, as_of))
    return tuple(found)


def unheard(incidents: Incidents) -> Iterator[Unheard]:
    """The reports that satisfy nothing, in the order of the branch."""
    for record, report in incidents.reports:
        doubt = incidents.doubts.get(record.id)
        if doubt:
            path = f"incidents/{record.id[:2]}/{record.id}.json"
            yield Unheard(record.id, path, report.person, report.name, doubt)


@dataclass(frozen=True, slots=True)
class _Matter:
    """All that is known of one incident: its file, its lawful course, and the reports that count, oldest first."""

    name: str
    file: Incident | None
    course: Course | None
    reports: tuple[Heard, ...]

    @property
    def weighing(self) -> list[IncidentReport]:
        """The reports whose words nobody has approved away."""
        return [report for _, report in self.reports if self.course is None or not self.course.outweighs(report)]

    @property
    def severity(self) -> str:
        """The gravest that was said and not lawfully lowered."""
        said: list[str] = [self.file.spec.severity] if self.file else []
        said += [self.course.severity] if self.course else []
        return gravest([*said, *(report.severity for report in self.weighing)])

    @property
    def reported(self) -> str | None:
        """When somebody first said so, by attested time."""
        times = [report.at for _, report in self.reports]
        times += [self.course.reported.time] if self.course and self.course.reported.time else []
        return min(times, default=None)

    def category(self, words: Sequence[CategoryWords]) -> tuple[Category, str | None]:
        """As it is given, or derived from the words; and from which one, None if it was given."""
        first = self.reports[0][1] if self.reports else None
        given = (self.file.spec.category if self.file else None) or (first.category if first else None)
        if given:
            return given, None
        spec = self.file.spec if self.file else None
        title = spec.title if spec else first.title if first else ""
        return derive_category(title, spec.description if spec else "", words)


def _case(matter: _Matter, words: Sequence[CategoryWords], path: str | None, *, is_open: bool) -> IncidentCase:
    category, word = matter.category(words)
    closed = IncidentStatus.RESOLVED if matter.file else IncidentStatus.WITHDRAWN
    case = IncidentCase(
        name=matter.name,
        title=matter.name,
        status=IncidentStatus.OPEN if is_open else closed,
        severity=matter.severity,
        category=category,
        word=word,
        resource="",
        path=path,
        reported_at=matter.reported,
        records=tuple(record.id for record, _ in matter.reports),
        milder=_milder(matter.file, matter.weighing) if is_open and matter.file else "",
    )
    return _described(case, matter)


def _described(case: IncidentCase, matter: _Matter) -> IncidentCase:
    """What the file says, or else the first report."""
    if matter.file is not None:
        spec = matter.file.spec
        return replace(
            case,
            title=spec.title,
            resource=spec.resource,
            related=spec.related,
            affected=spec.affected_count,
            reported_by=spec.reported.by,
            claimed_at=spec.reported.at,
        )
    if matter.reports:
        report = matter.reports[0][1]
        return replace(
            case,
            title=report.title,
            resource=report.resource,
            related=report.related,
            affected=report.affected_count,
            reported_by=report.person,
            claimed_at=report.at,
        )
    named = matter.course.named if matter.course else ("",)
    return replace(case, resource=named[0], related=named[1:])


def _timed(case: IncidentCase, matter: _Matter, incidents: Incidents, law: Law, as_of: str | None) -> IncidentCase:
    """With what was done when, and which times were kept; of one that was withdrawn none is asked."""
    if case.status is IncidentStatus.WITHDRAWN:
        return case
    course, times = matter.course, Times(case.reported_at, as_of)
    done = course.resolved if course and not case.is_open else None
    answers = [mark.time for mark in (course.responded if course else None, done) if mark and mark.time]
    labels = matter.file.metadata.labels if matter.file else {}
    sort, notified = Sort(case.severity, case.category, labels), course.notified if course else ()
    return replace(
        case,
        responded_at=min(answers, default=None),
        resolved_at=done.time if done else None,
        resolved_in=done.commit if done else None,
        resolution_seconds=seconds_between(case.reported_at, done.time if done else None),
        clocks=tuple(clock_runs((one for _, one in law.frameworks()), sort, times, notified)),
        targets=tuple(target_runs(incidents.targets.get(case.name, ()), course, times)),
    )


def _milder(file: Incident, reports: Iterable[IncidentReport]) -> str:
    """What of the file says less than one of these reports of it; the file of a closed incident need say no more."""
    for report in reports if file.spec.resolution is None else ():
        if gravest([file.spec.severity, report.severity]) != file.spec.severity:
            return f"{report.person} reported it as {report.severity}, and the file says {file.spec.severity}"
        missing = [name for name in (report.resource, *report.related) if name not in file.spec.named]
        if missing:
            return f"{report.person} reported it of {missing[0]}, which the file does not name"
    return ""
