"""The judge as a pure function: every fact that could save a change or sink it, one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision import Cause, Law, Unlawful, judge
from govops.decision.verdict import worst
from govops.evidence.coverage import NotMerged
from govops.evidence.records import FileState, Subject
from govops.evidence.testimony import Claim, Decision
from govops.finding import Status
from govops.history.snapshot import File
from govops.kinds.custom import CustomResource
from govops.lifecycle import Action
from tests.decision.sample import PATH, by_account, by_name, facts, house, said
from tests.support.facts import change, entry, oid, read, standing
from tests.support.files import kind, policy, role, settings, user

PUSHED = oid("pushed")


def causes(*told: Claim | Decision, law: Law | None = None, **fields: Any) -> list[tuple[str, Status]]:
    """The rules that speak against the change, with their status."""
    return [(cause.rule, cause.status) for cause in judge(facts(law or house(), *told, **fields)).causes]


def test_an_approval_by_somebody_else_who_holds_the_role_is_enough() -> None:
    verdict = judge(facts(house(), said("bob")))
    assert (verdict.status, verdict.causes, verdict.labels, verdict.grace) == (Status.PASS, (), (), 0)
    assert verdict.makers == ("alice",)
    assert [(weighed.counted, weighed.roles) for weighed in verdict.weighed] == [((PATH,), ("approver",))]


OBJECTORS: dict[str, tuple[list[Claim | Decision], bool]] = {
    "an approver": ([said("carol", "reject")], True),
    "an approver whom git names as the author": (
        [by_account("alice"), by_name("carol"), said("carol", "reject")],
        True,
    ),
    "an approver whom git names as a co-author": (
        [by_account("alice"), by_name("carol", "co-author"), said("carol", "reject")],
        True,
    ),
    "who opened the change themselves": ([by_account("carol"), said("carol", "reject")], False),
    "who pushed to it": ([by_account("alice"), by_account("carol", "pusher"), said("carol", "reject")], False),
    "without any role that matters": ([said("mallory", "reject")], False),
    "a bot": ([said("robo", "reject")], False),
    "nobody": ([said("ghost", "reject")], False),
}


@pytest.mark.threat("C20", "D04", rule="blocked-by-rejection")
@pytest.mark.parametrize(("told", "blocks"), OBJECTORS.values(), ids=OBJECTORS)
def test_a_name_that_git_merely_claims_never_silences_an_objector(
    told: list[Claim | Decision], *, blocks: bool
) -> None:
    assert causes(*told, said("bob")) == ([("blocked-by-rejection", Status.FAIL)] if blocks else [])


def test_a_rejection_that_may_have_been_dismissed_leaves_the_question_open() -> None:
    assert causes(said("carol", "reject", withdrawn=""), said("bob")) == [("blocked-by-rejection", Status.UNVERIFIABLE)]


def test_where_the_evidence_is_missing_nothing_else_is_claimed() -> None:
    verdict = judge(facts(house(), evidence_problem="no-receipt", problem_detail="none"))
    assert [(cause.rule, cause.status) for cause in verdict.causes] == [("no-receipt", Status.UNVERIFIABLE)]
    assert (verdict.requirements, verdict.weighed) == ((), ())


def test_an_action_that_no_policy_names_is_denied() -> None:
    odd = Action("odd.thing", "Odd", PATH, PATH)
    assert causes(said("bob"), actions=(odd,)) == [("no-policy-matches", Status.FAIL)]


def test_an_action_that_only_a_condition_might_allow_is_undecided() -> None:
    law = house()
    text = policy("odd", actions=["odd.*"], match={"condition": "true"})
    law.snapshot.put(text[0], standing(text))
    odd = Action("odd.thing", "Odd", PATH, PATH)
    assert causes(said("bob"), law=law, actions=(odd,)) == [("condition-not-evaluated", Status.UNVERIFIABLE)]


AGES: dict[str, tuple[str | None, str | None, list[tuple[str, Status]]]] = {
    "young": ("2026-01-05T11:00:00Z", "2026-01-05T12:00:00Z", []),
    "of exactly that age": ("2026-01-04T12:00:00Z", "2026-01-05T12:00:00Z", []),
    "a second older": ("2026-01-04T11:59:59Z", "2026-01-05T12:00:00Z", [("approval-expired", Status.FAIL)]),
    "at no known time": (None, "2026-01-05T12:00:00Z", [("approval-expired", Status.UNVERIFIABLE)]),
    "of a change at no known time": ("2026-01-05T11:00:00Z", None, [("approval-expired", Status.UNVERIFIABLE)]),
}


@pytest.mark.threat("D14", rule="approval-expired")
@pytest.mark.parametrize(("at", "time", "expected"), AGES.values(), ids=AGES)
def test_an_approval_grows_old_by_attested_times(
    at: str | None, time: str | None, expected: list[tuple[str, Status]]
) -> None:
    law = house()
    text = policy("models", actions=["model.*"], max_age="1d")
    law.snapshot.put(text[0], standing(text))
    assert causes(replace(said("bob"), at=at), law=law, time=time) == expected


RESTS: dict[str, tuple[str, Any, bool]] = {
    "Settings": (settings()[0], read(settings()), True),
    "the policy that was used": (policy("models", actions=["model.*"])[0], None, True),
    "a policy that used to match": ("policies/approvals/gone.yaml", read(policy("gone", actions=["model.*"])), True),
    "a policy that never matched": ("policies/approvals/gone.yaml", read(policy("gone", actions=["sla.*"])), False),
    "who approved": (user("bob")[0], None, True),
    "who contributed": (user("alice")[0], None, True),
    "the role that counted": (role("approver")[0], None, True),
    "somebody else": (user("dave")[0], None, False),
    "a role of nobody here": (role("auditor")[0], None, False),
    "a kind of other paths": (kind("Report", "reports")[0], read(kind("Report", "reports")), False),
}


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
@pytest.mark.parametrize("status", [Status.FAIL, Status.UNVERIFIABLE])
@pytest.mark.parametrize(("path", "lawful", "rests"), RESTS.values(), ids=RESTS)
def test_a_clean_verdict_inherits_the_status_of_the_rules_that_it_rests_on(
    path: str, lawful: Any, status: Status, *, rests: bool
) -> None:
    law = house()
    law.unlawful[path] = Unlawful(status, PUSHED, lawful)
    assert causes(said("bob"), law=law) == ([("rests-on-unapproved-rule", status)] if rests else [])


REPORTS = kind("Report", "reports")
KINDS: dict[str, tuple[File | None, Any]] = {
    "as it stands": (standing(REPORTS), None),
    "as it last stood lawfully": (None, read(REPORTS)),
    "as it was last readable": (File(entry("broken"), None, read(REPORTS)), None),
}


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
@pytest.mark.parametrize(("stands", "lawful"), KINDS.values(), ids=KINDS)
def test_a_verdict_on_a_kinds_own_files_rests_on_its_definition(stands: File | None, lawful: Any) -> None:
    law = house()
    allows = policy("reports", actions=["report.*"])
    law.snapshot.put(allows[0], standing(allows))
    law.snapshot.put(REPORTS[0], stands)
    law.unlawful[REPORTS[0]] = Unlawful(Status.FAIL, PUSHED, lawful)
    written = Action("report.create", "Report", "a", "reports/a.yaml", None, CustomResource("Report", "a", {}))
    landed = (change("reports/a.yaml", None, "new"),)
    vote = replace(said("bob"), subjects=None)
    assert causes(vote, law=law, actions=(written,), landed=landed) == [("rests-on-unapproved-rule", Status.FAIL)]


def test_a_verdict_that_fails_anyway_is_not_blamed_on_the_rules() -> None:
    law = house()
    law.unlawful[settings()[0]] = Unlawful(Status.UNVERIFIABLE, PUSHED, None)
    assert causes(law=law) == [("not-approved", Status.FAIL)]


CONTRIBUTORS: dict[str, tuple[list[Claim], list[tuple[str, Status]]]] = {
    "attested": ([by_account("alice")], []),
    "named by git only": ([by_name("alice")], [("contributors-not-attested", Status.UNVERIFIABLE)]),
    "a stranger beside": (
        [by_account("alice"), Claim("author", email="x@else.example")],
        [("unknown-contributor", Status.FAIL)],
    ),
    "nobody but a stranger": ([Claim("author", email="x@else.example")], [("unknown-contributor", Status.FAIL)]),
}


@pytest.mark.threat("D03", "D04")
@pytest.mark.parametrize(("claims", "expected"), CONTRIBUTORS.values(), ids=CONTRIBUTORS)
def test_git_names_can_exclude_and_never_clear(claims: list[Claim], expected: list[tuple[str, Status]]) -> None:
    assert causes(*claims, said("bob")) == expected


def test_content_whose_merge_cannot_be_made_is_unverifiable_and_not_stale() -> None:
    reviewed = Subject(path=PATH, old=state("base"), new=state("reviewed"))
    vote = replace(said("bob"), subjects={PATH: reviewed})
    landed = (change(PATH, "moved", "merged"),)
    for merge, expected in (
        (NotMerged.MISSING, ("coverage-unknown", Status.UNVERIFIABLE)),
        (NotMerged.CONFLICT, ("stale-approval", Status.FAIL)),
    ):
        assert causes(vote, landed=landed, merge=lambda *blobs, merge=merge: merge) == [expected]


def state(content: str) -> FileState:
    return FileState(mode="100644", oid=entry(content).oid)


ALL = st.sampled_from([Status.ERROR, Status.FAIL, Status.UNVERIFIABLE])


@given(st.lists(ALL))
def test_what_is_established_stays_so_whatever_else_is_missing(statuses: list[Status]) -> None:
    order = [Status.PASS, Status.UNVERIFIABLE, Status.FAIL, Status.ERROR]
    expected = max(statuses, key=order.index, default=Status.PASS)
    assert worst(tuple(Cause("any", status) for status in statuses)) is expected


VOTERS = st.sampled_from(["alice", "bob", "carol", "mallory", "robo", "ghost"])
VOTES = st.lists(st.tuples(VOTERS, st.sampled_from(["approve", "reject", "comment"])), max_size=7)


@given(VOTES)
def test_a_change_passes_exactly_when_an_approver_said_yes_last_and_no_approver_said_no(
    votes: list[tuple[str, str]],
) -> None:
    """Alice makes the change; only Bob and Carol hold the role that is asked for."""
    verdict = judge(facts(house(), *(said(who, what, order=place) for place, (who, what) in enumerate(votes))))
    last = {who: what for who, what in votes if what != "comment"}
    said_by = {last.get("bob"), last.get("carol")}
    assert (verdict.status is Status.PASS) == ("approve" in said_by and "reject" not in said_by)
