"""Who could still approve: whoever serves, took no part, and gains nothing by it."""

from __future__ import annotations

from typing import Any

import pytest

from govops.decision import ChangeFacts, Law, roles_wanted, who_could
from govops.history.deeds import Deed, Deeds
from govops.lifecycle import Action
from tests.decision.sample import PATH, by_account, facts, house
from tests.support.facts import law, oid, read
from tests.support.files import (
    File,
    company,
    conflict,
    delegation,
    duty,
    model,
    policy,
    ratification,
    segregation,
    user,
    waiver,
)

ONE = "model.register: 1 approval by role approver"
MODELS = "policies/approvals/models.yaml"


def company_with(*more: File) -> Law:
    """The usual company and these files."""
    files = {path: text for path, text in company().items() if isinstance(text, bytes)} | dict(more)
    return law(*files.items())


def could(change: ChangeFacts) -> dict[str, tuple[str, ...]]:
    """Requirement -> who could."""
    return {one.text: one.names for one in who_could(change)}


def exempted(name: str, owner: str) -> Action:
    """A waiver of this owner comes."""
    path, text = waiver(name, owner=owner)
    return Action("policy.change", "Waiver", name, path, None, read((path, text)))


def test_each_requirement_is_told_in_the_order_of_the_verdict_with_the_roles_that_serve() -> None:
    both = policy("models", actions=["model.*"], approvals=[{"permission": "model:approve"}, {"role": "analyst"}])
    policed = policy("waivers", actions=["policy.*"], approvals=[{"role": "admin"}])
    change = facts(company_with(both, policed), by_account("alice"))
    change = facts(change.law, by_account("alice"), actions=(exempted("gap", "mallory"), *change.actions))
    found = [(one.text, one.source, one.names, one.roles) for one in who_could(change)]
    text = "model.register: 1 approval by permission model:approve and 1 approval by role analyst"
    assert found == [
        (
            "policy.change: 1 approval by permission policy:change",
            "built-in",
            ("carol", "erin"),
            frozenset({"admin"}),
        ),
        ("policy.change: 1 approval by role admin", policed[0], ("carol", "erin"), frozenset({"admin"})),
        (text, both[0], ("bob", "carol", "dave", "erin"), frozenset({"admin", "analyst", "approver"})),
    ]
    assert roles_wanted(change) == {"admin", "analyst", "approver"}


def test_whoever_made_the_change_is_none_unless_the_policy_lets_them() -> None:
    pusher = (by_account("alice"), by_account("bob", "pusher"))
    assert could(facts(house(), *pusher)) == {ONE: ("carol",)}
    lax = policy("models", actions=["model.*"], exclude=["opener", "author", "co-author"])
    assert could(facts(company_with(lax), *pusher)) == {ONE: ("bob", "carol")}


def test_of_several_actions_with_one_requirement_it_takes_somebody_for_all_of_them() -> None:
    two = (exempted("a", "carol"), exempted("b", "mallory"))
    built_in = "policy.change: 1 approval by permission policy:change"
    assert could(facts(house(), actions=two)) == {built_in: ("erin",)}
    assert could(facts(house(), actions=two[::-1])) == {built_in: ("erin",)}
    assert could(facts(house(), actions=(*two, exempted("c", "erin")))) == {built_in: ()}


def test_whoever_made_what_is_accepted_is_none_to_accept_it() -> None:
    path, text = ratification("once", oid("first"))
    accepted = Action("policy.change", "Ratification", "once", path, None, read((path, text)))
    change = facts(house(), actions=(accepted,), made_by=lambda change: ("carol",) if change == oid("first") else ())
    assert could(change) == {"policy.change: 1 approval by permission policy:change": ("erin",)}


@pytest.mark.parametrize(("enforcement", "names"), [("strict", ("carol",)), ("advisory", ("bob", "carol"))])
def test_whoever_did_what_bars_them_is_none(enforcement: str, names: tuple[str, ...]) -> None:
    """Earlier, or in this very change."""
    before = conflict(duty("contribute", "model.update"), duty("approve", "model.register"))
    apart = segregation(lifecycle=[before], enforcement=enforcement)
    done = Deeds([Deed("Model/fraud", "model.update", "", contributors=("bob",))])
    assert could(facts(company_with(apart), deeds=done)) == {ONE: names}


def test_whoever_makes_what_bars_them_in_the_same_change_is_none() -> None:
    """Even where the policy lets contributors of their sort approve."""
    lax = policy("models", actions=["model.*"], exclude=["opener", "author", "co-author"])
    apart = segregation(lifecycle=[conflict(duty("contribute", "model.register"), duty("approve", "model.register"))])
    makers = (by_account("alice"), by_account("bob", "pusher"))
    assert could(facts(company_with(lax, apart), *makers)) == {ONE: ("carol",)}


LENT = delegation("holiday", "bob", "dave", ["approver"])
DELEGATES: dict[str, tuple[tuple[File, ...], dict[str, Any], tuple[str, ...]]] = {
    "a delegate": ((LENT,), {}, ("bob", "carol", "dave")),
    "after the end": ((LENT,), {"time": "2027-01-01T00:00:00Z"}, ("bob", "carol")),
    "who left": ((LENT, user("dave", active=False)), {}, ("bob", "carol")),
    "who is a machine": ((LENT, user("dave", type="agent")), {}, ("bob", "carol")),
    "whom nobody knows": ((delegation("holiday", "bob", "zoe", ["approver"]),), {}, ("bob", "carol")),
    "of another role": ((delegation("holiday", "carol", "dave", ["admin"]),), {}, ("bob", "carol")),
    "of a lender who holds it no more": ((LENT, user("bob", roles=[])), {}, ("carol",)),
}


@pytest.mark.parametrize(("more", "fields", "names"), DELEGATES.values(), ids=DELEGATES)
def test_a_delegate_could_while_the_loan_is_good(
    more: tuple[File, ...], fields: dict[str, Any], names: tuple[str, ...]
) -> None:
    assert could(facts(company_with(*more), **fields)) == {ONE: names}


def test_nobody_could_in_the_seat_of_somebody_who_took_part() -> None:
    """Nor if somebody else lent them the role, to no avail."""
    rules = company_with(LENT, delegation("more", "erin", "dave", ["approver"]))
    assert could(facts(rules, by_account("bob"))) == {ONE: ("carol",)}
    both = company_with(LENT, delegation("more", "carol", "dave", ["approver"]))
    assert could(facts(both, by_account("bob"))) == {ONE: ("carol", "dave")}


def test_a_delegate_who_took_part_is_none() -> None:
    assert could(facts(company_with(LENT), by_account("dave"))) == {ONE: ("bob", "carol")}


def test_what_nothing_allows_nobody_could_approve() -> None:
    renamed = Action("model.rename", "Model", "fraud", PATH, None, read(model("fraud")))
    narrow = policy("models", actions=["model.register"])
    change = facts(company_with(narrow), actions=(renamed,))
    assert (who_could(change), roles_wanted(change)) == ((), frozenset())
