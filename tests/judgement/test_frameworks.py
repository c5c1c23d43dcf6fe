"""Each decision is judged by the frameworks of its time, and each clause is in exactly one state."""

from __future__ import annotations

from typing import Any

import pytest

from govops.app.frameworks import packs
from govops.finding import ClauseCoverage, ClauseState, FrameworkCoverage, Report, Status
from tests.support.audit import assert_clean, findings, verdict
from tests.support.cast import FORGE_COMMITTER
from tests.support.change import Landed
from tests.support.files import (
    TRAILERS,
    File,
    clause,
    conflict,
    delete,
    duty,
    framework,
    model,
    ratification,
    rule,
    segregation,
    user,
    waiver,
)
from tests.support.world import World

EYES = ["not-approved", "approver-is-contributor"]
HOUSE = framework("house", clause("1", rules=EYES))


def world_with(tmp_path: Any, *files: File, **how: Any) -> World:
    return World(tmp_path / "world", *files, **how)


def lands(world: World, *files: Any, title: str = "Change", by: str = "alice", approver: str = "bob") -> Landed:
    return world.propose(by, title, *files).approve(approver).merge("squash")


def rules_change(world: World, *files: Any) -> Landed:
    """A policy of the house changes, as policies must: by two admins."""
    return lands(world, *files, title="Change the rules", by="carol", approver="erin")


def coverage(report: Report, name: str, version: str | None = None) -> FrameworkCoverage:
    (found,) = (one for one in report.frameworks if one.name == name and version in (None, one.version))
    return found


def state(report: Report, name: str, id: str) -> ClauseState:
    return told(report, name, id).state


def told(report: Report, name: str, id: str) -> ClauseCoverage:
    return next(one for one in coverage(report, name).clauses if one.id == id)


def kept(report: Report, name: str, id: str) -> dict[str, int]:
    """Rule -> how many allowed changes it judged for this clause."""
    rows = told(report, name, id).evidence
    return {row.source: row.changes for row in rows if row.kind == "rule" and row.status is Status.PASS}


