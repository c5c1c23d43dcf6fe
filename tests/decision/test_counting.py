"""Counting: every person once, nobody for two needs, and only those who may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision import Law, Unlawful, judge
from govops.decision.needs import Need
from govops.decision.seats import assign
from govops.evidence.testimony import Claim, Decision
from govops.finding import Status
from tests.decision.sample import by_account, by_name, facts, house, said
from tests.support.cast import public_line
from tests.support.facts import oid, standing
from tests.support.files import delegation, policy, role, user

NEEDS = st.lists(st.integers(1, 3), min_size=1, max_size=3).map(lambda counts: tuple(Need(n, role="r") for n in counts))


@st.composite
def elections(draw: st.DrawFn) -> tuple[tuple[Need, ...], dict[str, tuple[int, ...]]]:
    needs = draw(NEEDS)
    serve = st.lists(st.sampled_from(range(len(needs))), unique=True).map(tuple)
    people = draw(st.integers(0, 5))
    return needs, {f"p{number}": draw(serve) for number in range(people)}


def most(needs: tuple[Need, ...], candidates: Mapping[str, tuple[int, ...]]) -> int:
    """The largest number of places that can be filled, by trying everything."""
    choices = [(None, *serves) for serves in candidates.values()]
    legal = (
        picked
        for picked in product(*choices)
        if all(picked.count(index) <= need.count for index, need in enumerate(needs))
    )
    return max(sum(place is not None for place in picked) for picked in legal)


@pytest.mark.threat("C21")
@given(elections())
def test_as_many_places_are_filled_as_can_be_and_nobody_sits_twice(
    election: tuple[tuple[Need, ...], dict[str, tuple[int, ...]]],
) -> None:
    needs, candidates = election
    seated = assign(needs, candidates)
    assert len(seated) == most(needs, candidates)
    assert all(index in candidates[person] for person, index in seated.items())
    assert all(list(seated.values()).count(index) <= need.count for index, need in enumerate(needs))


@given(elections())
def test_one_approver_more_never_makes_it_worse(
    election: tuple[tuple[Need, ...], dict[str, tuple[int, ...]]],
) -> None:
    needs, candidates = election
    seated = len(assign(needs, candidates))
    assert len(assign(needs, candidates | {"one more": tuple(range(len(needs)))})) >= seated


def test_a_person_who_could_serve_either_leaves_the_place_that_only_they_can_fill() -> None:
    needs = (Need(1, role="a"), Need(1, role="b"))
    assert assign(needs, {"either": (0, 1), "only a": (0,)}) == {"either": 1, "only a": 0}


BOBS_KEY = " ".join(public_line("bob").split()[:2])
SAME_PERSON: dict[str, list[Decision]] = {
    "twice": [said("bob"), said("bob", order=1)],
    "by two accounts": [said("bob"), said("bob", address="account:local:id-bob-2", order=1)],
    "by forge and key": [said("bob"), said("bob", kind="signature", address=f"key:{BOBS_KEY}", order=1)],
}


@pytest.mark.threat("C21")
@pytest.mark.parametrize("votes", SAME_PERSON.values(), ids=SAME_PERSON)
def test_one_person_fills_one_place(votes: list[Decision]) -> None:
    law = house()
    two = policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])
    law.snapshot.put(two[0], standing(two))
    assert judge(facts(law, *votes)).status is Status.FAIL
    assert judge(facts(law, *votes, said("carol"))).status is Status.PASS


def alone(**spec: object) -> Law:
    """Settings of one maintainer, Carol; ``spec`` changes her file."""
    law = house(single_maintainer=True)
    law.snapshot.put("registry/users/carol.yaml", standing(user("carol", **spec)))
    return law


MAINTAINERS: dict[str, tuple[Law, list[Claim], bool]] = {
    "by themselves": (alone(), [by_account("carol")], True),
    "with a name in git that is theirs": (alone(), [by_account("carol"), by_name("carol")], True),
    "who is a bot": (alone(type="bot"), [by_account("carol")], False),
    "who is an agent": (alone(type="agent"), [by_account("carol")], False),
    "who is not active": (alone(active=False), [by_account("carol")], False),
    "who lacks the role": (alone(roles=["analyst"]), [by_account("carol")], False),
    "together with another": (alone(), [by_account("carol"), by_name("dave")], False),
    "together with a stranger": (alone(), [by_account("carol"), Claim("author", email="x@else.example")], False),
    "whom only git names": (alone(), [by_name("carol")], False),
    "where Settings do not say so": (house(), [by_account("carol")], False),
}


@pytest.mark.parametrize(("law", "claims", "allowed"), MAINTAINERS.values(), ids=MAINTAINERS)
def test_a_single_maintainer_is_one_active_human_whom_somebody_attests(
    law: Law, claims: list[Claim], *, allowed: bool
) -> None:
    verdict = judge(facts(law, *claims))
    assert (verdict.status is Status.PASS) is allowed
    assert ([need.counted for need in verdict.requirements] == [("carol",)]) is allowed


NINE, TEN, ELEVEN = "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z"
ONE, TWO = ([{"count": count, "role": "approver"}] for count in (1, 2))
BOB_AT_TEN, CAROL_AT_ELEVEN = said("bob", at=TEN), said("carol", at=ELEVEN)
MET_AT: dict[str, tuple[list[dict[str, Any]], list[Decision], str | None]] = {
    "when the one that it took was given": (ONE, [BOB_AT_TEN], TEN),
    "not when a second came that was not waited for": (ONE, [BOB_AT_TEN, CAROL_AT_ELEVEN], TEN),
    "not when somebody approved whose voice is none": (ONE, [said("mallory", at=NINE), BOB_AT_TEN], TEN),
    "when the second of two was given": (TWO, [BOB_AT_TEN, CAROL_AT_ELEVEN], ELEVEN),
    "when the second of two was given, and a third later": (
        TWO,
        [said("bob", at=NINE), said("erin", at=TEN), CAROL_AT_ELEVEN],
        TEN,
    ),
    "not while one of two is missing": (TWO, [BOB_AT_TEN], None),
    "at a time that nobody tells": (ONE, [replace(BOB_AT_TEN, at=None)], None),
    "at a time that nobody tells, of one of two": (ONE, [replace(BOB_AT_TEN, at=None), CAROL_AT_ELEVEN], None),
}


@pytest.mark.parametrize(("needs", "votes", "met_at"), MET_AT.values(), ids=MET_AT)
def test_a_requirement_is_met_when_the_last_approval_that_it_took_was_given(
    needs: list[dict[str, Any]], votes: list[Decision], met_at: str | None
) -> None:
    """Erin is an approver here as well."""
    law = house()
    for text in (policy("models", actions=["model.*"], approvals=needs), user("erin", roles=["approver"])):
        law.snapshot.put(text[0], standing(text))
    (found,) = judge(facts(law, *votes)).requirements
    assert found.met_at == met_at


def test_what_takes_no_approval_is_met_at_no_time() -> None:
    """Whoever approves it all the same did not decide it."""
    law = house()
    free = policy("incidents", actions=["incident.report"], approvals="none", reason="It must never wait")
    law.snapshot.put(free[0], standing(free))
    reported = replace(facts(law).actions[0], name="incident.report")
    (found,) = judge(facts(law, BOB_AT_TEN, actions=(reported,))).requirements
    assert (found.status, found.met_at) == (Status.PASS, None)


def test_where_others_are_enough_nobody_is_needed_whose_rights_no_approved_change_gave() -> None:
    """Bob comes first by name; his role landed by a push that nobody approved."""
    law = house()
    pushed = role("pushed", permissions=["model:approve"])
    any_role = policy("models", actions=["model.*"], approvals=[{"count": 1, "permission": "model:approve"}])
    for text in (pushed, any_role, user("bob", roles=["pushed"])):
        law.snapshot.put(text[0], standing(text))
    law.unlawful[pushed[0]] = Unlawful(Status.FAIL, oid("pushed"), None)
    verdict = judge(facts(law, said("bob"), said("carol")))
    assert (verdict.status, verdict.requirements[0].counted) == (Status.PASS, ("carol",))
    assert [cause.rule for cause in judge(facts(law, said("bob"))).causes] == ["rests-on-unapproved-rule"]


APPROVER_AND_ADMIN = [{"role": "approver"}, {"role": "admin"}]
LONG_HELD: dict[str, tuple[bool | None, Status]] = {
    "held both": (True, Status.PASS),
    "got the other meanwhile": (False, Status.FAIL),
    "may have got the other meanwhile": (None, Status.UNVERIFIABLE),
}


@pytest.mark.threat("C25")
@pytest.mark.parametrize("lends", [True, False], ids=["a lender", "an approver"])
@pytest.mark.parametrize(("held", "status"), LONG_HELD.values(), ids=LONG_HELD)
def test_a_role_that_was_granted_during_the_review_serves_no_need_beside_one_that_was_held(
    status: Status, *, held: bool | None, lends: bool
) -> None:
    """Bob is an approver, and Carol was one; she is an admin now, or Erin is, for whom she acts."""
    law = house()
    both = policy("models", actions=["model.*"], approvals=APPROVER_AND_ADMIN, held_since_base=True)
    carol = user("carol", roles=["approver"] if lends else ["approver", "admin"])
    for text in (both, carol, *([delegation("summer", "erin", "carol", ["admin"])] if lends else [])):
        law.snapshot.put(text[0], standing(text))
    law.held_at = lambda person, name, commit: held if name == "admin" else True
    (found,) = judge(facts(law, said("bob"), said("carol"))).requirements
    assert found.status is status


@pytest.mark.parametrize("other", [False, None])
def test_of_two_roles_that_serve_only_the_one_that_was_held_is_told(*, other: bool | None) -> None:
    law = house()
    long_held = policy("models", actions=["model.*"], approvals=[{"permission": "model:approve"}], held_since_base=True)
    for text in (role("second", permissions=["model:approve"]), long_held, user("bob", roles=["approver", "second"])):
        law.snapshot.put(text[0], standing(text))
    law.held_at = lambda person, name, commit: True if name == "second" else other
    verdict = judge(facts(law, said("bob")))
    assert (verdict.status, verdict.weighed[0].roles) == (Status.PASS, ("second",))


@pytest.mark.parametrize(("held", "status"), [(True, Status.PASS), (False, Status.FAIL), (None, Status.UNVERIFIABLE)])
def test_a_requirement_stays_a_failure_unless_what_nobody_can_tell_of_a_role_might_meet_it(
    status: Status, *, held: bool | None
) -> None:
    """Carol alone: whether she was an admin or an approver, she sits once."""
    law = house()
    one = policy("models", actions=["model.*"], approvals=[{"role": "admin"}], held_since_base=True)
    law.snapshot.put(one[0], standing(one))
    law.held_at = lambda person, name, commit: held
    assert judge(facts(law, said("carol"))).status is status
