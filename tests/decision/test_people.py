"""Who made a change, and whose decisions on it stand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision.people import contributors, opinions, proposal_key
from govops.evidence import testimony
from govops.evidence.records import Subject
from govops.evidence.testimony import Claim, Decision
from govops.finding import Status
from tests.decision.sample import PATH, by_account, by_name, facts, house, said
from tests.evidence.sample import proposal, receipt
from tests.support.cast import CAST, FORGE_COMMITTER
from tests.support.facts import change, oid

COMPANY = house(tools=["format@tools.example"])
STRANGER = Claim("author", email="x@else.example", name="X")
CLAIMS = st.sampled_from(
    [
        *(by_account(person.name) for person in CAST),
        *(by_name(person.name, source) for person in CAST for source in ("author", "committer")),
        STRANGER,
        by_account("nobody"),
    ]
)


@given(st.lists(CLAIMS))
def test_every_claim_is_a_person_or_a_stranger_and_only_what_is_attested_clears(claims: list[Claim]) -> None:
    found = contributors(claims, COMPANY)
    named = {claim.name for claim in claims} - {"X", "nobody"}
    assert found.people == named
    assert {claim.label for claim in found.unknown} == {
        claim.label for claim in claims if claim.name in ("X", "nobody")
    }
    assert found.attested == {claim.name for claim in claims if claim.attested and claim.name != "nobody"}


@given(st.lists(CLAIMS), CLAIMS)
def test_one_claim_more_never_makes_fewer_contributors(claims: list[Claim], another: Claim) -> None:
    fewer, more = contributors(claims, COMPANY), contributors([*claims, another], COMPANY)
    assert fewer.people <= more.people
    assert len(fewer.unknown) <= len(more.unknown)


def test_an_email_beside_an_account_adds_a_person_and_replaces_nobody() -> None:
    found = contributors([Claim("pusher", "account:local:id-bob", "carol@acme.example", attested=True)], COMPANY)
    assert found.people == {"bob", "carol"}
    assert found.attested == {"bob"}


def test_an_account_that_nobody_has_stays_unknown_whatever_email_stands_beside_it() -> None:
    found = contributors([Claim("pusher", "account:local:id-ghost", "carol@acme.example", attested=True)], COMPANY)
    assert len(found.unknown) == 1
    assert found.attested == frozenset()


@pytest.mark.threat("D01", "D08")
@pytest.mark.parametrize("email", ["BOB@acme.example", "Bob@Acme.Example"])
def test_an_email_in_other_letters_is_the_same_address(email: str) -> None:
    assert contributors([Claim("author", email=email)], COMPANY).people == {"bob"}


@pytest.mark.parametrize("email", [FORGE_COMMITTER.split("<")[1].rstrip(">"), "format@tools.example"])
def test_the_forge_and_listed_tools_are_nobody_unless_an_account_says_otherwise(email: str) -> None:
    found = contributors([Claim("committer", email=email)], COMPANY)
    assert (found.people, found.unknown) == (frozenset(), ())
    assert contributors([Claim("pusher", "account:local:id-ghost", email, attested=True)], COMPANY).unknown


def test_a_tool_that_comes_first_hides_nobody_who_comes_after_it() -> None:
    found = contributors([Claim("committer", email="format@tools.example"), by_name("bob"), STRANGER], COMPANY)
    assert found.people == {"bob"}
    assert found.unknown == (STRANGER,)
    assert found.addresses == {"email:bob@acme.example", "email:x@else.example"}
    assert contributors([by_account("bob")], COMPANY).addresses == {"account:local:id-bob"}


def test_people_are_told_apart_by_their_part() -> None:
    found = contributors([by_account("alice"), by_name("bob"), by_name("carol", "committer")], COMPANY)
    assert found.among(["author", "committer"]) == {"bob", "carol"}
    assert found.among(["merger"]) == frozenset()


def objections(*decisions: Decision) -> list[list[str]]:
    """For each decision in order of time, the rules that speak against it."""
    return [[objection.rule for objection in opinion.objections] for opinion in opinions(facts(COMPANY, *decisions))]


NINE, TEN, LATE = "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z", "2026-01-05T12:00:01Z"
NEXT = "registry/models/next/model.yaml"
ASIDE = {"registry/README.md": Subject(path="registry/README.md", old=None, new=None)}
STANDING: dict[str, tuple[list[Decision], list[list[str]]]] = {
    "one": ([said("bob")], [[]]),
    "two people": ([said("bob"), said("carol", "reject", at=TEN)], [[], []]),
    "a later one": ([said("bob", "reject"), said("bob", at=TEN)], [["superseded"], []]),
    "told in another order": ([said("bob", at=TEN), said("bob", "reject")], [["superseded"], []]),
    "at the same instant, the one that is told later": (
        [said("bob", "reject", order=1), said("bob", order=2)],
        [["superseded"], []],
    ),
    "by another account": (
        [said("bob"), said("bob", "reject", at=TEN, address="account:local:id-bob-2")],
        [["superseded"], []],
    ),
    "signed, of the same file": ([said("bob", "reject"), said("bob", kind="signature", at=TEN)], [["superseded"], []]),
    "signed, of another file": (
        [said("bob", "reject"), said("bob", kind="signature", at=TEN, subjects=ASIDE)],
        [[], []],
    ),
    "of another file, and then signed": (
        [said("bob", "reject", kind="signature", subjects=ASIDE), said("bob", kind="signature", at=TEN)],
        [[], []],
    ),
    "in a form that is not accepted": (
        [said("bob", "reject"), said("bob", kind="trailer", at=TEN)],
        [[], ["evidence-not-accepted"]],
    ),
    "a comment": ([said("bob"), said("bob", "comment", at=TEN)], [[]]),
    "after the landing": ([said("bob"), said("bob", "reject", at=LATE)], [[], ["approval-after-landing"]]),
    "dismissed": ([said("bob", withdrawn=TEN)], [["approval-dismissed"]]),
    "dismissed after the landing": ([said("bob", withdrawn=LATE)], [[]]),
    "dismissed, and an older one": (
        [said("bob"), said("bob", "reject", at=TEN, withdrawn=TEN)],
        [["superseded"], ["approval-dismissed"]],
    ),
    "a bot": ([said("robo")], [["approver-not-human"]]),
    "nobody": ([said("ghost")], [["approver-unknown"]]),
    "two strangers": ([said("ghost"), said("spook")], [["approver-unknown"], ["approver-unknown"]]),
    "a trailer": ([said("bob", kind="trailer")], [["evidence-not-accepted"]]),
    "a key that is somebody else's": (
        [said("bob", kind="signature", label="carol")],
        [["signer-mismatch"]],
    ),
}


@pytest.mark.threat("C19")
@pytest.mark.parametrize(("given_", "expected"), STANDING.values(), ids=STANDING)
def test_of_each_person_the_latest_decision_before_the_landing_stands(
    given_: list[Decision], expected: list[list[str]]
) -> None:
    assert objections(*given_) == expected


@pytest.mark.threat("C19", "D13")
@pytest.mark.parametrize("also", [(), (said("bob", at="2026-01-05T09:30:00Z"),)], ids=["alone", "after one of theirs"])
def test_what_a_compromised_key_signed_answers_no_objection_for_certain(also: tuple[Decision, ...]) -> None:
    stolen = said("bob", kind="signature", at=TEN, is_doubted=True)
    first, *_ = opinions(facts(COMPANY, said("bob", "reject"), *also, stolen))
    assert [(o.rule, o.status) for o in first.objections] == [
        ("superseded", Status.FAIL if also else Status.UNVERIFIABLE)
    ]


@pytest.mark.threat("C19", "D13")
def test_a_later_decision_that_is_certain_is_not_put_in_doubt_by_what_a_compromised_key_signed_before_it() -> None:
    stolen = said("bob", kind="signature", at="2026-01-05T09:30:00Z", is_doubted=True)
    first, *_ = opinions(facts(COMPANY, said("bob", "reject"), stolen, said("bob", at=TEN)))
    assert [(o.rule, o.status) for o in first.objections] == [("superseded", Status.FAIL)]


@pytest.mark.threat("C19", "D13")
def test_where_one_file_was_surely_approved_later_and_the_other_perhaps_the_objection_may_stand() -> None:
    """An objection to two files: one signature on each, of which one may be somebody else's."""
    landed = (change(PATH, None, "new"), change(NEXT, None, "new"))
    about = [{path: Subject(path=path, old=None, new=None)} for path in (PATH, NEXT)]
    sure = said("bob", kind="signature", at=TEN, subjects=about[0])
    stolen = said("bob", kind="signature", at=TEN, order=1, subjects=about[1], is_doubted=True)
    first, *_ = opinions(facts(COMPANY, said("bob", "reject"), sure, stolen, landed=landed))
    assert [(o.rule, o.status) for o in first.objections] == [("superseded", Status.UNVERIFIABLE)]


