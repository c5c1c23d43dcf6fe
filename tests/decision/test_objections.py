"""Why an approval does not count: the rule, the words that a report shows, and whether it could still turn out well."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Law, judge
from govops.decision.verdict import Objection
from govops.evidence import testimony
from govops.evidence.coverage import NotMerged
from govops.evidence.records import FileState, Subject
from govops.evidence.testimony import Claim, Decision
from govops.expression import Undecided
from govops.finding import Status
from govops.history import PathChange
from govops.history.snapshot import Snapshot
from govops.lifecycle import Action
from tests.decision.sample import LANDED, PATH, by_account, by_name, facts, house, said
from tests.evidence.sample import account, proposal, receipt
from tests.support.facts import change, entry, oid, read, snapshot, standing
from tests.support.files import (
    deployment,
    model,
    policy,
    role,
    usecase,
    user,
    version,
)

OPEN = Status.UNVERIFIABLE


def against(*told: Claim | Decision, law: Law | None = None, **fields: Any) -> list[Objection]:
    """What is said against the first decision, in its order of gravity."""
    return list(judge(facts(law or house(), *told, **fields)).weighed[0].objections)


def under(**spec: Any) -> Law:
    """The usual company, whose policy on models is this one."""
    law = house()
    text = policy("models", actions=["model.*"], **spec)
    law.snapshot.put(text[0], standing(text))
    return law


BOB = said("bob")
ONE = "1 approval by role approver"
ADDED_STATE = FileState(mode="100644", oid=entry("new").oid)
BOBS_HOME = "email:bob@home.example"
WORDS: dict[str, tuple[Decision, list[Objection]]] = {
    "nobody's account": (said("ghost"), [Objection("approver-unknown", "no User has this account or key")]),
    "a bot": (said("robo"), [Objection("approver-not-human", "bot")]),
    "somebody whose account the forge calls a bot": (
        replace(BOB, by_machine=True),
        [Objection("approver-not-human", "bot")],
    ),
    "a key that may be somebody else's": (
        replace(BOB, is_doubted=True),
        [Objection("key-compromised", "approved Settings call its key compromised", OPEN)],
    ),
    "no role": (said("mallory"), [Objection("approver-lacks-role", "1 approval by role approver")]),
    "another's key": (
        replace(BOB, kind="signature", label="carol"),
        [Objection("signer-mismatch", "it names carol and is signed with the key of bob")],
    ),
    "a trailer": (replace(BOB, kind="trailer"), [Objection("evidence-not-accepted", "trailer evidence")]),
    "after the landing": (
        replace(BOB, at="2026-01-05T12:00:01Z"),
        [Objection("approval-after-landing", "2026-01-05T12:00:01Z")],
    ),
    "at the landing": (replace(BOB, at=LANDED), []),
    "dismissed": (
        replace(BOB, withdrawn="2026-01-05T10:00:00Z"),
        [Objection("approval-dismissed", "at 2026-01-05T10:00:00Z")],
    ),
    "dismissed at the landing": (replace(BOB, withdrawn=LANDED), [Objection("approval-dismissed", f"at {LANDED}")]),
    "dismissed at no known time": (
        replace(BOB, withdrawn=""),
        [Objection("approval-dismissed", "the forge does not tell when", OPEN)],
    ),
    "of other content": (
        replace(BOB, subjects={PATH: Subject(path=PATH, old=None, new=FileState(mode="100644", oid=oid("else")))}),
        [Objection("stale-approval", oid("head"))],
    ),
    "of content that is lost": (replace(BOB, is_lost=True), [Objection("coverage-unknown", "what was reviewed", OPEN)]),
    "of another head that nobody names": (replace(BOB, subjects={}, head=None), [Objection("stale-approval")]),
}


@pytest.mark.parametrize(("decision", "expected"), WORDS.values(), ids=WORDS)
def test_a_report_says_what_speaks_against_an_approval(decision: Decision, expected: list[Objection]) -> None:
    assert against(decision) == expected


def test_the_older_decision_of_a_person_is_superseded() -> None:
    told = said("bob"), said("bob", at="2026-01-05T10:00:00Z")
    assert against(*told) == [Objection("superseded", "a later decision of the same person")]


def test_an_account_that_two_users_have_names_both() -> None:
    law = house()
    twin = user("dave", accounts=[{"forge": "local", "id": "id-bob", "login": "bob"}])
    law.snapshot.put(twin[0], standing(twin))
    assert against(BOB, law=law) == [Objection("approver-unknown", "its address belongs to bob and dave")]


def test_an_agent_that_approves_is_called_one() -> None:
    law = house()
    agent = user("robo", type="agent")
    law.snapshot.put(agent[0], standing(agent))
    assert against(said("robo"), law=law) == [Objection("approver-not-human", "agent")]


def test_an_approver_who_left_does_not_count() -> None:
    law = house()
    left = user("bob", active=False)
    law.snapshot.put(left[0], standing(left))
    assert against(BOB, law=law) == [Objection("approver-inactive")]


PARTS: dict[str, tuple[list[Claim], str, str]] = {
    "by account": ([by_account("bob")], "", "opener"),
    "in two parts": ([by_account("bob"), by_name("bob")], "", "opener, author"),
    "and others did too": ([by_account("alice"), by_name("dave", "committer"), by_name("bob")], "", "author"),
    "under another address": ([by_account("alice"), by_name("bob")], BOBS_HOME, "author (`bob@acme.example`)"),
    "under another address in other letters": (
        [by_account("alice"), Claim("author", email="BOB@Acme.example")],
        BOBS_HOME,
        "author (`bob@acme.example`)",
    ),
    "under the same address": ([by_account("alice"), Claim("author", email="bob@home.example")], BOBS_HOME, "author"),
    "under both addresses": (
        [by_account("alice"), by_name("bob"), Claim("author", email="bob@home.example")],
        BOBS_HOME,
        "author",
    ),
    "under an address of one part only": (
        [by_account("bob"), by_name("bob"), by_name("alice", "committer")],
        BOBS_HOME,
        "opener, author (`bob@acme.example`)",
    ),
    "among others of the same part": (
        [by_account("alice"), by_name("alice"), by_name("bob")],
        BOBS_HOME,
        "author (`bob@acme.example`)",
    ),
}


@pytest.mark.parametrize(("claims", "address", "part"), PARTS.values(), ids=PARTS)
def test_a_contributor_is_told_what_they_did_and_under_which_other_address(
    claims: list[Claim], address: str, part: str
) -> None:
    """Whoever wonders why their own approval did not count sees the address that they had forgotten."""
    vote = replace(BOB, address=address or BOB.address)
    assert against(*claims, vote)[0] == Objection("approver-is-contributor", part)


def landed_by(name: str) -> testimony.Testimony:
    """Alice's proposal, which this person merged and Bob approved."""
    told = receipt(proposal=proposal(merger=account(name)))
    return testimony.Testimony(told, "record", claims=(by_account("alice"),), decisions=(BOB,), landed_at=LANDED)


