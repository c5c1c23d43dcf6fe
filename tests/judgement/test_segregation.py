"""Duties that may not meet in one person: over the life of a thing, in roles held, and in who is left to approve."""

from __future__ import annotations

from typing import Any

import pytest

from govops.finding import Status
from tests.support.audit import assert_clean, change_of, only, refused, rules, verdict
from tests.support.cast import public_line
from tests.support.change import Landed
from tests.support.files import (
    File,
    conflict,
    delete,
    deployment,
    duty,
    model,
    policy,
    role,
    segregation,
    user,
    version,
)
from tests.support.world import World

BUILT = conflict(duty("contribute", "model.register"), duty("approve", "model.approve"), "model")
SENIOR = policy("models", actions=["model.*"], approvals=[{"role": "admin"}])


def world_with(tmp_path: Any, *files: File) -> World:
    """Approvers are admins here, so that bob can do everything that an approver can."""
    return World(tmp_path / "world", SENIOR, user("bob", roles=["admin"]), *files)


def lands(world: World, by: str, approver: str, *files: File, title: str = "Change") -> Landed:
    return world.propose(by, title, *files).approve(approver).merge("squash")


@pytest.fixture
def world(tmp_path: Any) -> World:
    return world_with(tmp_path, segregation(lifecycle=[BUILT]))


