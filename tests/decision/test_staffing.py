"""Roles that may not meet and must not run out, as one change leaves them: who is told, of what, and how gravely."""

from __future__ import annotations

from typing import Any

import pytest

from govops.decision.staffing import staffing
from govops.decision.verdict import Cause
from govops.finding import Status
from govops.lifecycle import Action
from tests.decision.sample import facts
from tests.support.facts import law, read
from tests.support.files import File, model, policy, role, segregation, user

WHY = "Who audits does not operate"
PAIRS = [{"roles": ["operator", "auditor"], "reason": WHY}, {"roles": ["auditor", "admin"], "reason": "Nor decides"}]
APART = segregation(role_pairs=PAIRS)
ROLES = tuple(map(role, ("admin", "analyst", "approver", "auditor", "operator")))


def gone(name: str) -> tuple[str, None]:
    """The user leaves."""
    return f"registry/users/{name}.yaml", None


def causes(stands: tuple[File, ...], *lands: File | tuple[str, None]) -> list[Cause]:
    """What speaks against a change that leaves ``lands`` where these files and all roles stand."""
    before = dict((*ROLES, *stands))
    actions = []
    for path, text in lands:
        old = read((path, before[path])) if path in before else None
        new = read((path, text)) if text is not None else None
        some = new or old
        assert some is not None
        actions.append(Action(f"{some.kind}.edit", some.kind, some.metadata.name, path, old, new))
    return list(staffing(facts(law(*before.items()), actions=tuple(actions))))


def told(found: list[Cause]) -> list[tuple[str, str, str]]:
    return [(cause.rule, cause.who, cause.detail) for cause in found]


class TestRolesThatMayNotMeet:
    def test_are_told_of_the_person_with_the_policy(self) -> None:
        dave = user("dave", roles=["auditor", "operator", "analyst"])
        found = causes((APART, user("dave", roles=["operator"])), dave)
        detail = f"auditor and operator; {WHY}"
        assert found == [Cause("conflicting-roles", Status.FAIL, (dave[0],), "dave", detail, APART[0])]

    def test_are_told_of_every_pair_and_person(self) -> None:
        three = ["auditor", "operator", "admin"]
        found = causes(
            (APART, user("dave", roles=["auditor"])), user("dave", roles=three), user("zoe", roles=three[:2])
        )
        assert [(one.who, one.detail) for one in found] == [
            ("dave", f"auditor and operator; {WHY}"),
            ("dave", "admin and auditor; Nor decides"),
            ("zoe", f"auditor and operator; {WHY}"),
        ]

    def test_are_told_when_they_come_together_and_not_again(self) -> None:
        both = user("dave", roles=["auditor", "operator"])
        assert causes((APART, both), user("dave", roles=["auditor", "operator", "analyst"])) == []
        more = causes((APART, both), user("dave", roles=["auditor", "operator", "admin"]))
        assert [one.detail for one in more] == ["admin and auditor; Nor decides"]

    def test_do_not_meet_in_somebody_who_leaves(self) -> None:
        both = user("dave", roles=["auditor", "operator"])
        assert causes((APART, both), gone("dave"), user("zoe", roles=["auditor"])) == []

    def test_warn_where_the_policy_only_advises(self) -> None:
        soft = segregation(role_pairs=PAIRS, enforcement="advisory")
        (found,) = causes((soft,), user("zoe", roles=["auditor", "operator"]))
        assert found.status is Status.WARN


class TestARuleThatComesLate:
    """Whoever holds two such roles already is told of as a warning, once, when the rule comes."""

    HELD = (user("dave", roles=["operator", "auditor"]), user("carol", roles=["admin", "operator", "auditor"]))

    def test_tells_of_everybody_who_holds_both(self) -> None:
        found = causes((*self.HELD, user("erin", roles=["auditor"])), model("fraud"), APART)
        detail = f"auditor and operator already; {WHY}"
        both = [("carol", detail), ("carol", "admin and auditor already; Nor decides"), ("dave", detail)]
        assert sorted((one.who, one.detail) for one in found) == sorted(both)
        assert found[0] == Cause("conflicting-roles", Status.WARN, (APART[0],), "carol", detail, APART[0])
        assert [one.who for one in found] == ["carol", "dave", "carol"]

    def test_tells_of_the_pairs_that_are_new(self) -> None:
        """The order of the two roles makes no other pair, and a known one before hides none after it."""
        turned = [{"roles": ["auditor", "operator"], "reason": "Put in other words"}, PAIRS[1]]
        found = causes((*self.HELD, segregation(role_pairs=PAIRS[:1])), segregation(role_pairs=turned))
        assert [one.detail for one in found] == ["admin and auditor already; Nor decides"]

    def test_tells_of_nobody_when_it_goes(self) -> None:
        assert causes((*self.HELD, APART), (APART[0], None)) == []


