"""Everybody who took both sides of what is kept apart, each side with the change that shows it."""

from __future__ import annotations

from typing import Any

import pytest

from govops.duties import Duties, DutyConflict, DutyRule, DutySide
from govops.engine.duties import matrix, ongoing
from govops.finding import Status
from govops.history.deeds import Deed, Deeds
from tests.engine.story import Story, day
from tests.support.files import conflict, duty, role, segregation, user

WHY = "Who audits does not operate"
PAIR = segregation(role_pairs=[{"roles": ["auditor", "operator"], "reason": WHY}])
POLICY = PAIR[0]
BOTH, AUDITOR, OPERATOR, NEITHER = ["auditor", "operator"], ["auditor"], ["operator"], ["analyst"]


def company(*files: Any) -> Story:
    """It has adopted in change ``0`` with these files."""
    return Story(role("auditor"), role("operator"), role("analyst"), *files)


def of(story: Story, *deeds: Deed) -> Duties:
    known = Deeds()
    known.add(deeds)
    return matrix(story.registry, known, story.positions)


def roles_met(story: Story) -> list[tuple[str, int, int | None]]:
    """(person, number of the change since which they held both, and until which) of each overlap."""
    at = story.positions
    return [(one.person, at[one.since], None if one.until is None else at[one.until]) for one in of(story).conflicts]


class TestRoles:
    """Two roles that may not meet, in one person, from when both were held until one was given up."""

    @pytest.mark.parametrize(
        ("held", "met"),
        [
            ([BOTH], [(0, None)]),
            ([AUDITOR, BOTH], [(1, None)]),
            ([OPERATOR, BOTH], [(1, None)]),
            ([BOTH, AUDITOR], [(0, 1)]),
            ([BOTH, OPERATOR], [(0, 1)]),
            ([AUDITOR, BOTH, OPERATOR], [(1, 2)]),
            ([BOTH, AUDITOR, NEITHER], [(0, 1)]),
            ([BOTH, NEITHER], [(0, 1)]),
            ([BOTH, OPERATOR, BOTH], [(0, 1), (2, None)]),
            ([AUDITOR, OPERATOR], []),
            ([AUDITOR, NEITHER, OPERATOR], []),
            ([OPERATOR, AUDITOR], []),
        ],
    )
    def test_are_told_for_as_long_as_they_met(self, held: list[list[str]], met: list[tuple[int, int | None]]) -> None:
        story = company(PAIR, user("dave", roles=held[0]))
        for roles in held[1:]:
            story.lands(user("dave", roles=roles))
        assert roles_met(story) == [("dave", *when) for when in met]

    def test_of_two_people_do_not_meet(self) -> None:
        story = company(PAIR, user("dave", roles=OPERATOR), user("carol", roles=AUDITOR), user("erin", roles=BOTH))
        assert roles_met(story) == [("erin", 0, None)]

    def test_are_told_with_the_changes_and_times_of_either_side(self) -> None:
        story = company(PAIR, user("dave", roles=OPERATOR)).lands(user("dave", roles=BOTH))
        story.lands(user("dave", roles=AUDITOR)).lands(user("dave", roles=NEITHER))
        first, second, third, fourth = story.commits
        assert of(story) == Duties(
            (DutyRule("independence#1", POLICY, "strict", "roles", "role auditor", "role operator", WHY),),
            (
                DutyConflict(
                    rule="independence#1",
                    person="dave",
                    life="",
                    first=DutySide("role auditor", second, day(1), fourth, day(3)),
                    second=DutySide("role operator", first, day(0), third, day(2)),
                    since=second,
                    since_time=day(1),
                    until=third,
                    until_time=day(2),
                ),
            ),
        )

    def test_go_on_against_a_strict_rule_only_while_both_are_held(self) -> None:
        """An advisory rule warns of it when it comes, and parted roles and duties are of the past."""
        soft = segregation(
            "soft", role_pairs=[{"roles": ["analyst", "operator"], "reason": WHY}], enforcement="advisory"
        )
        lived = segregation("work", lifecycle=[conflict(duty("contribute", "model.*"), duty("approve", "model.*"))])
        story = company(PAIR, soft, lived, user("dave", roles=[*BOTH, "analyst"]), user("erin", roles=BOTH))
        story.lands(user("erin", roles=AUDITOR))
        found = of(
            story, Deed("Model/fraud", "model.update", story.commits[0], contributors=("erin",), vouching=("erin",))
        )
        assert len(found.conflicts) == 4
        assert [(rule.id, row.person) for rule, row in ongoing(found)] == [("independence#1", "dave")]


