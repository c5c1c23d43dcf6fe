"""Every clause is in exactly one state, whatever was found, and the state follows from the evidence that is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.engine.coverage import Ground, coverage
from govops.engine.era import Era, Tally, keep, restore
from govops.finding import ClauseCoverage, ClauseState, Finding, Status
from govops.history import Entry
from govops.history.snapshot import File, Snapshot
from govops.kinds.framework import Framework
from govops.rules import RULES

CHAIN = tuple(f"{number:040x}" for number in range(6))
POSITIONS = {oid: at for at, oid in enumerate(CHAIN)}
BY_ID = {rule.id: rule for rule in RULES}
SERVED = {"rules": ["not-approved", "invalid-resource", "near-duplicate", "record-tampered"]}
PATH = "policies/frameworks/house.yaml"


def framework(*clauses: dict[str, Any], version: str = "1", **spec: Any) -> Framework:
    full = [{"summary": "Something", **clause} for clause in clauses]
    spec = {"title": "House", "version": version, "clauses": full, **spec}
    document = {"apiVersion": "govops/v1", "kind": "Framework", "metadata": {"name": "house"}, "spec": spec}
    return Framework.model_validate(document)


def era(*frameworks: Framework, since: int | None = 0, time: str | None = "2026-02-01T00:00:00Z", **how: Any) -> Era:
    return Era(None if since is None else CHAIN[since], time, tuple((PATH, one) for one in frameworks), **how)


def passed(
    *kinds: str,
    first: int = 0,
    last: int = 0,
    changes: int = 1,
    own: tuple[str, ...] = (),
    warned: tuple[str, ...] = (),
) -> dict[Any, Tally]:
    tally = Tally(kinds, own, warned, CHAIN[first], CHAIN[last], changes, len(kinds) or 1, dict.fromkeys(kinds, 1))
    return {tally.key: tally}


def found(rule: str, status: Status = Status.FAIL, at: int = 0, subject: str = "") -> Finding:
    return Finding(rule, "something", status, commit=CHAIN[at], subject=subject)


def clauses(eras: Iterable[Era], *findings: Finding, rules: Snapshot | None = None) -> tuple[ClauseCoverage, ...]:
    ground = Ground(findings, POSITIONS, BY_ID, len(CHAIN), CHAIN[-1])
    return tuple(one for told in coverage(list(eras), ground, rules or Snapshot()) for one in told.clauses)


@pytest.mark.parametrize(
    ("clause", "tallies", "findings", "state"),
    [
        ({}, {}, (), ClauseState.NOT_COVERED),
        ({"rules": ["not-approved"]}, {}, (), ClauseState.NOT_COVERED),
        ({"rules": ["not-approved"]}, passed(), (), ClauseState.SHOWN),
        ({"rules": ["invalid-resource"]}, passed(), (), ClauseState.SHOWN),
        ({"rules": ["near-duplicate"]}, passed("User"), (), ClauseState.NOT_COVERED),
        ({"rules": ["near-duplicate"]}, passed("Model"), (), ClauseState.SHOWN),
        ({"rules": ["near-duplicate"]}, passed("Model", warned=("near-duplicate",)), (), ClauseState.NOT_COVERED),
        ({"rules": ["not-approved"]}, passed(), (found("not-approved"),), ClauseState.FAILING),
        ({"rules": ["not-approved"]}, passed(), (found("stale-approval"),), ClauseState.SHOWN),
        ({"rules": ["not-approved"]}, {}, (found("not-approved", Status.ERROR),), ClauseState.FAILING),
        ({"rules": ["not-approved"]}, passed(), (found("no-receipt", Status.UNVERIFIABLE),), ClauseState.UNVERIFIABLE),
        ({"rules": ["invalid-resource"]}, passed(), (found("no-receipt", Status.UNVERIFIABLE),), ClauseState.SHOWN),
        ({"rules": ["invalid-resource"]}, {}, (found("missing-object", Status.UNVERIFIABLE),), ClauseState.NOT_COVERED),
        ({"rules": ["not-approved"]}, passed(), (found("not-approved", Status.WAIVED),), ClauseState.WAIVED),
        ({"rules": ["executable-file"]}, {}, (found("executable-file", Status.WARN),), ClauseState.NOT_COVERED),
        ({"rules": ["record-tampered"]}, {}, (), ClauseState.SHOWN),
        ({"rules": ["record-tampered"]}, {}, (found("record-tampered"),), ClauseState.FAILING),
        ({"rules": ["nobody-knows-it"]}, passed("Model"), (), ClauseState.NOT_COVERED),
        ({"not_applicable": "we do none"}, passed(), (found("not-approved"),), ClauseState.NOT_APPLICABLE),
        ({"in_force_from": "2026-02-02"}, passed(), (), ClauseState.NOT_IN_FORCE),
        ({"in_force_until": "2026-02-01"}, passed(), (), ClauseState.NOT_IN_FORCE),
        ({"in_force_from": "2026-02-01"}, passed(), (), ClauseState.NOT_COVERED),
    ],
)
def test_a_clause_is_in_the_state_that_its_evidence_says(
    clause: dict[str, Any], tallies: Any, findings: tuple[Finding, ...], state: ClauseState
) -> None:
    (told,) = clauses([era(framework({"id": "1", **clause}), tallies=tallies)], *findings)
    assert told.state is state


def test_the_gravest_of_all_that_was_found_wins() -> None:
    statuses = (Status.WARN, Status.WAIVED, Status.UNVERIFIABLE, Status.FAIL)
    reached = [ClauseState.SHOWN, ClauseState.WAIVED, ClauseState.UNVERIFIABLE, ClauseState.FAILING]
    one = era(framework({"id": "1", "rules": ["stale-approval"]}), tallies=passed())
    for upto, state in enumerate(reached, 1):
        (told,) = clauses([one], *(found("stale-approval", status, subject=status) for status in statuses[:upto]))
        assert told.state is state


def test_each_finding_belongs_to_the_era_of_its_change() -> None:
    old, new = framework({"id": "1", **SERVED}), framework({"id": "1", **SERVED}, version="2")
    before, after = clauses(
        [era(old, since=0), era(new, since=3)], found("not-approved", at=2), found("not-approved", at=4)
    )
    assert [row.first for told in (before, after) for row in told.evidence if row.status is Status.FAIL] == [
        CHAIN[2],
        CHAIN[4],
    ]


def test_counts_of_several_eras_add_up() -> None:
    """The mapping changed in between and had the rule on both sides."""
    sides = (framework({"id": "1", "rules": ["not-approved"]}), framework({"id": "1", **SERVED}))
    eras = [
        era(sides[0], since=0, tallies=passed("Model", first=0, last=1, changes=2)),
        era(sides[1], since=2, tallies=passed("User", first=3, last=5, changes=3)),
    ]
    (told,) = clauses(eras)
    row = next(row for row in told.evidence if row.source == "not-approved")
    assert (row.changes, row.first, row.last) == (5, CHAIN[0], CHAIN[5])


def test_only_the_first_few_findings_are_named_and_all_are_counted() -> None:
    many = [found("not-approved", at=at % 6, subject=str(at)) for at in range(20)]
    (told,) = clauses([era(framework({"id": "1", "rules": ["not-approved"]}))], *many)
    (row,) = told.evidence
    assert (row.items, row.changes, row.findings) == (20, 6, tuple(one.fingerprint for one in many[:5]))


def test_what_stands_and_never_counted_is_not_in_force() -> None:
    rules = Snapshot()
    rules.put(PATH, File(Entry("100644", "b" * 40), framework({"id": "1", **SERVED})))
    (told,) = clauses([], rules=rules)
    assert (told.state, told.reason) == (ClauseState.NOT_IN_FORCE, "the change that brought it was not approved")


_DAYS = st.sampled_from([None, "2026-01-01", "2026-01-15", "2026-02-01", "2027-01-01"])
_CLAUSES = st.fixed_dictionaries(
    {"id": st.sampled_from(["1", "2", "3"])},
    optional={"in_force_from": st.sampled_from(["2026-01-01", "2026-03-01"])},
).flatmap(
    lambda known: st.sampled_from(
        [
            known,
            known | {"not_applicable": "we do none"},
            *(known | {"rules": [rule]} for rule in SERVED["rules"]),
            known | SERVED,
        ]
    )
)
_FRAMEWORKS = st.builds(
    lambda items, version: framework(*items, version=version),
    st.lists(_CLAUSES, min_size=1, max_size=3, unique_by=lambda one: str(one["id"])),
    st.sampled_from(["1", "2"]),
)
_TALLIES = st.sampled_from([{}, passed(), passed("Model"), passed("User", "Model", warned=("near-duplicate",))])
_FINDINGS = st.lists(
    st.builds(found, st.sampled_from([*SERVED["rules"], "no-receipt"]), st.sampled_from(Status), st.integers(0, 5)),
    max_size=4,
)
_TIMES = st.sampled_from([None, "2026-01-10T00:00:00Z", "2026-02-10T00:00:00Z", "2027-02-10T00:00:00Z"])


@st.composite
def histories(draw: st.DrawFn) -> list[Era]:
    starts = draw(st.lists(st.integers(0, 5), unique=True, max_size=3).map(sorted))
    return [era(draw(_FRAMEWORKS), since=at, time=draw(_TIMES), tallies=draw(_TALLIES)) for at in starts]


@given(histories(), _FINDINGS)
def test_every_clause_is_in_exactly_one_state_and_its_evidence_says_why(
    eras: list[Era], findings: list[Finding]
) -> None:
    ground = Ground(findings, POSITIONS, BY_ID, len(CHAIN), CHAIN[-1])
    told = coverage(eras, ground, Snapshot())
    editions = {(one.metadata.name, one.spec.version) for part in eras for _, one in part.frameworks}
    assert [(one.name, one.version) for one in told] == list(dict.fromkeys((one.name, one.version) for one in told))
    assert {(one.name, one.version) for one in told} == editions
    for clause in (clause for one in told for clause in one.clauses):
        statuses = {row.status for row in clause.evidence}
        assert clause.state in ClauseState
        expected = {
            ClauseState.FAILING: Status.FAIL in statuses,
            ClauseState.UNVERIFIABLE: Status.UNVERIFIABLE in statuses and Status.FAIL not in statuses,
            ClauseState.SHOWN: Status.PASS in statuses and not statuses - {Status.PASS, Status.WARN},
            ClauseState.NOT_IN_FORCE: not statuses,
            ClauseState.NOT_COVERED: not statuses - {Status.WARN},
        }
        assert expected.get(clause.state, True), (clause.state, statuses)
        assert clause.reason or clause.state not in (ClauseState.NOT_APPLICABLE, ClauseState.NOT_IN_FORCE)
        heard = {(row.kind, row.source) for row in clause.evidence}
        assert not heard & set(clause.silent)


@given(histories())
def test_what_is_kept_comes_back_as_it_was(eras: list[Era]) -> None:
    assert restore(keep(eras)) == eras