class TestEnoughPeople:
    """How many must be left of a role, and how many of them one change may take it from."""

    @pytest.mark.parametrize(
        ("minimum", "left", "told_of"),
        [(1, 1, False), (2, 1, True), (1, 0, True), (2, 2, False), (3, 3, False), (4, 3, False)],
        ids=["as many", "too few", "nobody", "as many again", "nobody is lost", "too few before, and nobody is lost"],
    )
    def test_is_counted_after_the_change(self, minimum: int, left: int, *, told_of: bool) -> None:
        people = ("alice", "dave", "zoe")
        policy = segregation(holders=[{"role": "operator", "minimum": minimum}])
        lands = [
            user(name, roles=["operator", "analyst"] if at < left else ["analyst"]) for at, name in enumerate(people)
        ]
        found = causes((policy, *(user(name, roles=["operator"]) for name in people)), *lands)
        where = tuple(path for path, _ in lands)
        words = f"{left} of 3 would be left, and {minimum} must be"
        expected = [Cause("too-few-holders", Status.FAIL, where, "operator", words, policy[0])]
        assert found == (expected if told_of else [])

    @pytest.mark.parametrize(("percent", "told_of"), [(33, True), (34, False), (100, False)])
    def test_lose_a_role_in_steps(self, percent: int, *, told_of: bool) -> None:
        """One of three loses it; whoever gains it in the same change makes up for nobody."""
        policy = segregation(holders=[{"role": "operator", "max_removed_percent": percent}], enforcement="advisory")
        before = [user(name, roles=["operator"]) for name in ("alice", "dave", "zoe")]
        found = causes((policy, *before), user("zoe", roles=[]), user("yan", roles=["operator"]))
        where = ("registry/users/zoe.yaml", "registry/users/yan.yaml")
        words = f"1 of 3 would lose it, and at most {percent} % may"
        expected = [Cause("too-many-removed", Status.WARN, where, "operator", words, policy[0])]
        assert found == (expected if told_of else [])

    @pytest.mark.parametrize(
        "edit",
        [
            user("zoe", roles=["operator"], active=False),
            user("zoe", roles=["operator"], type="bot"),
            user("zoe", roles=["analyst"]),
            gone("zoe"),
        ],
        ids=["inactive", "a bot", "other roles", "gone"],
    )
    def test_are_active_humans_who_hold_it(self, edit: Any) -> None:
        policy = segregation(holders=[{"role": "operator", "minimum": 1}])
        assert [one.who for one in causes((policy, user("zoe", roles=["operator"])), edit)] == ["operator"]

    @pytest.mark.parametrize(
        ("edit", "told_of"),
        [(role("operator", permissions=["audit:read"]), False), (("registry/roles/operator.yaml", None), True)],
        ids=["edited", "gone"],
    )
    def test_hold_a_role_as_long_as_there_is_one(self, edit: Any, *, told_of: bool) -> None:
        """Whatever it permits."""
        policy = segregation(holders=[{"role": "operator", "minimum": 1}])
        found = causes((policy, user("zoe", roles=["operator"])), edit)
        assert [cause.rule for cause in found] == ["too-few-holders"][:told_of]


