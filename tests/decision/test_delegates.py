"""Delegates before the judge: in whose seat they count, in which roles, and what is said where they do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import ChangeFacts, Law, Unlawful, judge
from govops.decision.verdict import Objection, Weighed
from govops.evidence import testimony
from govops.finding import RequirementRecord, Status
from govops.history.deeds import Deed, Deeds
from govops.lifecycle import Action
from tests.decision.sample import LANDED, PATH, by_account, by_name, facts, house, said
from tests.evidence.sample import account, proposal, receipt
from tests.support.facts import oid, read, standing
from tests.support.files import File, conflict, delegation, duty, policy, role, segregation, user, waiver

OPEN = Status.UNVERIFIABLE
PASS, FAIL = Status.PASS, Status.FAIL
MALLORY = said("mallory")
SUMMER = delegation("summer", "bob", "mallory", ["approver"])


def away(*files: File, **spec: Any) -> Law:
    """Bob is away and Mallory acts for him; the policy on models is this one."""
    law = house()
    for text in (SUMMER, policy("models", actions=["model.*"], **spec), *files):
        law.snapshot.put(text[0], standing(text))
    return law


def weighed(given: ChangeFacts) -> dict[str, Weighed]:
    """What became of each person's approval."""
    return {one.opinion.person: one for one in judge(given).weighed}


def requirement(given: ChangeFacts) -> RequirementRecord:
    (found,) = judge(given).requirements
    return found


def against(law: Law, *told: Any, **fields: Any) -> list[Objection]:
    """What is said against Mallory's approval."""
    return list(weighed(facts(law, *told, MALLORY, **fields))["mallory"].objections)


def test_a_delegate_counts_in_the_lenders_seat_and_everybody_else_in_their_own() -> None:
    law = away(approvals=[{"count": 2, "role": "approver"}])
    found = weighed(facts(law, MALLORY, said("carol")))
    assert (found["mallory"].counted, found["mallory"].roles, found["mallory"].lenders) == (
        (PATH,),
        ("approver",),
        ("bob",),
    )
    assert (found["carol"].counted, found["carol"].roles, found["carol"].lenders) == ((PATH,), ("approver",), ())


def test_one_who_lacks_nothing_needs_no_lenders_seat() -> None:
    """Carol is an approver, and acts for Bob as well."""
    law = away(delegation("autumn", "bob", "carol", ["approver"]))
    found = weighed(facts(law, said("carol")))["carol"]
    assert (found.counted, found.roles, found.lenders) == ((PATH,), ("approver",), ())


ROLES: dict[str, tuple[list[File], tuple[str, ...]]] = {
    "the one that is lent": ([], ("approver",)),
    "those of this lender and of nobody else": ([delegation("autumn", "carol", "mallory", ["admin"])], ("approver",)),
    "all that this lender lends": (
        [delegation("autumn", "bob", "mallory", ["second"]), user("bob", roles=["approver", "second"])],
        ("approver", "second"),
    ),
    "none that the lender lacks": ([delegation("autumn", "bob", "mallory", ["admin"])], ("approver",)),
}


@pytest.mark.parametrize(("files", "roles"), ROLES.values(), ids=ROLES)
def test_a_delegate_counts_in_the_roles_that_this_lender_could_lend(files: list[File], roles: tuple[str, ...]) -> None:
    second = role("second", permissions=["model:approve"])
    law = away(second, *files, approvals=[{"count": 1, "permission": "model:approve"}])
    found = weighed(facts(law, MALLORY))["mallory"]
    assert (found.roles, found.lenders) == (roles, ("bob",))


def does_not_count(words: str, status: Status = FAIL) -> list[Objection]:
    return [Objection("delegation-does-not-count", words, status)]


MODELS_APART = segregation(
    lifecycle=[conflict(duty("contribute", "model.register"), duty("approve", "model.register"))]
)
NOBODY_TELLS = "nobody tells when it landed, and the delegation is from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z"
SEATS: dict[str, tuple[Law, list[Any], str | None, list[Objection]]] = {
    "is free": (away(), [], LANDED, []),
    "is that of one who made the change": (
        away(),
        [by_account("alice"), by_name("bob")],
        LANDED,
        does_not_count("bob took part in the change"),
    ),
    "is taken by the lender": (
        away(approvals=[{"count": 2, "role": "approver"}]),
        [said("bob", order=1)],
        LANDED,
        does_not_count("bob approved it as well, in the same seat"),
    ),
    "is that of one who left": (away(user("bob", active=False)), [], LANDED, does_not_count("bob is no active person")),
    "may be lent, or not any more": (away(), [], None, does_not_count(NOBODY_TELLS, OPEN)),
    "may be lent, and that of another is not": (
        away(delegation("autumn", "gone", "mallory", ["approver"])),
        [],
        None,
        does_not_count(NOBODY_TELLS, OPEN),
    ),
}


