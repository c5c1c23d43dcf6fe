"""From a repository and what the caller asks of it to the facts of an audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import govops
from govops import yamlio
from govops.decision import SETTINGS_PATH, Law, is_rule_file
from govops.engine import AuditFacts, Until, arrive, asks_of
from govops.engine.registry import Registry
from govops.errors import UsageError
from govops.finding import Provenance
from govops.git import CleanRoom
from govops.history import Chain, Commit, Oid, PathChange
from govops.history.snapshot import Snapshot
from govops.kinds.settings import Settings, SettingsSpec
from govops.rules import RULES
from govops.workspace.continuity import Continuity
from govops.workspace.documents import LARGEST_DOCUMENT, Documents
from govops.workspace.evidence import EvidenceBranch, read_evidence, read_signed
from govops.workspace.gate import Gate
from govops.workspace.open_incidents import may_be_held, rests_on_history, take_incidents
from govops.workspace.rules import external_rules

_RATIFICATIONS = "policies/ratifications/"


def unwatched(done: int, total: int) -> None:
    """Watches without a word; a function with a name, so that what is asked can be sent to another process."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the caller asked for, as given: revisions and references unresolved, None for the default.

    What was found up to ``new_since`` does not decide. ``back_to`` (a revision) or ``back_to_instant`` says where to
    look at what stood. ``since`` is where an earlier report comes from, which this audit has to continue.
    """

    repository: Path
    ref: str | None = None
    first: str | None = None
    new_since: str | None = None
    to: str | None = None
    as_of: str | None = None
    as_of_clock: str = ""
    policies: str | None = None
    adoption: str | None = None
    evidence_ref: str | None = None
    settled: bool = False
    back_to: str | None = None
    back_to_instant: str | None = None
    since: Provenance | None = None
    watch: Callable[[int, int], None] = unwatched


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch as it was found: its full name, or what the caller called it, and its tip."""

    ref: str
    tip: Oid


@contextmanager
def open_audit(asked: Opened) -> Iterator[AuditFacts]:
    """Facts for the engine; the clean room lives as long as the context does.

    Raises UsageError for revisions that are not there, UndecidableError for a repository that cannot answer.
    """
    with open_room(asked) as scene:
        yield scene.facts(scene.room.chain(scene.tip), read_evidence(scene.room, scene.evidence_tip))


