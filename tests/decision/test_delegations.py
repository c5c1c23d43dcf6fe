"""Who may act for whom, in which role, and why not."""

from __future__ import annotations

import pytest

from govops.decision import Law, Unlawful
from govops.decision.delegations import Loan, holds, loans
from govops.decision.needs import Need
from govops.finding import Status
from tests.support.facts import law, oid
from tests.support.files import File, delegation, role, segregation, user

MIDDLE = "2026-06-01T00:00:00Z"
LENT = delegation("away", "bob", "dave", ["approver"])
DATES = "from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z"
APPROVER, APPROVE, DEPLOY = Need(1, role="approver"), Need(1, permission="model:approve"), Need(1, role="operator")


def house(*files: File, left_by: Status | None = None) -> Law:
    """Bob lends dave the role in which he approves; ``left_by`` is an unapproved change that left that so."""
    roles = map(role, ("admin", "analyst", "approver", "auditor", "operator"))
    records = {LENT[0]: Unlawful(left_by, oid("pushed"), None)} if left_by else {}
    return law(*roles, user("bob"), user("dave"), LENT, *files, unlawful=records)


PROBLEMS: dict[str, tuple[Law, str | None, str, Status]] = {
    "a good one": (house(), MIDDLE, "", Status.PASS),
    "from its first second on": (house(), "2026-01-01T00:00:00Z", "", Status.PASS),
    "not before": (house(), "2025-12-31T23:59:59Z", f"the delegation is {DATES}", Status.FAIL),
    "nor from its end on": (house(), "2027-01-01T00:00:00Z", f"the delegation is {DATES}", Status.FAIL),
    "nobody tells the time": (
        house(),
        None,
        f"nobody tells when it landed, and the delegation is {DATES}",
        Status.UNVERIFIABLE,
    ),
    "nobody approved it": (
        house(left_by=Status.FAIL),
        MIDDLE,
        f"no approved change left {LENT[0]} as it is",
        Status.FAIL,
    ),
    "nobody knows who approved it": (
        house(left_by=Status.UNVERIFIABLE),
        MIDDLE,
        f"no approved change left {LENT[0]} as it is",
        Status.UNVERIFIABLE,
    ),
    "the lender left": (house(user("bob", active=False)), MIDDLE, "bob is no active person", Status.FAIL),
    "the lender is a machine": (house(user("bob", type="agent")), MIDDLE, "bob is no active person", Status.FAIL),
    "the lender has another role": (
        house(user("bob", roles=["admin"])),
        None,
        "bob does not hold approver",
        Status.FAIL,
    ),
}


@pytest.mark.parametrize(("rules", "time", "problem", "status"), PROBLEMS.values(), ids=PROBLEMS)
@pytest.mark.parametrize("wanted", [APPROVER, APPROVE], ids=["the role", "its permission"])
def test_a_loan_counts_as_long_as_it_is_lawful_and_the_lender_could_serve(
    rules: Law, time: str | None, problem: str, status: Status, wanted: Need
) -> None:
    assert list(loans(rules, "dave", wanted, time)) == [Loan("bob", "approver", problem, status)]
    assert holds(rules, "dave", wanted, time) is {Status.PASS: True, Status.UNVERIFIABLE: None}.get(status, False)


SPENT = "2027-01-01T00:00:00Z"
AT_ONCE: dict[str, tuple[Law, str | None, str]] = {
    "nobody knows who approved it, and the lender left": (
        house(user("bob", active=False), left_by=Status.UNVERIFIABLE),
        MIDDLE,
        "bob is no active person",
    ),
    "nobody knows who approved it, and it is over": (
        house(left_by=Status.UNVERIFIABLE),
        SPENT,
        f"the delegation is {DATES}",
    ),
    "nobody tells the time, and nobody approved it": (
        house(left_by=Status.FAIL),
        None,
        f"no approved change left {LENT[0]} as it is",
    ),
    "nobody tells the time, and it may not meet what they hold": (
        house(segregation(role_pairs=[{"roles": ["operator", "approver"], "reason": "Nobody checks themselves"}])),
        None,
        "dave holds operator, which may not meet approver",
    ),
    "it is over, and the lender left": (house(user("bob", active=False)), SPENT, "bob is no active person"),
}


@pytest.mark.parametrize(("rules", "time", "problem"), AT_ONCE.values(), ids=AT_ONCE)
def test_what_is_established_against_a_loan_stays_so_whatever_else_is_missing(
    rules: Law, time: str | None, problem: str
) -> None:
    assert list(loans(rules, "dave", APPROVER, time)) == [Loan("bob", "approver", problem, Status.FAIL)]