def test_a_review_speaks_of_the_whole_proposal_whatever_files_it_had_then() -> None:
    """The proposal had two files when Bob objected, and he approved when it had one of them; both have landed."""
    landed = (change(PATH, None, "new"), change(NEXT, None, "new"))
    both = {path: Subject(path=path, old=None, new=None) for path in (PATH, NEXT)}
    one = {PATH: both[PATH]}
    told = said("bob", "reject", subjects=both), said("bob", at=TEN, subjects=one)
    first, _ = opinions(facts(COMPANY, *told, landed=landed))
    assert [o.rule for o in first.objections] == ["superseded"]


def test_a_signature_that_names_no_file_speaks_of_all() -> None:
    first, _ = opinions(facts(COMPANY, said("bob", "reject"), said("bob", kind="signature", at=TEN, subjects=None)))
    assert [o.rule for o in first.objections] == ["superseded"]


def test_of_a_change_that_lands_nothing_the_latest_decision_stands_as_well() -> None:
    first, second = opinions(facts(COMPANY, said("bob", "reject"), said("bob", at=TEN), landed=()))
    assert ([o.rule for o in first.objections], second.objections) == (["superseded"], ())


def test_strangers_are_told_apart() -> None:
    another = Claim("author", email="y@else.example", name="Y")
    assert contributors([STRANGER, another, STRANGER], COMPANY).unknown == (STRANGER, another)


