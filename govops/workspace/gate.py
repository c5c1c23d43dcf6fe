"""A proposal and the protected branch -> what would land, and as much of the registry as its judgement can rest on.

An audit reads everything that ever stood. A gate has to answer in a moment, whatever the size of the repository: it
reads policies, people and roles, the proposal, and whatever its files refer to or are referred to by. Deployments and
the versions of a model stand in places of their own, so that only those of the models concerned are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from govops.decision import SETTINGS_PATH, is_rule_file
from govops.engine import Assume, Prospect
from govops.engine.cases import Cases
from govops.engine.grouping import Attribution, Change
from govops.engine.prospect import as_given
from govops.engine.registry import Registry
from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.coverage import Coverage, NotMerged, cover, replay
from govops.evidence.records import Approval, Receipt
from govops.forge import ForgeProposal
from govops.git import CleanRoom
from govops.history import Entry, Oid, PathChange, SideCommit, Step
from govops.history.deeds import Deeds
from govops.kinds import Resource
from govops.kinds.deployment import Deployment
from govops.kinds.model_version import ModelVersion
from govops.kinds.use_case import UseCase
from govops.kinds.user import User
from govops.workspace.crowd import Crowd, words_of
from govops.workspace.documents import LARGEST_DOCUMENT, Documents
from govops.workspace.neighbours import Neighbours
from govops.workspace.proposals import Reviewing

_RULES = ("policies", "registry/roles")
_PEOPLE = "registry/users"
_USE_CASES = ("registry/use-cases",)
_REFERRERS = ("registry",)
_DEPLOYMENTS = "registry/deployments/"
_MODELS = "registry/models/"
_PREFETCH = 4_000  # documents at once
_AS_REVIEWED = (Coverage.IDENTITY, Coverage.REPLAY)


@dataclass(slots=True)
class Gate:
    """The protected branch at ``base``, ready to judge proposals. ``registry`` holds what has been read so far.

    ``book`` are the signed approvals and proposals that may concern them, ``spent`` those of them that a change has
    used up. ``is_audited``: the registry comes from an audit and holds everything, and so do ``deeds`` and ``cases``.
    """

    room: CleanRoom
    base: Oid
    registry: Registry
    documents: Documents
    as_of: str
    book: EvidenceBook = field(default_factory=EvidenceBook)
    spent: dict[str, Oid] = field(default_factory=dict)
    is_audited: bool = False
    deeds: Deeds = field(default_factory=Deeds)
    cases: Cases = field(default_factory=Cases)
    _crowd: Crowd = field(default_factory=lambda: Crowd({}))

    def proposed(self, head: Oid, told: ForgeProposal | None = None, assume: Assume = as_given) -> Prospect:
        """``head`` merged into the base, path by path. UndecidableError if the two have nothing in common."""
        reviewing = Reviewing(self.room, self.base, self.registry.governed)
        landed, conflicts = self.merged(head, reviewing.seen(head).merge_bases[0])
        commits = [self.room.commit(oid) for oid in self.room.between(self.base, head)]
        side = tuple(SideCommit(commit, ()) for commit in commits)
        last = replace(self.room.commit(head), parents=(self.base,))  # as if it had landed
        return self._prospect(Step(last, landed, side), told, reviewing, assume=assume, conflicts=conflicts)

    def landed(self, commit: Oid, told: ForgeProposal | None = None) -> Prospect:
        """A commit that stands on the base already, as in a merge queue; the next one is judged on top of it."""
        reviewing = Reviewing(self.room, self.base, self.registry.governed)
        own = self.room.commit(commit)
        side = (self.room.commit(oid) for oid in self.room.between(self.base, commit) if oid != commit)
        step = Step(own, self.room.difference(self.base, commit), tuple(SideCommit(one, ()) for one in side))
        prospect = self._prospect(step, told, reviewing)
        self.base = commit
        return prospect

    def merged(self, head: Oid, merge_base: Oid) -> tuple[tuple[PathChange, ...], tuple[str, ...]]:
        """What merging ``head`` onto the base changes there, and the paths where that cannot be done."""
        return self._merged(self.room.difference(merge_base, head))

    def read(self, changes: Iterable[PathChange]) -> None:
        """Take up whatever the judgement of these changes may ask about."""
        if self.is_audited:
            return
        changes = tuple(change for change in changes if self.registry.governed(change.path))
        models = {model for change in changes for model in self._models(change)}
        files = {path: found for model in sorted(models) for path, found in self._of_model(model).items()}
        self.take(files | {change.path: change.old for change in changes if change.old is not None})
        self.take(self._referring(changes))
        self._meet_named(changes)
        self._meet_neighbours(changes)
        for change in changes:
            if change.path.startswith(_DEPLOYMENTS):
                self._remember_stays(change.path)

    def take(self, files: Mapping[str, Entry]) -> None:
        """Read files of the base into the registry; those that are there already stay."""
        fresh = [(p, e) for p, e in files.items() if p not in self.registry.snapshot.files]
        for start in range(0, len(fresh), _PREFETCH):
            part = fresh[start : start + _PREFETCH]
            self.documents.prefetch(found.oid for _, found in part)
            for path, found in part:
                if self.registry.governed(path):
                    content = (PathChange(path, None, found), self.registry.parse(path, found))
                    self.registry.move([content], commit=self.base, time=None)

    def take_rules(self) -> None:
        """Read policies and roles, and look at people. Policies first: they define kinds."""
        for folder in _RULES:
            self.take(self.room.listing(self.base, folder))
        people = self.room.listing(self.base, _PEOPLE)
        texts = dict(self.room.blobs({entry.oid: None for entry in people.values()}, limit=LARGEST_DOCUMENT))
        known = ((path, entry, texts[entry.oid]) for path, entry in people.items())
        self._crowd = Crowd({p: (e, text.lower() if isinstance(text, bytes) else b"\\") for p, e, text in known})
        self.registry.law.held_at = self._held_at
        self.take(dict(self._lending()))

    def meet(self, words: Iterable[str]) -> None:
        """Read the people in whose files any of these words stands: addresses, keys, roles."""
        if not self.is_audited:
            self.take(self._crowd.holding(words))

    def _lending(self) -> Iterator[tuple[str, Entry]]:
        """The files of everybody who lends a role or borrows one."""
        for lent in self.registry.law.lent():
            for name in (lent.spec.from_, lent.spec.to):
                path = f"{_PEOPLE}/{name}.yaml"
                if path in self._crowd.files:
                    yield path, self._crowd.files[path][0]

    def _meet_named(self, changes: tuple[PathChange, ...]) -> None:
        """People whom changed files name; everybody, where people, roles or policies change and all are compared."""
        if any(is_rule_file(change.path) for change in changes):
            self.take({path: entry for path, (entry, _) in self._crowd.files.items()})
        for change in changes:
            resource = self.registry.parse(change.path, change.new).resource
            for reference in resource.references() if isinstance(resource, Resource) else ():
                path = f"{_PEOPLE}/{reference.name}.yaml"
                if reference.kind == "User" and path in self._crowd.files:
                    self.take({path: self._crowd.files[path][0]})

    def _meet_neighbours(self, changes: tuple[PathChange, ...]) -> None:
        """What changed files name, and what that names in turn among its own kind; and what reads like them."""
        found = [self.registry.parse(change.path, change.new).resource for change in changes]
        changed = [resource for resource in found if isinstance(resource, Resource)]
        around = Neighbours(self.room, self.base)
        waiting = changed
        while waiting:
            known = self.registry.snapshot.files
            files = around.referred(waiting, self.registry.law.custom_kinds())
            fresh = [path for path in files if path not in known]
            self.take(files)
            met = (known[path].resource for path in fresh if path in known)
            waiting = [resource for resource in met if isinstance(resource, UseCase)]
        self.take(around.alike(changed))
        given_up = {_name(change.path) for change in changes if change.old is not None and self._is_given_up(change)}
        self.take(around.naming(sorted(given_up), _USE_CASES[0]))

    def _prospect(
        self,
        step: Step,
        told: ForgeProposal | None,
        reviewing: Reviewing,
        *,
        assume: Assume = as_given,
        conflicts: tuple[str, ...] = (),
    ) -> Prospect:
        landed = step.diffs or ()
        self.read(landed)
        receipt = self._receipt(told, reviewing, step.commit.oid) if told is not None else None
        change = Change((step,), landed, (), Attribution(step.commit.oid, receipt=receipt))
        self.meet(words_of(change, self.book))
        self.spent.update(self._used_up())
        return Prospect(
            change,
            self.book,
            self.as_of,
            conflicts,
            self.spent,
            assume,
            self.deeds,
            self.cases,
            self.meet,
            is_audited=self.is_audited,
        )

    def _merged(self, changes: Iterable[PathChange]) -> tuple[tuple[PathChange, ...], tuple[str, ...]]:
        """What merging the differences onto the base changes there, and the paths where that cannot be done."""
        landed: list[PathChange] = []
        conflicts: list[str] = []
        for change in changes:
            stood = self.room.entry(self.base, change.path)
            merged = replay(change.old, change.new, onto=stood, merge=self._merge)
            if isinstance(merged, NotMerged):
                conflicts.append(change.path)
            elif merged != stood:
                landed.append(PathChange(change.path, stood, merged))
        return tuple(landed), tuple(conflicts)

    def _merge(self, base: Oid, ours: Oid, theirs: Oid) -> Oid | NotMerged:
        merged = self.documents.merge(base, ours, theirs)
        text = None if isinstance(merged, NotMerged) else self.room.merged_text(base, ours, theirs)
        if text is not None and not isinstance(merged, NotMerged):
            self.documents.supply(merged, text)  # it stands in no repository yet
        return merged

    def _receipt(self, told: ForgeProposal, reviewing: Reviewing, tip: Oid) -> tuple[Recorded, Receipt]:
        """What a recorder would write if the proposal landed now."""
        settings = self.registry.law.settings
        receipt = Receipt(
            type="govops/receipt/v1",
            recorder="gate",
            sequence=0,
            previous=None,
            recorded_at=self.as_of,
            repository=settings.repository,
            branch=settings.protected_branch,
            base=self.base,
            tip=tip,
            proposal=reviewing.proposal(told, told.method or "merge"),
        )
        return Recorded(f"{told.forge}#{told.id}", receipt, signer="the forge itself"), receipt

    def _referring(self, changes: tuple[PathChange, ...]) -> dict[str, Entry]:
        """Files that may refer to what these changes take away, and use cases of what they put into production.

        No rule looks at those who refer to anything else. Only files that hold one of the names are parsed.
        """
        gone = {c.path for c in changes if self._is(c.path, c.old) and not self._is(c.path, c.new)}
        running = {change.path for change in changes if change.path.startswith(f"{_DEPLOYMENTS}production/")}
        names = [_name(path).encode() for path in sorted(gone | running)]
        files: dict[str, Entry] = {}
        for folder in _REFERRERS if gone else _USE_CASES if names else ():
            files |= self.room.listing(self.base, folder)
        found = self.room.blobs({entry.oid: None for entry in files.values()}, limit=LARGEST_DOCUMENT)
        holding = {oid for oid, text in found if isinstance(text, bytes) and any(name in text for name in names)}
        return {path: entry for path, entry in files.items() if entry.oid in holding}

    def _is(self, path: str, side: Entry | None) -> bool:
        return isinstance(self.registry.parse(path, side).resource, Resource)

    def _is_given_up(self, change: PathChange) -> bool:
        """Whether use cases may rest on what stands there and is no longer good for that."""
        resource = self.registry.parse(change.path, change.new).resource
        if isinstance(resource, ModelVersion):
            return resource.spec.status != "approved"
        return isinstance(resource, UseCase) and resource.is_retired

    def _models(self, change: PathChange) -> Iterator[str]:
        """Models whose files a change of this path is judged with."""
        parts = change.path.split("/")
        if change.path.startswith(_MODELS) and len(parts) > 3:
            yield parts[2]
        elif change.path.startswith(_DEPLOYMENTS):
            yield parts[-1].removesuffix(".yaml")
        for side in (change.old, change.new):
            resource = self.registry.parse(change.path, side).resource
            for reference in resource.references() if isinstance(resource, Resource) else ():
                if reference.kind in ("Model", "ModelVersion"):
                    yield reference.name.partition("/")[0]
                elif reference.kind == "Deployment":
                    yield reference.name.partition("/")[2]

    def _of_model(self, model: str) -> dict[str, Entry]:
        files = self.room.listing(self.base, f"{_MODELS}{model}")
        for environment in ("staging", "production"):
            path = f"{_DEPLOYMENTS}{environment}/{model}.yaml"
            found = self.room.entry(self.base, path)
            if found is not None:
                files[path] = found
        return files

    def _remember_stays(self, path: str) -> None:
        """Which versions stood at a deployment since the adoption: a return to one of them is a rollback."""
        environment, _, name = path.removeprefix(_DEPLOYMENTS).partition("/")
        adopted = self.room.touching(self.base, SETTINGS_PATH)[:1]
        later = self.room.touching(self.base, path)
        stays: list[str | None] = []
        for commit in (*adopted, *(c for c in later if adopted and self.room.is_ancestor(adopted[0], c))):
            resource = self.registry.parse(path, self.room.entry(commit, path)).resource
            version = resource.spec.version if isinstance(resource, Deployment) else None
            if not stays or stays[-1] != version:
                stays.append(version)
        self.registry.stays[environment, name.removesuffix(".yaml")] = stays

    def _held_at(self, person: str, role: str, commit: Oid) -> bool | None:
        path = f"registry/users/{person}.yaml"
        user = self.registry.parse(path, self.room.entry(commit, path)).resource
        return isinstance(user, User) and role in user.spec.roles

    def _used_up(self) -> Iterator[tuple[str, Oid]]:
        """Signed approvals whose content landed since they were given: they are not good for a second time."""
        for record in self.book.records:
            if isinstance(record.payload, Approval) and record.id not in self.spent:
                for commit in self.room.between(record.payload.merge_base, self.base, first_parent=True):
                    if self._lands(record.payload, commit):
                        yield record.id, commit
                        break

    def _lands(self, approval: Approval, commit: Oid) -> bool:
        parent = self.room.commit(commit).first_parent
        for subject in approval.subjects:
            old = self.room.entry(parent, subject.path) if parent else None
            new = self.room.entry(commit, subject.path)
            step = PathChange(subject.path, old, new)
            if old != new and cover(step, subject, self._merge) in _AS_REVIEWED:
                return True
        return False


def _name(path: str) -> str:
    """The part of a path that a reference to what stands there always holds."""
    *folders, file = path.split("/")
    return folders[2] if path.startswith(_MODELS) and len(folders) > 2 else file.removesuffix(".yaml")
