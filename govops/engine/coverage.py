"""What was shown for each clause of each framework, over the changes that it was in force for.

A rule judged a change that was allowed as a whole and left it something to look at: any file, a resource of a kind
that it speaks of, or the change as such. Some rules judge only where a policy asks for what they look after. Of a
change that was not allowed, only what a rule found tells anything; where the evidence of a change is missing, no rule
that rests on evidence could judge it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from govops.engine.era import Era, Frameworks, Tally, begins
from govops.finding import ClauseCoverage, ClauseEvidence, ClauseState, Finding, FrameworkCoverage, Status
from govops.history import Oid
from govops.history.snapshot import Snapshot
from govops.kinds.framework import Clause, Framework
from govops.rule import Rule, Scope

_SHOWN = 5  # findings of one rule and status
_STATES = {
    Status.FAIL: ClauseState.FAILING,
    Status.UNVERIFIABLE: ClauseState.UNVERIFIABLE,
    Status.WAIVED: ClauseState.WAIVED,
    Status.PASS: ClauseState.SHOWN,
}  # the gravest first
_ORDER = (*_STATES, Status.WARN)
_UNTIMED = "no attested time tells whether the clause was in force"


@dataclass(frozen=True, slots=True)
class Ground:
    """What coverage is told by: all findings in the order of the chain, where commits stand on it, the built-in rules.

    ``chain`` is how many changes it has, up to ``tip``.
    """

    findings: Iterable[Finding]
    positions: Mapping[Oid, int]
    rules: Mapping[str, Rule]
    chain: int
    tip: Oid


def coverage(eras: Sequence[Era], ground: Ground, rules: Snapshot) -> tuple[FrameworkCoverage, ...]:
    """Every framework that ever counted or stands among the rules at the tip, lawfully or not.

    By name, editions in the order of their coming.
    """
    editions: dict[tuple[str, str], tuple[str, Framework]] = {}
    for era in eras:
        editions.update((_edition(one), (path, one)) for path, one in era.frameworks)
    for path, one in rules.of_kind("Framework"):
        if isinstance(one, Framework):
            editions.setdefault(_edition(one), (path, one))
    judged = _Judged(eras, ground)
    return tuple(judged.framework(*editions[key]) for key in sorted(editions, key=lambda key: key[0]))


class _Judged:
    """What rules found and allowed, era by era."""

    def __init__(self, eras: Sequence[Era], ground: Ground) -> None:
        self._eras = eras
        self._ground = ground
        self._known = [_clauses(era.frameworks) for era in eras]
        self._found: list[dict[str, list[Finding]]] = [{} for _ in eras]
        self._unproven: list[dict[Oid, None]] = [{} for _ in eras]  # changes, in order
        self._rows: dict[tuple[int, str], tuple[ClauseEvidence, ...]] = {}
        begin = [begins(era, ground.positions) for era in eras]
        for finding in ground.findings if eras else ():
            at = len(eras) - 1
            if self._scope(finding.rule) is not Scope.HISTORY:
                at = bisect_right(begin, ground.positions.get(finding.commit or "", -1)) - 1
            if at >= 0:
                self._sort(at, finding)

    def framework(self, path: str, framework: Framework) -> FrameworkCoverage:
        """All of its clauses, as they stood last."""
        spec, last = framework.spec, self._eras[-1].frameworks if self._eras else ()
        return FrameworkCoverage(
            name=framework.metadata.name,
            title=spec.title,
            version=spec.version,
            path=path,
            clauses=tuple(self._clause(framework, clause) for clause in spec.clauses),
            stands=any(_edition(one) == _edition(framework) for _, one in last),
            scope=spec.scope or "",
            published=spec.published,
            in_force_from=spec.in_force_from,
            in_force_until=spec.in_force_until,
            superseded_by=spec.superseded_by,
        )

    def _sort(self, at: int, finding: Finding) -> None:
        self._found[at].setdefault(finding.rule, []).append(finding)
        if finding.status is Status.UNVERIFIABLE and finding.commit and self._scope(finding.rule) is Scope.CHANGE:
            self._unproven[at][finding.commit] = None

    def _scope(self, rule: str) -> Scope | None:
        found = self._ground.rules.get(rule)
        return found.scope if found else None

    def _clause(self, framework: Framework, clause: Clause) -> ClauseCoverage:
        rows: dict[tuple[str, str, Status], ClauseEvidence] = {}
        closing: tuple[ClauseEvidence, ...] | None = None
        for at, era in enumerate(self._eras):
            of_then, then = self._known[at].get((*_edition(framework), clause.id), (framework, None))
            known = era.in_force(of_then, then) if then is not None else False
            if then is not None and known is not False:
                for row in self._of_rules(at, then):
                    _add(rows, row if known else _untimed(row))
                named = {("permission", one) for one in then.permissions} | {("section", one) for one in then.sections}
                shown = [row for row in era.closing if (row.kind, row.source) in named]
                closing = tuple(row if known else _untimed(row) for row in shown)
        for row in closing or ():
            _add(rows, row)
        return self._concluded(framework, clause, rows, was_in_force=closing is not None)

    def _concluded(
        self,
        framework: Framework,
        clause: Clause,
        rows: Mapping[tuple[str, str, Status], ClauseEvidence],
        *,
        was_in_force: bool,
    ) -> ClauseCoverage:
        evidence = tuple(sorted(rows.values(), key=lambda row: (row.kind, row.source, _ORDER.index(row.status))))
        state = _state(clause, evidence, was_in_force=was_in_force)
        heard = {(row.kind, row.source) for row in evidence}
        served = (
            *(("permission", one) for one in clause.permissions),
            *(("rule", one) for one in clause.rules),
            *(("section", one) for one in clause.sections),
        )
        reason = clause.not_applicable or clause.would_show or ""
        if state is ClauseState.NOT_IN_FORCE:
            reason = self._why_not(framework, clause)
        begin, end = framework.spec.days(clause)
        silent = tuple(one for one in served if one not in heard)
        return ClauseCoverage(clause.id, clause.summary, state, evidence, silent, reason, begin, end)

    def _why_not(self, framework: Framework, clause: Clause) -> str:
        begin, end = framework.spec.days(clause)
        if not any(_edition(one) == _edition(framework) for era in self._eras for _, one in era.frameworks):
            return "the change that brought it was not approved"
        days = [f"from {begin}" if begin else "", f"until {end}" if end else ""]
        return f"it applies {' '.join(filter(None, days))}, and nothing was judged then"

    def _of_rules(self, at: int, clause: Clause) -> Iterator[ClauseEvidence]:
        for rule in clause.rules:
            if (at, rule) not in self._rows:
                self._rows[at, rule] = tuple(self._of_rule(at, rule))
            yield from self._rows[at, rule]

    def _of_rule(self, at: int, rule: str) -> Iterator[ClauseEvidence]:
        """What one rule found in one era, by status, and what it allowed."""
        found = self._found[at].get(rule, ())
        scope = self._scope(rule)
        for status in _ORDER:
            those = [one for one in found if _counts_as(one.status) is status]
            changes = dict.fromkeys(one.commit for one in those if one.commit is not None)
            if status is Status.UNVERIFIABLE and scope is Scope.CHANGE and rule not in self._eras[at].idle:
                changes = self._unproven[at]  # its own are among them
            if those or changes:
                yield self._row(rule, status, changes, those)
        if scope is Scope.HISTORY:
            if at == len(self._eras) - 1 and not found and rule not in self._eras[at].idle:
                yield ClauseEvidence("rule", rule, Status.PASS, self._ground.chain, last=self._ground.tip)
            return
        allowed = [tally for tally in self._eras[at].tallies.values() if self._judges(rule, tally)]
        if allowed and rule not in self._eras[at].idle:
            yield self._passed(rule, allowed)

    def _row(self, rule: str, status: Status, changes: Iterable[Oid], findings: Sequence[Finding]) -> ClauseEvidence:
        commits = sorted(changes, key=lambda commit: self._ground.positions.get(commit, -1))
        first, last = (commits[0], commits[-1]) if commits else (None, None)
        prints = tuple(one.fingerprint for one in findings[:_SHOWN])
        return ClauseEvidence("rule", rule, status, len(commits), len(findings), first, last, prints)

    def _judges(self, rule: str, tally: Tally) -> bool:
        found = self._ground.rules.get(rule)
        if rule in tally.warned:
            return False
        if found is None:
            return rule in tally.own
        if found.scope is Scope.RESOURCE:
            return any(not found.kinds or kind in found.kinds for kind in tally.kinds)
        return found.scope is Scope.CHANGE or tally.files > 0

    def _passed(self, rule: str, tallies: Sequence[Tally]) -> ClauseEvidence:
        positions, found = self._ground.positions, self._ground.rules.get(rule)
        items = 0
        if found is None:
            items = sum(tally.asked[rule] for tally in tallies)
        elif found.scope is Scope.FILE:
            items = sum(tally.files for tally in tallies)
        elif found.scope is Scope.RESOURCE:
            counts = (item for tally in tallies for item in tally.resources.items())
            items = sum(count for kind, count in counts if not found.kinds or kind in found.kinds)
        return ClauseEvidence(
            "rule",
            rule,
            Status.PASS,
            sum(tally.changes for tally in tallies),
            items,
            min((tally.first for tally in tallies), key=lambda commit: positions[commit]),
            max((tally.last for tally in tallies), key=lambda commit: positions[commit]),
        )


def _edition(framework: Framework) -> tuple[str, str]:
    return framework.metadata.name, framework.spec.version


def _clauses(frameworks: Frameworks) -> dict[tuple[str, str, str], tuple[Framework, Clause]]:
    return {(*_edition(one), clause.id): (one, clause) for _, one in frameworks for clause in one.spec.clauses}


def _counts_as(status: Status) -> Status:
    return Status.FAIL if status is Status.ERROR else status


def _untimed(row: ClauseEvidence) -> ClauseEvidence:
    return replace(row, status=Status.UNVERIFIABLE, detail=_UNTIMED)


def _add(rows: dict[tuple[str, str, Status], ClauseEvidence], row: ClauseEvidence) -> None:
    """Put a later row to what is known of the same source and status."""
    key = (row.kind, row.source, row.status)
    known = rows.get(key)
    if known is None:
        rows[key] = row
        return
    rows[key] = replace(
        row,
        changes=known.changes + row.changes,
        items=known.items + row.items,
        first=known.first or row.first,
        last=row.last or known.last,
        findings=(*known.findings, *row.findings)[:_SHOWN],
    )


def _state(clause: Clause, evidence: Iterable[ClauseEvidence], *, was_in_force: bool) -> ClauseState:
    """The one state of a clause: the gravest of its evidence. What was found while it applied stays found."""
    statuses = {row.status for row in evidence}
    gravest = next((state for status, state in _STATES.items() if status in statuses), ClauseState.NOT_COVERED)
    if clause.not_applicable is not None and gravest in (ClauseState.SHOWN, ClauseState.NOT_COVERED):
        return ClauseState.NOT_APPLICABLE
    return gravest if was_in_force else ClauseState.NOT_IN_FORCE