class TestTheLastApprover:
    """A policy that somebody could satisfy is not left to nobody."""

    ASKED = policy("slas", actions=["sla.*"], approvals=[{"permission": "sla:manage"}])
    OPERATOR = user("zoe", roles=["operator"])

    def test_is_told_once_with_what_nobody_would_hold(self) -> None:
        """However many policies ask for the same."""
        again = policy("more", actions=["model.*"], approvals=[{"role": "auditor"}, {"permission": "sla:manage"}])
        auditor = user("yan", roles=["auditor"])
        (found,) = causes((again, self.ASKED, self.OPERATOR, auditor), user("zoe", roles=["analyst"]))
        where = ("registry/users/zoe.yaml",)
        who = "permission sla:manage"
        assert found == Cause("last-approver-removed", Status.FAIL, where, who, "", again[0])

    def test_is_told_for_each_thing_that_nobody_would_hold(self) -> None:
        of_role = policy("more", actions=["model.*"], approvals=[{"role": "operator"}])
        found = causes((of_role, self.ASKED, self.OPERATOR), user("zoe", roles=["analyst"]))
        assert [(one.who, one.needed) for one in found] == [
            ("role operator", of_role[0]),
            ("permission sla:manage", self.ASKED[0]),
        ]

    @pytest.mark.parametrize(
        "role_after",
        [role("operator", permissions=["audit:read"]), ("registry/roles/operator.yaml", None)],
        ids=["emptied", "gone"],
    )
    def test_goes_with_the_role(self, role_after: Any) -> None:
        found = causes((self.ASKED, self.OPERATOR), role_after)
        assert [(one.rule, one.paths) for one in found] == [
            ("last-approver-removed", ("registry/roles/operator.yaml",))
        ]

    @pytest.mark.parametrize(
        "lands",
        [
            (user("zoe", roles=["analyst"]), user("yan", roles=["operator"])),
            (user("zoe", roles=["analyst"]), role("analyst", permissions=["sla:manage"])),
            (user("zoe", roles=["keeper"]), role("keeper", permissions=["sla:manage"])),
            (user("zoe", roles=["operator", "analyst"]),),
        ],
        ids=["somebody else", "another role", "a new role", "the same"],
    )
    def test_may_be_replaced_in_the_same_change(self, lands: tuple[File, ...]) -> None:
        assert causes((self.ASKED, self.OPERATOR), *lands) == []

    def test_was_nobody_before(self) -> None:
        """No change takes away what nobody could satisfy before either, nor what a policy asks for from now on."""
        both = policy("slas", actions=["sla.*"], approvals=[{"permission": "sla:manage"}, {"role": "auditor"}])
        assert causes((both, self.OPERATOR), user("zoe", roles=["analyst"])) == []
        nobody = policy("slas", actions=["sla.*"], approvals=[{"role": "auditor"}])
        assert causes((nobody, self.OPERATOR), user("zoe", roles=["analyst"]), self.ASKED) == []
        assert causes((self.ASKED, self.OPERATOR), user("zoe", roles=["analyst"]), nobody) == []

    @pytest.mark.parametrize(
        ("alternatives", "gone"),
        [
            ([{"permission": "sla:manage"}, {"role": "analyst"}], None),
            ([{"permission": "sla:manage"}, {"role": "auditor"}], "permission sla:manage"),
            ([{"role": "auditor"}, {"role": "operator"}], "role operator"),
            ([{"any_of": [[{"role": "auditor"}], [{"role": "operator"}]]}, {"role": "auditor"}], "role operator"),
            ([{"any_of": [[{"role": "auditor"}], [{"role": "analyst"}]]}, {"role": "operator"}], None),
            ([{"role": "auditor"}, {"role": "admin"}], None),
        ],
        ids=[
            "another is left",
            "the other was nobody",
            "the second",
            "within another",
            "left within another",
            "none was",
        ],
    )
    def test_is_missed_where_no_alternative_is_left(self, alternatives: list[Any], gone: str | None) -> None:
        either = policy("slas", actions=["sla.*"], approvals=[{"any_of": alternatives}])
        found = causes((either, self.OPERATOR), user("zoe", roles=["analyst"]))
        assert [one.who for one in found] == ([gone] if gone else [])

    def test_is_looked_for_where_people_or_roles_change(self) -> None:
        assert causes((self.ASKED, self.OPERATOR), model("fraud")) == []

    def test_of_the_others_hides_nobody(self) -> None:
        """A policy that is still satisfied, or was never, stands before the one that is not."""
        fine = policy("a", actions=["model.*"], approvals=[{"role": "analyst"}])
        never = policy("b", actions=["usecase.*"], approvals=[{"role": "auditor"}])
        found = causes((fine, never, self.ASKED, self.OPERATOR), user("zoe", roles=["analyst"]))
        assert [one.needed for one in found] == [self.ASKED[0]]
