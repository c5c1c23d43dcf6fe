"""The ledger: every change in one bin, whatever was found, and sums that always hold."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision import ChangeFacts, Verdict, judge
from govops.engine.grouping import Attribution, combine
from govops.engine.ledger import Ledger, change_record
from govops.evidence import testimony
from govops.finding import ActionRecord, ApprovalRecord, ChangeRecord, Counts, Finding, Status, worst_of
from govops.lifecycle import Action
from govops.rule import JudgedChange
from tests.decision.sample import LANDED, PATH, by_account, facts, house, said
from tests.evidence.sample import account, proposal, receipt, recorded
from tests.support.facts import commit, oid, read, snapshot, standing, step
from tests.support.files import model, user, version

LAW = house()
CHANGE = combine([step("change", "parent")], Attribution(oid("change")))


def record(ledger: Ledger, verdict: Status, *found: Status, reporting: bool = True, **fields: Any) -> None:
    """One change with this verdict, and findings of these statuses."""
    findings = [Finding("some-rule", "found", status) for status in found]
    status = worst_of({verdict, *found})
    ledger.record(CHANGE, judged(facts(LAW, **fields), Verdict(verdict)), findings, reporting=reporting, status=status)


def judged(known: ChangeFacts, verdict: Verdict | None = None) -> JudgedChange:
    """The change with its verdict, or with that of the judge."""
    return JudgedChange(known, verdict or judge(known), lambda oid, place: None)


BINS: dict[str, tuple[Status, tuple[Status, ...], str]] = {
    "nothing found": (Status.PASS, (), "approved"),
    "a warning": (Status.PASS, (Status.WARN,), "approved"),
    "a failed check of its content": (Status.PASS, (Status.FAIL,), "violating"),
    "an unreadable object": (Status.PASS, (Status.UNVERIFIABLE,), "undecidable"),
    "a failed verdict": (Status.FAIL, (), "violating"),
    "a failure beside something unknown": (Status.UNVERIFIABLE, (Status.FAIL,), "violating"),
    "an unknown verdict": (Status.UNVERIFIABLE, (), "undecidable"),
    "an error": (Status.FAIL, (Status.ERROR,), "violating"),
    "waived": (Status.WAIVED, (), "waived"),
    "waived, with something unknown beside": (Status.WAIVED, (Status.UNVERIFIABLE,), "undecidable"),
}


@pytest.mark.parametrize(("verdict", "found", "expected"), BINS.values(), ids=BINS)
def test_a_change_is_in_the_bin_of_the_worst_that_was_found(
    verdict: Status, found: tuple[Status, ...], expected: str
) -> None:
    ledger = Ledger()
    record(ledger, verdict, *found)
    counts = ledger.counts()
    bins = {name: getattr(counts, name) for name in ("approved", "waived", "violating", "undecidable")}
    assert bins == dict.fromkeys(bins, 0) | {expected: 1}
    assert (counts.chain, counts.governed, counts.problem) == (1, 1, "")


ENTRIES = st.sampled_from(["unclaimed", "ungoverned", "pending", *Status])


@pytest.mark.threat("A04")
@given(st.lists(st.tuples(ENTRIES, st.booleans())))
def test_the_sums_hold_whatever_comes(entries: list[tuple[str, bool]]) -> None:
    ledger = Ledger()
    for entry, reporting in entries:
        if entry == "unclaimed":
            ledger.count_unclaimed(1, reporting=reporting)
        elif entry == "ungoverned":
            ledger.count_ungoverned(1, reporting=reporting)
        elif entry == "pending":
            ledger.count_pending(1, reporting=reporting)
        else:
            record(ledger, Status(entry), reporting=reporting)
    counts = ledger.counts()
    assert counts.problem == ""
    assert counts.chain == counts.commits == sum(reporting for _, reporting in entries)


FIELDS = ("chain", "no_claim", "evaluated", "governed", "approved", "waived", "violating", "undecidable", "pending")


@pytest.mark.threat("A04")
@pytest.mark.parametrize("field", FIELDS)
def test_a_change_that_is_lost_or_counted_twice_breaks_a_sum(field: str) -> None:
    governed = {"approved": 2, "waived": 1, "violating": 1, "undecidable": 2, "governed": 6}
    whole = governed | {"no_claim": 1, "evaluated": 5, "pending": 1, "chain": 9}
    assert Counts(**whole).problem == ""
    for error in (-1, 1):
        assert Counts(**(whole | {field: whole[field] + error})).problem != ""


def test_an_unreadable_change_counts_as_governed_although_nothing_of_it_is_known() -> None:
    ledger = Ledger()
    record(ledger, Status.UNVERIFIABLE, landed=())
    record(ledger, Status.PASS, landed=())
    counts = ledger.counts()
    assert (counts.governed, counts.undecidable, counts.approved) == (1, 1, 0)
    assert (counts.chain, counts.evaluated) == (2, 1)
    assert [change.status for change in ledger.changes] == [Status.UNVERIFIABLE]


def test_outside_of_the_reported_range_nothing_is_told() -> None:
    ledger = Ledger()
    record(ledger, Status.FAIL, Status.FAIL, reporting=False)
    assert (ledger.findings, ledger.changes, ledger.counts()) == ([], [], Counts())


@pytest.mark.threat("D15", "D16")
@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("0 +0000", "1970-01-01T00:00:00Z"),
        ("1767603600 +1400", "2026-01-05T09:00:00Z"),
        ("1767603600 -1200", "2026-01-05T09:00:00Z"),
        ("", ""),
    ],
)
def test_a_commit_date_is_shown_in_utc(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, header: str, told: str
) -> None:
    """Wherever the report is made."""
    request.addfinalizer(time.tzset)
    with monkeypatch.context() as far_away:
        far_away.setenv("TZ", "UTC-9")
        time.tzset()
        ledger = shown(header)
    assert [change.claimed_time for change in ledger.changes] == [told]


def shown(header: str) -> Ledger:
    """The ledger of one change whose commit claims this date."""
    ledger = Ledger()
    dated = commit("change", "parent", committer_time=header)
    passed = judged(facts(LAW, commits=(dated,)), Verdict(Status.PASS))
    ledger.record(CHANGE, passed, (), reporting=True, status=Status.PASS)
    return ledger


def told(**fields: Any) -> ChangeRecord:
    """The line of the ledger for a change, as it is judged."""
    ledger, known = Ledger(), facts(fields.pop("law", LAW), by_account("alice"), said("bob"), **fields)
    ledger.record(CHANGE, judged(known), (), reporting=True, status=judge(known).status)
    (found,) = ledger.changes
    return found


def proposed(**fields: Any) -> testimony.Testimony:
    """Alice's proposal, which Carol merged, as a receipt tells it."""
    made = receipt(landed_at=LANDED, proposal=proposal(title="Register fraud", id="7", **fields))
    return testimony.from_receipt(recorded(made), made)


