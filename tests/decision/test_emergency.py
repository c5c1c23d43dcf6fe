"""Changes that may land before they are approved, before the judge: what is counted then, and what is told of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Cause, ChangeFacts, Law, judge
from govops.evidence import testimony
from govops.evidence.records import FileState, Subject
from govops.evidence.testimony import Decision
from govops.finding import Status
from govops.lifecycle import Action
from tests.decision.sample import LANDED, PATH, by_account, facts, house, said
from tests.evidence.sample import proposal, receipt
from tests.support.facts import change, entry, read, standing
from tests.support.files import model, policy

OPEN, PASS, FAIL = Status.UNVERIFIABLE, Status.PASS, Status.FAIL
DAY = 86_400
SOON, IN_A_DAY, TOO_LATE = "2026-01-05T12:00:01Z", "2026-01-06T12:00:00Z", "2026-01-06T12:00:01Z"
POLICY = policy("models", actions=["model.*"])[0]
ONE = "1 approval by role approver"


def urgent(within: str = "24h", name: str = "models", **spec: Any) -> tuple[str, bytes]:
    emergency = {"within": within, "author": {"role": "operator"}, "reason": "It does harm as it is"}
    return policy(name, actions=["model.*"], emergency=emergency, **spec)


def under(*policies: tuple[str, bytes]) -> Law:
    law = house()
    for text in policies:
        law.snapshot.put(text[0], standing(text))
    return law


def rushed(law: Law, *votes: Decision, by: str = "alice", **fields: Any) -> ChangeFacts:
    """A proposal of this person that has landed, with the votes that its receipt tells of."""
    told = receipt(proposal=proposal())
    given = testimony.Testimony(told, "record", False, (by_account(by),), votes, None, LANDED)
    return facts(law, testimony=given, **fields)


def later(name: str, at: str = SOON, **fields: Any) -> Decision:
    return said(name, at=at, **fields)


ALLOWED = [Cause("emergency-change", Status.WARN, (PATH,), "bob", POLICY)]
LATE: dict[str, tuple[list[Decision], int, list[Cause]]] = {
    "before the landing": ([said("bob")], 0, []),
    "a second later": ([later("bob")], DAY, ALLOWED),
    "when its time ends": ([later("bob", IN_A_DAY)], DAY, ALLOWED),
}


@pytest.mark.parametrize(("votes", "grace", "expected"), LATE.values(), ids=LATE)
def test_an_approval_that_comes_in_time_is_enough_and_marks_the_change(
    votes: list[Decision], grace: int, expected: list[Cause]
) -> None:
    verdict = judge(rushed(under(urgent()), *votes))
    assert (verdict.status, list(verdict.causes), verdict.grace) == (PASS, expected, grace)
    assert verdict.labels == (("emergency",) if grace else ())
    assert verdict.makers == ("alice",)


def unapproved(has: str, count: int = 1, who: str = "") -> list[Cause]:
    many = ONE if count == 1 else f"{count} approvals by role approver"
    return [Cause("emergency-unapproved", FAIL, (PATH,), who, has, f"{many} within 24h of the landing")]


UNAPPROVED: dict[str, tuple[int, list[Decision], list[Cause]]] = {
    "nobody": (1, [], unapproved("has none")),
    "a second too late": (1, [later("bob", TOO_LATE)], unapproved("has none", who="bob")),
    "two too late": (1, [later("carol", TOO_LATE), later("bob", TOO_LATE)], unapproved("has none", who="bob, carol")),
    "one of two": (2, [later("bob")], unapproved("has 1", 2)),
    "one of two, and another before": (3, [said("carol"), later("bob")], unapproved("has 2", 3)),
    "one of two, and the other too late": (
        2,
        [later("bob"), later("carol", TOO_LATE)],
        unapproved("has 1", 2, who="carol"),
    ),
    "somebody whose voice is none": (1, [later("mallory")], unapproved("has none")),
}


@pytest.mark.parametrize(("count", "votes", "expected"), UNAPPROVED.values(), ids=UNAPPROVED)
def test_what_an_emergency_still_lacks_by_when_and_who_came_too_late_is_told(
    count: int, votes: list[Decision], expected: list[Cause]
) -> None:
    verdict = judge(rushed(under(urgent(approvals=[{"count": count, "role": "approver"}])), *votes))
    assert (verdict.status, list(verdict.causes), verdict.labels) == (FAIL, expected, ("emergency",))


def test_an_approval_of_an_emergency_that_may_have_been_dismissed_leaves_it_open() -> None:
    (cause,) = judge(rushed(under(urgent()), later("bob", withdrawn=""))).causes
    assert (cause.rule, cause.status, cause.who) == ("approval-dismissed", OPEN, "bob")


def test_each_policy_waits_for_as_long_as_it_says() -> None:
    """Bob is in time for the one and too late for the other; the vote of the longer one is still told."""
    day, hour = urgent(), urgent("1h", "hours")
    verdict = judge(rushed(under(day, hour), later("bob", IN_A_DAY)))
    assert [(cause.rule, cause.needed or cause.detail) for cause in verdict.causes] == [
        ("emergency-unapproved", f"{ONE} within 1h of the landing"),
        ("emergency-change", day[0]),
    ]
    assert verdict.grace == DAY


def test_a_policy_that_does_not_wait_is_not_met_by_a_later_approval() -> None:
    verdict = judge(rushed(under(urgent(), policy("strict", actions=["model.*"])), later("bob")))
    assert [cause.rule for cause in verdict.causes] == ["approval-after-landing", "emergency-change"]


def test_who_may_not_rush_is_judged_as_of_the_landing() -> None:
    """Erin is no operator."""
    verdict = judge(rushed(under(urgent()), later("bob"), by="erin"))
    assert [cause.rule for cause in verdict.causes] == ["approval-after-landing"]
    assert (verdict.labels, verdict.grace) == ((), 0)


@pytest.mark.parametrize("at", [said("bob").at, SOON])
def test_how_an_approval_covers_the_content_is_told_whenever_it_was_given(at: str) -> None:
    base, new = (FileState(mode="100644", oid=entry(name).oid) for name in ("base", "reviewed"))
    vote = said("bob", at=at, subjects={PATH: Subject(path=PATH, old=base, new=new)})
    landed = (change(PATH, "moved", "merged"),)
    merge = lambda *blobs: entry("merged").oid  # noqa: E731 - one merge, as a fact
    verdict = judge(rushed(under(urgent()), vote, landed=landed, merge=merge))
    assert (verdict.status, verdict.coverage) == (PASS, ((PATH, "replay"),))


def test_several_files_of_one_emergency_are_told_together_with_all_who_were_counted() -> None:
    aside = "registry/models/aside/model.yaml"
    law = under(urgent(approvals=[{"count": 2, "role": "approver"}]))
    second = Action("model.register", "Model", "aside", aside, None, read(model("aside")))
    votes = (replace(said("carol"), subjects=None), replace(later("bob"), subjects=None))
    verdict = judge(rushed(law, *votes, actions=(facts(law).actions[0], second)))
    assert list(verdict.causes) == [Cause("emergency-change", Status.WARN, (PATH, aside), "bob, carol", POLICY)]
