"""From the facts of an audit to its report: as many walks as it takes until no key comes too late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from govops.decision import Law
from govops.engine.audit import Audit
from govops.engine.cases import Cases
from govops.engine.doubts import Doubts, doubts_of
from govops.engine.ending import report_of
from govops.engine.expunged import Place, Rewrites
from govops.engine.facts import AuditFacts
from govops.engine.keeping import Kept
from govops.engine.memory import Memory
from govops.engine.moment import Diary, Moment, Told, Watcher
from govops.engine.registry import Registry
from govops.finding import Report
from govops.history import Oid
from govops.history.deeds import Deeds
from govops.rule import Rule

_Watcher = TypeVar("_Watcher", bound=Watcher)


def run(rules: Iterable[Rule], facts: AuditFacts) -> Report:
    """Judge every change of the chain.

    A receipt may be signed by a key that approved Settings name only later (rotation, backfill). The walk is
    then repeated with all keys that it earned; keys only ever come from changes approved on earlier keys. It is
    repeated, too, where Settings in the end call a key compromised: what has been doubted once stays so. And where two
    people who may change policies signed that the history had to be rewritten.
    """
    return report_of(_walked(tuple(rules), facts)[0])


def look(rules: Iterable[Rule], facts: AuditFacts) -> tuple[Report, Moment]:
    """Judge every change of the chain, and keep what stood at ``facts.until``."""
    audit, _ = _walked(tuple(rules), facts, _with_diary)
    return report_of(audit), audit.moment or audit.look_around()


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a walk ended, for those who look back over all of it: what was found, what stands, the law there, and all
    that was done.
    """

    report: Report
    moment: Moment
    law: Law
    deeds: Deeds


def stand(rules: Iterable[Rule], facts: AuditFacts) -> Stood:
    """Judge every change of the chain; the report, the tip, and the rules in force there."""
    audit, _ = _walked(tuple(rules), facts, _with_diary)
    return Stood(report_of(audit), audit.look_around(), audit.registry.law, audit.deeds)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Where a walk ended: the registry, what evidence was spent on which change, what was done, and what was found."""

    registry: Registry
    spent: dict[str, Oid]
    deeds: Deeds
    cases: Cases


def arrive(rules: Iterable[Rule], facts: AuditFacts) -> Arrived:
    """Judge every change of the chain, and stand at its end."""
    audit, _ = _walked(tuple(rules), facts)
    return Arrived(audit.registry, dict(audit.spent), audit.deeds, audit.docket.cases)


def run_on(rules: Iterable[Rule], facts: AuditFacts) -> tuple[Report, Kept | None] | None:
    """The same report as :func:`run`, and what is known at ``facts.keep_at`` if that can be kept.

    With ``facts.kept`` only what came since is judged; None where that might lead to another report.
    """
    done = _continued(tuple(rules), facts, lambda audit: None)
    return (report_of(done[0]), done[1]) if done is not None else None


@dataclass(frozen=True, slots=True)
class Watched(Generic[_Watcher]):
    """A walk that was watched: the report, when each change was, what the watcher of the last walk saw, and what can
    be kept of it.
    """

    report: Report
    told: Mapping[Oid, Told]
    watcher: _Watcher
    kept: Kept | None


def watch(rules: Iterable[Rule], facts: AuditFacts, make: Callable[[], _Watcher]) -> Watched[_Watcher] | None:
    """As :func:`run_on`, with somebody who watches; walks that are repeated have a new watcher each."""
    watchers: list[_Watcher] = []

    def prepare(audit: Audit) -> None:
        watchers.append(make())
        audit.diary, audit.watcher = Diary(), watchers[-1]

    done = _continued(tuple(rules), facts, prepare)
    if done is None:
        return None
    audit, kept = done
    told = audit.diary.told if audit.diary is not None else {}
    return Watched(report_of(audit), told, watchers[-1], kept)


def _with_diary(audit: Audit) -> None:
    audit.diary = Diary()


def _continued(
    rules: tuple[Rule, ...], facts: AuditFacts, prepare: Callable[[Audit], None]
) -> tuple[Audit, Kept | None] | None:
    if facts.kept is None or facts.past is None:
        return _walked(rules, facts, prepare)
    audit = Audit(rules, facts, frozenset(), facts.kept.place.doubts)
    memory = Memory(audit)
    prepare(audit)
    if not memory.resume(facts.kept, facts.past):
        return None
    audit.walk()
    return (audit, memory.remembered()) if memory.ends_as_from_the_start() else None


def _walked(
    rules: tuple[Rule, ...], facts: AuditFacts, prepare: Callable[[Audit], None] = lambda audit: None
) -> tuple[Audit, Kept | None]:
    """The last walk, and what may be kept of it: one that began with all keys and doubts that it ended with.

    Of a walk that was repeated nothing is, unless the first one earned all its keys before the place where it is kept:
    then it is plain that it would earn the same ones again, whatever comes later.
    """
    keys: frozenset[tuple[str, str]] = frozenset()
    doubts: Doubts = frozenset()
    rewrites = Rewrites()
    earned: list[frozenset[tuple[str, str]]] = []
    while True:
        told = replace(facts, book=rewrites.told(facts.book), rewrites=rewrites.held)
        audit = Audit(rules, told, keys, doubts)
        memory = Memory(audit)
        prepare(audit)
        audit.walk()
        found = doubts_of(audit.registry.law)
        founding = None if facts.adoption else audit.adoption
        settled = rewrites.settle(facts.book, audit.registry.law, doubts | found, Place(audit.positions, founding))
        if settled and found <= doubts and (audit.keys <= keys or not audit.keys_came_late()):
            return audit, memory.remembered() if earned in ([], [keys]) and found == doubts else None
        earned.append(memory.kept.place.keys if memory.kept else frozenset())
        keys, doubts = audit.keys, doubts | found
