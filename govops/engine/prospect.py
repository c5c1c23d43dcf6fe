"""A change that has not landed: the verdict if it did so now, on a registry that stands where it would land."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from govops.decision import Candidates, ChangeFacts, as_minor, conditions, judge, roles_wanted, who_could
from govops.engine.cases import Cases, Charge
from govops.engine.checks import Checks, Standing, keys_of
from govops.engine.docket import Docket, ratifications
from govops.engine.facts import Documents, Parsed
from govops.engine.grouping import Change
from govops.engine.incident_course import Mark
from govops.engine.incidents import unclosed
from govops.engine.ledger import change_record
from govops.engine.meaning import deeds_of, meaning
from govops.engine.obstacles import concerned, obstacles
from govops.engine.own_rules import OwnRules, Touched
from govops.engine.registry import Registry
from govops.engine.replays import Replays
from govops.engine.waiving import ground_of
from govops.engine.witness import gather
from govops.evidence.book import EvidenceBook
from govops.evidence.testimony import Testimony
from govops.finding import ChangeRecord, Finding
from govops.history import Oid, PathChange
from govops.history.deeds import Deeds
from govops.kinds import Resource, ResourceKey
from govops.rule import JudgedChange, Obstacle, Rule

Assume = Callable[[Testimony], Testimony]
"""What a simulation pretends: the testimony as it would be."""


def as_given(testimony: Testimony) -> Testimony:
    """Pretends nothing."""
    return testimony


@dataclass(frozen=True, slots=True)
class Prospect:
    """A proposal as it would land.

    ``change.landed`` is the whole difference that it would make to the protected branch, its step brings all commits of
    the proposal with it, and its receipt (if a forge knows the proposal) is what a recorder would write at ``time``.
    ``conflicts`` are paths that cannot be merged, and do not land. ``spent`` and ``deeds`` are as in
    :class:`ChangeFacts`, ``cases`` what was found against earlier changes. ``meet`` lets the registry take up everybody
    who holds one of the given roles. ``is_audited``: the registry comes from an audit.
    """

    change: Change
    book: EvidenceBook
    time: str
    conflicts: tuple[str, ...] = ()
    spent: Mapping[str, Oid] = field(default_factory=dict)
    assume: Assume = as_given
    deeds: Deeds = field(default_factory=Deeds)
    cases: Cases = field(default_factory=Cases)
    meet: Callable[[Iterable[str]], None] = field(default=lambda roles: None)
    is_audited: bool = False


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The change as a report would tell it, everything found against it, and who could serve each requirement.

    ``accepts`` are the charges against earlier changes that it would accept.
    """

    change: ChangeRecord
    findings: tuple[Finding, ...]
    candidates: tuple[Candidates, ...]
    is_governed: bool
    accepts: tuple[tuple[Oid, Charge], ...] = ()


def foresee(rules: Iterable[Rule], registry: Registry, prospect: Prospect, documents: Documents) -> Foreseen:
    """Judge a proposal, and take it into ``registry``, which the next one of a queue then builds on."""
    law = registry.law
    checks = Checks(rules, documents, law.snapshot if law.retrospective else None)
    checks.reach(law.settings.edition)
    standing = Standing(checks, registry.snapshot)
    landed = tuple(diff for diff in prospect.change.landed or () if registry.governed(diff.path))
    parsed = [(diff, registry.parse(diff.path, diff.new)) for diff in landed]
    actions, missteps = meaning(registry, parsed)
    own = OwnRules(law, registry.snapshot, registry.document, prospect.deeds)
    facts = _facts(registry, prospect, landed, documents)
    holds = conditions(lambda: own.programs, law, facts.testimony, facts.time)
    facts = as_minor(replace(facts, actions=actions, holds=holds))
    verdict = checks.admitted(judge(facts))
    ahead = tuple(_obstacles(registry, facts, prospect))
    rules_in_force, touched = own.before(), tuple(_touched(registry, parsed))
    answer = prospect.cases.answers(ratifications(facts))
    judged = JudgedChange(
        facts,
        verdict,
        documents.position,
        missteps,
        conflicts=prospect.conflicts,
        unmatched=answer.unmatched,
        obstacles=ahead,
        unclosed=tuple(unclosed(facts, verdict)),
    )
    findings, ground = list(checks.change(judged)), ground_of(facts, verdict)
    prospect.meet(roles_wanted(facts))
    candidates = who_could(facts)
    keys, paths = tuple(_changed(registry, parsed)), tuple(diff.path for diff in landed)
    for _ in standing.after(keys, paths):  # what is wrong already is nobody's fault here
        pass
    registry.move(parsed, commit=facts.id, time=facts.time)
    findings += _in_files(registry, parsed, checks)
    findings += standing.after(keys, paths)
    _note_deeds(registry, prospect, judged)
    findings += own.after(rules_in_force, touched, facts.time)
    found = [replace(finding, commit=facts.id) for finding in findings]
    found, status = Docket(checks.by_id, lambda: prospect.deeds).hear(found, judged, ground, reporting=False)
    told, accepts = change_record(facts, verdict, status), tuple((of.change, what) for of, what in answer.accepted)
    return Foreseen(told, tuple(found), candidates, bool(landed or prospect.conflicts), accepts)


