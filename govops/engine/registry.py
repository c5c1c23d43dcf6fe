"""The registry as it moves along the chain: files, deployments, role holders, and which rules are lawful."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from govops.decision import Law, Unlawful, is_rule_file
from govops.decision.law import effective
from govops.engine.facts import Documents, Parsed
from govops.engine.incidents import Incidents
from govops.engine.keeping import Kept
from govops.finding import Event, Status, Tenure
from govops.history import REGULAR, Entry, Oid, PathChange
from govops.history.snapshot import File, Snapshot
from govops.kinds import Resource
from govops.kinds.custom import CustomResource
from govops.kinds.deployment import Deployment
from govops.kinds.user import User
from govops.lifecycle import is_control_file, is_rollback

_POLICIES = "policies/"
_ROOTS = ("registry/", _POLICIES)
_ROOT_NAMES = frozenset({"registry", "policies"})  # a link or file that stands in for a root is governed too


class Registry:
    """What stands at the current commit of the walk, and what of its past the judgement needs."""

    def __init__(self, documents: Documents, external: Snapshot | None, positions: Mapping[Oid, int]) -> None:
        self.documents = documents
        self.snapshot = Snapshot()
        self.law = Law(external or self.snapshot, retrospective=external is not None)
        self.stays: dict[tuple[str, str], list[str | None]] = {}
        self.deployments: list[Event] = []
        self.incidents = Incidents()
        self.tenures: list[Tenure] = []
        self._held: dict[tuple[str, str], Tenure] = {}
        self._positions = positions
        self.law.held_at = self._held_at

    def recall(self, kept: Kept) -> None:
        """Stand where another walk of the same chain stood; ``deployments`` are those after it."""
        for path, file in kept.files:
            self.snapshot.put(path, file)
        self.law.unlawful.update(kept.unlawful)
        self.stays = {(environment, model): list(versions) for environment, model, versions in kept.place.stays}
        self.incidents.recall(kept.place.incidents)
        self.tenures = list(kept.place.tenures)
        self._held = {(tenure.person, tenure.role): tenure for tenure in kept.place.held}

    @property
    def going_on(self) -> tuple[Tenure, ...]:
        """Tenures that have not ended."""
        return tuple(self._held.values())

    def governed(self, path: str) -> bool:
        """Whether the path belongs to a governed root, a custom kind or the control files."""
        return path.startswith(_ROOTS) or path in _ROOT_NAMES or is_control_file(path) or self.law.claims(path)

    def parse(self, path: str, entry: Entry | None) -> Parsed:
        """What stands at the path, read as its kind; nothing for files that no kind claims."""
        if entry is None or entry.mode not in REGULAR or not path.endswith(".yaml") or is_control_file(path):
            return Parsed()
        limit = self.law.settings.limits.file_bytes
        return self.documents.load(path, entry, self.law.custom_kinds(), limit=limit)

    def before(self, change: PathChange) -> Resource | CustomResource | None:
        """The resource that stood at the path: as it was, or as it was last readable."""
        return self.was(change, self.snapshot.files.get(change.path))

    def was(self, change: PathChange, file: File | None) -> Resource | CustomResource | None:
        """The same for someone who knows which file stood there."""
        if file is not None and (file.resource or file.last_valid):
            return file.resource or file.last_valid
        return self.parse(change.path, change.old).resource

    def document(self, path: str) -> Resource | CustomResource | None:
        """What stands at a path now, of a kind of the user's own too."""
        file = self.snapshot.files.get(path)
        return (file.resource or self.parse(path, file.entry).resource) if file else None

    def unknown(self, landed: Iterable[PathChange]) -> str:
        """What the judgement of these changes would rest on and the repository lacks: a path, empty if nothing."""
        rules = self.law.unread()
        replaced = (change.path for change in landed if self.lacks(change))
        return next(iter([*rules, *replaced]), "")

    def lacks(self, change: PathChange) -> bool:
        """Whether the repository lacks what stood at the path."""
        file = self.snapshot.files.get(change.path)
        return file.is_missing if file is not None else self.parse(change.path, change.old).is_missing

    def move(
        self,
        landed: Iterable[tuple[PathChange, Parsed]],
        *,
        commit: Oid,
        time: str | None,
        people: tuple[str, ...] = (),
    ) -> None:
        """Take the step that ``people`` made: every governed path becomes what the change leaves there."""
        for change, parsed in landed:
            old = self.snapshot.files.get(change.path)
            resource = parsed.resource if isinstance(parsed.resource, Resource) else None
            last = resource or (old.last_valid or old.resource if old else None)
            file = File(change.new, resource, last, parsed.is_missing) if change.new else None
            self.snapshot.put(change.path, file)
            self.law.moved(change.path)
            was = old.resource if old else None
            if isinstance(was, User) or isinstance(resource, User):
                self._tenures(was, resource, commit, time)
            if isinstance(was, Deployment) or isinstance(resource, Deployment):
                self._stay(was, resource, Event("", "", commit, time, people=people))

    def enact(
        self,
        landed: Iterable[tuple[PathChange, Parsed]],
        status: Status,
        *,
        commit: Oid,
        before: Mapping[str, File | None],
    ) -> None:
        """Note for every rule file that landed whether it did so lawfully.

        A change that leaves a policy unreadable alters nothing: what counts is still its last valid content,
        however that had landed. One that leaves a person or a role unreadable takes away what it granted. Content
        that is again what it last was lawfully is lawful, whoever restored it; and so is what only has other comments.
        """
        for change, parsed in landed:
            if not is_rule_file(change.path):
                continue
            known = self.law.unlawful.get(change.path)
            unreadable = change.new is not None and parsed.resource is None
            if unreadable and (known is not None or (change.path.startswith(_POLICIES) and not parsed.is_missing)):
                continue
            self.law.moved(change.path)
            restored = known is not None and parsed.resource == known.lawful
            file = before.get(change.path)
            if status is Status.PASS or restored or (known is None and _says_the_same(change.path, file, parsed)):
                self.law.unlawful.pop(change.path, None)
                continue
            lawful = known.lawful if known else (file.resource or file.last_valid if file else None)
            self.law.unlawful[change.path] = Unlawful(status, commit, lawful)

    def mend(self, change: Oid) -> Iterator[str]:
        """A violation is accepted: the rule files that it left are lawful from now on. Their resources, by name."""
        for path, record in sorted(self.law.unlawful.items()):
            if (record.commit, record.status) == (change, Status.FAIL):
                del self.law.unlawful[path]
                self.law.moved(path)
                file = self.snapshot.files.get(path)
                if file is not None and file.resource is not None:
                    yield str(file.resource.key)

    def stays_at(self, environment: str, model: str) -> Sequence[str | None]:
        """Versions that stood at a deployment, oldest first, the last one being current."""
        return self.stays.get((environment, model), ())

    def held(self) -> tuple[Tenure, ...]:
        """Every tenure so far, ended ones and those that go on, by person, role and start."""
        every = [*self.tenures, *self._held.values()]
        return tuple(sorted(every, key=lambda t: (t.person, t.role, t.since_time or "", t.since)))

    def _held_at(self, person: str, role: str, commit: Oid) -> bool | None:
        """Whether the person held the role as ``commit`` left it; None for commits that are not on the chain."""
        here = self._positions.get(commit)
        if here is None:
            return None
        held = [t for t in (*self.tenures, *self._held.values()) if (t.person, t.role) == (person, role)]
        return any(
            self._positions[t.since] <= here and (t.until is None or here < self._positions[t.until]) for t in held
        )

    def _stay(self, was: object, now: object, event: Event) -> None:
        some = now if isinstance(now, Deployment) else was
        if not isinstance(some, Deployment):
            return
        version = now.spec.version if isinstance(now, Deployment) else None
        stays = self.stays.setdefault((some.spec.environment, some.metadata.name), [])
        if not stays or stays[-1] != version:
            before = stays[-1] if stays else None
            back = version is not None and is_rollback(stays, version)
            stays.append(version)
            reason = now.spec.rollback.reason if isinstance(now, Deployment) and now.spec.rollback else ""
            what = f"{before or 'nothing'} {'back to' if back else 'to'} {version or 'nothing'}"
            told = replace(event, resource=str(some.key), what=what, detail=reason, version=version or "")
            self.deployments.append(told)

    def _tenures(self, was: object, now: object, commit: Oid, time: str | None) -> None:
        before = {(was.metadata.name, role) for role in was.spec.roles} if isinstance(was, User) else set()
        after = {(now.metadata.name, role) for role in now.spec.roles} if isinstance(now, User) else set()
        for key in sorted(before - after):
            begun = self._held.pop(key, None)
            if begun is not None:
                self.tenures.append(Tenure(*key, begun.since, begun.since_time, commit, time))
        for key in sorted(after - before):
            self._held[key] = Tenure(*key, commit, time)


def _says_the_same(path: str, before: File | None, after: Parsed) -> bool:
    """Whether a rule file counts as before: a policy that was broken had counted with its last valid content."""
    if before is None or after.resource is None:
        return False
    return after.resource == (effective(before) if path.startswith(_POLICIES) else before.resource)
