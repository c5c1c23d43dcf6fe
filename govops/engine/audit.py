"""The fold: every change of the chain judged by the rules that stood before it, then taken into the registry."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from govops.decision import ChangeFacts, Verdict, as_minor, conditions, judge, proposal_key
from govops.engine.checks import Checks, Standing, keys_of
from govops.engine.docket import Docket
from govops.engine.doubts import Doubts, is_doubted
from govops.engine.eras import Eras
from govops.engine.expunged import renamed
from govops.engine.facts import AuditFacts, Parsed
from govops.engine.grouping import Change, attribute, combine
from govops.engine.incidents import Precedes, unclosed
from govops.engine.ledger import Ledger
from govops.engine.meaning import deeds_of, meaning
from govops.engine.moment import Diary, Moment, Passage, Told, Watcher, look_around
from govops.engine.obstacles import concerned, obstacles
from govops.engine.own_rules import OwnRules, Touched, judged_by
from govops.engine.registry import Registry
from govops.engine.replays import Replays
from govops.engine.sections import Contents
from govops.engine.waiving import ground_of
from govops.engine.witness import gather, spent_by
from govops.errors import GovopsError, UndecidableError
from govops.evidence.book import Trust
from govops.evidence.testimony import Testimony
from govops.evidence.threads import Thread
from govops.finding import Event, Finding, Status
from govops.history import Oid, PathChange, Step
from govops.history.deeds import Deeds
from govops.history.snapshot import File
from govops.kinds import Resource
from govops.lifecycle import Action
from govops.rule import JudgedChange, Obstacle, Rule

_WINDOW = 256  # steps whose blobs are announced together
_ROOTS = ("registry/", "policies/")


class Audit:
    """One walk along the chain. ``keys`` are recorders (name, key line) that approved Settings have named, ``doubts``
    the keys that they call compromised in the end.
    """

    def __init__(
        self,
        rules: tuple[Rule, ...],
        facts: AuditFacts,
        keys: frozenset[tuple[str, str]],
        doubts: Doubts = frozenset(),
    ) -> None:
        self.facts = facts
        self.keys = keys
        self.doubts = doubts
        self.positions = {oid: index for index, oid in enumerate(facts.chain.steps)}
        self.registry = Registry(facts.documents, facts.external, self.positions)
        self.checks = Checks(rules, facts.documents, facts.external)
        self.standing = Standing(self.checks, self.registry.snapshot)
        self.replays = Replays(facts.documents)
        self.ledger = Ledger()
        self.deeds = Deeds()
        self.own = OwnRules(self.registry.law, self.registry.snapshot, self.registry.document, self.deeds)
        self.docket = Docket(self.checks.by_id, lambda: self.deeds, lambda change: renamed(change, facts.rewrites))
        self.eras = Eras(
            self.registry, self.checks.by_id, lambda: Contents(self.registry, self.ledger, self.deeds, self.time)
        )
        self.time: str | None = None
        self.adopted = facts.external is not None
        self.adoption: Oid | None = None
        self.diary: Diary | None = None  # nobody keeps one who does not look back
        self.watcher: Watcher | None = None
        self.moment: Moment | None = None
        self.taken: Oid | None = None
        self.foreign: list[Oid] = []
        self.spent: ChainMap[str, Oid] = ChainMap()
        self.distrusted: set[str] = set()
        self.stale, self.seen = False, 0
        self.reporting = facts.first is None
        self.landed: list[PathChange] = []
        self.is_plain = True  # whether every commit could be read
        self.pause: Callable[[], None] = lambda: None  # called after each change
        if facts.external is not None:
            self._learn_keys()

    def walk(self) -> None:
        """Judge and take every step; the chain that git counted must be the chain that was walked."""
        self.registry.incidents.listen(self.facts.book, self._is_lawful)
        steps = self._prefetched(iter(self.facts.steps()))
        for step in steps:
            if self.adopted:
                self._change(self._grouped(step, steps))
            else:
                self._before_adoption(step)
            self.pause()
            self.facts.watch(self.seen, len(self.positions))
        if self.seen != len(self.positions):
            raise GovopsError(f"walked {self.seen} of {len(self.positions)} commits of the chain")

    def keys_came_late(self) -> bool:
        """Whether a record was turned down whose key turned out to be trusted in the end."""
        lines = {" ".join(line.split()[:2]) for _, line in self.keys}
        return bool(self.distrusted & lines)

    def look_around(self, following: tuple[Oid, Told] | None = None) -> Moment:
        """What stands where the walk has come to."""
        passage = Passage(self.taken, self.time, is_known=not self.stale)
        return look_around(self.registry, passage, self.diary or Diary(), following)

    def _prefetched(self, steps: Iterator[Step]) -> Iterator[Step]:
        while window := list(islice(steps, _WINDOW)):
            diffs = (diff for step in window for diff in step.diffs or ())
            wanted = [diff.new.oid for diff in diffs if diff.new is not None and self.registry.governed(diff.path)]
            self.facts.documents.prefetch(wanted)
            for step in window:
                if self.positions.get(step.commit.oid) != self.seen:
                    raise GovopsError(f"the walk came to {step.commit.oid} where the chain has another commit")
                self.seen += 1
                yield step

    def _before_adoption(self, step: Step) -> None:
        """Take a step that govops makes no claim about; it may be the one that adopts."""
        oid = step.commit.oid
        adopts = oid == self.facts.adoption if self.facts.adoption else bool(step.introduces)
        if not self.facts.adoption:
            self.foreign += [other for other in step.introduces if other != oid]
        if step.diffs is None:  # the earliest Settings may have stood in what cannot be read
            message = f"commit {oid[:12]} before the adoption cannot be read: {step.unreadable}"
            self.ledger.note(Finding("unreadable-history", message, Status.UNVERIFIABLE, commit=oid))
            self.is_plain = False
        if adopts:
            self.adopted, self.adoption = True, oid
            self._settle(oid)
        self.taken = oid
        self.ledger.count_unclaimed(1, reporting=self.reporting)
        self.reporting = self.reporting or oid == self.facts.first

    def _settle(self, commit: Oid) -> None:
        """Read everything that stands at the adoption: the first rules, and the registry as it was found."""
        snapshot, documents = self.registry.snapshot, self.facts.documents
        tree = documents.tree(commit)
        if tree is None:
            raise UndecidableError(f"the tree of the adoption {commit} cannot be read", hint="check it with git fsck")
        documents.prefetch(entry.oid for path, entry in sorted(tree.items()) if path.startswith(_ROOTS))
        # Policies first: they say which other paths are governed and how those are read.
        for path in sorted(tree, key=lambda path: (not path.startswith("policies/"), path)):
            if self.registry.governed(path):
                content = (PathChange(path, None, tree[path]), self.registry.parse(path, tree[path]))
                self.registry.move([content], commit=commit, time=self.time)
        self._found(snapshot.files, commit)
        self._learn_keys()
        self.checks.reach(self.registry.law.settings.edition)
        self.registry.incidents.settle(snapshot, commit, self.time)
        for _ in self.standing.settle():
            pass

    def _judge(self, facts: ChangeFacts) -> Verdict:
        """By the edition in force. What another one finds wrong as it stands is nobody's fault, as at the adoption."""
        if self.checks.reach(self.registry.law.settings.edition):
            for _ in self.standing.settle():
                pass
        return self.checks.admitted(judge(facts))

    def _learn_keys(self) -> None:
        recorders = self.registry.law.settings.recorders
        self.keys |= {(recorder.name, recorder.key) for recorder in recorders}

    def is_doubted(self, key: str | None, change: Oid) -> bool:
        """Whether nothing that the key signed is believed of that change."""
        return bool(self.doubts) and is_doubted(key, change, self.doubts, self.positions)

    def trust(self) -> Trust:
        settings = self.registry.law.settings
        unsigned = settings.evidence.accept_unsigned
        return Trust(tuple(sorted(self.keys)), settings.repository, settings.protected_branch, unsigned)

    def _grouped(self, step: Step, steps: Iterator[Step]) -> Change:
        attribution = attribute(step, self.positions, self.facts.book, self.trust(), self.is_doubted)
        self.distrusted.update(attribution.strangers)
        group = [step]
        while group[-1].commit.oid != attribution.last:
            following = next(steps, None)
            if following is None:
                raise GovopsError(f"the walk ended before {attribution.last}, which the chain has")
            group.append(following)
        return combine(group, attribution)

    def _change(self, change: Change) -> None:
        if self.facts.adoption is None and self.facts.external is None:
            self.foreign += [oid for step in change.steps for oid in step.introduces]
        if change.landed is None:
            self._unreadable(change, next(step.unreadable for step in change.steps if step.diffs is None))
        elif self._pending(change):
            self.ledger.count_pending(len(change.steps), reporting=self.reporting)
        else:
            self._readable(change, change.landed)
        self.taken = change.id
        self.reporting = self.reporting or self.facts.first in {commit.oid for commit in change.commits}

    def _pending(self, change: Change) -> bool:
        """With ``--settled``: whether no later change is recorded either."""
        if not self.facts.settled or change.attribution.problem != "no-receipt":
            return False
        trust, here = self.trust(), self.positions[change.id]
        return not any(
            trust.accepts(record) and self.positions.get(receipt.tip, -1) > here
            for record, receipt in self.facts.book.receipts()
        )

    def _unreadable(self, change: Change, reason: str) -> None:
        self._reach(change, None)
        self.stale, self.is_plain = True, False
        facts = self._facts(change, (), (), "unreadable-history", reason)
        self._conclude(change, facts, JudgedChange(facts, self._judge(facts), self.facts.documents.position), ())

    def _readable(self, change: Change, landed: tuple[PathChange, ...]) -> None:
        if self.stale and not self._resynchronise(change):
            self._unknowable(change, landed)
            return
        if not any(path.startswith("policies/kinds/") for path in self.registry.law.unread()):
            landed = tuple(diff for diff in landed if self.registry.governed(diff.path))
        if not landed and not self._transient(change) and not self._reviewed(change):
            self.ledger.count_ungoverned(len(change.steps), reporting=self.reporting)
            self._reach(change, _attested(change))
            return
        parsed = [(diff, self.registry.parse(diff.path, diff.new)) for diff in landed]
        actions, missteps = meaning(self.registry, parsed)
        facts = self._facts(change, landed, actions, *self._evidence_problem(change, landed))
        verdict = self._judge(facts)
        judged = JudgedChange(
            facts,
            verdict,
            self.facts.documents.position,
            missteps,
            self._transient(change),
            unmatched=self.docket.unmatched(facts),
            obstacles=self._obstacles(change, facts),
            unclosed=tuple(unclosed(facts, verdict)),
        )
        self._spend(facts, judged.verdict.grace)
        self.landed += landed
        self._conclude(change, facts, judged, tuple(parsed))

    def _obstacles(self, change: Change, facts: ChangeFacts) -> tuple[Obstacle, ...]:
        """The incidents that were open before the change: by the files that stood there, and by reports before it."""
        incidents, snapshot = self.registry.incidents, self.registry.snapshot
        if incidents.is_idle(snapshot):
            return ()
        record = change.attribution.receipt[0] if change.attribution.receipt else None
        precedes = Precedes.of(facts.testimony, record)
        incidents.hear(facts.law, snapshot, before=precedes.last, doubted=lambda key: self.is_doubted(key, change.id))
        asked = concerned(facts.actions)
        return tuple(obstacles(asked, incidents.standing(snapshot, precedes), snapshot)) if asked else ()

    def _is_lawful(self, resource: str) -> bool:
        """Whether the last change of it was approved, if there was any."""
        return all(deed.is_approved for deed in self.deeds.of(resource)[-1:])

    def _unknowable(self, change: Change, landed: tuple[PathChange, ...]) -> None:
        """A change of which nobody can tell what it was made to, nor which paths were governed then."""
        if landed or self._reviewed(change):
            self._unreadable(change, f"what stood at {change.parent}, before it, cannot be read")
        else:
            self.ledger.count_ungoverned(len(change.steps), reporting=self.reporting)
            self._reach(change, _attested(change))

    def _reviewed(self, change: Change) -> bool:
        """Whether anything governed was reviewed, landed or not."""
        proposal = change.attribution.receipt[1].proposal if change.attribution.receipt else None
        return proposal is not None and any(self.registry.governed(subject.path) for subject in proposal.subjects)

    def _transient(self, change: Change) -> tuple[str, ...]:
        """Governed paths that were something else on the way; what a merge of the branch brings is nothing else."""
        files = self.registry.snapshot.files
        other = (p for p, state in change.passed if state != (files[p].entry if p in files else None))
        return tuple(path for path in dict.fromkeys(other) if self.registry.governed(path))

    def _evidence_problem(self, change: Change, landed: tuple[PathChange, ...]) -> tuple[str, str]:
        if lacking := self.registry.unknown(landed):
            return "rests-on-missing-object", lacking
        if len(change.steps) == 1 and len(change.commits[0].parents) > 2:
            return "octopus-merge", f"{len(change.commits[0].parents)} parents"
        attribution = change.attribution
        absent = attribution.problem in ("no-receipt", "evidence-untrusted", "key-compromised")
        if absent and self.registry.law.settings.evidence.mode != "receipt":
            return "", ""
        return attribution.problem, attribution.detail

    def _facts(
        self, change: Change, landed: tuple[PathChange, ...], actions: tuple[Action, ...], problem: str, detail: str
    ) -> ChangeFacts:
        law, documents = self.registry.law, self.facts.documents
        testimony = Testimony()
        if problem != "unreadable-history":
            testimony = gather(change, landed, book=self.facts.book, law=law, covers=self.replays.covers)
            testimony = testimony.about(self.registry.governed)
            testimony = testimony.doubting(lambda key: self.is_doubted(key, change.id))
        if problem:  # what cannot be trusted is shown as a claim; it decides nothing and tells no time
            testimony = replace(testimony, decisions=(), reviewed=None, landed_at=None, opened_at=None)
        time = max(filter(None, (self.time, testimony.landed_at)), default=None)
        facts = ChangeFacts(
            id=change.id,
            parent=change.parent,
            commits=change.commits,
            landed=landed,
            actions=actions,
            before=self.registry.snapshot,
            law=law,
            testimony=testimony,
            merge=documents.merge,
            time=time,
            evidence_problem=problem,
            problem_detail=detail,
            spent=self.spent,
            deeds=self.deeds,
            holds=conditions(lambda: self.own.programs, law, testimony, time),
            made_by=lambda earlier: self.docket.cases.made_by(law, earlier),
        )
        return as_minor(facts)

    def _spend(self, facts: ChangeFacts, grace: int) -> None:
        proposal = facts.testimony.proposal
        if proposal is not None:
            self.spent.setdefault(proposal_key(proposal.forge, proposal.id), facts.id)
        for record in spent_by(facts, self.facts.book, self.replays.covers, grace=grace):
            self.spent.setdefault(record.id, facts.id)

    def _conclude(
        self, change: Change, facts: ChangeFacts, judged: JudgedChange, parsed: tuple[tuple[PathChange, Parsed], ...]
    ) -> None:
        """Take the change into the registry, then say what is wrong with what it left behind."""
        registry, verdict = self.registry, judged.verdict
        own = self.own.before()
        self.eras.reach(change.id, facts.time)
        before = {diff.path: registry.snapshot.files.get(diff.path) for diff, _ in parsed}
        claimed = tuple(item for item in parsed if registry.governed(item[0].path))  # the others only for all we know
        findings = list(self.checks.change(judged))
        ground = ground_of(facts, verdict)
        self._reach(change, facts.testimony.landed_at)
        registry.move(parsed, commit=change.id, time=facts.time, people=verdict.contributors)
        if not registry.law.retrospective:
            registry.enact(parsed, verdict.status, commit=change.id, before=before)
        self._touched_by([diff for diff, _ in parsed], change.id)
        if any(diff.path.startswith("policies/kinds/") for diff, _ in parsed):
            self._claim(change.id)
        if verdict.status is Status.PASS:
            self._learn_keys()
        self._note_deeds(judged)
        findings += self._content(claimed, before)
        touched = tuple(self._touched(claimed, before)) if own else ()
        findings += self.own.after(own, touched, facts.time) if own else ()
        findings = [replace(finding, commit=change.id) for finding in findings]
        findings, status = self.docket.hear(findings, judged, ground, reporting=self.reporting)
        self.ledger.record(change, judged, findings, reporting=self.reporting, status=status)
        self.deeds.add(self.docket.conclude(judged, status, registry, self.ledger))
        if self.reporting and claimed and status is Status.PASS:
            self.eras.allowed(change.id, claimed, findings, judged_by(own, touched, facts.time))
        if self.reporting:
            self._note_policies(facts, verdict)

    def _note_deeds(self, judged: JudgedChange) -> None:
        self.deeds.add(deeds_of(judged.facts, judged.verdict))
        self.registry.incidents.take(judged.facts, judged.verdict, judged.unclosed, self.registry.snapshot)

    def _claim(self, commit: Oid) -> None:
        """Kinds changed: files that stood outside until now become governed as they stand, from the next change on."""
        self.own.forget()
        snapshot = self.registry.snapshot
        tree = self.facts.documents.tree(commit) or {}
        found = [path for path in sorted(tree.keys() - snapshot.files.keys()) if self.registry.governed(path)]
        for path in found:
            snapshot.put(path, File(tree[path]))
        self._found(found, commit)

    def _found(self, paths: Collection[str], commit: Oid) -> None:
        if self.diary is not None:
            self.diary.find(paths, commit)
        if self.watcher is not None:
            self.watcher.saw(commit, paths, self.registry)

    def _touched_by(self, diffs: Iterable[PathChange], commit: Oid) -> None:
        paths = [diff.path for diff in diffs]
        if self.diary is not None:
            self.diary.touch(paths, commit)
        if self.watcher is not None:
            self.watcher.saw(commit, paths, self.registry)

    def _content(
        self, parsed: tuple[tuple[PathChange, Parsed], ...], before: dict[str, File | None]
    ) -> Iterator[Finding]:
        snapshot, custom = self.registry.snapshot, self.registry.law.custom_kinds()
        for diff, content in parsed:
            if diff.new is not None:
                yield from self.checks.file(diff.path, diff.new, content, snapshot=snapshot, custom=custom)
        olds = [file.resource for file in before.values() if file is not None]
        news = [content.resource for _, content in parsed if isinstance(content.resource, Resource)]
        yield from self.standing.after(keys_of([*olds, *news]), (diff.path for diff, _ in parsed))

    def _touched(
        self, parsed: tuple[tuple[PathChange, Parsed], ...], before: dict[str, File | None]
    ) -> Iterator[Touched]:
        """What landed, for the users' own rules."""
        for diff, content in parsed:
            yield Touched(diff.path, self.registry.was(diff, before[diff.path]), content.resource)

    def _note_policies(self, facts: ChangeFacts, verdict: Verdict) -> None:
        for action in facts.actions:
            if action.name == "policy.change":
                people = verdict.contributors
                self.ledger.policies.append(Event(action.path, action.summary, facts.id, facts.time, people=people))

    def _reach(self, change: Change, attested: str | None) -> None:
        """Come to a change that is about to be taken; what stands before it may be what was asked for."""
        time = max(filter(None, (self.time, attested)), default=None)
        until = self.facts.until
        beyond = until.commit is not None and self.positions[change.id] > self.positions[until.commit]
        later = until.instant is not None and time is not None and time > until.instant
        if self.moment is None and (beyond or later):
            self.moment = self.look_around((change.id, Told(time, attested)))
        self.time = time
        if self.diary is not None:
            self.diary.told[change.id] = Told(time, attested)

    def _resynchronise(self, change: Change) -> bool:
        """After unreadable commits: take up whatever they changed, as rules that nobody could check.

        False if what they left cannot be read either: then the registry stays as it was, and is not to be believed.
        """
        tree = self.facts.documents.tree(change.parent) if change.parent else {}
        if tree is None:
            return False
        self.stale = False
        known = {path: file.entry for path, file in self.registry.snapshot.files.items()}
        paths = {*known, *(path for path in tree if self.registry.governed(path))}
        missed = [
            PathChange(path, known.get(path), tree.get(path))
            for path in sorted(paths)
            if known.get(path) != tree.get(path)
        ]
        parsed = [(diff, self.registry.parse(diff.path, diff.new)) for diff in missed]
        before = {diff.path: self.registry.snapshot.files.get(diff.path) for diff in missed}
        commit = change.parent or change.id
        self.own.forget()
        self.registry.incidents.forget()
        self.registry.move(parsed, commit=commit, time=self.time)
        self.registry.enact(parsed, Status.UNVERIFIABLE, commit=commit, before=before)
        self._touched_by(missed, commit)
        return True

    def threads(self) -> tuple[Thread, ...] | None:
        return self.facts.book.threads(self.trust(), self.positions)


def _attested(change: Change) -> str | None:
    """The time of an ungoverned change, which a receipt tells like that of any other."""
    receipt = change.attribution.receipt[1] if change.attribution.receipt else None
    return (receipt.landed_at or receipt.recorded_at) if receipt else None