def _obstacles(registry: Registry, facts: ChangeFacts, prospect: Prospect) -> Iterator[Obstacle]:
    """The incidents that are open now: every report that stands there was there before."""
    asked, incidents, snapshot = concerned(facts.actions), registry.incidents, registry.snapshot
    if not asked:
        return
    incidents.listen(prospect.book, incidents.lawful)
    if not prospect.is_audited:  # the gate takes files as they stand
        for name in snapshot.names("Incident"):
            incidents.trust(name, snapshot, Mark(facts.parent or "", None))
    incidents.hear(facts.law, snapshot, before=None, doubted=lambda key: False)
    yield from obstacles(asked, incidents.standing(snapshot), snapshot)


def _note_deeds(registry: Registry, prospect: Prospect, judged: JudgedChange) -> None:
    prospect.deeds.add(deeds_of(judged.facts, judged.verdict))
    registry.incidents.take(judged.facts, judged.verdict, judged.unclosed, registry.snapshot)


def _changed(registry: Registry, parsed: Iterable[tuple[PathChange, Parsed]]) -> Iterator[ResourceKey]:
    """The keys of the resources on both sides of the change."""
    for diff, content in parsed:
        old = registry.snapshot.files.get(diff.path)
        new = content.resource if isinstance(content.resource, Resource) else None
        yield from keys_of([old.resource if old else None, new])


def _in_files(registry: Registry, parsed: Iterable[tuple[PathChange, Parsed]], checks: Checks) -> Iterator[Finding]:
    """What is wrong in the files that have just been taken into the registry."""
    custom = registry.law.custom_kinds()
    for diff, content in parsed:
        if diff.new is not None:
            yield from checks.file(diff.path, diff.new, content, snapshot=registry.snapshot, custom=custom)


def _touched(registry: Registry, parsed: Iterable[tuple[PathChange, Parsed]]) -> Iterator[Touched]:
    for diff, content in parsed:
        yield Touched(diff.path, registry.before(diff), content.resource)


def _facts(registry: Registry, prospect: Prospect, landed: tuple[PathChange, ...], documents: Documents) -> ChangeFacts:
    change, law = prospect.change, registry.law
    covers = Replays(documents).covers
    testimony = gather(change, landed, book=prospect.book, law=law, covers=covers).about(registry.governed)
    decisions = tuple(one for one in testimony.decisions if one.kind != "trailer")  # anyone types them until it lands
    time = max((prospect.time, *(one.at for one in decisions if one.at)))
    testimony = prospect.assume(replace(testimony, decisions=decisions, landed_at=time))
    lacking = registry.unknown(landed)
    return ChangeFacts(
        id=change.id,
        parent=change.parent,
        commits=change.commits,
        landed=landed,
        actions=(),
        before=registry.snapshot,
        law=law,
        testimony=testimony,
        merge=documents.merge,
        time=time,
        evidence_problem="rests-on-missing-object" if lacking else "",
        problem_detail=lacking,
        spent=prospect.spent,
        deeds=prospect.deeds,
        is_ahead=True,
        made_by=lambda earlier: prospect.cases.made_by(law, earlier),
    )
