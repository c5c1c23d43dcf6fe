"""Why somebody who has another part in a change, or gains by it, does not count among those who approve it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Law, Unlawful, judge
from govops.decision.verdict import Objection
from govops.evidence.testimony import Claim, Decision
from govops.finding import Status
from govops.history.deeds import Deed, Deeds
from govops.lifecycle import Action
from tests.decision.sample import by_account, by_name, facts, house, said
from tests.support.facts import oid, read, standing
from tests.support.files import File, conflict, duty, policy, ratification, role, segregation, user, waiver

OPEN = Status.UNVERIFIABLE
BOB = said("bob")
ONE = "1 approval by role approver"


def against(*told: Claim | Decision, law: Law, **fields: Any) -> list[Objection]:
    """What is said against the first decision, in its order of gravity."""
    return list(judge(facts(law, *told, **fields)).weighed[0].objections)


def under(**spec: Any) -> Law:
    """The usual company, whose policy on models is this one."""
    law = house()
    text = policy("models", actions=["model.*"], **spec)
    law.snapshot.put(text[0], standing(text))
    return law


GRANTS: dict[str, tuple[list[str], dict[str, Any], list[Objection]]] = {
    "the role": (["approver"], {"role": "approver"}, [Objection("role-granted-in-same-change", ONE)]),
    "a role with the permission": (
        ["approver"],
        {"permission": "model:approve"},
        [Objection("role-granted-in-same-change", "1 approval by permission model:approve")],
    ),
    "another role": (["analyst"], {"role": "approver"}, [Objection("approver-lacks-role", ONE)]),
}


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize(("roles", "need", "expected"), GRANTS.values(), ids=GRANTS)
def test_one_who_just_got_the_role_by_this_change_is_told_so(
    roles: list[str], need: dict[str, Any], expected: list[Objection], *, named: bool
) -> None:
    """Before all else that speaks against them, such as that they took part."""
    promoted = user("mallory", roles=roles)
    grant = Action("role.assign", "User", "mallory", promoted[0], read(user("mallory")), read(promoted))
    law = under(approvals=[{"count": 1, **need}])
    who = (by_account("alice"), by_name("mallory")) if named else (by_account("alice"),)
    verdict = judge(facts(law, *who, said("mallory"), actions=(*facts(law).actions, grant)))
    tally = [o for o in verdict.weighed[0].objections if o.detail == expected[0].detail]
    part = [o for o in verdict.weighed[0].objections if o.rule == "approver-is-contributor"]
    assert (tally[:1], bool(part)) == (expected if not named or roles == ["approver"] else [], named)


RIGHTS: dict[str, tuple[File, list[str], bool]] = {
    "their own role gets the permission": (role("analyst", permissions=["model:approve"]), ["analyst"], True),
    "their own role gets every permission": (role("analyst", permissions=["*"]), ["analyst"], True),
    "their own role gets another permission": (role("analyst", permissions=["sla:manage"]), ["analyst"], False),
    "a role of others gets it": (role("operator", permissions=["model:approve"]), ["analyst"], False),
    "the role that is asked for comes": (role("reviewer"), ["reviewer"], True),
    "another role comes": (role("second"), ["second"], False),
}


@pytest.mark.parametrize("assigned", [True, False], ids=["assigned with it", "who had the role"])
@pytest.mark.parametrize(("new", "held", "granted"), RIGHTS.values(), ids=RIGHTS)
def test_one_whose_role_just_got_the_right_by_this_change_is_told_so(
    new: File, held: list[str], *, granted: bool, assigned: bool
) -> None:
    law = under(approvals=[{"any_of": [{"permission": "model:approve"}, {"role": "reviewer"}]}])
    member = user("mallory", roles=held)
    made = [Action("role.manage", "Role", "any", new[0], None, read(new))]
    if assigned:
        made.append(Action("role.assign", "User", "mallory", member[0], read(user("mallory")), read(member)))
    else:
        law.snapshot.put(member[0], standing(member))
    found = judge(facts(law, said("mallory"), actions=(*facts(law).actions, *made))).weighed[0].objections
    assert any(one.rule == "role-granted-in-same-change" and "reviewer" in one.detail for one in found) == granted


def test_a_role_that_one_holds_already_is_not_granted_by_this_change() -> None:
    unchanged = user("bob", emails=["new@acme.example"])
    update = Action("user.update", "User", "bob", unchanged[0], read(user("bob")), read(unchanged))
    verdict = judge(facts(house(), BOB, actions=(*facts(house()).actions, update)))
    assert "role-granted-in-same-change" not in {o.rule for o in verdict.weighed[0].objections}


OTHERS: dict[str, tuple[dict[str, Any], bool, list[Objection]]] = {
    "the approver": ({}, False, [Objection("approver-conflicted", "{words}")]),
    "the approver, by a rule that may not count": ({}, True, [Objection("approver-conflicted", "{words}", OPEN)]),
    "the approver, as an advice": ({"enforcement": "advisory"}, False, []),
}


@pytest.mark.parametrize(("spec", "doubted", "expected"), OTHERS.values(), ids=OTHERS)
def test_whoever_took_a_duty_that_is_kept_apart_from_approving_is_told_which(
    spec: dict[str, Any], expected: list[Objection], *, doubted: bool
) -> None:
    law = house()
    kept = [conflict(duty("contribute", "model.register"), duty("approve", "model.update"))]
    apart = segregation(lifecycle=kept, **spec)
    law.snapshot.put(apart[0], standing(apart))
    if doubted:
        law.unlawful[apart[0]] = Unlawful(OPEN, oid("pushed"), None)
    deeds = Deeds()
    deeds.add([Deed("Model/fraud", "model.register", oid("old"), None, contributors=("bob",))])
    edited = replace(facts(law).actions[0], name="model.update")
    words = f"bob made model.register of Model/fraud in {oid('old')[:12]}; Nobody checks their own work"
    found = against(BOB, law=law, actions=(edited,), deeds=deeds)
    assert found == [replace(one, detail=one.detail.format(words=words)) for one in expected]


BROUGHT: dict[str, tuple[File, list[Objection]]] = {
    "a waiver that they own": (
        waiver("late", owner="bob"),
        [Objection("approver-is-beneficiary", "the owner of the waiver")],
    ),
    "a waiver that another owns": (waiver("late", owner="dave"), []),
    "what accepts a change of theirs": (
        ratification("past", oid("theirs")),
        [Objection("approver-is-beneficiary", f"a maker of change {oid('theirs')[:12]}, which it accepts")],
    ),
    "what accepts a change of others": (ratification("past", oid("others")), []),
}


@pytest.mark.parametrize(("text", "expected"), BROUGHT.values(), ids=BROUGHT)
def test_nobody_approves_an_exception_that_they_gain_by(text: File, expected: list[Objection]) -> None:
    """Among two that the change brings: the one is looked at as well as the other."""
    law = house()
    allowed = policy("exceptions", actions=["exception.*"])
    law.snapshot.put(allowed[0], standing(allowed))
    names = ("beside", waiver("beside", owner="erin")), ("one", text)
    brought = tuple(
        Action("exception.grant", "Any", name, f"exceptions/{name}", None, read(one)) for name, one in names
    )
    vote = replace(BOB, subjects=None)
    made_by = {oid("theirs"): ["bob"], oid("others"): ["dave"]}
    assert against(vote, law=law, actions=brought, made_by=lambda change: made_by[change]) == expected
