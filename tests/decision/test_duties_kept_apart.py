"""Duties that may not meet in one person, before the judge: who made a change, who approved it, what is advice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Cause, ChangeFacts, Law, Unlawful, judge
from govops.evidence.testimony import Claim, Decision
from govops.finding import Status
from govops.history.deeds import Deed, Deeds
from govops.lifecycle import Action
from tests.decision.sample import PATH, by_account, by_name, facts, house, said
from tests.support.facts import change, oid, read, standing
from tests.support.files import conflict, duty, model, policy, segregation, user

OPEN = Status.UNVERIFIABLE
ASIDE = "registry/models/aside/model.yaml"
REASON = "Nobody checks their own work"
BOB = replace(said("bob"), subjects=None)


def apart(did: str, **spec: Any) -> Law:
    """Whoever registered a model does not do this to an update of it."""
    law = house()
    kept = segregation(lifecycle=[conflict(duty("contribute", "model.register"), duty(did, "model.update"))], **spec)
    law.snapshot.put(kept[0], standing(kept))
    return law


RULE = segregation()[0]


def edited(law: Law, *told: Claim | Decision, by: str) -> ChangeFacts:
    """An edit of two models, both of which this person registered before."""
    deeds = Deeds()
    deeds.add(
        Deed(f"Model/{name}", "model.register", oid(f"old {name}"), None, contributors=(by,))
        for name in ("fraud", "aside")
    )
    first = replace(facts(law).actions[0], name="model.update")
    second = Action("model.update", "Model", "aside", ASIDE, None, read(model("aside")))
    landed = (change(PATH, None, "new"), change(ASIDE, None, "new"))
    return facts(law, *told, actions=(first, second), landed=landed, deeds=deeds)


def words(who: str) -> str:
    told = (f"{who} made model.register of Model/{name} in {oid(f'old {name}')[:12]}" for name in ("fraud", "aside"))
    return ", ".join(f"{text}; {REASON}" for text in told)


MADE = Cause("conflicting-duties", Status.FAIL, (PATH, ASIDE), "dave", words("dave"), RULE)
MAKERS: dict[str, tuple[dict[str, Any], bool, list[Cause]]] = {
    "strictly": ({}, False, [MADE]),
    "by a rule that may not count": ({}, True, [replace(MADE, status=OPEN)]),
    "as an advice": ({"enforcement": "advisory"}, False, [replace(MADE, status=Status.WARN)]),
}


@pytest.mark.parametrize(("spec", "doubted", "expected"), MAKERS.values(), ids=MAKERS)
def test_whoever_makes_a_change_may_be_barred_from_it_by_what_they_did_before(
    spec: dict[str, Any], expected: list[Cause], *, doubted: bool
) -> None:
    """Dave among its makers, and nobody else of them; the policy is named."""
    law = apart("contribute", **spec)
    if doubted:
        law.unlawful[RULE] = Unlawful(OPEN, oid("pushed"), None)
    verdict = judge(edited(law, by_account("alice"), by_name("dave"), BOB, by="dave"))
    assert list(verdict.causes) == expected
    assert verdict.status is (Status.PASS if expected[0].status is Status.WARN else expected[0].status)


APPROVED = Cause("conflicting-duties", Status.WARN, (PATH, ASIDE), "bob", words("bob"), RULE)
VOTES: dict[str, tuple[list[Decision], list[Cause]]] = {
    "whose approval it took": ([BOB], [APPROVED]),
    "whose approval would have been enough": ([BOB, replace(said("carol"), subjects=None)], [APPROVED]),
    "who came after another who was enough": ([replace(said("carol"), subjects=None), BOB], [APPROVED]),
    "who rejected it": ([said("bob", "reject"), replace(said("carol"), subjects=None)], []),
    "who approved other content": ([replace(BOB, subjects={}), replace(said("carol"), subjects=None)], []),
    "who did not approve it": ([replace(said("carol"), subjects=None)], []),
}


@pytest.mark.parametrize(("votes", "expected"), VOTES.values(), ids=VOTES)
def test_an_approver_who_did_the_other_duty_is_told_of_where_that_is_only_an_advice(
    votes: list[Decision], expected: list[Cause]
) -> None:
    found = judge(edited(apart("approve", enforcement="advisory"), *votes, by="bob")).causes
    assert [cause for cause in found if cause.rule == "conflicting-duties"] == expected


def test_a_strict_rule_is_no_advice_beside_the_objection_to_the_approval() -> None:
    (cause,) = judge(edited(apart("approve"), BOB, by="bob")).causes
    assert (cause.rule, cause.status, cause.detail) == ("approver-conflicted", Status.FAIL, words("bob"))


def test_a_single_maintainer_is_told_of_their_own_duties_as_approver() -> None:
    """They approve by making the change, and no approval of theirs is given."""
    law = apart("approve", enforcement="advisory")
    alone = house(single_maintainer=True)
    alone.snapshot.put(RULE, law.snapshot.files[RULE])
    (cause,) = judge(edited(alone, by_account("carol"), by="carol")).causes
    assert (cause.rule, cause.status, cause.who) == ("conflicting-duties", Status.WARN, "carol")


def both(law: Law, *told: Claim | Decision) -> ChangeFacts:
    """Both duties in one change, by two files."""
    edit = replace(facts(law).actions[0], name="model.update")
    registered = Action("model.register", "Model", "fraud", ASIDE, None, read(model("aside")))
    return facts(law, *told, actions=(edit, registered))


def test_whoever_makes_a_change_that_does_both_duties_takes_both() -> None:
    """Each who made it, whether they were asked about or not."""
    found = judge(both(apart("contribute"), by_account("alice"), by_name("dave"), BOB)).causes
    told = [(cause.rule, cause.who, cause.detail) for cause in found]
    words = f"made model.register of Model/fraud in this change; {REASON}"
    assert told == [("conflicting-duties", who, f"{who} {words}") for who in ("alice", "dave")]


@pytest.mark.parametrize(
    ("enforcement", "rule"), [("strict", "approver-conflicted"), ("advisory", "conflicting-duties")]
)
def test_whoever_made_one_duty_of_a_change_and_approves_the_other_takes_both(enforcement: str, rule: str) -> None:
    """Bob committed it, which the policy does not mind; Carol only approves."""
    law = apart("approve", enforcement=enforcement)
    lax = policy("models", actions=["model.*"], exclude=["opener", "author", "co-author"])
    law.snapshot.put(lax[0], standing(lax))
    carol = replace(said("carol"), subjects=None)
    for vote, who in ((BOB, ["bob"]), (carol, [])):
        found = judge(both(law, by_account("alice"), by_name("bob", "committer"), vote)).causes
        assert [(cause.rule, cause.who) for cause in found] == [(rule, name) for name in who]
    assert "this change" in judge(both(law, by_account("alice"), by_name("bob", "committer"), BOB)).causes[0].detail


ROLES_APART = [{"roles": ["analyst", "approver"], "reason": REASON}]


@pytest.mark.parametrize(("enforcement", "status"), [("strict", Status.FAIL), ("advisory", Status.WARN)])
def test_roles_that_may_not_meet_fail_the_change_or_are_told_of(enforcement: str, status: Status) -> None:
    law = house()
    kept = segregation(enforcement=enforcement, role_pairs=ROLES_APART)
    law.snapshot.put(kept[0], standing(kept))
    promoted = user("dave", roles=["analyst", "approver"])
    grant = Action("role.assign", "User", "dave", promoted[0], read(user("dave")), read(promoted))
    (found,) = (
        cause
        for cause in judge(facts(law, replace(said("erin"), subjects=None), actions=(grant,))).causes
        if cause.rule == "conflicting-roles"
    )
    assert found == Cause(
        "conflicting-roles", status, (promoted[0],), "dave", f"analyst and approver; {REASON}", kept[0]
    )
