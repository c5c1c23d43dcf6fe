"""Every clause is in exactly one state, whatever was found, and the state follows from the evidence that is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.engine.coverage import Ground, coverage
from govops.engine.era import Era, Tally, keep, restore
from govops.finding import ClauseCoverage, ClauseEvidence, ClauseState, Finding, FrameworkCoverage, Status
from govops.history import Entry
from govops.history.snapshot import File, Snapshot
from govops.kinds.framework import Framework
from govops.rules import RULES

CHAIN = tuple(f"{number:040x}" for number in (3, 1, 5, 0, 4, 2))  # ids do not tell which came first
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
    files: int | None = None,
) -> dict[Any, Tally]:
    left = (len(kinds) or 1) if files is None else files
    tally = Tally(kinds, own, warned, CHAIN[first], CHAIN[last], changes, left, dict.fromkeys(kinds, 1))
    return {tally.key: tally}


def found(rule: str, status: Status = Status.FAIL, at: int = 0, subject: str = "") -> Finding:
    return Finding(rule, "something", status, commit=CHAIN[at], subject=subject)


def frameworks(eras: Iterable[Era], *findings: Finding, rules: Snapshot | None = None) -> tuple[FrameworkCoverage, ...]:
    return coverage(list(eras), Ground(findings, POSITIONS, BY_ID, len(CHAIN), CHAIN[-1]), rules or Snapshot())


def clauses(eras: Iterable[Era], *findings: Finding, rules: Snapshot | None = None) -> tuple[ClauseCoverage, ...]:
    return tuple(one for told in frameworks(eras, *findings, rules=rules) for one in told.clauses)


def rows(eras: Iterable[Era], *findings: Finding) -> tuple[ClauseEvidence, ...]:
    """What is shown for the only clause that there is."""
    (told,) = clauses(eras, *findings)
    return told.evidence


def serving(*rules: str, tallies: Any = None, **how: Any) -> list[Era]:
    """One era in which these rules serve the only clause."""
    return [era(framework({"id": "1", "rules": list(rules)}), tallies=tallies or {}, **how)]


@pytest.mark.parametrize(
    ("clause", "tallies", "findings", "state"),
    [
        ({}, {}, (), ClauseState.NOT_COVERED),
        ({"rules": ["not-approved"]}, {}, (), ClauseState.NOT_COVERED),
        ({"rules": ["not-approved"]}, passed(), (), ClauseState.SHOWN),
        ({"rules": ["invalid-resource"]}, passed(), (), ClauseState.SHOWN),
        ({"rules": ["near-duplicate"]}, passed("User"), (), ClauseState.NOT_COVERED),
        ({"rules": ["near-duplicate"]}, passed("Model"), (), ClauseState.SHOWN),
        ({"rules": ["not-approved"]}, passed(files=0), (), ClauseState.SHOWN),
        ({"rules": ["invalid-resource"]}, passed(files=0), (), ClauseState.NOT_COVERED),
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


def row(rule: str, status: Status, changes: int, items: int, *ends: int, findings: Any = ()) -> ClauseEvidence:
    """What a rule shows from one place of the chain to another."""
    first, last = (CHAIN[at] for at in ends)
    return ClauseEvidence("rule", rule, status, changes, items, first, last, findings)


def test_a_framework_is_told_with_all_that_it_says_of_itself() -> None:
    said: dict[str, Any] = {
        "title": "A law",
        "scope": "banks",
        "published": "2026-01-01",
        "in_force_from": "2026-01-02",
        "in_force_until": "2026-12-31",
        "superseded_by": "other",
    }
    (told,) = frameworks([era(framework({"id": "1", "summary": "Do it", "would_show": "minutes"}, **said))])
    assert {field: getattr(told, field) for field in said} == said
    assert (told.name, told.version, told.path, told.stands) == ("house", "1", PATH, True)
    (one,) = told.clauses
    assert (one.id, one.summary, one.reason) == ("1", "Do it", "minutes")
    assert (one.in_force_from, one.in_force_until) == ("2026-01-02", "2026-12-31")


def test_what_a_framework_does_not_say_is_left_out() -> None:
    (told,) = frameworks([era(framework({"id": "1"}))])
    assert (told.scope, told.published, told.superseded_by, told.clauses[0].reason) == ("", None, None, "")


def test_only_the_edition_of_the_last_changes_stands() -> None:
    """Editions are told in the order in which they came, however they are called, and after frameworks before them."""
    old, new = framework({"id": "1"}, version="9"), framework({"id": "1"}, version="10")
    earlier = old.model_copy(update={"metadata": old.metadata.model_copy(update={"name": "act"})})
    told = frameworks([era(old, earlier), era(new, since=3)])
    assert [(one.name, one.version, one.stands) for one in told] == [
        ("act", "9", False),
        ("house", "9", False),
        ("house", "10", True),
    ]


def test_a_finding_on_the_history_belongs_to_its_end_wherever_it_points() -> None:
    """The chain as a whole is judged once, where it ends; a record is no change of the chain."""
    old, new = framework({"id": "1", **SERVED}), framework({"id": "1", **SERVED}, version="2")
    outside = replace(found("record-tampered"), commit="f" * 40)
    before, after = clauses([era(old), era(new, since=3)], found("record-tampered", at=1), outside)
    assert before.evidence == ()
    (told,) = after.evidence
    assert (told.changes, told.items, told.first, told.last) == (2, 2, outside.commit, CHAIN[1])


@pytest.mark.parametrize("commit", [None, "f" * 40])
def test_a_finding_on_no_change_of_the_chain_is_none_of_any_era(commit: str | None) -> None:
    assert rows(serving("not-approved"), replace(found("not-approved"), commit=commit)) == ()


def test_a_finding_on_the_history_need_not_point_anywhere() -> None:
    tampered = replace(found("record-tampered"), commit=None)
    (told,) = rows(serving("record-tampered"), tampered)
    assert (told.changes, told.items, told.first, told.last) == (0, 1, None, None)


def test_of_the_history_a_rule_shows_that_it_looked_at_the_whole_chain() -> None:
    shown = ClauseEvidence("rule", "record-tampered", Status.PASS, len(CHAIN), last=CHAIN[-1])
    assert rows(serving("record-tampered")) == (shown,)
    assert rows(serving("record-tampered", idle=("record-tampered",))) == ()
    (failed,) = rows(serving("record-tampered"), found("record-tampered"))
    assert failed.status is Status.FAIL
    (failed,) = rows(serving("record-tampered", idle=("record-tampered",)), found("record-tampered"))
    assert failed.status is Status.FAIL


def test_the_history_as_a_whole_is_shown_by_its_last_era_alone() -> None:
    served = framework({"id": "1", "rules": ["record-tampered"]})
    (told,) = rows([era(served), era(served, since=3)])
    assert told.changes == len(CHAIN)


def test_findings_are_told_from_the_first_change_to_the_last() -> None:
    many = [found("not-approved", at=at) for at in (0, 4, 2, 5)]
    assert rows(serving("not-approved"), *many) == (
        row("not-approved", Status.FAIL, 4, 4, 0, 5, findings=tuple(one.fingerprint for one in many)),
    )


def test_each_rule_counts_what_it_looks_at() -> None:
    """A rule on changes counts changes, one on files files, one on resources those of its kinds or all; one of the
    company's own what it was asked about."""
    rules = ["not-approved", "invalid-resource", "near-duplicate", "dangling-reference"]
    tallies = passed("Model", "User", first=0, last=4, changes=3, files=7)
    tallies |= passed("User", first=1, last=5, changes=2, files=4)
    tallies |= passed("UseCase", first=3, last=3, files=1)
    own = Tally((), ("house-rule",), (), CHAIN[0], CHAIN[0], 2, asked={"house-rule": 3})
    tallies |= {own.key: own}
    assert set(rows(serving(*rules, "house-rule", tallies=tallies))) == {
        row("house-rule", Status.PASS, 2, 3, 0, 0),
        row("not-approved", Status.PASS, 8, 0, 0, 5),
        row("invalid-resource", Status.PASS, 6, 12, 0, 5),
        row("near-duplicate", Status.PASS, 4, 2, 0, 4),
        row("dangling-reference", Status.PASS, 6, 4, 0, 5),
    }


