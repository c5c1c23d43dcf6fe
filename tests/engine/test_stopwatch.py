"""How long decisions and statuses took, measured change by change; what nobody attests is counted as unknown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.engine.process import KeptTimes, Stopwatch, elapsed, spread
from govops.finding import ApprovalRecord, ChangeRecord, RequirementRecord, Status
from govops.lifecycle import Action
from govops.process import LateDecision, Pace, Process, Spread, StatusTime
from tests.decision.sample import facts, house
from tests.support.facts import oid, read, snapshot
from tests.support.files import File, model, usecase, version

OPENED = "2026-03-02T09:00:00Z"
HOUR = 3600
NOTHING = snapshot()


def at(hour: int, minute: int = 0, second: int = 0) -> str:
    return f"2026-03-02T{hour:02}:{minute:02}:{second:02}Z"


def asked(met_at: str | None = None, *, source: str = "p.yaml", **fields: Any) -> RequirementRecord:
    """A requirement of one approval, met unless told otherwise."""
    told: dict[str, Any] = {"status": Status.PASS, "needed": 1, "met_at": met_at}
    return RequirementRecord("1 approver", source, **(told | fields))


def given(*roles: str, when: str | None, **fields: Any) -> ApprovalRecord:
    """An approval that counted in these roles."""
    told: dict[str, Any] = {"decision": "approve", "counted": ("model.yaml",)} | fields
    return ApprovalRecord("bob", "bob", at=when, evidence="receipt", record="r", roles=roles, **told)


def change(*requirements: RequirementRecord, **fields: Any) -> ChangeRecord:
    told: dict[str, Any] = {"id": oid("change"), "status": Status.PASS, "opened": OPENED} | fields
    return ChangeRecord(parent=oid("parent"), commits=(), subject="Change", requirements=requirements, **told)


def paces(*changes: ChangeRecord) -> tuple[Pace, ...]:
    watch = Stopwatch()
    for one in changes:
        watch.decide(one)
    return watch.report(NOTHING, None).paces


def took(*seconds: int) -> Spread:
    """Of one or two decisions."""
    first, last = min(seconds), max(seconds)
    return Spread(len(seconds), first, last, last, last)


# ---- decisions


def test_nothing_is_measured_of_nothing() -> None:
    assert Stopwatch().report(NOTHING, None) == Process()


def test_a_decision_is_taken_with_the_last_approval_that_was_needed() -> None:
    late = asked(at(12), needed=0)
    assert paces(change(asked(at(10)), asked(at(11)), late)) == (Pace("all", "", took(2 * HOUR)),)


def test_a_decision_counts_for_all_for_its_level_its_policy_and_its_roles() -> None:
    """Policies only where they give a time; levels from the highest."""
    quick = asked(at(10), source="quick.yaml", decide_within="2h")
    plain = asked(at(11), source="plain.yaml")
    approvals = given("approver", "admin", when=at(10)), given("admin", when=at(11))
    high = change(quick, plain, level="high", approvals=approvals)
    low, medium = change(asked(at(12)), level="low"), change(asked(None), level="medium")
    assert paces(low, medium, high) == (
        Pace("all", "", took(3 * HOUR, 2 * HOUR), unknown=1),
        Pace("level", "high", took(2 * HOUR)),
        Pace("level", "medium", unknown=1),
        Pace("level", "low", took(3 * HOUR)),
        Pace("policy", "quick.yaml", took(HOUR), target="2h"),
        Pace("role", "admin", took(HOUR)),
        Pace("role", "approver", took(HOUR)),
    )


def test_what_asks_for_nobody_is_no_decision() -> None:
    assert paces(change(asked(needed=0)), change()) == ()


def test_a_change_of_which_nobody_can_tell_what_it_took_is_unknown() -> None:
    assert paces(change(status=Status.UNVERIFIABLE), change(status=Status.UNVERIFIABLE)) == (
        Pace("all", "", unknown=2),
    )


@pytest.mark.parametrize("fields", [{"opened": None}, {"opened": at(11)}], ids=["untold", "in the wrong order"])
def test_a_decision_whose_beginning_nobody_attests_is_unknown(fields: dict[str, Any]) -> None:
    assert paces(change(asked(at(10)), level="low", **fields)) == (
        Pace("all", "", unknown=1),
        Pace("level", "low", unknown=1),
    )


def test_a_decision_with_one_approval_whose_time_nobody_attests_is_unknown() -> None:
    assert paces(change(asked(at(10)), asked(None))) == (Pace("all", "", unknown=1),)


def test_what_lacks_one_of_its_approvals_is_undecided() -> None:
    lacking = asked(None, status=Status.FAIL, source="q.yaml", decide_within="1h")
    found = paces(change(asked(at(10), decide_within="9h"), lacking))
    assert found == (
        Pace("all", "", undecided=1),
        Pace("policy", "p.yaml", took(HOUR), target="9h"),
        Pace("policy", "q.yaml", undecided=1, target="1h"),
    )


def test_counts_add_up() -> None:
    unknown, undecided = change(asked(None)), change(asked(None, status=Status.FAIL))
    (found,) = paces(unknown, undecided, unknown, undecided, unknown, change(asked(at(10))))
    assert found == Pace("all", "", took(HOUR), unknown=3, undecided=2)


def test_a_decision_is_late_from_the_second_after_its_time() -> None:
    def within(when: str, name: str) -> ChangeRecord:
        return change(asked(when, decide_within="1h"), id=oid(name))

    watch = Stopwatch()
    for one in (within(at(10), "in time"), within(at(10, second=1), "late"), within(at(12), "later")):
        watch.decide(one)
    found = watch.report(NOTHING, None)
    assert found.late == (
        LateDecision(oid("late"), "p.yaml", "1h", HOUR + 1),
        LateDecision(oid("later"), "p.yaml", "1h", 3 * HOUR),
    )
    assert found.paces[-1].late == 2


def test_all_that_a_policy_asks_is_one_decision_by_it() -> None:
    one = change(asked(at(10), decide_within="1h"), asked(at(11), decide_within="1h"))
    assert paces(one)[1] == Pace("policy", "p.yaml", took(2 * HOUR), target="1h", late=1)


def test_the_target_of_a_policy_is_the_latest() -> None:
    found = paces(*(change(asked(at(10), decide_within=within)) for within in ("1d", "2h")))
    assert found[-1].target == "2h"


ROLES: dict[str, tuple[tuple[ApprovalRecord, ...], Pace | None]] = {
    "the first": (
        (given("approver", when=at(11)), given("approver", when=at(10))),
        Pace("role", "approver", took(HOUR)),
    ),
    "one without a time among them": (
        (given("approver", when=at(10)), given("approver", when=None)),
        Pace("role", "approver", unknown=1),
    ),
    "one that did not count": ((given("approver", when=at(10), counted=()),), None),
    "a rejection": ((given("approver", when=at(10), decision="reject"),), None),
    "one beside one that did not count": (
        (given("approver", when=at(10), counted=()), given("approver", when=at(11))),
        Pace("role", "approver", took(2 * HOUR)),
    ),
}


@pytest.mark.parametrize(("approvals", "pace"), ROLES.values(), ids=ROLES)
def test_a_role_answers_with_the_first_approval_that_counts_in_it(
    approvals: tuple[ApprovalRecord, ...], pace: Pace | None
) -> None:
    found = [one for one in paces(change(asked(at(12)), approvals=approvals)) if one.by == "role"]
    assert found == ([pace] if pace else [])


# ---- statuses


def moved(watch: Stopwatch, old: File | None, new: File | None, time: str | None, **how: Any) -> None:
    """A change takes one file to another, and lands at this time; ``landed_at`` None: no receipt tells so.

    It does the same to the sides in ``beside`` (old, new).
    """
    actions = []
    for sides in (*how.get("beside", ()), (old, new)):
        was, now = (read(one) if one else None for one in sides)
        some = now or was
        assert some is not None
        actions.append(Action("some.act", some.kind, some.key.name, "path", was, now))
    found = facts(house(), actions=tuple(actions), time=time)
    testimony = replace(found.testimony, landed_at=how.get("landed_at", time))
    watch.move(replace(found, testimony=testimony), reporting=how.get("reporting", True))


def draft(**spec: Any) -> File:
    return usecase("claims", **spec)


SUBMITTED, APPROVED = draft(status="submitted"), draft(status="approved")


def statuses(watch: Stopwatch, *standing: File, as_of: str | None = None) -> tuple[StatusTime, ...]:
    return watch.report(snapshot(*standing), as_of).statuses


def test_a_status_lasts_from_the_change_that_begins_it_to_the_one_that_ends_it() -> None:
    watch = Stopwatch()
    moved(watch, None, draft(), at(9))
    moved(watch, draft(), draft(title="Another"), at(10))
    moved(watch, draft(title="Another"), SUBMITTED, at(12))
    assert statuses(watch, SUBMITTED, as_of=at(13)) == (
        StatusTime("UseCase", "draft", took(3 * HOUR)),
        StatusTime("UseCase", "submitted", standing=1, oldest=HOUR),
    )
    moved(watch, SUBMITTED, None, at(14))
    assert statuses(watch) == (
        StatusTime("UseCase", "draft", took(3 * HOUR)),
        StatusTime("UseCase", "submitted", took(2 * HOUR)),
    )


def test_a_change_begins_a_status_beside_what_stays_in_its_own() -> None:
    watch = Stopwatch()
    moved(watch, None, draft(), at(9), beside=[(usecase("other"), usecase("other", title="Another"))])
    assert statuses(watch, draft(), as_of=at(10))[0].oldest == HOUR


def test_versions_and_use_cases_have_statuses_and_nothing_else_has() -> None:
    watch = Stopwatch()
    moved(watch, None, version("fraud", "1.0"), at(9))
    moved(watch, None, model("fraud"), at(9))
    assert statuses(watch, version("fraud", "1.0"), model("fraud"), draft(), as_of=at(10)) == (
        StatusTime("ModelVersion", "registered", standing=1, oldest=HOUR),
        StatusTime("UseCase", "draft", standing=1, unknown=1),
    )


def test_statuses_are_told_in_the_order_in_which_they_come() -> None:
    names = ("registered", "approved", "rejected", "deprecated")
    versions = [version("fraud", f"{n}.0", status=name) for n, name in enumerate(names)]
    stages = ("draft", "submitted", "approved", "deployed", "deprecated", "archived")
    cases = [usecase(name, status=name) for name in stages]
    found = statuses(Stopwatch(), *reversed(versions), *reversed(cases))
    assert [(one.kind, one.status) for one in found] == [
        *(("ModelVersion", name) for name in names),
        *(("UseCase", name) for name in stages),
    ]


def test_the_oldest_that_stands_is_told_and_those_whose_age_nobody_attests_are_counted() -> None:
    watch = Stopwatch()
    for name, time in (("old", at(9)), ("young", at(11)), ("untold", None)):
        moved(watch, None, usecase(name), time)
    stands = [usecase(name) for name in ("old", "young", "untold", "adopted")]
    assert statuses(watch, *stands, as_of=at(12)) == (
        StatusTime("UseCase", "draft", standing=4, oldest=3 * HOUR, unknown=2),
    )
    assert statuses(watch, *stands) == (StatusTime("UseCase", "draft", standing=4, unknown=4),)


def test_a_stay_of_which_one_end_is_not_attested_is_unknown() -> None:
    watch = Stopwatch()
    moved(watch, None, draft(), None)
    moved(watch, draft(), SUBMITTED, at(10))
    moved(watch, SUBMITTED, APPROVED, None)
    moved(watch, APPROVED, draft(), at(12))
    moved(watch, draft(), SUBMITTED, at(11))  # before it began
    assert [(one.status, one.took.count, one.unknown) for one in statuses(watch)] == [
        ("draft", 0, 2),
        ("submitted", 0, 1),
        ("approved", 0, 1),
    ]


def test_a_change_that_no_receipt_tells_of_has_no_time_of_its_own() -> None:
    """Its place on the chain has one, from the changes before it; that is not when it landed."""
    watch = Stopwatch()
    moved(watch, None, draft(), at(9), landed_at=None)
    moved(watch, draft(), SUBMITTED, at(10))
    assert [(one.took.count, one.unknown) for one in statuses(watch)] == [(0, 1)]


def test_a_status_that_came_about_otherwise_was_not_seen_to_begin() -> None:
    """What is known is of another status: a file came and went without a judged change."""
    watch = Stopwatch()
    moved(watch, None, draft(), at(9))
    assert statuses(watch, APPROVED, as_of=at(10)) == (StatusTime("UseCase", "approved", standing=1, unknown=1),)
    moved(watch, SUBMITTED, APPROVED, at(11))
    assert [(one.status, one.took.count, one.unknown) for one in statuses(watch)] == [("submitted", 0, 1)]


def test_what_ended_before_the_report_begins_is_not_told_and_what_began_is_known() -> None:
    watch = Stopwatch()
    moved(watch, None, draft(), at(9), reporting=False)
    moved(watch, draft(), SUBMITTED, at(10), reporting=False)
    moved(watch, SUBMITTED, APPROVED, at(12))
    assert statuses(watch) == (StatusTime("UseCase", "submitted", took(2 * HOUR)),)


# ---- going on


def test_another_walk_goes_on_from_what_one_has_measured() -> None:
    """And neither changes what the other has kept."""
    once, later = Stopwatch(), change(asked(at(12), decide_within="1h"), level="low")
    for one in (later, change(asked(None))):
        once.decide(one)
    moved(once, None, draft(), None)
    moved(once, draft(), SUBMITTED, at(10))
    moved(once, SUBMITTED, APPROVED, at(11))
    kept = once.kept()
    assert kept == KeptTimes(
        {"all": (3 * HOUR,), "level low": (3 * HOUR,), "policy p.yaml": (3 * HOUR,)},
        {"policy p.yaml": (0, 0, 1), "all": (1, 0, 0)},
        {"p.yaml": "1h"},
        {"UseCase submitted": (HOUR,)},
        {"UseCase draft": 1},
        {"UseCase/claims": ("approved", at(11))},
        (LateDecision(oid("change"), "p.yaml", "1h", 3 * HOUR),),
    )
    other = Stopwatch(kept)
    for watch in (once, other):
        watch.decide(later)
        moved(watch, APPROVED, draft(), at(12))
    assert other.kept() == once.kept() != kept
    assert Stopwatch(kept).kept() == kept
    assert other.report(NOTHING, None) == once.report(NOTHING, None)


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        (at(9), at(9), 0),
        (at(9), at(9, second=1), 1),
        (at(9, second=1), at(9), None),
        (None, at(9), None),
        (at(9), None, None),
    ],
)
def test_seconds_pass_forwards_only(start: str | None, end: str | None, seconds: int | None) -> None:
    found = elapsed(start, end)
    assert found == seconds
    assert found is None or isinstance(found, int)


def test_percentiles_are_durations_that_were_really_taken() -> None:
    assert spread(range(200, 0, -1)) == Spread(200, 100, 180, 198, 200)
    assert spread([]) == Spread()
