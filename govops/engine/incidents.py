"""Incidents along a walk: what was reported in files and by signed records, and what of it is lawfully over.

A report counts as soon as it is there, whoever approved it. What makes it milder or ends it counts once a change that
was approved (or ratified) says so. Of a signed report, what stands on the evidence branch before the record of a change
was there before the change, whatever anybody says of the time: so none that comes later casts another light on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from govops.decision import ChangeFacts, Law, Verdict
from govops.engine.incident_course import Course, Mark, accepted, step_of, taken
from govops.engine.incident_names import Named, Target, meant, targets
from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.records import IncidentReport
from govops.evidence.testimony import Testimony
from govops.finding import Status
from govops.history import Oid
from govops.history.snapshot import Snapshot
from govops.incident import gravest
from govops.kinds.incident import Incident
from govops.kinds.user import User

MAY_REPORT, MAY_RESOLVE = "incident:report", "incident:resolve"


@dataclass(frozen=True, slots=True)
class KeptIncidents:
    """What another walk can go on from. ``doubts`` are reports that were heard, each with why it counts for nothing."""

    courses: Mapping[str, Course] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)


Heard = tuple[Recorded, IncidentReport]
"""A signed report, and the record that holds it."""


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """One that is open, as it is to be taken. ``evidence`` are the ids of the signed reports that make it so."""

    name: str
    severity: str
    named: Named
    path: str | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Precedes:
    """Whether a report stood on the evidence branch before a change landed.

    Its commit is below that of the change's receipt, and its own time not after the landing; or it is below a decision
    that somebody signed about the change in time. ``last`` is the place below which any such report stands.
    """

    receipt: int
    landed_at: str | None
    decision: int

    @classmethod
    def of(cls, testimony: Testimony, receipt: Recorded | None) -> Precedes:
        """What the evidence about one change shows."""
        landed = testimony.landed_at
        signed = [d.place for d in testimony.decisions if landed is None or d.at is None or d.at <= landed]
        return cls(receipt.place if receipt and landed else -1, landed, max(signed, default=-1))

    @property
    def last(self) -> int:
        """A report that stands here or later came after the change, for all that anybody can tell."""
        return max(self.receipt, self.decision)

    def __call__(self, record: Recorded, report: IncidentReport) -> bool:
        """Whether this one did."""
        in_time = self.landed_at is not None and report.at <= self.landed_at
        return (record.place < self.receipt and in_time) or record.place < self.decision


class Incidents:
    """All of them so far. Where there are none, nothing is asked and nothing is kept."""

    def __init__(self) -> None:
        self.courses: dict[str, Course] = {}
        self.doubts: dict[str, str] = {}
        self.targets: dict[str, tuple[Target, ...]] = {}
        self.reports: tuple[Heard, ...] = ()
        self.lawful: Callable[[str], bool] = lambda resource: True
        self._waiting: list[Heard] = []
        self._heard: dict[str, list[Heard]] = {}  # those that count, by incident
        self._live: set[str] | None = None  # names of those that may be open

    def recall(self, kept: KeptIncidents) -> None:
        """Know what another walk knew."""
        self.courses, self.doubts, self.targets = dict(kept.courses), dict(kept.doubts), dict(kept.targets)

    def kept(self) -> KeptIncidents:
        """What another walk can go on from."""
        return KeptIncidents(dict(self.courses), dict(self.doubts), dict(self.targets))

    def listen(self, book: EvidenceBook, lawful: Callable[[str], bool]) -> None:
        """Take up the reports of a book; ``lawful`` tells whether what stands of a resource was approved."""
        self.lawful = lawful
        self.reports = tuple(book.incidents())
        self._waiting = [pair for pair in self.reports if pair[0].id not in self.doubts]
        self._heard, self._live = {}, None
        for record, report in self.reports:
            if self.doubts.get(record.id) == "":
                self._heard.setdefault(report.name, []).append((record, report))

    def is_idle(self, snapshot: Snapshot) -> bool:
        """Whether there is nothing to look at."""
        return not (self.reports or self.courses or snapshot.names("Incident"))

    def hear(self, law: Law, snapshot: Snapshot, *, before: int | None, doubted: Callable[[str | None], bool]) -> None:
        """Judge the reports that stand before this place of the evidence branch (None: all), by these rules."""
        while self._waiting and (before is None or self._waiting[0][0].place < before):
            record, report = self._waiting.pop(0)
            doubt = "its key is called compromised" if doubted(record.signer) else doubt_of(record, report, law)
            self.doubts[record.id] = doubt
            if not doubt:
                self._heard.setdefault(report.name, []).append((record, report))
                self._promise(report.name, (report.resource, *report.related), snapshot)
                self._look_again(report.name, snapshot)

    def _promise(self, name: str, named: Named, snapshot: Snapshot) -> None:
        """Remember what agreements promise when the incident is first heard of."""
        if name not in self.targets:
            found = targets(named, snapshot)
            self.targets[name] = tuple(one for one in found if self.lawful(f"ServiceLevelAgreement/{one[0]}"))

    def settle(self, snapshot: Snapshot, commit: Oid, time: str | None) -> None:
        """Take what was found at the adoption as it stands."""
        for name in snapshot.names("Incident"):
            self.trust(name, snapshot, Mark(commit, time))

    def trust(self, name: str, snapshot: Snapshot, mark: Mark) -> None:
        """Take the file of an incident as if everything in it were approved."""
        found = snapshot.find("Incident", name)
        if isinstance(found, Incident) and name not in self.courses:
            spec = found.spec
            course = Course(spec.severity, meant(spec.named, snapshot), mark, agreed=mark)
            course = replace(course, responded=mark if spec.responded else None)
            self.courses[name] = replace(course, resolved=mark if spec.resolution else None)
            self._promise(name, spec.named, snapshot)
            self._look_again(name, snapshot)

    def take(self, facts: ChangeFacts, verdict: Verdict, unclosed: Collection[str], snapshot: Snapshot) -> None:
        """What a change did to incidents; ``snapshot`` stands after it, ``unclosed`` are closed by nobody who may."""
        mark, lawful = Mark(facts.id, facts.time), verdict.status is Status.PASS
        for path, name, old, new in _changed(facts):
            people, closes = any(path in weighed.counted for weighed in verdict.weighed), path not in unclosed
            step = step_of(old, new, snapshot=snapshot, mark=mark)
            step = replace(step, counts=lawful, closes=closes, is_agreed=people)
            known = self.courses.get(name)
            if known is not None and known.gone is not None and new is not None:  # another one, with its own promises
                self.targets.pop(name, None)
            self.courses[name] = taken(known, step)
            self._promise(name, step.named, snapshot)
            self._look_again(name, snapshot)

    def mend(self, change: Oid) -> None:
        """A violation is accepted: what it did to incidents counts from now on."""
        self.courses = {name: accepted(course, change) for name, course in self.courses.items()}
        self._live = None

    def standing(
        self, snapshot: Snapshot, before: Callable[[Recorded, IncidentReport], bool] = lambda record, report: True
    ) -> Iterator[OpenIncident]:
        """Those that are open, by name: by their file, by what lawfully stood there, or by a report ``before``."""
        if self._live is None:
            names = {*self.courses, *snapshot.names("Incident"), *self._heard}
            self._live = {name for name in names if self._open(name, snapshot, self._heard.get(name, ()))}
        for name in sorted(self._live):
            found = self._open(name, snapshot, [pair for pair in self._heard.get(name, ()) if before(*pair)])
            if found is not None:
                yield found

    def heard(self) -> Iterator[Heard]:
        """Every report that counts, in the order of the branch."""
        return (pair for pair in self.reports if self.doubts.get(pair[0].id) == "")

    def forget(self) -> None:
        """Look at all files again: they moved on by something else than a change."""
        self._live = None

    def _look_again(self, name: str, snapshot: Snapshot) -> None:
        """Whether the incident may be open now; the closed ones are not asked again at every promotion."""
        if self._live is not None:
            is_open = self._open(name, snapshot, self._heard.get(name, ())) is not None
            (self._live.add if is_open else self._live.discard)(name)

    def _open(self, name: str, snapshot: Snapshot, reports: Iterable[Heard]) -> OpenIncident | None:
        file, course = snapshot.find("Incident", name), self.courses.get(name)
        sides: list[tuple[str, Named]] = []
        if isinstance(file, Incident) and file.spec.resolution is None:
            sides.append((file.spec.severity, file.spec.named))
        if course is not None and course.is_open:
            sides.append((course.severity, course.named))
        evidence = []
        for record, report in reports:
            if course is None or not (course.answers(report) or course.outweighs(report)):
                sides.append((report.severity, (report.resource, *report.related)))
                evidence.append(record.id)
        if not sides:
            return None
        named = tuple(dict.fromkeys(one for _, several in sides for one in meant(several, snapshot)))
        severity = gravest([severity for severity, _ in sides])
        return OpenIncident(name, severity, named, snapshot.path_of("Incident", name), tuple(evidence))


def _changed(facts: ChangeFacts) -> Iterator[tuple[str, str, Incident | None, Incident | None]]:
    """(path, name, old, new) of every incident that the change touches, each once."""
    for path, action in {action.path: action for action in facts.actions}.items():
        old, new = (one if isinstance(one, Incident) else None for one in (action.old, action.new))
        some = new or old
        if some is not None:
            yield path, some.metadata.name, old, new


def unclosed(facts: ChangeFacts, verdict: Verdict) -> Iterator[str]:
    """Paths of incidents that the change resolves although nobody in it may: no approver, and no attested author."""
    closing = [a for a in facts.actions if a.name == "incident.resolve" and _is_resolved(a.new)]
    if not closing:
        return
    may = frozenset(facts.law.holders(permission=MAY_RESOLVE))
    makers = {p for claim in facts.testimony.claims if claim.attested for p in facts.law.people_at(claim.address)}
    for action in closing:
        counted = [weighed for weighed in verdict.weighed if action.path in weighed.counted]
        people = {name for weighed in counted for name in (weighed.opinion.person, *weighed.lenders)}
        if may.isdisjoint(people | makers):
            yield action.path


def _is_resolved(resource: object) -> bool:
    return isinstance(resource, Incident) and resource.spec.resolution is not None


def doubt_of(record: Recorded, report: IncidentReport, law: Law) -> str:
    """Why a report counts for nothing; empty if it does."""
    settings, user = law.settings, law.user(report.person)
    if record.signer is None:
        return "it bears no signature that holds"
    if (report.repository, report.branch) != (settings.repository, settings.protected_branch):
        return "it is of another repository or branch"
    address = f"key:{record.signer}"
    people = law.people_at(address)
    if people != (report.person,):
        return f"it is signed with a key of {' and '.join(people)}" if people else "its key is no User's"
    if user is None or not user.spec.active:
        return f"{report.person} is not active"
    if user.spec.type != "human":
        return f"{report.person} is {'an agent' if user.spec.type == 'agent' else 'a bot'}"
    if any(law.unlawful_people(people, [address])):
        return f"who {report.person} is rests on a change that was not approved"
    return "" if _may_report(law, user) else f"{report.person} does not hold {MAY_REPORT}"


def _may_report(law: Law, user: User) -> bool:
    return any(law.serving(user, permission=MAY_REPORT))
