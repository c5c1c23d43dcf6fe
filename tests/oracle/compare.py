"""Two opinions of one history, held against each other: what they disagree on, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from govops.finding import ChangeRecord, Finding, Report
from govops.rule import Scope
from govops.rules import RULES
from tests.oracle.found import FAIL, WARN, Found
from tests.oracle.judge import Verdict
from tests.oracle.walk import Given, Outcome

JUDGED = frozenset(rule.id for rule in RULES if rule.scope in (Scope.CHANGE, Scope.HISTORY))
WHOLE = frozenset(rule.id for rule in RULES if rule.scope is Scope.HISTORY)
APART = frozenset({"evidence-weak"})  # what the engine alone says
WARNINGS = frozenset({"executable-file", "near-duplicate", "unsatisfiable-policy", "policy-test-in-vain"})
NAMELESS = frozenset({"illegal-transition", "emergency-unapproved", "approver-unknown", "unknown-contributor"})


def given_by(report: Report) -> Given:
    """What rules of files and resources say, exceptions apart; the second judge does not read YAML for a living."""
    waivable = {rule.id for rule in RULES if rule.waivable}
    found: dict[str, list[Found]] = {}
    for finding in report.findings:
        if finding.rule not in JUDGED:
            told = _found(finding)
            if told.by or told.rule in waivable:
                told = replace(told, status=WARN if told.rule in WARNINGS else FAIL, by="")
            found.setdefault(finding.commit or "", []).append(told)
    return found


def disagreements(report: Report, outcome: Outcome) -> list[str]:
    """Every difference, the engine's word first."""
    return list(_differences(report, outcome))


def _differences(report: Report, outcome: Outcome) -> Iterator[str]:
    engine, oracle = {change.id: change for change in report.changes}, {one.id: one for one in outcome.changes}
    if list(engine) != list(oracle):
        yield f"changes: {[c[:6] for c in engine]} / {[c[:6] for c in oracle]}"
    for oid in engine.keys() & oracle.keys():
        at = f"{engine[oid].subject!r} ({oid[:6]})"
        yield from (f"{at}: {what}" for what in _verdicts(report, engine[oid], oracle[oid]))
    listed = {commit for change in report.changes for commit in change.commits}
    others = {
        _found(f) for f in report.findings if f.rule in JUDGED - APART and (f.rule in WHOLE or f.commit not in listed)
    }
    if {(one.rule, one.status) for one in others} != {(one.rule, one.status) for one in outcome.history}:
        yield f"history: {sorted(others)} / {sorted(outcome.history)}"
    sums = {name: getattr(report.counts, name) for name in outcome.sums}
    if sums != outcome.sums:
        yield f"sums: {sums} / {dict(outcome.sums)}"
    if int(report.exit_code()) != outcome.exit:
        yield f"exit code: {int(report.exit_code())} / {outcome.exit}"


def _verdicts(report: Report, engine: ChangeRecord, oracle: Verdict) -> Iterator[str]:
    if engine.status.value != oracle.status:
        yield f"status: {engine.status.value} / {oracle.status}"
    found = {_found(f) for f in report.findings if f.commit in engine.commits and f.rule not in WHOLE}
    if (engine.remediated_by or "") != oracle.remedied:
        yield f"remediated by: {engine.remediated_by} / {oracle.remedied}"
    one, other = {_key(item) for item in found}, {_key(item) for item in oracle.findings}
    if one != other:
        yield f"findings: {sorted(one - other, key=str)} / {sorted(other - one, key=str)}"
    given = {
        (item.record, item.at): frozenset(rule for rule, _ in item.reasons)
        for item in engine.approvals
        if item.decision == "approve"
    }
    heard = {key: oracle.refused.get(key, frozenset()) for key in oracle.heard}
    for key in sorted(given.keys() | heard.keys(), key=str):
        if given.get(key) != heard.get(key):
            told = [found if found is None else sorted(found) for found in (given.get(key), heard.get(key))]
            yield f"approval {key[0][:6]} of {key[1]}: {told[0]} / {told[1]}"
    counted = {
        (item.source, item.text.partition(":")[0], path, item.needed, len(item.counted))
        for item in engine.requirements
        if item.source not in ("default deny", "") and not item.source.endswith(")")  # that nothing asks for certain
        for path in item.paths
    }
    met = {(one.source, one.action, one.path, one.needed, len(one.people)) for one in oracle.counted}
    if counted != met:
        yield f"counted: {sorted(counted - met)} / {sorted(met - counted)}"


def _key(found: Found) -> Found:
    return replace(found, was="", person="" if found.rule in NAMELESS else found.person)


def _found(finding: Finding) -> Found:
    others = tuple(sorted(finding.others))
    return Found(finding.rule, finding.status.value, finding.path, finding.subject, others, finding.waived)