class TestStates:
    def test_a_history_without_frameworks_tells_of_none(self, tmp_path: Any) -> None:
        world = world_with(tmp_path)
        lands(world, model("fraud"))
        assert verdict(world).frameworks == ()

    def test_a_clause_is_shown_by_changes_that_its_rules_let_pass(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, HOUSE)
        first, last = lands(world, model("fraud")), lands(world, model("churn"))
        report = verdict(world)
        clause = told(report, "house", "1")
        assert clause.state is ClauseState.SHOWN
        assert kept(report, "house", "1") == {"not-approved": 2, "approver-is-contributor": 2}
        assert {(row.first, row.last) for row in clause.evidence} == {(first.commit, last.commit)}

    def test_a_violation_of_one_of_its_rules_outweighs_all_that_passed(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, HOUSE)
        lands(world, model("fraud"))
        bad = world.push("mallory", model("fraud", risk_tier="low"))
        report = verdict(world)
        (row,) = (row for row in told(report, "house", "1").evidence if row.status is Status.FAIL)
        assert (row.source, row.first, row.changes) == ("not-approved", bad.commit, 1)
        named = [finding.rule for finding in report.findings if finding.fingerprint in row.findings]
        assert named == ["not-approved"]
        assert state(report, "house", "1") is ClauseState.FAILING

    def test_a_rule_that_another_one_broke_a_change_for_shows_nothing_of_it(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, framework("house", clause("own", rules=["approver-is-contributor"])))
        world.push("mallory", model("fraud"))
        assert state(verdict(world), "house", "own") is ClauseState.NOT_COVERED

    def test_where_evidence_is_missing_what_rests_on_it_is_not_established(self, tmp_path: Any) -> None:
        world = world_with(
            tmp_path, framework("house", clause("people", rules=EYES), clause("files", rules=["invalid-resource"]))
        )
        lands(world, model("fraud"))
        lost = world.propose("alice", "Unrecorded", model("churn")).approve("bob").merge("squash", record=False)
        report = verdict(world)
        assert state(report, "house", "people") is ClauseState.UNVERIFIABLE
        assert state(report, "house", "files") is ClauseState.SHOWN
        rows = [row for row in told(report, "house", "people").evidence if row.status is Status.UNVERIFIABLE]
        assert {(row.source, row.first, row.changes) for row in rows} == {(rule, lost.commit, 1) for rule in EYES}

    def test_a_rule_on_resources_judged_those_of_its_kinds(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, framework("house", clause("1", rules=["near-duplicate", "invalid-resource"])))
        lands(world, model("fraud"), model("churn"))
        lands(world, user("frank", display_name="Frank", emails=["frank@acme.example"], accounts=[], keys=[], roles=[]))
        report = verdict(world)
        items = {row.source: (row.changes, row.items) for row in told(report, "house", "1").evidence}
        assert items["near-duplicate"] == (1, 2)

    def test_permissions_are_shown_by_who_holds_them_and_sections_by_their_lines(self, tmp_path: Any) -> None:
        one = clause("1", permissions=["model:approve"], sections=["inventory", "incidents"])
        world = world_with(tmp_path, framework("house", one))
        lands(world, model("fraud"))
        clause_ = told(verdict(world), "house", "1")
        rows = {row.source: row for row in clause_.evidence}
        assert (rows["model:approve"].kind, rows["inventory"].items) == ("permission", 1)
        assert "bob" in rows["model:approve"].detail
        assert clause_.silent == (("section", "incidents"),)
        assert clause_.state is ClauseState.SHOWN

    def test_a_rule_that_no_policy_gives_anything_to_go_by_shows_nothing(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, framework("house", clause("1", rules=["conflicting-duties", "review-overdue"])))
        lands(world, model("fraud"))
        assert state(verdict(world), "house", "1") is ClauseState.NOT_COVERED
        pair = conflict(duty("contribute", "model.*"), duty("approve", "model.*"))
        rules_change(world, segregation(lifecycle=[pair]))
        lands(world, model("churn"))
        report = verdict(world)
        assert kept(report, "house", "1") == {"conflicting-duties": 1}

    def test_what_is_not_applicable_says_why_and_hides_no_failure(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, HOUSE)
        lands(world, model("fraud"))
        rules_change(world, framework("house", clause("1", not_applicable="we build no models")))
        report = verdict(world)
        assert state(report, "house", "1") is ClauseState.NOT_APPLICABLE
        assert told(report, "house", "1").reason == "we build no models"

        rules_change(world, HOUSE)
        world.push("mallory", model("fraud", risk_tier="low"))
        rules_change(world, framework("house", clause("1", not_applicable="we build no models")))
        assert state(verdict(world), "house", "1") is ClauseState.FAILING

    def test_what_is_waived_is_shown_as_such(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, HOUSE)
        lands(world, waiver("models"), title="Waive", by="erin", approver="carol")
        excused = world.propose("dave", "Register", model("fraud")).merge("squash")
        lands(world, model("churn"))
        report = verdict(world)
        (row,) = (row for row in told(report, "house", "1").evidence if row.status is Status.WAIVED)
        assert (row.source, row.first, row.items) == ("not-approved", excused.commit, 1)
        assert kept(report, "house", "1")["not-approved"] == 2
        assert state(report, "house", "1") is ClauseState.WAIVED

    def test_a_violation_that_is_ratified_later_is_waived_from_then_on(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, HOUSE)
        pushed = world.push("mallory", model("fraud"))
        assert state(verdict(world), "house", "1") is ClauseState.FAILING
        lands(world, ratification("mend", pushed.commit), title="Ratify", by="erin", approver="carol")
        assert state(verdict(world), "house", "1") is ClauseState.WAIVED

    def test_the_history_as_a_whole_is_judged_at_its_end(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, framework("house", clause("1", rules=["record-tampered"])))
        lands(world, model("fraud"))
        (row,) = told(verdict(world), "house", "1").evidence
        assert (row.status, row.last) == (Status.PASS, world.main)