def test_what_is_found_and_shown_in_several_eras_is_told_once() -> None:
    sides = (framework({"id": "1", "rules": ["not-approved"]}), framework({"id": "1", **SERVED}))
    eras = [era(sides[0], tallies=passed("Model", files=2)), era(sides[1], since=3, tallies=passed("User", last=3))]
    failed = [found("not-approved", at=at) for at in (1, 2, 4)]
    told = {one.status: one for one in rows(eras, *failed) if one.source == "not-approved"}
    assert told[Status.FAIL] == row(
        "not-approved", Status.FAIL, 3, 3, 1, 4, findings=tuple(one.fingerprint for one in failed)
    )
    assert (told[Status.PASS].changes, told[Status.PASS].last) == (2, CHAIN[3])


def test_of_several_eras_all_that_was_looked_at_adds_up() -> None:
    served = [framework({"id": "1", "rules": ["invalid-resource"], "summary": text}) for text in ("Old", "New")]
    told = rows(
        [
            era(served[0], tallies=passed(files=2, last=1)),
            era(served[1], since=2, tallies=passed(files=3, first=2, last=4)),
        ]
    )
    assert told == (row("invalid-resource", Status.PASS, 2, 5, 0, 4),)


UNTIMED = "no attested time tells whether the clause was in force"
CLOSING = (
    ClauseEvidence("permission", "audit:read", Status.PASS, items=2),
    ClauseEvidence("section", "inventory", Status.PASS, items=3),
    ClauseEvidence("section", "incidents", Status.PASS, items=1),
    ClauseEvidence("permission", "model:approve", Status.PASS, items=1),
)
ENDS = {"permissions": ["audit:read", "policy:change"], "sections": ["inventory", "roles"]}