def test_a_proposal_is_told_with_its_people_by_the_names_that_they_have_here() -> None:
    known = proposed()
    found = told(testimony=known, law=LAW)
    assert (found.subject, found.proposal, found.method, found.time) == ("Register fraud", "local#7", "squash", LANDED)
    assert (found.opener, found.merger, found.contributors) == ("alice", "carol", ("alice",))
    assert found.evidence == f"receipt {known.record[:12]}"
    assert (found.id, found.parent, found.status) == (oid("change"), oid("parent"), Status.FAIL)


def test_people_whom_nobody_knows_are_told_by_their_accounts() -> None:
    found = told(testimony=proposed(opener=account("ghost"), contributors=(), merger=account("stranger")))
    assert (found.opener, found.merger) == ("account:local:id-ghost", "account:local:id-stranger")


def test_an_account_of_two_people_is_neither_of_them() -> None:
    law = house()
    twin = user("dave", accounts=[{"forge": "local", "id": "id-carol", "login": "carol"}])
    law.snapshot.put(twin[0], standing(twin))
    assert told(testimony=proposed(), law=law).merger == "account:local:id-carol"


def test_a_proposal_without_a_title_or_a_merger_is_told_by_its_commit() -> None:
    untitled = receipt(proposal=proposal(merger=None))
    known = testimony.from_receipt(recorded(untitled), untitled)
    found = told(testimony=known, id=oid("two"), commits=(commit("one", "parent"), commit("two", "one")))
    assert (found.subject, found.merger, found.id, found.parent) == ("two", "", oid("two"), oid("parent"))
    assert found.commits == (oid("one"), oid("two"))