class TestTime:
    """SR 11-7 gave way to SR 26-2 on 2026-04-17; what was decided before stays judged by it."""

    @pytest.fixture
    def world(self, tmp_path: Any) -> World:
        letters = [(pack.path, pack.text.encode()) for pack in packs() if pack.name.startswith("sr-")]
        return world_with(tmp_path, *letters)

    def test_each_letter_answers_for_the_changes_of_its_time(self, world: World) -> None:
        before = lands(world, model("fraud"))
        world.clock.pass_by(days=120)
        after = lands(world, model("churn"))
        report = verdict(world)
        assert_clean(report)
        old, new = told(report, "sr-11-7", "V: before first use"), told(report, "sr-26-2", "validation: before use")
        of_rule = {letter: next(r for r in letter.evidence if r.source == "not-approved") for letter in (old, new)}
        assert [(row.first, row.last, row.changes) for row in of_rule.values()] == [
            (before.commit, before.commit, 1),
            (after.commit, after.commit, 1),
        ]

    def test_a_violation_of_the_old_time_is_none_of_the_new(self, world: World) -> None:
        world.push("mallory", model("fraud"))
        world.clock.pass_by(days=120)
        lands(world, model("churn"))
        report = verdict(world)
        assert state(report, "sr-11-7", "V: before first use") is ClauseState.FAILING
        assert state(report, "sr-26-2", "validation: before use") is ClauseState.SHOWN

    def test_before_its_day_nothing_counts(self, world: World) -> None:
        lands(world, model("fraud"))
        later = told(verdict(world), "sr-26-2", "validation: before use")
        assert (later.state, later.evidence) == (ClauseState.NOT_IN_FORCE, ())
        assert later.reason == "it applies from 2026-04-17, and nothing was judged then"

    def test_the_commit_date_moves_nothing(self, world: World) -> None:
        """A commit that says that it is of next year lands today."""
        world.propose("alice", "Later", model("fraud"), at="2027-01-01T00:00:00Z").approve("bob").merge("squash")
        assert state(verdict(world), "sr-26-2", "validation: before use") is ClauseState.NOT_IN_FORCE

    def test_sections_and_permissions_are_those_of_its_end(self, world: World) -> None:
        """What stood in the inventory when SR 11-7 ended is its evidence, whatever came later."""
        lands(world, model("fraud"))
        world.clock.pass_by(days=120)
        lands(world, model("churn"), model("debt"))
        report = verdict(world)
        lines = [
            next(row.items for row in told(report, *where).evidence if row.source == "inventory")
            for where in (("sr-11-7", "VI: model inventory"), ("sr-26-2", "governance: inventory"))
        ]
        assert lines == [1, 3]

    def test_without_any_attested_time_nobody_can_tell(self, tmp_path: Any) -> None:
        dated = framework("dated", clause("1", rules=EYES), in_force_from="2020-01-01")
        world = world_with(tmp_path, dated, HOUSE, settings={"evidence": TRAILERS})
        message = "Register\n\nReviewed-by: Bob Brown <bob@acme.example>\n"
        world.commit_raw(model("fraud"), message=message, author="alice", committer=FORGE_COMMITTER)
        report = verdict(world)
        assert report.provenance.as_of is None
        assert (state(report, "dated", "1"), state(report, "house", "1")) == (
            ClauseState.UNVERIFIABLE,
            ClauseState.SHOWN,
        )
        assert {row.detail for row in told(report, "dated", "1").evidence} == {
            "no attested time tells whether the clause was in force"
        }

    def test_a_clause_may_have_days_of_its_own(self, tmp_path: Any) -> None:
        clauses = (clause("early", rules=EYES), clause("late", rules=EYES, in_force_from="2027-01-01"))
        world = world_with(tmp_path, framework("law", *clauses, in_force_from="2026-01-01"))
        lands(world, model("fraud"))
        report = verdict(world)
        assert (state(report, "law", "early"), state(report, "law", "late")) == (
            ClauseState.SHOWN,
            ClauseState.NOT_IN_FORCE,
        )
        assert told(report, "law", "late").in_force_from == "2027-01-01"

    def test_as_of_a_later_day_the_clause_is_in_force_and_shows_nothing_yet(self, world: World) -> None:
        lands(world, model("fraud"))
        report = verdict(world, as_of="2026-06-01T00:00:00Z")
        assert state(report, "sr-26-2", "validation: conceptual soundness") is ClauseState.NOT_COVERED
        assert state(report, "sr-26-2", "governance: inventory") is ClauseState.SHOWN