@pytest.mark.parametrize(("merger", "excluded"), [("bob", True), ("carol", False)])
def test_whoever_merges_may_approve_unless_the_policy_says_otherwise(merger: str, *, excluded: bool) -> None:
    exclude = under(exclude=["opener", "author", "co-author", "merger"])
    expected = [Objection("approver-is-merger")] if excluded else []
    assert against(law=exclude, testimony=landed_by(merger)) == expected
    assert against(law=house(), testimony=landed_by(merger)) == []


EXPIRED = "approval-expired"
CONDITIONS: dict[str, tuple[dict[str, Any], dict[str, Any], list[Objection]]] = {
    "another kind of evidence": (
        {"evidence": ["signature"]},
        {},
        [Objection("evidence-not-accepted", "receipt evidence")],
    ),
    "this kind of evidence": ({"evidence": ["receipt"]}, {}, []),
    "old": ({"max_age": "1h"}, {"at": "2026-01-05T10:59:59Z"}, [Objection(EXPIRED, "older than 1h")]),
    "of unknown age": ({"max_age": "1h"}, {"at": None}, [Objection(EXPIRED, "its age cannot be told", OPEN)]),
}


@pytest.mark.parametrize(("spec", "vote", "expected"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_policy_may_ask_more_of_an_approval(
    spec: dict[str, Any], vote: dict[str, Any], expected: list[Objection]
) -> None:
    assert against(replace(BOB, **vote), law=under(**spec)) == expected


NOT_HELD = Objection("approver-lacks-role", "at the reviewed base")
HELD: dict[str, tuple[dict[str, bool | None], list[Objection]]] = {
    "held": ({"approver": True}, []),
    "not held": ({"approver": False}, [NOT_HELD]),
    "nobody can tell": ({"approver": None}, [replace(NOT_HELD, status=OPEN)]),
    "one of two": ({"approver": False, "second": True}, []),
    "one of two, and the other is unknown": ({"approver": True, "second": None}, []),
    "one is not held and the other unknown": (
        {"approver": False, "second": None},
        [replace(NOT_HELD, status=OPEN)],
    ),
}


@pytest.mark.parametrize(("told", "proposed"), [("base", True), ("parent", False)])
@pytest.mark.parametrize(("held", "expected"), HELD.values(), ids=HELD)
def test_a_role_that_had_to_be_held_is_asked_for_where_the_review_began(
    held: dict[str, bool | None], expected: list[Objection], told: str, *, proposed: bool
) -> None:
    """At the proposal's merge base, or at the first parent of a change without a proposal."""
    law = under(held_since_base=True, approvals=[{"count": 1, "permission": "model:approve"}])
    second = role("second", permissions=["model:approve"])
    bob = user("bob", roles=list(held))
    for text in (second, bob):
        law.snapshot.put(text[0], standing(text))
    answers = {("bob", name, oid(told)): answer for name, answer in held.items()}
    law.held_at = lambda person, name, commit: answers[person, name, commit]
    landed = landed_by("carol")
    assert against(law=law, testimony=landed if proposed else replace(landed, receipt=None)) == expected


def test_whoever_signed_says_where_their_review_began_if_no_proposal_does() -> None:
    law = under(held_since_base=True)
    law.held_at = lambda person, name, commit: commit == oid("signed")
    assert against(replace(BOB, base=oid("signed")), law=law) == []
    assert against(BOB, law=law) == [NOT_HELD]


def test_before_the_first_commit_nobody_could_hold_a_role() -> None:
    """The commit that adopts govops has no parent to ask."""
    assert against(BOB, law=under(held_since_base=True), parent=None) == []


VERSION, DEPLOYMENT = version("fraud", "1.0", status="approved"), deployment("staging", "fraud", "1.0")
BESIDE = VERSION[0]


def deployed(seen: str | None, *beside: PathChange, before: Snapshot | None = None) -> list[Objection]:
    """Against Bob, who saw this content of the version (None: that there was none) when it was deployed."""
    subject = Subject(path=DEPLOYMENT[0], old=None, new=FileState(mode="100644", oid=entry("new").oid))
    context = {BESIDE: None if seen is None else entry(seen).oid}
    vote = replace(BOB, subjects={DEPLOYMENT[0]: subject}, context=context)
    action = Action("model.deploy_staging", "Deployment", "fraud", DEPLOYMENT[0], None, read(DEPLOYMENT))
    landed = (change(DEPLOYMENT[0], None, "new"), *beside)
    return against(vote, actions=(action,), landed=landed, before=before or Snapshot())


STOOD = snapshot(VERSION)
THERE = VERSION[1].decode()
LEFT: dict[str, tuple[str | None, tuple[PathChange, ...], Snapshot | None, bool]] = {
    "stands as it was seen": (THERE, (), STOOD, False),
    "stands otherwise": ("other", (), STOOD, True),
    "is gone": (THERE, (), None, True),
    "was not there and is not": (None, (), None, False),
    "appeared": (None, (), STOOD, True),
    "is changed by the change": (THERE, (change(BESIDE, THERE, "other"),), STOOD, True),
    "is made by the change what was seen": ("other", (change(BESIDE, THERE, "other"),), STOOD, False),
    "is removed by the change": (THERE, (change(BESIDE, THERE, None),), STOOD, True),
    "was not there and is removed": (None, (change(BESIDE, THERE, None),), STOOD, False),
}


@pytest.mark.parametrize(("seen", "beside", "before", "changed"), LEFT.values(), ids=LEFT)
def test_what_an_approved_file_refers_to_stands_as_the_reviewer_saw_it(
    seen: str | None, beside: tuple[PathChange, ...], before: Snapshot | None, *, changed: bool
) -> None:
    expected = [Objection("context-changed", BESIDE)] if changed else []
    assert deployed(seen, *beside, before=before) == expected


def test_a_reviewer_who_did_not_see_the_file_that_it_refers_to_leaves_the_question_open() -> None:
    subject = Subject(path=DEPLOYMENT[0], old=None, new=FileState(mode="100644", oid=entry("new").oid))
    vote = replace(BOB, subjects={DEPLOYMENT[0]: subject}, context={})
    action = Action("model.deploy_staging", "Deployment", "fraud", DEPLOYMENT[0], None, read(DEPLOYMENT))
    landed = (change(DEPLOYMENT[0], None, "new"),)
    found = against(vote, actions=(action,), landed=landed)
    assert found == [Objection("context-unknown", BESIDE, OPEN)]
    assert against(replace(vote, context=None), actions=(action,), landed=landed) == []


def test_a_file_beside_that_was_reviewed_in_the_same_change_is_no_context() -> None:
    """Its replay onto what had moved meanwhile is what was reviewed, too."""
    old, new = (FileState(mode="100644", oid=entry(name).oid) for name in ("base", "reviewed"))
    seen = {
        DEPLOYMENT[0]: Subject(path=DEPLOYMENT[0], old=None, new=FileState(mode="100644", oid=entry("new").oid)),
        BESIDE: Subject(path=BESIDE, old=old, new=new),
    }
    vote = replace(BOB, subjects=seen, context={})
    action = Action("model.deploy_staging", "Deployment", "fraud", DEPLOYMENT[0], None, read(DEPLOYMENT))
    deployment_landed = change(DEPLOYMENT[0], None, "new")
    asked = (entry("base").oid, entry("moved").oid, entry("reviewed").oid)
    for beside, expected in (
        (change(BESIDE, "base", "reviewed"), []),
        (change(BESIDE, "moved", "merged"), []),
        (change(BESIDE, "base", "else"), [Objection("context-changed", BESIDE)]),
    ):
        found = against(
            vote,
            actions=(action,),
            landed=(deployment_landed, beside),
            merge=lambda *blobs: entry("merged").oid if blobs == asked else NotMerged.CONFLICT,
        )
        assert found == expected


def test_each_file_that_an_approved_one_refers_to_is_looked_at() -> None:
    """The first came with the change as it was reviewed; the second had changed meanwhile."""
    paths = [model(name)[0] for name in ("fraud", "churn")]
    written = usecase("claims", models=[{"model": name, "versions": "*"} for name in ("fraud", "churn")])
    seen = {path: Subject(path=path, old=None, new=ADDED_STATE) for path in (written[0], paths[0])}
    vote = replace(BOB, subjects=seen, context={paths[1]: oid("seen")})
    action = Action("usecase.create", "UseCase", "claims", written[0], None, read(written))
    landed = (change(written[0], None, "new"), change(paths[0], None, "new"))
    found = against(vote, actions=(action,), landed=landed, before=snapshot(model("churn")))
    assert found == [Objection("context-changed", paths[1])]


@pytest.mark.parametrize("content", ["reviewed", None])
def test_a_file_beside_that_stands_already_as_it_was_reviewed_is_no_other_context(content: str | None) -> None:
    """It landed meanwhile, by another change, as this proposal would have left it."""
    new = None if content is None else FileState(mode="100644", oid=entry(content).oid)
    old = FileState(mode="100644", oid=entry("base").oid)
    seen = {
        DEPLOYMENT[0]: Subject(path=DEPLOYMENT[0], old=None, new=ADDED_STATE),
        BESIDE: Subject(path=BESIDE, old=old, new=new),
    }
    before = snapshot()
    if content is not None:
        before.put(BESIDE, replace(standing(VERSION), entry=entry(content)))
    action = Action("model.deploy_staging", "Deployment", "fraud", DEPLOYMENT[0], None, read(DEPLOYMENT))
    landed = (change(DEPLOYMENT[0], None, "new"),)
    vote = replace(BOB, subjects=seen, context={BESIDE: old.oid})
    assert against(vote, actions=(action,), landed=landed, before=before) == []


REPLAYED = {PATH: Subject(path=PATH, old=FileState(mode="100644", oid=entry("base").oid), new=ADDED_STATE)}


def test_where_an_object_is_missing_nobody_can_tell_what_was_reviewed_of_the_file() -> None:
    landed = (change(PATH, "moved", "merged"),)
    found = against(replace(BOB, subjects=REPLAYED), landed=landed, merge=lambda *blobs: NotMerged.MISSING)
    assert found == [Objection("coverage-unknown", PATH, OPEN)]


@pytest.mark.parametrize(
    ("name", "bases", "identity", "expected"),
    [
        ("model.update", 1, False, []),
        ("model.update", 1, True, [Objection("identity-needed", PATH)]),
        ("model.deploy_production", 1, False, [Objection("identity-needed", PATH)]),
        ("model.update", 2, False, [Objection("coverage-unknown", "several merge bases", OPEN)]),
    ],
)
def test_a_replay_is_not_enough_where_the_very_bytes_count(
    name: str, bases: int, expected: list[Objection], *, identity: bool
) -> None:
    """Where a policy says so, in production, and where the merge had no one base to start from."""
    law = under(coverage="identity" if identity else "replay")
    told = receipt(proposal=proposal(merge_bases=tuple(oid(f"base {place}") for place in range(bases))))
    vote = replace(BOB, subjects=REPLAYED)
    given = testimony.Testimony(told, "record", False, (by_account("alice"),), (vote,), REPLAYED, LANDED)
    action = replace(facts(law).actions[0], name=name)
    landed = (change(PATH, "moved", "merged"),)
    merge = lambda *blobs: entry("merged").oid  # noqa: E731 - one merge, as a fact
    verdict = judge(facts(law, testimony=given, actions=(action,), landed=landed, merge=merge))
    assert list(verdict.weighed[0].objections) == expected
    assert dict(verdict.coverage) == {PATH: "replay"}


BLIND = replace(BOB, subjects={})
LATE = replace(BOB, at="2026-01-05T12:00:01Z")
MADE_BY = [by_account("alice"), *map(by_name, ("bob", "carol", "robo", "mallory"))]
GRAVEST: dict[str, tuple[Decision, str]] = {
    "nobody": (replace(BLIND, address="account:local:id-ghost"), "approver-unknown"),
    "somebody else's key": (replace(BLIND, kind="signature", label="carol"), "signer-mismatch"),
    "a bot": (replace(BLIND, address="account:local:id-robo"), "approver-not-human"),
    "somebody who left": (replace(BLIND, address="account:local:id-carol"), "approver-inactive"),
    "who made it, and came too late": (LATE, "approver-is-contributor"),
    "who made it, of other content": (BLIND, "approver-is-contributor"),
    "who made it, and gave themselves the role": (said("mallory"), "role-granted-in-same-change"),
}


@pytest.mark.parametrize(("vote", "rule"), GRAVEST.values(), ids=GRAVEST)
def test_of_all_that_speaks_against_one_approval_the_gravest_is_told(vote: Decision, rule: str) -> None:
    """Who somebody is, then what they did, then what they saw."""
    law = house()
    left = user("carol", active=False)
    law.snapshot.put(left[0], standing(left))
    promoted = user("mallory", roles=["approver"])
    grant = Action("user.none", "User", "mallory", promoted[0], read(user("mallory")), read(promoted))
    found = judge(facts(law, *MADE_BY, vote, actions=(*facts(law).actions, grant))).causes
    assert [cause.rule for cause in found if cause.evidence and PATH in cause.paths] == [rule]


@pytest.mark.parametrize("vote", [LATE, BLIND])
def test_what_was_given_too_late_or_of_other_content_is_told_where_nothing_graver_is(vote: Decision) -> None:
    rule = "approval-after-landing" if vote is LATE else "stale-approval"
    assert [cause.rule for cause in judge(facts(house(), vote)).causes] == [rule]


def test_where_several_conditions_might_allow_an_action_all_their_policies_are_named() -> None:
    law = house()
    paths = []
    for name in ("one", "two"):
        text = policy(name, actions=["odd.*"], match={"condition": "true"})
        law.snapshot.put(text[0], standing(text))
        paths.append(f"{text[0]} (nobody evaluates its condition)")
    odd = Action("odd.thing", "Odd", PATH, PATH)
    (cause,) = judge(facts(law, BOB, actions=(odd,))).causes
    assert (cause.rule, cause.detail, cause.needed) == ("condition-not-evaluated", "odd.thing", ", ".join(paths))


def test_a_condition_of_which_nobody_says_why_it_has_no_answer_is_named_without_a_reason() -> None:
    law = house()
    text = policy("odd", actions=["odd.*"], match={"condition": "true"})
    law.snapshot.put(text[0], standing(text))
    odd = Action("odd.thing", "Odd", PATH, PATH)
    (cause,) = judge(facts(law, BOB, actions=(odd,), holds=lambda condition, action: Undecided(""))).causes
    assert (cause.rule, cause.needed) == ("condition-not-evaluated", text[0])


def test_an_action_that_nothing_allows_is_listed_as_a_requirement_that_is_not_met() -> None:
    odd = Action("odd.thing", "Odd", PATH, PATH)
    (requirement,) = judge(facts(house(), BOB, actions=(odd,))).requirements
    assert (requirement.text, requirement.status) == ("odd.thing: no policy allows it", Status.FAIL)


TRAILER = replace(BOB, kind="trailer", record=oid("change"), address="email:bob@acme.example")
STRANGE = [Objection("evidence-not-accepted", "a trailer written by nobody@acme.example")]
WRITERS: dict[str, tuple[dict[str, Any], list[Objection]]] = {
    "the one bot": ({"committers": ["Nobody@Acme.example"]}, []),
    "another bot": ({"committers": ["bot@acme.example"]}, STRANGE),
    "whoever, where only the server can write": ({"only_review_server": True}, []),
}


@pytest.mark.parametrize(("trailers", "expected"), WRITERS.values(), ids=WRITERS)
def test_a_trailer_counts_when_the_review_server_wrote_it(trailers: dict[str, Any], expected: list[Objection]) -> None:
    law = house(evidence={"mode": "trailer", "accept": ["trailer"], "trailers": {"keys": ["Reviewed-by"], **trailers}})
    assert against(TRAILER, law=law) == expected