@pytest.mark.parametrize(("law", "told", "time", "expected"), SEATS.values(), ids=SEATS)
def test_why_nobody_can_sit_in_the_lenders_seat_is_told(
    law: Law, told: list[Any], time: str | None, expected: list[Objection]
) -> None:
    assert against(law, *told, time=time) == expected


def waiving(law: Law) -> ChangeFacts:
    """Alice brings a waiver that is Bob's, and Mallory approves it."""
    text = waiver("late", owner="bob")
    brought = Action("policy.change", "Waiver", "late", text[0], None, read(text))
    return facts(law, replace(MALLORY, subjects=None), actions=(brought,))


def test_nobody_sits_in_the_seat_of_one_who_gains_by_the_change() -> None:
    law = away(policy("waivers", actions=["policy.*"]))
    expected = does_not_count("bob is the owner of the waiver")[0]
    assert expected in weighed(waiving(law))["mallory"].objections


@pytest.mark.parametrize(("unlawful", "status"), [(False, FAIL), (True, OPEN)])
def test_nobody_sits_in_the_seat_of_one_whom_an_earlier_duty_bars(status: Status, *, unlawful: bool) -> None:
    """For certain, or perhaps: where nobody can tell whether the rule that bars them was approved."""
    apart = segregation(lifecycle=[conflict(duty("contribute", "model.register"), duty("approve", "model.update"))])
    law = away(apart)
    if unlawful:
        law.unlawful[apart[0]] = Unlawful(OPEN, oid("pushed"), None)
    before = Deeds()
    before.add([Deed("Model/fraud", "model.register", oid("old"), None, contributors=("bob",))])
    edited = replace(facts(law).actions[0], name="model.update")
    words = f"bob made model.register of Model/fraud in {oid('old')[:12]}; Nobody checks their own work"
    assert against(law, actions=(edited,), deeds=before) == does_not_count(words, status)


@pytest.mark.parametrize(
    ("excluded", "merger", "counts"), [(True, "bob", False), (True, "carol", True), (False, "bob", True)]
)
def test_nobody_sits_in_the_seat_of_whoever_merged_where_that_excludes(
    merger: str, *, excluded: bool, counts: bool
) -> None:
    law = away(exclude=["opener", "author", "co-author", *(["merger"] if excluded else [])])
    told = receipt(proposal=proposal(merger=account(merger)))
    given = testimony.Testimony(told, "record", False, (by_account("alice"),), (MALLORY,), None, LANDED)
    expected = [] if counts else does_not_count("bob took part in the change")
    assert list(weighed(facts(law, testimony=given))["mallory"].objections) == expected


HELD: dict[str, tuple[bool | None, list[Objection]]] = {
    "the lender": (True, []),
    "nobody": (False, [Objection("approver-lacks-role", "at the reviewed base")]),
    "perhaps the lender": (None, [Objection("approver-lacks-role", "at the reviewed base", OPEN)]),
}


@pytest.mark.parametrize(("held", "expected"), HELD.values(), ids=HELD)
def test_where_the_role_had_to_be_held_at_the_base_it_is_the_lender_who_is_asked(
    expected: list[Objection], *, held: bool | None
) -> None:
    """In the role that is lent; a loan that does not count is not asked about."""
    law = away(delegation("autumn", "erin", "mallory", ["approver"]), held_since_base=True)
    answers = {("bob", "approver", oid("parent")): held}
    law.held_at = lambda person, name, commit: answers[person, name, commit]
    assert against(law) == expected


def test_where_the_role_had_to_be_held_what_else_speaks_against_a_loan_is_told_as_it_is() -> None:
    law = away(held_since_base=True)
    law.unlawful[SUMMER[0]] = Unlawful(OPEN, oid("pushed"), None)
    law.held_at = lambda person, name, commit: True
    assert against(law) == does_not_count(f"no approved change left {SUMMER[0]} as it is", OPEN)


