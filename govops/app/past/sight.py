"""What can be seen from one moment of a history: files, derived status, and the change behind each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from govops.answer import Approver, Origin
from govops.decision import Law
from govops.engine import UNTOLD, AuditFacts, Moment, derived_status, stays_of
from govops.finding import ApprovalRecord, ChangeRecord, Event, Finding, Report, Status
from govops.history import REGULAR
from govops.kinds import Resource
from govops.kinds.custom import CustomResource
from govops.kinds.deployment import Deployment
from govops.kinds.model_version import ModelVersion
from govops.kinds.use_case import UseCase
from govops.lifecycle import deployed_status
from govops.lifecycle.transitions import MODEL_VERSION, USE_CASE

AnyResource = Resource | CustomResource


class Sight:
    """A moment, and the report of the audit that knows how what stood there had come."""

    def __init__(self, facts: AuditFacts, report: Report, moment: Moment) -> None:
        self.report = report
        self.moment = moment
        self.snapshot = moment.snapshot
        self.stays = stays_of(moment.stays)
        self.order = {commit: place for place, commit in enumerate(moment.told)}
        self._documents = facts.documents
        self._changes = {change.id: change for change in report.changes}
        self._findings = _by_commit(report.findings)
        self._events = _by_deployment(moment.deployments)
        self._limit = Law(moment.snapshot).settings.limits.file_bytes

    # ---- what stands

    def resource(self, path: str) -> AnyResource | None:
        """What stands at the path, None where it cannot be read."""
        file = self.snapshot.files[path]
        if file.resource is not None or file.entry.mode not in REGULAR:
            return file.resource
        if any(kind.match(path) is not None for kind in self.moment.custom):
            return self._documents.load(path, file.entry, self.moment.custom, limit=self._limit).resource
        return None

    def status(self, path: str, resource: AnyResource | None) -> str:
        """The derived status; empty for kinds that have none."""
        return derived_status(path, resource, self.snapshot, self.stays, self.moment.custom)

    def version_status(self, version: ModelVersion) -> str:
        """Where a version is on its way, its deployments included."""
        name = version.metadata.name
        return deployed_status(version.spec.status, version.metadata.version, self.stays(name))

    # ---- where it came from

    def origin(self, commit: str, path: str) -> Origin:
        """A change as it bears on one path."""
        change, told = self._changes.get(commit), self.moment.told.get(commit, UNTOLD)
        if change is None or self.moment.found.get(path) == commit:  # it stood there before anybody was judged for it
            return Origin(commit, None, time=told.time, attested=told.attested)
        return Origin(
            change=commit,
            status=change.status,
            subject=change.subject,
            time=told.time,
            attested=told.attested,
            actions=tuple(dict.fromkeys(action.name for action in change.actions if action.path == path)),
            contributors=change.contributors,
            approvals=tuple(_approver(given) for given in change.approvals if _counts(given, path)),
            rules=tuple(self._findings.get(commit, ())),
            labels=change.labels,
        )

    def origin_of_all(self, commit: str, paths: Sequence[str]) -> Origin:
        """A change as it bears on several paths: what it did to any of them, and who approved any of them."""
        each = [self.origin(commit, path) for path in paths]
        return replace(
            each[0],
            actions=tuple(dict.fromkeys(action for origin in each for action in origin.actions)),
            approvals=tuple(dict.fromkeys(approval for origin in each for approval in origin.approvals)),
        )

    def touched(self, path: str) -> tuple[Origin, ...]:
        """Every change of a path up to the moment, oldest first."""
        return tuple(self.origin(commit, path) for commit in self.moment.touched.get(path, ()))

    def not_plain(self, path: str, *shown: Origin | None) -> tuple[Origin, ...]:
        """Changes of a path, up to the moment, that were not plainly allowed; those in ``shown`` are left out."""
        known = {origin.change for origin in shown if origin is not None}
        others = (origin for origin in self.touched(path) if origin.status not in (None, Status.PASS))
        return tuple(origin for origin in others if origin.change not in known)

    def below(self, resource: AnyResource | None) -> tuple[Origin, ...]:
        """For a deployment: changes of the version that runs which were not plainly allowed."""
        running = resource if isinstance(resource, Deployment) else None
        name = f"{running.metadata.name}/{running.spec.version}" if running else ""
        path = self.snapshot.path_of("ModelVersion", name)
        return self.not_plain(path) if path is not None else ()

    def content(self, path: str) -> Origin:
        """The change that gave the path its present content."""
        return self.origin(self.moment.touched[path][-1], path)

    def declared(self, path: str, resource: AnyResource | None) -> Origin:
        """The change that wrote the status which the file declares; of the content, where it declares none."""
        match resource:
            case ModelVersion():
                names = {action for (_, to), action in MODEL_VERSION.items() if to == resource.spec.status}
            case UseCase():
                names = {action for (_, to), action in USE_CASE.items() if to == resource.spec.status}
            case _:
                return self.content(path)
        commits = self.moment.touched[path]
        steps = (commit for commit in reversed(commits) if self._may_have(names, commit, path))
        return self.origin(next(steps, commits[0]), path)

    def state(self, path: str, resource: AnyResource | None) -> Origin:
        """The change that put a resource into its derived status."""
        if isinstance(resource, Resource) and resource.kind == "Deployment":
            return self.running(resource.key.name) or self.content(path)
        if isinstance(resource, Resource) and resource.kind == "Model":
            return self._furthest(path, resource)
        if not isinstance(resource, ModelVersion):
            return self.declared(path, resource)
        status, model = self.version_status(resource), resource.metadata.name
        if status == "rolled_back":
            return self._rolled_back(resource) or self.declared(path, resource)
        environment = status.removeprefix("deployed_")
        here = self.running(f"{environment}/{model}") if environment != status else None
        return here or self.declared(path, resource)

    def running(self, deployment: str) -> Origin | None:
        """The change that brought what runs at ``environment/model``; None where nothing ever did."""
        stays = self._stays(deployment)
        return stays[-1] if stays else None

    def versions(self, model: str) -> Iterator[tuple[str, ModelVersion]]:
        """(path, version) of a model, sorted by path."""
        for path in self.snapshot.referrers("Model", model):
            found = self.snapshot.files[path].resource
            if isinstance(found, ModelVersion):
                yield path, found

    def _furthest(self, path: str, model: Resource) -> Origin:
        status = self.status(path, model)
        each = self.versions(model.metadata.name)
        found = [self.state(place, version) for place, version in each if self.version_status(version) == status]
        return min(found, key=lambda origin: self.order.get(origin.change, -1), default=self.content(path))

    def _rolled_back(self, version: ModelVersion) -> Origin | None:
        name = f"production/{version.metadata.name}"
        versions = self.moment.stays.get(("production", version.metadata.name), ())
        last = len(versions) - 1 - list(reversed(versions)).index(version.metadata.version)
        stays = self._stays(name)
        return stays[last + 1] if len(stays) == len(versions) > last + 1 else None

    def _stays(self, deployment: str) -> list[Origin]:
        path = f"registry/deployments/{deployment}.yaml"
        return [self.origin(event.commit, path) for event in self._events.get(f"Deployment/{deployment}", ())]

    def _may_have(self, names: set[str], commit: str, path: str) -> bool:
        """Whether a change did one of these things to a path, or nobody can read what it did."""
        change = self._changes.get(commit)
        done = {action.name for action in (change.actions if change else ()) if action.path == path}
        return bool(names & done) or "unreadable-history" in self._findings.get(commit, ())


def first_later(report: Report, path: str, before: Mapping[str, Any]) -> ChangeRecord | None:
    """The first change of a path that is not among those ``before``."""
    later = (change for change in report.changes if change.id not in before)
    return next((change for change in later if any(action.path == path for action in change.actions)), None)


def _by_commit(findings: Iterable[Finding]) -> dict[str, dict[str, None]]:
    """Commit -> the rules that found something against it, each once, in order; warnings are left out."""
    found: dict[str, dict[str, None]] = {}
    for finding in findings:
        if finding.commit is not None and finding.status is not Status.WARN:
            found.setdefault(finding.commit, {})[finding.rule] = None
    return found


def _by_deployment(events: Iterable[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.resource, []).append(event)
    return found


def _counts(given: ApprovalRecord, path: str) -> bool:
    return given.decision == "approve" and path in given.counted


def _approver(given: ApprovalRecord) -> Approver:
    weak = given.weak or given.evidence == "trailer"
    return Approver(given.person, given.roles, given.evidence, weak, given.record, given.at, given.delegate_of)