@pytest.mark.threat("C19")
def test_a_dismissal_of_unknown_time_is_open_and_not_a_failure() -> None:
    (opinion,) = opinions(facts(COMPANY, said("bob", withdrawn="")))
    assert [(o.rule, o.status) for o in opinion.objections] == [("approval-dismissed", Status.UNVERIFIABLE)]


SPENT: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing": ({}, []),
    "the receipt, on another change": ({"record": "other"}, ["other"]),
    "the receipt, on this change": ({"record": oid("change")}, []),
    "another receipt": ({"record-2": "other"}, []),
    "the proposal, on another change": ({proposal_key("local", "1"): "other"}, ["other"]),
    "a proposal of another forge": ({proposal_key("else", "1"): "other"}, []),
    "another proposal": ({proposal_key("local", "2"): "other"}, []),
}


@pytest.mark.parametrize(("spent", "on"), SPENT.values(), ids=SPENT)
def test_evidence_that_was_spent_on_another_change_does_not_count_here(spent: dict[str, str], on: list[str]) -> None:
    told = testimony.Testimony(receipt(proposal=proposal()), decisions=(said("bob", record="record#by-bob"),))
    (opinion,) = opinions(facts(COMPANY, testimony=told, spent=spent))
    assert [(o.rule, o.detail) for o in opinion.objections] == [("evidence-spent", change) for change in on]


def test_a_signed_approval_is_spent_by_its_own_record() -> None:
    (opinion,) = opinions(facts(COMPANY, said("bob", record="signed"), spent={"signed": "other"}))
    assert [(o.rule, o.detail) for o in opinion.objections] == [("evidence-spent", "other")]


def test_a_decision_of_unknown_time_brings_back_no_dated_one() -> None:
    """Nor may it silence one: whoever can take the time off a vote must gain nothing by it."""
    undated, dated = replace(said("bob", order=9), at=None), said("bob", "reject")
    standing = [opinion.decision for opinion in opinions(facts(COMPANY, undated, dated)) if not opinion.objections]
    assert standing == [dated]


DECISIONS = st.builds(
    said,
    st.sampled_from(["bob", "carol", "ghost"]),
    st.sampled_from(["approve", "reject", "comment"]),
    at=st.sampled_from([NINE, TEN, LATE]),
    order=st.integers(0, 99),
)


@pytest.mark.threat("C21")
@given(st.lists(DECISIONS, unique_by=lambda decision: (decision.at, decision.order)))
def test_at_most_one_decision_of_each_person_stands(decisions: list[Decision]) -> None:
    standing = [opinion.person for opinion in opinions(facts(COMPANY, *decisions)) if not opinion.objections]
    assert len(standing) == len(set(standing))


@given(st.lists(DECISIONS, unique_by=lambda decision: (decision.at, decision.order)))
def test_the_order_in_which_evidence_is_read_does_not_matter(decisions: list[Decision]) -> None:
    assert opinions(facts(COMPANY, *decisions)) == opinions(facts(COMPANY, *reversed(decisions)))