def test_of_permissions_and_sections_those_that_the_clause_names_count() -> None:
    (told,) = clauses([era(framework({"id": "1", **ENDS, "rules": ["near-duplicate"]}), closing=CLOSING)])
    assert told.evidence == CLOSING[:2]
    assert told.silent == (("permission", "policy:change"), ("rule", "near-duplicate"), ("section", "roles"))


def test_where_no_time_is_attested_nothing_that_depends_on_a_day_is_established() -> None:
    served = framework({"id": "1", **ENDS, "rules": ["not-approved"]}, in_force_from="2026-01-01")
    (told,) = clauses([era(served, time=None, closing=CLOSING, tallies=passed())])
    assert told.state is ClauseState.UNVERIFIABLE
    assert [(one.source, one.status, one.detail) for one in told.evidence] == [
        ("audit:read", Status.UNVERIFIABLE, UNTIMED),
        ("not-approved", Status.UNVERIFIABLE, UNTIMED),
        ("inventory", Status.UNVERIFIABLE, UNTIMED),
    ]


def test_what_nobody_can_date_still_leads_to_where_it_was_found() -> None:
    dated = framework({"id": "1", "rules": ["record-tampered"]}, in_force_from="2026-01-01")
    anywhere = replace(found("record-tampered", Status.WARN), commit=None)
    (told,) = rows([era(dated, time=None)], found("record-tampered", at=2), anywhere)
    assert (told.status, told.items, told.first, told.last) == (Status.UNVERIFIABLE, 2, CHAIN[2], CHAIN[2])


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"in_force_from": "2027-01-01"}, "from 2027-01-01"),
        ({"in_force_until": "2026-01-01"}, "until 2026-01-01"),
        ({"in_force_from": "2025-01-01", "in_force_until": "2026-01-01"}, "from 2025-01-01 until 2026-01-01"),
    ],
)
def test_a_clause_that_did_not_apply_says_when_it_does(days: dict[str, str], said: str) -> None:
    (told,) = clauses([era(framework({"id": "1", **SERVED}, **days), tallies=passed())])
    assert (told.state, told.reason) == (
        ClauseState.NOT_IN_FORCE,
        f"it applies {said}, and nothing was judged then",
    )


def test_an_edition_that_never_counted_says_so_beside_one_that_did() -> None:
    rules = Snapshot()
    unapproved = framework({"id": "1", **SERVED}, version="2", in_force_from="2027-01-01")
    rules.put(PATH, File(Entry("100644", "b" * 40), unapproved))
    _, told = clauses([era(framework({"id": "1", **SERVED}), tallies=passed())], rules=rules)
    assert told.reason == "the change that brought it was not approved"


@given(histories())
def test_what_is_kept_comes_back_as_it_was(eras: list[Era]) -> None:
    assert restore(keep(eras)) == eras