@dataclass(frozen=True, slots=True)
class Scene:
    """An open repository and what the caller asked of it, as ids."""

    asked: Opened
    room: CleanRoom
    documents: Documents
    external: Snapshot | None
    called: str | None
    settings: SettingsSpec
    ref: str
    tip: Oid
    evidence_ref: str | None
    evidence_tip: Oid | None

    def facts(self, chain: Chain, evidence: EvidenceBranch) -> AuditFacts:
        """The facts of a walk along the whole chain."""
        asked, room = self.asked, self.room
        first = _on_chain(room, asked.first, chain.steps, "--from")
        new_since = _on_chain(room, asked.new_since, chain.steps, "--new-since")
        tag, since = self._tag(), asked.since
        notes = [f"tag {tag} names commit {self.tip}"] if tag else []
        notes += [f"continues the report of tip {since.tip}"] if since else []
        earlier = Continuity(room, since, self.tip, self.evidence_tip) if since else None
        if earlier is not None:
            earlier.check(self.settings.repository)
        provenance = Provenance(
            repository=self.settings.repository,
            ref=self.ref,
            tip=self.tip,
            tree=chain.tree,
            object_format=chain.object_format,
            govops_version=govops.__version__,
            git_version=room.git_version,
            first=first,
            new_since=new_since,
            evidence_ref=self.evidence_ref,
            evidence_tip=self.evidence_tip,
            records=evidence.book.count,
            retrospective=asked.policies and self.called,
            as_of_clock=asked.as_of_clock,
            tag=tag,
            since=since.tip if since else None,
            notes=(*room.notes, *notes),
        )
        return AuditFacts(
            chain=chain,
            steps=lambda: room.steps(chain, settings_path=SETTINGS_PATH),
            documents=self.documents,
            book=evidence.book,
            provenance=provenance,
            external=self.external,
            adoption=_on_chain(room, asked.adoption, chain.steps, "--adoption"),
            first=first,
            settled=asked.settled,
            junk=evidence.junk,
            as_of=asked.as_of,
            new_since=new_since,
            until=Until(_on_chain(room, asked.back_to, chain.steps, "--as-of"), asked.back_to_instant),
            moved=tuple(earlier.moved(frozenset(chain.steps))) if earlier else (),
            cut=tuple(earlier.cut()) if earlier else (),
            watch=asked.watch,
        )

    def _tag(self) -> str | None:
        """The full name of the tag by which the caller named the last commit."""
        given = self.asked.to or ""
        name = f"refs/tags/{given.removeprefix('refs/').removeprefix('tags/')}"
        return name if self.room.ref(name) and self.room.resolve(name) == self.tip else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller of a gate asked for: revisions unresolved, None for the default.

    ``as_of`` is the instant of the imagined landing. ``protected_ref`` is the ref that holds the protected branch,
    where it is not the one that an audit would take. ``audited``: judge the history first, so that rules which landed
    without approval count for nothing; where the proposal ratifies something it is judged in any case.
    """

    repository: Path
    as_of: str
    base: str | None = None
    protected_ref: str | None = None
    head: str = "HEAD"
    policies: str | None = None
    evidence_ref: str | None = None
    audited: bool = False


@contextmanager
def open_gate(asked: Asked) -> Iterator[tuple[Gate, Oid]]:
    """The gate at ``asked.base`` and the commit that ``asked.head`` names, as long as the context lives.

    UsageError if there are no rules at the base, or the base is not on the protected branch; UndecidableError for a
    repository that cannot answer.
    """
    with _open(asked) as (gate, settings):
        head = gate.room.resolve(asked.head)
        _await(gate, asked, head, settings.evidence_branch)
        yield gate, head


def await_head(gate: Gate, asked: Asked, head: Oid) -> None:
    """Make a gate of :func:`open_base` ready for what came to stand in the repository only now."""
    _await(gate, asked, head, gate.registry.law.settings.evidence_branch)


def _await(gate: Gate, asked: Asked, head: Oid, evidence_name: str) -> None:
    evidence = evidence_branch(gate.room, asked.evidence_ref, evidence_name)[1]
    bases = gate.room.merge_bases(gate.base, head)
    changed = gate.room.difference(bases[0], head) if bases else ()
    if not gate.is_audited and _looks_back(gate, changed):
        _arrive(gate, asked)
    elif not gate.is_audited and asks_of(gate.registry.law)[0]:
        gate.take(gate.room.tree(gate.base))
    held = may_be_held(changed)
    gate.book = read_signed(gate.room, evidence, {change.path for change in changed}, incidents=held)
    if held and not gate.is_audited:
        take_incidents(gate, gate.book)
        if rests_on_history(gate, gate.book):
            _arrive(gate, asked)


@contextmanager
def open_base(asked: Asked) -> Iterator[Gate]:
    """The gate at ``asked.base`` with nothing to judge, while the context lives; errors as in :func:`open_gate`."""
    with _open(asked) as (gate, _):
        yield gate


def look_back(gate: Gate, asked: Asked, changed: Iterable[PathChange]) -> None:
    """Judge the history first, if duties are kept apart in any of this and nobody has done so."""
    if not gate.is_audited and _keeps_apart(gate, changed):
        _arrive(gate, asked)


@contextmanager
def _open(asked: Asked) -> Iterator[tuple[Gate, SettingsSpec]]:
    external, _ = external_rules(asked.policies) if asked.policies else (None, None)
    with CleanRoom.open(asked.repository, discover=asked.repository == Path(".")) as room:
        room.refuse_shallow()
        settings = settings_at(room) if external is None else Law(external, retrospective=True).settings
        base = _base(room, asked, settings.protected_branch)
        settings = settings_at(room, base) if external is None else settings
        documents = Documents(room)
        gate = Gate(room, base, Registry(documents, external, {}), documents, asked.as_of)
        if asked.audited:
            _arrive(gate, asked)
        else:
            gate.take_rules()
        if external is None and not gate.registry.law.has_settings:
            raise UsageError(f"there is no valid {SETTINGS_PATH} at {base}", hint="adopt govops with `govops init`")
        yield gate, settings


def settings_of(repository: Path) -> SettingsSpec:
    """Settings as HEAD has them; defaults where there are none."""
    with CleanRoom.open(repository, discover=True) as room:
        return settings_at(room)


def _arrive(gate: Gate, asked: Asked) -> None:
    opened = Opened(asked.repository, to=gate.base, policies=asked.policies, evidence_ref=asked.evidence_ref)
    with open_audit(opened) as facts:
        arrived = arrive(RULES, facts)
    arrived.registry.documents = gate.documents
    gate.registry, gate.spent, gate.deeds, gate.is_audited = arrived.registry, arrived.spent, arrived.deeds, True
    gate.cases = arrived.cases


def _looks_back(gate: Gate, changed: Iterable[PathChange]) -> bool:
    """Whether something is asked that nothing but the history tells: what people did before to what is changed, or what
    a ratification would accept.
    """
    accepts = any(change.path.startswith(_RATIFICATIONS) for change in changed)
    return accepts or _keeps_apart(gate, changed) or asks_of(gate.registry.law)[1]


def _keeps_apart(gate: Gate, changed: Iterable[PathChange]) -> bool:
    """Whether nobody may take both of two duties over the life of any of this."""
    asks = any(policy.spec.lifecycle for _, policy, _ in gate.registry.law.segregations())
    return asks and any(gate.registry.governed(c.path) and not is_rule_file(c.path) for c in changed)


def _base(room: CleanRoom, asked: Asked, protected: str) -> Oid:
    """The commit that the proposal would land on: on the protected branch, and its tip unless told otherwise."""
    name, tip = branch_to_judge(room, asked.protected_ref, protected)
    if asked.base is None:
        return tip
    base = room.resolve(asked.base)
    shared = room.ref(f"refs/remotes/origin/{protected}")  # the branch here may be behind it
    if name == "HEAD" or not any(room.is_ancestor(base, known) for known in (tip, shared) if known):
        raise UsageError(
            f'"{asked.base}" is not on the protected branch "{protected}"',
            hint=f"fetch the branch (git fetch origin {protected}), and give a commit of it",
        )
    return base


@contextmanager
def open_room(asked: Opened) -> Iterator[Scene]:
    """The repository, and where to look in it; errors as in :func:`open_audit`."""
    external, called = external_rules(asked.policies) if asked.policies else (None, None)
    with CleanRoom.open(asked.repository, discover=asked.repository == Path(".")) as room:
        settings = settings_at(room) if external is None else Law(external, retrospective=True).settings
        name, branch_tip = branch_to_judge(room, asked.ref, settings.protected_branch)
        tip = room.resolve(asked.to) if asked.to else branch_tip
        evidence_ref, evidence_tip = evidence_branch(room, asked.evidence_ref, settings.evidence_branch)
        documents = Documents(room)
        yield Scene(asked, room, documents, external, called, settings, name, tip, evidence_ref, evidence_tip)


@contextmanager
def open_commits(repository: Path, ref: str | None = None) -> Iterator[tuple[SettingsSpec, Iterator[Commit]]]:
    """Settings at HEAD, and every commit that the branch to audit (or ``ref``) reaches, read as it is consumed."""
    with CleanRoom.open(repository, discover=True) as room:
        settings = settings_at(room)
        yield settings, room.commits(branch_to_judge(room, ref, settings.protected_branch)[1])


@contextmanager
def open_branches(
    repository: Path, *, ref: str | None = None, evidence_ref: str | None = None
) -> Iterator[tuple[CleanRoom, Branch, Branch | None]]:
    """The clean room, the branch to audit and the evidence branch, as an audit would find them; no history is read."""
    with CleanRoom.open(repository, discover=repository == Path(".")) as room:
        settings = settings_at(room)
        name, tip = branch_to_judge(room, ref, settings.protected_branch)
        evidence, evidence_tip = evidence_branch(room, evidence_ref, settings.evidence_branch)
        found = Branch(evidence, evidence_tip) if evidence is not None and evidence_tip is not None else None
        yield room, Branch(name, tip), found


def settings_at(room: CleanRoom, commit: Oid | None = None) -> SettingsSpec:
    """Settings as HEAD (or a commit) has them, to know which branches to look at; defaults where there are none."""
    head = commit or room.ref(room.head() or "HEAD") or _try(room, "HEAD")
    entry = room.entry(head, SETTINGS_PATH) if head else None
    for _, content in room.blobs([entry.oid], limit=LARGEST_DOCUMENT) if entry else ():
        loaded = yamlio.load(content, path=SETTINGS_PATH) if isinstance(content, bytes) else None
        if loaded is not None and isinstance(loaded.resource, Settings):
            return loaded.resource.spec
    return SettingsSpec(repository="unknown", edition="2026.1")


def branch_to_judge(room: CleanRoom, asked: str | None, protected: str) -> tuple[str, Oid]:
    """The branch to audit: as asked; else the protected branch, here or at origin; else HEAD."""
    if asked is not None:
        full = next((name for name in (f"refs/heads/{asked}", f"refs/remotes/{asked}", asked) if room.ref(name)), asked)
        return full, room.resolve(asked)
    for name in (f"refs/heads/{protected}", f"refs/remotes/origin/{protected}"):
        found = room.ref(name)
        if found is not None:
            return name, found
    found = _try(room, "HEAD")
    if found is None:
        raise UsageError("the repository has no commit to audit", hint="commit something, or name a branch with --ref")
    return "HEAD", found


def evidence_branch(room: CleanRoom, asked: str | None, branch: str) -> tuple[str | None, Oid | None]:
    """The evidence branch as asked, here or at origin: its ref and tip; None where there is none."""
    if asked is not None:
        return asked, room.resolve(asked)
    for name in (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"):
        found = room.ref(name)
        if found is not None:
            return name, found
    return None, None


def _on_chain(room: CleanRoom, revision: str | None, steps: tuple[Oid, ...], option: str) -> Oid | None:
    if revision is None:
        return None
    commit = room.resolve(revision)
    if commit not in set(steps):
        raise UsageError(
            f'{option} "{revision}" is not on the first-parent chain of the audited branch',
            hint="name a commit that `git log --first-parent` shows",
        )
    return commit


def _try(room: CleanRoom, revision: str) -> Oid | None:
    try:
        return room.resolve(revision)
    except UsageError:
        return None