PUSHES: dict[str, tuple[testimony.Testimony, dict[str, Any], tuple[str, str, str]]] = {
    "recorded": (
        testimony.from_receipt(recorded(receipt()), receipt(pusher=account("alice"))),
        {},
        ("direct push", "alice", f"receipt {recorded(receipt()).id[:12]}"),
    ),
    "recorded by nobody in particular": (
        testimony.from_receipt(recorded(receipt(), None), receipt()),
        {},
        ("direct push", "", f"receipt {recorded(receipt()).id[:12]} (weak)"),
    ),
    "not recorded, where nothing has to be": (testimony.Testimony(), {}, ("", "", "receipt")),
    "not recorded, and that is a fault": (testimony.Testimony(), {"evidence_problem": "no-receipt"}, ("", "", "")),
}


@pytest.mark.parametrize(("evidence", "fields", "expected"), PUSHES.values(), ids=PUSHES)
def test_a_push_is_told_with_whatever_bears_it_out(
    evidence: testimony.Testimony, fields: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    found = told(testimony=evidence, **fields)
    assert (found.method, found.opener, found.evidence) == expected
    assert (found.proposal, found.merger, found.subject) == ("", "", "change")


def test_what_was_done_and_said_is_told_in_full() -> None:
    action = Action("model.register", "Model", "fraud", PATH, None, read(model("fraud")), "at last")
    found = told(actions=(action,))
    assert found.actions == (ActionRecord("model.register", "Model/fraud", PATH, "at last"),)
    assert found.coverage == ((PATH, "identity"),)
    assert [requirement.paths for requirement in found.requirements] == [(PATH,)]
    assert found.approvals == (
        ApprovalRecord(
            person="bob",
            account="account:local:id-bob",
            decision="approve",
            at="2026-01-05T09:00:00Z",
            evidence="receipt",
            record="record",
            head=oid("head"),
            roles=("approver",),
            counted=(PATH,),
        ),
    )
    assert found.status is Status.PASS


def test_an_approval_that_does_not_count_is_told_with_the_reasons() -> None:
    known = facts(LAW, said("dave", weak=True))
    ledger = Ledger()
    ledger.record(CHANGE, judged(known), (), reporting=True, status=judge(known).status)
    (approval,) = ledger.changes[0].approvals
    assert (approval.person, approval.counted, approval.weak) == ("dave", (), True)
    assert [rule for rule, _ in approval.reasons] == ["approver-lacks-role"]


WEAK: dict[str, tuple[dict[str, Any], Status, bool]] = {
    "a signed record": ({}, Status.PASS, False),
    "an unsigned record": ({"weak": True, "record": "f" * 64}, Status.PASS, True),
    "an unsigned record that approves nothing": ({"weak": True, "record": "f" * 64}, Status.FAIL, False),
}


@pytest.mark.threat("C02")
@pytest.mark.parametrize(("fields", "status", "expected"), WEAK.values(), ids=WEAK)
def test_approved_changes_that_weak_evidence_made_so_are_named(
    fields: dict[str, Any], status: Status, *, expected: bool
) -> None:
    ledger = Ledger()
    record(ledger, status, testimony=testimony.Testimony(**fields))
    assert tuple(ledger.weak) == ((CHANGE.id,) if expected else ())


@pytest.mark.threat("C02")
@pytest.mark.parametrize(
    ("person", "weak", "expected"), [("bob", True, True), ("bob", False, False), ("dave", True, False)]
)
def test_an_approval_that_counts_and_is_weak_makes_its_change_so(person: str, *, weak: bool, expected: bool) -> None:
    """One that does not count harms nobody."""
    known = facts(LAW, said("bob"), said(person, weak=weak))
    ledger = Ledger()
    ledger.record(CHANGE, judged(known), (), reporting=True, status=judge(known).status)
    assert ledger.changes[0].status is Status.PASS
    assert bool(tuple(ledger.weak)) is expected


def test_findings_are_told_in_the_order_of_their_changes() -> None:
    ledger = Ledger()
    for status in (Status.FAIL, Status.WARN):
        record(ledger, status, status)
    assert [finding.status for finding in ledger.findings] == [Status.FAIL, Status.WARN]


REBINNED: dict[str, tuple[Status, Status, dict[str, int]]] = {
    "accepted": (Status.FAIL, Status.WAIVED, {"violating": 0, "waived": 1, "undecidable": 0}),
    "accepted in part": (Status.FAIL, Status.UNVERIFIABLE, {"violating": 0, "waived": 0, "undecidable": 1}),
    "an error that is accepted": (Status.ERROR, Status.WAIVED, {"violating": 0, "waived": 1, "undecidable": 0}),
    "worse than it was": (Status.WAIVED, Status.ERROR, {"violating": 1, "waived": 0, "undecidable": 0}),
}


@pytest.mark.threat("A04")
@pytest.mark.parametrize(("before", "now", "expected"), REBINNED.values(), ids=REBINNED)
def test_a_change_that_amounts_to_something_else_by_now_moves_to_its_bin(
    before: Status, now: Status, expected: dict[str, int]
) -> None:
    ledger = Ledger()
    for status in (before, Status.PASS):
        record(ledger, status)
    ledger.rebin(before, now)
    counts = ledger.counts()
    assert {name: getattr(counts, name) for name in expected} == expected
    assert (counts.chain, counts.approved, counts.problem) == (2, 1, "")


@pytest.mark.parametrize("reporting", [True, False])
def test_how_long_something_stood_is_measured_where_it_is_reported(*, reporting: bool) -> None:
    """What began before the range that is reported is known when it ends inside."""
    ledger, versions = Ledger(), [read(version("fraud", "1", status=status)) for status in ("registered", "approved")]
    for number, (old, new) in enumerate(pairwise([None, *versions])):
        action = Action("model.approve", "ModelVersion", "fraud/1", PATH, old, new)
        at = f"2026-01-0{number + 1}T00:00:00Z"
        landed = proposed_at(at)
        known = facts(LAW, actions=(action,), time=at, testimony=landed)
        ledger.record(CHANGE, judged(known), (), reporting=reporting and old is not None, status=Status.PASS)
    measured = ledger.stopwatch.report(snapshot(), None).statuses
    assert [(one.status, one.took.count, one.took.p50) for one in measured] == (
        [("registered", 1, 86_400)] if reporting else []
    )


def proposed_at(instant: str) -> testimony.Testimony:
    """A change that landed then, as a receipt tells it."""
    made = receipt(landed_at=instant)
    return testimony.from_receipt(recorded(made), made)


def test_a_change_is_told_with_its_level_its_labels_and_when_it_was_opened() -> None:
    action = Action("model.register", "Model", "fraud", PATH, None, read(model("fraud", risk_tier="high")))
    opened = testimony.Testimony(opened_at="2026-01-04T00:00:00Z")
    verdict = Verdict(Status.PASS, labels=("emergency",))
    found = change_record(facts(LAW, actions=(action,), testimony=opened), verdict, Status.PASS)
    assert (found.level, found.labels, found.opened) == ("high", ("emergency",), "2026-01-04T00:00:00Z")


def test_an_approval_names_those_for_whom_it_was_given() -> None:
    known = facts(LAW, said("bob"))
    (weighed,) = judge(known).weighed
    verdict = Verdict(Status.PASS, weighed=(replace(weighed, lenders=("carol",)),))
    (approval,) = change_record(known, verdict, Status.PASS).approvals
    assert (approval.person, approval.delegate_of) == ("bob", ("carol",))


def test_findings_of_no_change_are_noted_beside_those_of_changes() -> None:
    ledger, alone = Ledger(), Finding("some-rule", "of the history", Status.FAIL)
    record(ledger, Status.FAIL, Status.FAIL, Status.WARN)
    ledger.note(alone)
    assert [finding.status for finding in ledger.findings] == [Status.FAIL, Status.WARN, Status.FAIL]
    assert ledger.findings[-1] is alone