class TestOverALife:
    """A contributor to any version of a model may not approve any version of it."""

    def test_who_built_a_version_does_not_approve_another_years_later(self, world: World) -> None:
        lands(world, "bob", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        lands(world, "alice", "carol", version("fraud", "2.0", status="registered"))
        late = lands(world, "alice", "bob", version("fraud", "2.0", status="approved"), title="Approve 2.0")
        report = verdict(world)
        (found,) = only(report, "approver-conflicted", late)
        assert "bob made model.register of Model/fraud in" in found.message
        assert "Nobody checks their own work" in found.message

    def test_whoever_had_no_part_in_any_version_does(self, world: World) -> None:
        lands(world, "bob", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        lands(world, "alice", "bob", model("churn"), version("churn", "1.0", status="registered"))
        lands(world, "alice", "bob", version("churn", "1.0", status="approved"))
        lands(world, "alice", "erin", version("fraud", "1.0", status="approved"))
        assert_clean(verdict(world))

    def test_the_vote_passes_with_others(self, world: World) -> None:
        lands(world, "bob", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        change = (
            world.propose("alice", "Approve", version("fraud", "1.0", status="approved")).approve("bob").approve("erin")
        )
        landed = change.merge("squash")
        report = verdict(world)
        assert_clean(report)
        told = {approval.person: approval for approval in change_of(report, landed).approvals}
        assert (bool(told["bob"].counted), bool(told["erin"].counted)) == (False, True)
        assert [rule for rule, _ in told["bob"].reasons] == ["approver-conflicted"]

    def test_whoever_approved_does_not_build_on_later(self, world: World) -> None:
        lands(world, "alice", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        lands(world, "alice", "bob", version("fraud", "1.0", status="approved"))
        late = lands(world, "bob", "carol", version("fraud", "2.0", status="registered"), title="Register 2.0")
        (found,) = only(verdict(world), "conflicting-duties", late)
        assert "bob took part in" in found.message
        assert "bob approved model.approve of ModelVersion/fraud/1.0 in" in found.message

    def test_a_name_in_a_commit_is_a_part(self, world: World) -> None:
        """Git names exclude: a co-author of the first version is a contributor, whatever the forge says."""
        change = world.propose("alice", "Register", model("fraud"), version("fraud", "1.0", status="registered"))
        change.commit_as(model("fraud", purpose="Better"), author="alice", co_authors=("bob",))
        change.approve("carol").merge("squash")
        late = lands(world, "alice", "bob", version("fraud", "1.0", status="approved"))
        only(verdict(world), "approver-conflicted", late)

    @pytest.mark.threat("C21", "D04")
    def test_a_second_account_is_the_same_person(self, world: World) -> None:
        change = world.propose("bob", "Register", model("fraud"), version("fraud", "1.0", status="registered"))
        change.approve("carol").merge("squash")
        change = world.propose("alice", "Approve", version("fraud", "1.0", status="approved"))
        late = change.approve("bob", account=world.account_ids("bob")[1]).merge("squash")
        only(verdict(world), "approver-conflicted", late)

    def test_what_was_done_before_the_rule_counts(self, tmp_path: Any) -> None:
        """The rule judges what comes after it; a life is as long as it is."""
        world = world_with(tmp_path)
        lands(world, "bob", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        early = lands(world, "alice", "bob", model("churn"), version("churn", "1.0", status="registered"))
        lands(world, "erin", "carol", segregation(lifecycle=[BUILT]))
        late = lands(world, "alice", "bob", version("fraud", "1.0", status="approved"))
        report = verdict(world)
        only(report, "approver-conflicted", late)
        assert change_of(report, early).status is Status.PASS

    def test_an_advisory_policy_warns_and_counts(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, segregation(lifecycle=[BUILT], enforcement="advisory"))
        lands(world, "bob", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        late = lands(world, "alice", "bob", version("fraud", "1.0", status="approved"))
        report = verdict(world)
        assert [(f.rule, f.status) for f in report.findings] == [("conflicting-duties", Status.WARN)]
        assert change_of(report, late).status is Status.PASS
        assert int(report.exit_code()) == 0

    def test_who_proposed_a_risk_tier_does_not_approve_it(self, tmp_path: Any) -> None:
        """Whoever brings a model in proposes its tier, and an edit of something else proposes none."""
        tiers = ["risk_tier"]
        rule = conflict(
            duty("contribute", "model.register", "model.update", fields=tiers),
            duty("approve", "model.update", fields=tiers),
            "resource",
        )
        world = world_with(tmp_path, segregation(lifecycle=[rule]))
        lands(world, "bob", "carol", model("fraud"))
        lands(world, "alice", "bob", model("fraud", purpose="Another"))
        late = lands(world, "alice", "bob", model("fraud", purpose="Another", risk_tier="high"))
        only(verdict(world), "approver-conflicted", late)

    def test_the_life_of_a_version_includes_where_it_runs(self, tmp_path: Any) -> None:
        rule = conflict(duty("approve", "model.approve"), duty("approve", "model.deploy_production"), "version")
        world = world_with(tmp_path, segregation(lifecycle=[rule]))
        lands(world, "alice", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        lands(world, "alice", "carol", version("fraud", "2.0", status="registered"))
        lands(world, "alice", "bob", version("fraud", "1.0", status="approved"))
        lands(world, "alice", "carol", version("fraud", "2.0", status="approved"))
        lands(world, "alice", "bob", deployment("production", "fraud", "2.0"))
        late = lands(world, "alice", "bob", deployment("production", "fraud", "1.0"))
        only(verdict(world), "approver-conflicted", late)

    def test_both_in_one_change_are_both(self, tmp_path: Any) -> None:
        """Whoever approves a version and its deployment in one go has approved both."""
        rule = conflict(duty("approve", "model.approve"), duty("approve", "model.deploy_production"), "model")
        world = world_with(tmp_path, segregation(lifecycle=[rule]))
        lands(world, "alice", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        both = lands(
            world, "alice", "bob", version("fraud", "1.0", status="approved"), deployment("production", "fraud", "1.0")
        )
        only(verdict(world), "approver-conflicted", both)


class TestARuleThatIsTamperedWith:
    """Weakening a rule, using it and restoring it gains nothing, and one that nobody approved is none."""

    @pytest.mark.threat("C24", "C23")
    def test_weakened_used_and_restored(self, world: World) -> None:
        lands(world, "bob", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        weakened = world.push("mallory", segregation(lifecycle=[BUILT], enforcement="advisory"))
        used = lands(world, "alice", "bob", version("fraud", "1.0", status="approved"))
        world.push("mallory", segregation(lifecycle=[BUILT]))
        report = verdict(world)
        refused(report, weakened)
        assert {f.rule for f in report.findings if f.commit == used.commit} == {"approver-conflicted"}

    @pytest.mark.threat("C24")
    def test_removed_and_used(self, world: World) -> None:
        lands(world, "bob", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        world.push("mallory", delete(segregation(lifecycle=[BUILT])[0]))
        used = lands(world, "alice", "bob", version("fraud", "1.0", status="approved"))
        assert {f.rule for f in verdict(world).findings if f.commit == used.commit} == {"approver-conflicted"}

    @pytest.mark.threat("C24")
    def test_a_rule_that_was_pushed_bars_nobody(self, tmp_path: Any) -> None:
        world = world_with(tmp_path)
        lands(world, "bob", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        world.push("mallory", segregation(lifecycle=[BUILT]))
        used = lands(world, "alice", "bob", version("fraud", "1.0", status="approved"))
        assert change_of(verdict(world), used).status is Status.PASS

    @pytest.mark.threat("C23")
    def test_in_the_same_change(self, world: World) -> None:
        lands(world, "bob", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        both = lands(
            world,
            "alice",
            "bob",
            version("fraud", "1.0", status="approved"),
            segregation(lifecycle=[BUILT], enforcement="advisory"),
        )
        assert "approver-conflicted" in rules(verdict(world))
        refused(verdict(world), both)

    def test_where_it_cannot_be_told_whether_it_was_weakened_lawfully_neither_can_the_rest(self, world: World) -> None:
        lands(world, "bob", "carol", model("fraud"), version("fraud", "1.0", status="registered"))
        change = world.propose("erin", "Weaken", segregation(lifecycle=[BUILT], enforcement="advisory"))
        change.approve("carol").merge("squash", record=False)
        used = lands(world, "alice", "bob", version("fraud", "1.0", status="approved"))
        refused(verdict(world), used, Status.UNVERIFIABLE)


PAIR = segregation(role_pairs=[{"roles": ["auditor", "operator"], "reason": "Who audits does not operate"}])


class TestRolesThatMayNotMeet:
    """Checked whenever roles change, and for as long as an overlap goes on."""

    def test_a_second_role_that_conflicts_is_refused(self, tmp_path: Any) -> None:
        world = World(tmp_path / "world", PAIR, role("auditor"))
        late = world.propose("carol", "Dave audits", user("dave", roles=["operator", "auditor"])).approve("erin")
        (found,) = only(verdict_of(late.merge("squash")), "conflicting-roles")
        assert found.message == "dave holds auditor and operator; Who audits does not operate"

    def test_one_after_the_other_is_fine(self, tmp_path: Any) -> None:
        world = World(tmp_path / "world", PAIR, role("auditor"))
        lands(world, "carol", "erin", user("dave", roles=["auditor"]))
        lands(world, "carol", "erin", user("dave", roles=["operator"]))
        assert_clean(verdict(world))

    def test_a_new_person_with_both_is_refused(self, tmp_path: Any) -> None:
        world = World(tmp_path / "world", PAIR, role("auditor"))
        lands(world, "carol", "erin", user("zoe", roles=["operator", "auditor"], keys=[public_line("zoe")]))
        only(verdict(world), "conflicting-roles")

    def test_what_stood_before_the_rule_is_a_warning_and_must_end(self, tmp_path: Any) -> None:
        world = World(tmp_path / "world", role("auditor"), user("dave", roles=["operator", "auditor"]))
        lands(world, "carol", "erin", PAIR, title="Keep apart")
        found = {(finding.rule, finding.status) for finding in verdict(world).findings}
        assert found == {("conflicting-roles", Status.WARN), ("conflict-not-ended", Status.FAIL)}
        lands(world, "carol", "erin", user("dave", roles=["operator"]))
        assert {finding.rule for finding in verdict(world).findings} == {"conflicting-roles"}
        assert int(verdict(world).exit_code()) == 0

    def test_an_advisory_pair_warns(self, tmp_path: Any) -> None:
        pairs = [{"roles": ["auditor", "operator"], "reason": "Better not"}]
        advisory = segregation(role_pairs=pairs, enforcement="advisory")
        world = World(tmp_path / "world", advisory, role("auditor"))
        lands(world, "carol", "erin", user("dave", roles=["operator", "auditor"]))
        found = [(finding.rule, finding.status) for finding in verdict(world).findings]
        assert found == [("conflicting-roles", Status.WARN)]


def verdict_of(landed: Landed) -> Any:
    return verdict(landed.world)


ADMIN = role("boss", permissions=["user:manage", "role:manage", "policy:change"])
FLOOR = segregation(holders=[{"role": "operator", "minimum": 2}])
BLAST = segregation(holders=[{"role": "operator", "max_removed_percent": 50}])


class TestWhoIsLeft:
    """A change does not leave too few, take too many at once, or remove the last who may approve."""

    @pytest.mark.parametrize(
        "edit",
        [
            user("dave", roles=["analyst"]),
            user("dave", active=False),
            user("dave", type="bot"),
            delete("registry/users/dave.yaml"),
        ],
        ids=["role revoked", "inactive", "a bot now", "deleted"],
    )
    def test_too_few(self, tmp_path: Any, edit: File) -> None:
        world = World(tmp_path / "world", FLOOR)
        lands(world, "carol", "erin", edit)
        (found,) = only(verdict(world), "too-few-holders")
        assert found.message.endswith("the role operator: 1 of 2 would be left, and 2 must be")

    def test_enough_by_somebody_new_in_the_same_change(self, tmp_path: Any) -> None:
        world = World(tmp_path / "world", FLOOR)
        swap = (user("dave", roles=["analyst"]), user("bob", roles=["approver", "operator"]))
        lands(world, "carol", "erin", *swap)
        assert_clean(verdict(world))

    def test_too_many_at_once_and_in_steps(self, tmp_path: Any) -> None:
        more = (user("bob", roles=["approver", "operator"]), user("erin", roles=["admin", "operator"]))
        world = World(tmp_path / "world", BLAST, *more)
        gone = (user("alice", roles=["analyst"]), user("dave", roles=["analyst"]))
        lands(world, "carol", "erin", *gone)
        assert_clean(verdict(world))
        world = World(tmp_path / "other", BLAST, *more)
        lands(world, "carol", "erin", *gone, user("bob", roles=["approver"]))
        (found,) = only(verdict(world), "too-many-removed")
        assert found.message.endswith("3 of 4 would lose it, and at most 50 % may")

    @pytest.mark.parametrize(
        "edits",
        [
            (user("dave", roles=["operator"]),),
            (user("dave", active=False),),
            (delete("registry/users/dave.yaml"),),
            (role("keeper", permissions=["audit:read"]),),
        ],
        ids=["revoked", "inactive", "deleted", "role emptied"],
    )
    def test_the_last_approver_stays(self, tmp_path: Any, edits: tuple[File, ...]) -> None:
        asked = policy("slas", actions=["sla.*"], approvals=[{"permission": "compliance:report"}])
        keeper = (user("dave", roles=["keeper"]), role("keeper", permissions=["compliance:report"]))
        others = (user("alice", roles=["operator"]), ADMIN, *(user(name, roles=["boss"]) for name in ("carol", "erin")))
        world = World(tmp_path / "world", asked, *keeper, *others)
        lands(world, "carol", "erin", *edits)
        (found,) = only(verdict(world), "last-approver-removed")
        assert "nobody would be left with permission compliance:report" in found.message

    @pytest.mark.parametrize("other", ["approver", "nobody-has-it"])
    def test_one_alternative_is_enough(self, tmp_path: Any, other: str) -> None:
        either = [{"any_of": [{"role": "auditor"}, [{"role": "approver"}, {"role": other}]]}]
        asked = policy("slas", actions=["sla.*"], approvals=either)
        known = (role("auditor"), role("nobody-has-it"), user("dave", roles=["auditor"]))
        world = World(tmp_path / "world", asked, *known)
        lands(world, "carol", "erin", user("dave", roles=["analyst"]))
        found = rules(verdict(world)) & {"last-approver-removed"}
        assert bool(found) == (other == "nobody-has-it")

    def test_unless_the_policy_asks_for_them_no_more(self, tmp_path: Any) -> None:
        asked = policy("slas", actions=["sla.*"], approvals=[{"role": "auditor"}])
        world = World(tmp_path / "world", asked, role("auditor"), user("dave", roles=["auditor"]))
        relieved = policy("slas", actions=["sla.*"])
        lands(world, "carol", "erin", user("dave", roles=["analyst"]), relieved)
        assert_clean(verdict(world))
        world = World(tmp_path / "other", asked, role("auditor"), user("dave", roles=["auditor"]))
        lands(world, "carol", "erin", user("dave", roles=["analyst"]))
        only(verdict(world), "last-approver-removed")
