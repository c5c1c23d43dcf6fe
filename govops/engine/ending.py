"""What a walk that has come to its end amounts to: the report, and what rules ask of the history as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from govops.duties import Duties, DutyConflict
from govops.engine.audit import Audit
from govops.engine.coverage import Ground, coverage
from govops.engine.duties import matrix, ongoing
from govops.engine.expunged import renamed, sworn_by
from govops.engine.incident_cases import cases, unheard
from govops.engine.obstacles import affected
from govops.engine.reviews import reviews
from govops.engine.series import Series
from govops.engine.summary import Ending, summarise
from govops.evidence.book import Tampering
from govops.finding import Finding, Report
from govops.history import Oid
from govops.rule import HistoryFacts, Rewritten, Scope


def report_of(audit: Audit) -> Report:
    """What the walk found."""
    duties = matrix(audit.registry, audit.deeds, audit.positions)
    due = reviews(audit.registry.law, audit.registry.snapshot, audit.deeds, audit.facts.as_of or audit.time)
    facts = _with_incidents(audit, replace(_history(audit, duties), reviews=due))
    for finding in audit.checks.history(facts):
        audit.ledger.note(finding)
    provenance = replace(audit.facts.provenance, adoption=audit.adoption)
    older = partial(_is_older, audit)
    ending = Ending(audit.time, audit.facts.as_of, audit.docket, older, audit.deeds, facts.incidents, facts.affected)
    report = summarise(audit.ledger, audit.registry, provenance, ending)
    audit.eras.end(audit.facts.as_of or audit.time)
    ground = Ground(report.findings, audit.positions, audit.checks.by_id, report.counts.chain, audit.facts.chain.tip)
    frameworks = coverage(audit.eras.all, ground, audit.registry.law.snapshot)
    return replace(report, duties=duties, reviews=due, frameworks=frameworks)


def _with_incidents(audit: Audit, facts: HistoryFacts) -> HistoryFacts:
    """The facts with every incident as it stands at the tip; reports that came after all changes are heard now."""
    incidents, law, snapshot = audit.registry.incidents, audit.registry.law, audit.registry.snapshot
    if incidents.is_idle(snapshot):
        return facts
    incidents.hear(law, snapshot, before=None, doubted=lambda key: audit.is_doubted(key, facts.tip))
    return replace(
        facts,
        incidents=cases(incidents, law, snapshot, facts.as_of),
        unheard=tuple(unheard(incidents)),
        affected=tuple(affected(incidents.standing(snapshot), snapshot)),
    )


def _is_older(audit: Audit, finding: Finding) -> bool:
    """Whether it is of a change up to ``new_since``; what concerns the history as a whole never is."""
    if audit.facts.new_since is None or finding.commit not in audit.positions:
        return False
    rule = audit.checks.by_id.get(finding.rule)
    of_one_change = rule is None or rule.scope is not Scope.HISTORY
    first = audit.positions.get(audit.adoption or "", -1)
    return of_one_change and first < audit.positions[finding.commit] <= audit.positions[audit.facts.new_since]


def _history(audit: Audit, duties: Duties) -> HistoryFacts:
    trust = audit.trust()
    lost = [
        (record.id, payload.tip)
        for record, payload in audit.facts.book.anchored()
        if trust.accepts(record)
        and payload.tip not in audit.positions
        and not audit.facts.documents.descends(payload.tip, audit.facts.chain.tip)
    ]
    breaks = (Tampering("", what) for thread in audit.threads() or () for what in thread.breaks)
    tampering = (*audit.facts.cut, *audit.facts.book.tampering, *breaks)
    foreign = tuple(dict.fromkeys(oid for oid in audit.foreign if oid != audit.adoption))
    weak = Series(audit.ledger.earlier.weak, audit.ledger.weak) if audit.ledger.earlier else audit.ledger.weak
    audit.checks.reach(audit.registry.law.settings.edition)
    return HistoryFacts(
        audit.facts.chain.tip,
        tampering,
        tuple(lost),
        foreign,
        audit.facts.junk,
        weak,
        tuple(_moved(audit)),
        tuple(_rewritten(audit)),
        tuple(pair for pair in ongoing(duties) if not _is_refused(audit, pair[1])),
        tuple(audit.docket.standing(audit.registry.law)),
        audit.facts.as_of or audit.time,
        never_readable=tuple(_never_readable(audit)),
    )


def _never_readable(audit: Audit) -> Iterator[tuple[str, Oid]]:
    """Policies of which nothing counts and no change answers for it, since they were adopted so."""
    silent = audit.registry.law.never_readable()
    about_files = {rule.id for rule in audit.checks.by_id.values() if rule.scope is Scope.FILE}
    told = {finding.path for finding in _found(audit) if finding.rule in about_files} if silent else set()
    yield from ((path, blob) for path, blob in silent if path not in told)


def _is_refused(audit: Audit, row: DutyConflict) -> bool:
    """Whether the change that brought the two roles together has a finding for that already."""
    return any(
        finding.rule == "conflicting-roles" and finding.subject == row.person and finding.commit == row.since
        for finding in _found(audit)
    )


def _found(audit: Audit) -> Iterator[Finding]:
    """Everything that was found of changes, by this walk and by those that it goes on from."""
    yield from audit.ledger.findings
    if audit.ledger.earlier:
        yield from audit.ledger.earlier.findings


def _moved(audit: Audit) -> Iterator[tuple[str, Oid]]:
    """What an earlier report knew otherwise and no rewrite explains."""
    for what, commit in audit.facts.moved:
        new = renamed(commit, audit.facts.rewrites)
        if new == commit or new not in audit.positions:
            yield what, commit


def _rewritten(audit: Audit) -> Iterator[Rewritten]:
    for one in audit.facts.rewrites:
        people, paths = sworn_by(one, audit.registry.law, audit.doubts), {path for path, _ in one.content}
        records = tuple(record.id for record in one.records)
        yield Rewritten(people, one.reason, len(one.commits), tuple(sorted(paths)), records)