def test_a_seat_that_the_lender_had_for_too_short_a_time_is_told_beside_one_that_is_taken() -> None:
    """Bob's is taken by himself; Erin became an approver while the proposal was open."""
    erin = user("erin", roles=["approver"]), delegation("winter", "erin", "mallory", ["approver"])
    law = away(*erin, held_since_base=True, approvals=[{"count": 2, "role": "approver"}])
    law.held_at = lambda person, name, commit: person != "erin"
    found = weighed(facts(law, MALLORY, said("bob", order=1)))["mallory"].objections
    assert list(found) == does_not_count("bob approved it as well, in the same seat")
    law.held_at = lambda person, name, commit: None if person == "erin" else True
    found = weighed(facts(law, MALLORY, said("bob", order=1)))["mallory"].objections
    assert list(found) == does_not_count("erin did not hold approver at the reviewed base", OPEN)


NINE, TEN = "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z"
MALLORY_AT_TEN = said("mallory", at=TEN)


def status_of(law: Law, *told: Any, **fields: Any) -> tuple[Status, tuple[str, ...], str | None]:
    found = requirement(facts(law, *told, **fields))
    return found.status, found.counted, found.met_at


ENOUGH: dict[str, tuple[int, list[Any], tuple[Status, tuple[str, ...], str | None]]] = {
    "one": (1, [MALLORY], (PASS, ("mallory",), NINE)),
    "one, and a second that was not waited for": (1, [MALLORY, said("carol", at=TEN)], (PASS, ("carol",), NINE)),
    "the second of two": (2, [said("carol"), MALLORY_AT_TEN], (PASS, ("carol", "mallory"), TEN)),
    "two in one seat": (2, [MALLORY, said("dave")], (FAIL, ("dave",), None)),
}


@pytest.mark.parametrize(("count", "told", "expected"), ENOUGH.values(), ids=ENOUGH)
def test_a_seat_is_one_vote_when_the_last_one_that_it_takes_is_given(
    count: int, told: list[Any], expected: tuple[Status, tuple[str, ...], str | None]
) -> None:
    """Dave acts for Bob as well."""
    law = away(delegation("autumn", "bob", "dave", ["approver"]), approvals=[{"count": count, "role": "approver"}])
    assert status_of(law, *told) == expected


OPEN_OR_NOT: dict[str, tuple[int, list[Any], str | None, Status]] = {
    "a loan that may count": (1, [MALLORY], None, OPEN),
    "a delegate whose approval may have been dismissed": (1, [said("mallory", withdrawn="")], LANDED, OPEN),
    "one of two whose approval may have been dismissed": (2, [said("mallory", withdrawn="")], LANDED, FAIL),
    "a loan and an approval that may count": (2, [MALLORY, said("carol", withdrawn="")], None, OPEN),
}


@pytest.mark.parametrize(("count", "told", "time", "status"), OPEN_OR_NOT.values(), ids=OPEN_OR_NOT)
def test_what_would_not_be_enough_whatever_turns_out_is_a_failure(
    count: int, told: list[Any], time: str | None, status: Status
) -> None:
    law = away(approvals=[{"count": count, "role": "approver"}])
    assert status_of(law, *told, time=time)[0] is status


@pytest.mark.parametrize(("time", "status"), [(LANDED, FAIL), (None, OPEN)])
def test_a_delegate_objects_as_the_lender_might_as_far_as_anybody_can_tell(time: str | None, status: Status) -> None:
    found = judge(facts(away(), said("mallory", "reject"), said("carol"), time=time)).causes
    assert [(cause.rule, cause.who, cause.status) for cause in found] == [("blocked-by-rejection", "mallory", status)]


@pytest.mark.parametrize(("opener", "rests"), [("mallory", True), ("alice", False)])
def test_a_lender_whom_nobody_approved_taints_what_their_delegate_proposes(opener: str, *, rests: bool) -> None:
    law = away()
    law.unlawful[user("bob")[0]] = Unlawful(FAIL, oid("pushed"), None)
    found = judge(facts(law, by_account(opener), said("carol"))).causes
    assert [(cause.rule, cause.who) for cause in found] == (
        [("rests-on-unapproved-rule", user("bob")[0])] if rests else []
    )


def test_a_delegate_who_may_not_count_decides_nothing_before_somebody_who_does() -> None:
    """Nobody can tell whether the delegation was approved; Carol came an hour later."""
    law = away()
    law.unlawful[SUMMER[0]] = Unlawful(OPEN, oid("pushed"), None)
    assert status_of(law, MALLORY, said("carol", at=TEN)) == (PASS, ("carol",), TEN)