MADE, APPROVED = (
    duty("contribute", "model.register", "model.update", fields=["risk_tier", "owner"]),
    duty("approve", "model.*"),
)
TAKEN = segregation(lifecycle=[conflict(MADE, APPROVED)])


class TestDuties:
    """Two duties over the life of a thing, each with the first deed by which it was taken."""

    @pytest.mark.parametrize("made_first", [True, False])
    @pytest.mark.parametrize("turned", [True, False], ids=["approval named first", "approval named second"])
    def test_are_told_with_both_deeds_and_have_met_with_the_later_one(self, *, made_first: bool, turned: bool) -> None:
        apart = conflict(APPROVED, MADE) if turned else conflict(MADE, APPROVED)
        story = company(segregation(lifecycle=[apart])).lands().lands()
        early, late = story.commits[1:]
        made, approved = (early, late) if made_first else (late, early)
        deeds = {
            made: Deed("Model/fraud", "model.register", made, f"time of {made}", contributors=("bob", "carol")),
            approved: Deed("ModelVersion/fraud/1", "model.approve", approved, f"time of {approved}", vouching=("bob",)),
        }
        by_making = DutySide("made model.register of Model/fraud", made, f"time of {made}")
        by_approving = DutySide("approved model.approve of ModelVersion/fraud/1", approved, f"time of {approved}")
        first, second = (by_approving, by_making) if turned else (by_making, by_approving)
        when = {"since": late, "since_time": f"time of {late}"}
        expected = DutyConflict("independence#1", "bob", "model:fraud", first, second, **when)
        assert of(story, deeds[early], deeds[late]).conflicts == (expected,)

    def test_are_worded_like_their_policy(self) -> None:
        (rule,) = of(company(TAKEN)).rules
        assert (rule.first, rule.second) == (
            "contribute model.register or model.update (risk_tier, owner)",
            "approve model.*",
        )
        assert (rule.policy, rule.scope, rule.enforcement) == (TAKEN[0], "model", "strict")
        assert rule.reason == "Nobody checks their own work"

    def test_come_after_the_roles_of_all_policies(self) -> None:
        """Each has the number under which its findings go, and tells how hard it is."""
        soft = {"enforcement": "advisory", "lifecycle": [conflict(MADE, APPROVED)]}
        pairs = [{"roles": roles, "reason": WHY} for roles in (BOTH, ["auditor", "analyst"])]
        rules = of(company(segregation("a", role_pairs=pairs, **soft), segregation("b", role_pairs=pairs[1:]))).rules
        assert [(rule.id, rule.enforcement) for rule in rules] == [
            ("a#1", "advisory"),
            ("a#2", "advisory"),
            ("b#1", "strict"),
            ("a#3", "advisory"),
        ]


def test_rules_that_nobody_approved_are_told_as_they_lawfully_were() -> None:
    """And where nothing is kept apart, nothing is told."""
    story = company(user("dave", roles=BOTH))
    assert of(story.lands(PAIR, status=Status.FAIL)) == Duties()
    kept = company(PAIR).lands(gone=(POLICY,), status=Status.FAIL)
    assert [rule.id for rule in of(kept).rules] == ["independence#1"]
