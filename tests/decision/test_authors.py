"""Who may propose a change: who is asked, whom a policy lets in, and where nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Cause, Law, judge
from govops.evidence.testimony import Claim, Decision
from govops.finding import Status
from tests.decision.sample import LANDED, PATH, by_account, by_name, facts, house, said
from tests.support.facts import standing
from tests.support.files import delegation, policy, user

OPEN = Status.UNVERIFIABLE
BOB = said("bob")


def causes(*told: Claim | Decision, law: Law, time: str | None = LANDED) -> list[Cause]:
    """Everything that speaks against the change."""
    return list(judge(facts(law, *told, time=time)).causes)


def needing(**spec: Any) -> Law:
    """The usual company, whose policy on models is this one."""
    law = house()
    text = policy("models", actions=["model.*"], **spec)
    law.snapshot.put(text[0], standing(text))
    return law


AUTHORS: dict[str, tuple[dict[str, str], list[Claim], list[Cause]]] = {
    "whose role it is": ({"role": "analyst"}, [by_account("alice")], []),
    "whose permission it is": ({"permission": "model:register"}, [by_account("alice")], []),
    "without the role": (
        {"role": "admin"},
        [by_account("alice"), by_account("dave", "pusher"), by_name("carol")],
        [Cause("author-lacks-permission", Status.FAIL, (PATH,), who="alice", needed="role admin")],
    ),
    "without the permission": (
        {"permission": "user:manage"},
        [by_account("alice")],
        [Cause("author-lacks-permission", Status.FAIL, (PATH,), who="alice", needed="permission user:manage")],
    ),
    "who signed with the role, while another opened it": (
        {"role": "admin"},
        [by_account("alice"), Claim("author", "account:local:id-erin", attested=True)],
        [Cause("author-lacks-permission", Status.FAIL, (PATH,), who="alice", needed="role admin")],
    ),
    "who opened it, and another pushed to it with the role": (
        {"role": "admin"},
        [by_account("alice"), by_account("erin", "pusher")],
        [Cause("author-lacks-permission", Status.FAIL, (PATH,), who="alice", needed="role admin")],
    ),
    "who pushed it": ({"role": "admin"}, [by_account("erin", "pusher"), by_name("alice")], []),
    "who pushed what another signed with the role": (
        {"role": "admin"},
        [by_account("alice", "pusher"), by_account("erin", "committer")],
        [Cause("author-lacks-permission", Status.FAIL, (PATH,), who="alice", needed="role admin")],
    ),
    "who signed it, in another's name": (
        {"role": "admin"},
        [by_name("erin"), by_account("alice", "committer")],
        [Cause("author-lacks-permission", Status.FAIL, (PATH,), who="alice", needed="role admin")],
    ),
    "two who signed it, one of whom may": (
        {"role": "admin"},
        [by_account("alice", "committer"), by_account("erin", "committer")],
        [],
    ),
    "two who signed it, neither of whom may": (
        {"role": "admin"},
        [by_account("dave", "committer"), by_account("alice", "committer")],
        [Cause("author-lacks-permission", Status.FAIL, (PATH,), who="alice, dave", needed="role admin")],
    ),
    "whom nobody knows": (
        {"role": "admin"},
        [Claim("author", email="x@else.example")],
        [Cause("unknown-contributor", Status.FAIL, (PATH,), who=" <x@else.example>", detail="author")],
    ),
}


@pytest.mark.parametrize(("author", "claims", "expected"), AUTHORS.values(), ids=AUTHORS)
def test_a_policy_may_say_who_makes_changes(author: dict[str, str], claims: list[Claim], expected: list[Cause]) -> None:
    assert causes(*claims, BOB, law=needing(author=author)) == expected


def test_a_policy_on_authors_is_asked_after_one_that_leaves_them_alone() -> None:
    law = needing(author={"role": "admin"})
    silent = policy("first", actions=["model.*"])
    law.snapshot.put(silent[0], standing(silent))
    assert [cause.rule for cause in causes(BOB, law=law)] == ["author-lacks-permission"]


def test_where_only_git_names_an_author_it_is_the_author_who_needs_the_role() -> None:
    law = house(evidence={"contributors": "claimed"})
    text = policy("models", actions=["model.*"], author={"role": "admin"})
    law.snapshot.put(text[0], standing(text))
    expected = Cause("author-lacks-permission", Status.FAIL, (PATH,), who="alice", needed="role admin")
    assert causes(by_name("alice"), by_name("erin", "committer"), BOB, law=law) == [expected]


def test_what_a_tool_wrote_and_somebody_committed_is_theirs() -> None:
    """Tools are nobody, so nobody else could be asked."""
    law = house(evidence={"contributors": "claimed"}, tools=["format@tools.example"])
    text = policy("models", actions=["model.*"], author={"role": "admin"})
    law.snapshot.put(text[0], standing(text))
    wrote = Claim("author", email="format@tools.example")
    expected = Cause("author-lacks-permission", Status.FAIL, (PATH,), who="alice", needed="role admin")
    assert causes(wrote, by_name("alice", "committer"), BOB, law=law) == [expected]
    assert causes(wrote, by_name("erin", "committer"), BOB, law=law) == []


LENT = delegation("summer", "alice", "mallory", ["analyst"])
BY_ROLE: dict[str, Any] = {"role": "analyst", "users": ["robo", "gone"]}
BY_NAME: dict[str, Any] = {"users": ["robo", "mallory"]}
LACKS = Cause("author-lacks-permission", Status.FAIL, (PATH,), needed="role analyst or the name robo or gone")
ROBO, MALLORY = by_account("robo"), by_name("mallory")
NAMED: dict[str, tuple[dict[str, Any], list[Claim], str | None, Cause | None]] = {
    "the robot": (BY_ROLE, [ROBO], LANDED, None),
    "the robot, and one who may": (BY_ROLE, [ROBO, by_name("dave")], LANDED, None),
    "the robot, and one who may not": (BY_ROLE, [ROBO, by_name("bob")], LANDED, replace(LACKS, who="robo")),
    "one who may not, and the robot": (
        BY_ROLE,
        [by_account("bob"), by_name("robo")],
        LANDED,
        replace(LACKS, who="bob"),
    ),
    "one who may, and one who may not": (BY_ROLE, [by_account("dave"), by_name("bob")], LANDED, None),
    "the robot, and one to whom the role is lent": (BY_ROLE, [ROBO, MALLORY], LANDED, None),
    "the robot, and one to whom it may be lent": (
        BY_ROLE,
        [ROBO, MALLORY],
        None,
        replace(LACKS, status=OPEN, who="robo"),
    ),
    "the robot, one to whom it may be lent, and one who may not": (
        BY_ROLE,
        [ROBO, MALLORY, by_name("bob")],
        None,
        replace(LACKS, who="robo"),
    ),
    "one to whom it is lent": (BY_ROLE, [by_account("mallory")], LANDED, None),
    "one to whom it may be lent": (BY_ROLE, [by_account("mallory")], None, replace(LACKS, status=OPEN, who="mallory")),
    "one to whom it may be lent, and one who may not": (
        BY_ROLE,
        [by_account("mallory"), by_name("bob")],
        None,
        replace(LACKS, status=OPEN, who="mallory"),
    ),
    "both who are named": (BY_NAME, [ROBO, MALLORY], LANDED, None),
    "one who is not named": (
        BY_NAME,
        [by_account("bob")],
        LANDED,
        replace(LACKS, who="bob", needed="the name robo or mallory"),
    ),
}


@pytest.mark.parametrize(("author", "claims", "time", "expected"), NAMED.values(), ids=NAMED)
def test_whoever_is_named_may_propose_as_long_as_nobody_who_may_not_took_part(
    author: dict[str, Any], claims: list[Claim], time: str | None, expected: Cause | None
) -> None:
    """Where nobody can tell whether a delegation is in force, nobody is accused."""
    law = needing(author=author)
    law.snapshot.put(LENT[0], standing(LENT))
    found = [cause for cause in causes(*claims, said("carol"), law=law, time=time) if cause.rule == LACKS.rule]
    assert found == ([expected] if expected else [])


def test_beside_a_stranger_a_name_is_no_answer() -> None:
    found = causes(ROBO, Claim("author", email="x@else.example"), BOB, law=needing(author=BY_ROLE))
    assert [cause.rule for cause in found] == ["unknown-contributor", "author-lacks-permission"]


def test_a_robot_that_was_switched_off_may_propose_nothing() -> None:
    law = needing(author=BY_ROLE)
    off = user("robo", type="bot", active=False)
    law.snapshot.put(off[0], standing(off))
    assert causes(ROBO, BOB, law=law) == [replace(LACKS, who="robo")]


@pytest.mark.parametrize("lent", [True, False])
def test_whom_a_policy_that_may_not_apply_bars_from_proposing_is_not_accused(*, lent: bool) -> None:
    law = needing(match={"condition": "true"}, author={"role": "admin"})
    sure = policy("sure", actions=["model.*"], author={"role": "analyst"} if lent else None)
    law.snapshot.put(sure[0], standing(sure))
    law.snapshot.put(LENT[0], standing(LENT))
    found = causes(by_account("mallory" if lent else "alice"), BOB, law=law)
    assert ("author-lacks-permission", OPEN, "role admin") in [(c.rule, c.status, c.needed) for c in found]
