"""Running rules: on files and resources that a change touches, on the judged change, and on the whole history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from govops.decision import Verdict
from govops.decision.verdict import worst
from govops.engine.facts import Parsed, Texts
from govops.finding import Finding, Status
from govops.history import Entry
from govops.history.snapshot import Snapshot
from govops.kinds import Resource, ResourceKey, may_stand, vocabulary
from govops.kinds.custom import CustomKind
from govops.kinds.use_case import UseCase
from govops.lifecycle import is_control_file
from govops.rule import FileFacts, HistoryFacts, JudgedChange, ResourceFacts, Rule, Scope

_ASKING = {  # kinds, and those whose rules ask about all resources of them
    "User": ("ApprovalPolicy", "Settings"),
    "Role": ("ApprovalPolicy", "Settings"),
    "KindDefinition": ("Rule",),
    "Rule": ("Waiver",),
}


class Checks:
    """The rules of one edition, sorted by what they look at: of all of them, until one is reached.

    ``outside`` are people and policies from elsewhere.
    """

    def __init__(self, rules: Iterable[Rule], documents: Texts, outside: Snapshot | None = None) -> None:
        self._documents = documents
        self._outside = outside
        self._every = tuple(rules)
        self.by_id = {rule.id: rule for rule in self._every}
        self.edition = ""
        self._later: frozenset[str] = frozenset()
        self._sort()

    def reach(self, edition: str) -> bool:
        """Judge by the rules of this edition from now on; whether they are others than until now."""
        if edition == self.edition:
            return False
        before, self.edition = self._later, edition
        known = vocabulary.EDITIONS[: vocabulary.EDITIONS.index(edition) + 1]
        self._later = frozenset(rule.id for rule in self._every if rule.edition not in known)
        self._sort()
        return self._later != before

    def admitted(self, verdict: Verdict) -> Verdict:
        """The verdict without what only a rule of a later edition holds against the change."""
        causes = tuple(cause for cause in verdict.causes if cause.rule not in self._later)
        return verdict if len(causes) == len(verdict.causes) else replace(verdict, causes=causes, status=worst(causes))

    def _sort(self) -> None:
        self._rules: dict[Scope, list[Rule]] = {scope: [] for scope in Scope}
        self._about: dict[str, list[Rule]] = {}  # rules on resources, by kind
        for rule in self._every:
            if rule.id not in self._later:
                self._rules[rule.scope].append(rule)

    def file(
        self, path: str, entry: Entry, parsed: Parsed, *, snapshot: Snapshot, custom: tuple[CustomKind, ...]
    ) -> Iterator[Finding]:
        """Findings on one file, whose path a custom kind may claim."""
        claimed = any(kind.match(path) is not None for kind in custom)
        attributes = path.rpartition("/")[2] == ".gitattributes"
        facts = FileFacts(
            path,
            entry,
            parsed.findings,
            self._documents.text(entry.oid) if attributes else None,
            claimed or may_stand(path) or is_control_file(path),
            snapshot.twins(path),
            tuple(kind.folder for kind in custom) if attributes else (),
        )
        if not facts.is_clean:
            yield from _run(self._rules[Scope.FILE], facts)

    def resource(self, path: str, snapshot: Snapshot) -> Iterator[Finding]:
        """Findings on one resource among all others; nothing for broken and missing files."""
        file = snapshot.files.get(path)
        if file is not None and file.resource is not None:
            position = self._documents.position
            facts = ResourceFacts(path, file.entry, file.resource, snapshot, position, self._outside, self.by_id)
            yield from _run(self._of_kind(file.resource.kind), facts)

    def change(self, judged: JudgedChange) -> Iterator[Finding]:
        """Findings on the change as such."""
        if not judged.is_clean:
            yield from _run(self._rules[Scope.CHANGE], judged)

    def history(self, facts: HistoryFacts) -> Iterator[Finding]:
        """Findings on the chain and the evidence branch as wholes."""
        yield from _run(self._rules[Scope.HISTORY], facts)

    def _of_kind(self, kind: str) -> list[Rule]:
        """The rules that speak of resources of this kind."""
        if kind not in self._about:
            self._about[kind] = [rule for rule in self._rules[Scope.RESOURCE] if not rule.kinds or kind in rule.kinds]
        return self._about[kind]


class Standing:
    """Findings on resources as they stand, so that a change answers only for those that it brings about."""

    def __init__(self, checks: Checks, snapshot: Snapshot) -> None:
        self._checks = checks
        self._snapshot = snapshot
        self._known: dict[str, frozenset[str]] = {}

    @property
    def known(self) -> Mapping[str, frozenset[str]]:
        """Fingerprints of what is wrong as it stands, by path."""
        return self._known

    def recall(self, known: Mapping[str, frozenset[str]]) -> None:
        """Know what another walk had found out about the same snapshot."""
        self._known = dict(known)

    def settle(self) -> Iterator[Finding]:
        """Look at everything that stands: nobody's fault yet, and known from now on."""
        for path in sorted(self._snapshot.files):
            yield from self._news(path)

    def after(self, keys: Iterable[ResourceKey], paths: Iterable[str]) -> Iterator[Finding]:
        """Findings that are new now that these resources changed, on them and on whatever they concern."""
        changed = set(paths)
        looked_at = {*changed, *self._concerned(set(keys))}
        for path in sorted(looked_at):
            yield from self._news(path)
        alike = {other for path in changed for other, _ in self._snapshot.worded_like(path)}
        for other in sorted(alike - looked_at):
            for _ in self._news(other):  # that the two are alike is told once, where it came about
                pass

    def _concerned(self, keys: set[ResourceKey]) -> Iterator[str]:
        """Paths whose rules ask about these resources: their referrers (of one kind: however far, for cycles),
        policies where people or roles changed, waivers where rules did, what runs in production where a use case did,
        and the use cases in force of a model of which a version did."""
        waiting, seen = list(keys), set(keys)
        while waiting:
            kind, name = waiting.pop()
            for path in self._snapshot.referrers(kind, name):
                yield path
                resource = self._snapshot.files[path].resource
                if resource is not None and resource.kind == kind and resource.key not in seen:
                    seen.add(resource.key)
                    waiting.append(resource.key)
        for kind in {other for key in keys for other in _ASKING.get(key.kind, ())}:
            yield from self._snapshot.paths_of(kind)
        for key in keys:
            found = self._snapshot.find(*key)
            for link in found.spec.models if isinstance(found, UseCase) else ():
                running = self._snapshot.path_of("Deployment", f"production/{link.model}")
                if running is not None:
                    yield running
            if key.kind == "ModelVersion":
                yield from self._users_of(key.name.partition("/")[0])

    def _users_of(self, model: str) -> Iterator[str]:
        """Paths of the use cases in force that link the model."""
        for path in self._snapshot.referrers("Model", model):
            use_case = self._snapshot.files[path].resource
            if isinstance(use_case, UseCase) and use_case.is_in_force:
                yield path

    def _news(self, path: str) -> Iterator[Finding]:
        found = {finding.fingerprint: finding for finding in self._checks.resource(path, self._snapshot)}
        before = self._known.get(path, frozenset())
        if found:
            self._known[path] = frozenset(found)
        else:
            self._known.pop(path, None)
        yield from (finding for fingerprint, finding in found.items() if fingerprint not in before)


def _run(rules: Iterable[Rule], facts: object) -> Iterator[Finding]:
    for rule in rules:
        for finding in rule.check(facts):
            yield finding if finding.status is Status.WARN else replace(finding, severity=rule.severity)


def keys_of(resources: Iterable[Resource | None]) -> Iterator[ResourceKey]:
    """The keys of those that are there."""
    return (resource.key for resource in resources if resource is not None)


def check_snapshot(
    checks: Checks, snapshot: Snapshot, parsed: Mapping[str, Parsed], *, custom: tuple[CustomKind, ...]
) -> Iterator[Finding]:
    """Every finding on a snapshot by itself, sorted by path: what ``govops validate`` shows."""
    for path in sorted(snapshot.files):
        entry = snapshot.files[path].entry
        yield from checks.file(path, entry, parsed.get(path, Parsed()), snapshot=snapshot, custom=custom)
        yield from checks.resource(path, snapshot)