class TestWhichMapping:
    """A change is judged by the frameworks as its first parent has them."""

    def test_a_framework_says_nothing_of_what_landed_before_it(self, tmp_path: Any) -> None:
        world = world_with(tmp_path)
        world.push("mallory", model("fraud"))
        rules_change(world, HOUSE)
        lands(world, model("churn"))
        assert kept(verdict(world), "house", "1") == {"not-approved": 1, "approver-is-contributor": 1}
        assert state(verdict(world), "house", "1") is ClauseState.SHOWN

    def test_one_that_is_gone_still_answers_for_its_time(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, HOUSE)
        world.push("mallory", model("fraud"))
        rules_change(world, delete(HOUSE[0]))
        report = verdict(world)
        assert state(report, "house", "1") is ClauseState.FAILING
        assert not coverage(report, "house").stands

    def test_a_new_edition_is_told_beside_the_old_one(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, HOUSE)
        world.push("mallory", model("fraud"))
        rules_change(world, framework("house", clause("1", rules=EYES), version="2"))
        lands(world, model("churn"))
        report = verdict(world)
        states = {one.version: one.clauses[0].state for one in report.frameworks}
        assert states == {"1": ClauseState.FAILING, "2": ClauseState.SHOWN}

    def test_a_mapping_that_was_taken_away_unapproved_still_counts(self, tmp_path: Any) -> None:
        """Whoever weakens it, errs, and puts it back has hidden nothing."""
        world = world_with(tmp_path, HOUSE)
        world.push("mallory", framework("house", clause("1")))
        world.push("mallory", model("fraud"))
        world.push("mallory", HOUSE)
        report = verdict(world)
        (row,) = (r for r in told(report, "house", "1").evidence if r.status is Status.FAIL and r.source == EYES[0])
        assert row.changes == 3

    def test_one_that_nobody_approved_shows_nothing(self, tmp_path: Any) -> None:
        world = world_with(tmp_path)
        world.push("mallory", framework("house", clause("1", rules=["invalid-resource"])))
        lands(world, model("fraud"))
        clause_ = told(verdict(world), "house", "1")
        assert (clause_.state, clause_.evidence) == (ClauseState.NOT_IN_FORCE, ())
        assert clause_.reason == "the change that brought it was not approved"

    def test_only_the_range_that_is_reported_is_told(self, tmp_path: Any) -> None:
        world = world_with(tmp_path, HOUSE)
        first = lands(world, model("fraud"))
        lands(world, model("churn"))
        assert kept(verdict(world, first=first.commit), "house", "1")["not-approved"] == 1


class TestOwnRules:
    """A rule of the company's own serves a clause like a built-in one."""

    @pytest.fixture
    def world(self, tmp_path: Any) -> World:
        own = rule("answered-for", 'resource.spec.owner != "nobody"')
        return world_with(tmp_path, own, framework("house", clause("1", rules=["answered-for"])))

    def test_it_shows_what_it_was_asked_about(self, world: World) -> None:
        kept_by = lands(world, model("fraud"), model("churn"))
        lands(world, user("alice", display_name="Alice A."), by="carol", approver="erin")
        (row,) = told(verdict(world), "house", "1").evidence
        assert (row.source, row.status, row.changes, row.items) == ("answered-for", Status.PASS, 1, 2)
        assert row.first == row.last == kept_by.commit

    def test_what_breaks_it_fails_the_clause(self, world: World) -> None:
        lands(world, model("fraud"))
        lands(world, model("churn", owner="nobody"), user("nobody", display_name="Nobody"), approver="carol", by="erin")
        assert state(verdict(world), "house", "1") is ClauseState.FAILING

    def test_it_shows_nothing_before_its_day(self, tmp_path: Any) -> None:
        own = rule("answered-for", "true", effective_from="2027-01-01T00:00:00Z")
        world = world_with(tmp_path, own, framework("house", clause("1", rules=["answered-for"])))
        lands(world, model("fraud"))
        assert state(verdict(world), "house", "1") is ClauseState.NOT_COVERED

    def test_a_clause_that_it_served_says_so_when_it_is_gone(self, world: World) -> None:
        rules_change(world, delete("policies/rules/answered-for.yaml"))
        (finding,) = verdict(world).findings
        assert (finding.rule, finding.path) == ("dangling-reference", "policies/frameworks/house.yaml")


class TestMistakes:
    def test_a_rule_that_does_not_exist_is_a_finding_at_its_place(self, tmp_path: Any) -> None:
        world = world_with(tmp_path)
        rules_change(world, framework("house", clause("1", rules=["not-aproved"])))
        (finding,) = verdict(world).findings
        assert (finding.rule, finding.hint) == ("dangling-reference", "did you mean `not-approved`?")
        assert finding.line is not None

    @pytest.mark.parametrize("field", [{"permissions": ["model:shred"]}, {"sections": ["appendix"]}])
    def test_so_are_permissions_and_sections(self, tmp_path: Any, field: dict[str, Any]) -> None:
        world = world_with(tmp_path)
        rules_change(world, framework("house", clause("1", **field)))
        assert [rule for rule, _, _ in findings(verdict(world))] == ["invalid-resource"]