def test_a_policy_in_doubt_hides_none_that_surely_keeps_the_roles_apart() -> None:
    pairs = [{"roles": ["operator", "approver"], "reason": "Nobody checks themselves"}]
    pushed, approved = segregation("a", role_pairs=pairs), segregation("b", role_pairs=pairs)
    records = {pushed[0]: Unlawful(Status.UNVERIFIABLE, oid("pushed"), None)}
    rules = law(role("approver"), user("bob"), user("dave"), LENT, pushed, approved, unlawful=records)
    assert [loan.status for loan in loans(rules, "dave", APPROVER, MIDDLE)] == [Status.FAIL]


def test_a_lender_whom_nobody_knows_lends_nothing() -> None:
    rules = law(role("approver"), user("dave"), LENT)
    assert [loan.problem for loan in loans(rules, "dave", APPROVER, MIDDLE)] == ["bob is no active person"]


@pytest.mark.parametrize(
    ("enforcement", "record", "status"),
    [
        ("strict", None, Status.FAIL),
        ("strict", Status.UNVERIFIABLE, Status.UNVERIFIABLE),
        ("advisory", None, Status.PASS),
    ],
)
def test_nobody_borrows_a_role_that_they_could_not_be_given(
    enforcement: str, record: Status | None, status: Status
) -> None:
    """Beside roles that may meet, and a policy that only advises."""
    why = "Who deploys does not approve"
    pairs = [{"roles": two, "reason": why} for two in (["auditor", "admin"], ["operator", "approver"])]
    soft = segregation("a", role_pairs=pairs, enforcement="advisory")
    apart = segregation("b", role_pairs=pairs, enforcement=enforcement)
    records = {apart[0]: Unlawful(record, oid("pushed"), None)} if record else {}
    rules = law(role("approver"), role("operator"), user("bob"), user("dave"), LENT, soft, apart, unlawful=records)
    (loan,) = loans(rules, "dave", APPROVER, MIDDLE)
    problem = "" if status is Status.PASS else "dave holds operator, which may not meet approver"
    assert (loan.problem, loan.status) == (problem, status)


def test_a_role_is_not_kept_apart_from_itself_nor_from_what_nobody_holds() -> None:
    pairs = [{"roles": ["approver", "auditor"], "reason": "Who audits does not approve"}]
    to_carol = delegation("to", "bob", "carol", ["approver"])
    to_nobody = delegation("zoe", "bob", "zoe", ["approver"])
    rules = law(role("approver"), user("bob"), user("carol"), segregation(role_pairs=pairs), to_carol, to_nobody)
    for person in ("carol", "zoe"):
        assert [loan.problem for loan in loans(rules, person, APPROVER, MIDDLE)] == [""]


def test_loans_are_told_by_path_and_only_of_roles_that_serve() -> None:
    """A good one behind a bad one is as good as alone."""
    early = delegation("a", "carol", "dave", ["operator", "admin", "approver"])
    rules = house(early, user("carol", roles=["admin"]))
    assert [(one.lender, one.role, one.status) for one in loans(rules, "dave", APPROVE, MIDDLE)] == [
        ("carol", "admin", Status.PASS),
        ("carol", "approver", Status.FAIL),
        ("bob", "approver", Status.PASS),
    ]
    assert list(loans(rules, "bob", APPROVE, MIDDLE)) == []


def test_whoever_holds_a_role_may_act_in_it_whatever_was_lent_to_them() -> None:
    assert holds(house(), "dave", DEPLOY, None) is True
    assert holds(house(), "dave", Need(1, permission="model:deploy"), None) is True
    assert holds(house(), "dave", Need(1, role="admin"), MIDDLE) is False
    unsure = house(
        delegation("b", "carol", "dave", ["approver"]), user("carol", active=False), left_by=Status.UNVERIFIABLE
    )
    assert holds(unsure, "dave", APPROVER, MIDDLE) is None
    one_of_two = house(delegation("b", "carol", "dave", ["approver"]), user("carol"), left_by=Status.UNVERIFIABLE)
    assert holds(one_of_two, "dave", APPROVER, MIDDLE) is True


def test_what_was_lent_is_not_lent_on() -> None:
    chain = house(delegation("on", "dave", "erin", ["approver"]), user("erin"))
    assert [loan.problem for loan in loans(chain, "erin", APPROVER, MIDDLE)] == ["dave does not hold approver"]
