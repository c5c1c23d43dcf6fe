"""Rules of the company's own: in force from the change after the one that brought them, and answered for by whoever
touches what they are about, or changes what they ask for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import assert_clean, change_of, findings, judge, only, refused, verdict
from tests.support.change import Change, Landed
from tests.support.files import (
    deployment,
    incident,
    kind,
    model,
    policy,
    rule,
    usecase,
    user,
    version,
    waiver,
)
from tests.support.world import World

FRAUD = model("fraud")[0]
OWNED = rule("owned", "resource.spec.owner != 'mallory'", message="{metadata.name} belongs to {spec.owner}")
VERSION = "'ModelVersion/' + resource.metadata.name + '/' + resource.spec.version"
NO_INCIDENT = f"!Incident.about({VERSION}).exists(i, i.spec.severity == 'critical' && !has(i.spec.resolution))"
DEPLOYED = (model("fraud"), version("fraud", "1.0", status="approved"), deployment("staging", "fraud", "1.0"))
BROKEN = incident("outage", resource="ModelVersion/fraud/1.0", severity="critical")


def approved(world: World, *edits: Any, by: str = "bob", title: str = "Edit") -> Landed:
    return world.propose("alice", title, *edits).approve(by).merge("squash")


def landed_rule(world: World, *edits: Any) -> Landed:
    """A rule, by the way that policies take."""
    return world.propose("carol", "Rule", *edits).approve("erin").merge("squash")


def test_what_a_change_leaves_must_keep_the_rule(tmp_path: Path) -> None:
    world = World(tmp_path, OWNED)
    (finding,) = judge(approved(world, model("fraud", owner="mallory")), "owned").findings
    assert (finding.message, finding.path, finding.status) == ("fraud belongs to mallory", FRAUD, Status.FAIL)
    assert (finding.evidence, finding.subject) == (("policies/rules/owned.yaml",), "Model/fraud")


def test_what_keeps_the_rule_is_not_mentioned(tmp_path: Path) -> None:
    world = World(tmp_path, OWNED)
    judge(approved(world, model("fraud"), usecase("claims", owner="mallory")), None)


def test_a_rule_judges_from_the_change_after_the_one_that_brings_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    landed = world.propose("carol", "Both", OWNED, model("fraud", owner="mallory")).approve("erin").approve("bob")
    landed.merge("squash")
    assert_clean(verdict(world))
    judge(approved(world, model("churn", owner="mallory")), "owned")


def test_whoever_edits_what_was_wrong_before_leaves_it_right(tmp_path: Path) -> None:
    world = World(tmp_path, OWNED, model("fraud", owner="mallory"))
    assert_clean(verdict(world))
    judge(approved(world, model("fraud", owner="mallory", title="Fraud")), "owned")


def test_only_matching_paths_and_labels_are_asked(tmp_path: Path) -> None:
    match = {"kinds": ["Model"], "paths": ["registry/models/f*/**"], "labels": {"tier": "one"}}
    world = World(tmp_path, rule("never", "false", match=match))
    approved(world, model("fraud"), model("churn"))
    assert_clean(verdict(world))
    path, text = model("fraud")
    approved(world, (path, text.replace(b'name: "fraud"', b'name: "fraud"\n  labels: {tier: one}')))
    only(verdict(world), "never", path=path)


def test_a_breach_is_waived_like_a_finding_of_any_other_rule(tmp_path: Path) -> None:
    world = World(tmp_path, OWNED)
    excuse = waiver("for-now", rules=["owned"], expires="2026-03-01T00:00:00Z")
    world.propose("alice", "Excuse", excuse).approve("carol").approve("erin").merge("squash")
    landed = approved(world, model("fraud", owner="mallory"))
    (finding,) = verdict(world).findings
    assert (finding.rule, finding.status, finding.commit) == ("owned", Status.WAIVED, landed.commit)


# ---- what is in force


@pytest.mark.threat("C24")
def test_a_rule_that_was_removed_without_approval_stays_in_force(tmp_path: Path) -> None:
    world = World(tmp_path, OWNED)
    removed = world.push("mallory", {OWNED[0]: None})
    used = approved(world, model("fraud", owner="mallory"))
    report = verdict(world)
    refused(report, removed)
    assert ("owned", "Edit", FRAUD) in findings(report)
    assert change_of(report, used).status is Status.FAIL


@pytest.mark.threat("C24")
def test_a_rule_that_was_weakened_used_and_restored_found_what_it_would_have(tmp_path: Path) -> None:
    world = World(tmp_path, OWNED)
    world.push("mallory", rule("owned", "true"))
    approved(world, model("fraud", owner="mallory"))
    world.push("mallory", OWNED)
    assert ("owned", "Edit", FRAUD) in findings(verdict(world))


def test_a_rule_that_landed_without_approval_is_none(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.push("mallory", rule("never", "false"))
    approved(world, model("fraud"))
    assert "never" not in {rule for rule, _, _ in findings(verdict(world))}


def test_a_rule_of_which_nobody_can_tell_whether_it_was_approved_leaves_its_breach_open(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.push("carol", rule("never", "false"), record=False)
    landed = approved(world, model("fraud"))
    report = verdict(world)
    (finding,) = [found for found in report.findings if found.rule == "never"]
    assert (finding.status, finding.commit) == (Status.UNVERIFIABLE, landed.commit)


@pytest.mark.threat("C26", rule="invalid-expression")
@pytest.mark.parametrize(
    "expression",
    ["resource.spec.ownr != 'mallory'", "resource.spec.owner != 1", "resource.spec.owner", "resource.spec.owner !="],
)
def test_an_expression_that_says_nothing_is_a_finding_and_the_last_valid_one_stays(
    tmp_path: Path, expression: str
) -> None:
    world = World(tmp_path, OWNED)
    broken = landed_rule(world, rule("owned", expression))
    (finding,) = only(verdict(world), "invalid-expression", broken)
    assert finding.path == OWNED[0]
    assert finding.line is not None
    approved(world, model("fraud", owner="mallory"))
    assert ("owned", "Edit", FRAUD) in findings(verdict(world))


def test_a_rule_that_is_called_like_a_built_in_one_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    landed = landed_rule(world, rule("no-receipt", "false"))
    only(verdict(world), "invalid-resource", landed)
    approved(world, model("fraud"))
    assert len(verdict(world).findings) == 1


@pytest.mark.threat("C26", rule="rule-of-unknown-kind")
def test_a_rule_about_a_kind_that_nobody_has_is_a_finding(tmp_path: Path) -> None:
    world = World(tmp_path)
    landed = landed_rule(world, rule("typo", "Incidnt.about(key).size() == 0", kinds=("Modle",)))
    found = only(verdict(world), "rule-of-unknown-kind", landed)
    assert [finding.subject for finding in found] == ["Modle", "Incidnt"]


# ---- time


DATED: dict[str, Any] = {"effective_from": "2026-01-10T00:00:00Z", "until": "2026-02-01T00:00:00Z"}


def test_a_rule_with_dates_is_in_force_between_them(tmp_path: Path) -> None:
    world = World(tmp_path, rule("never", "false", **DATED))
    approved(world, model("fraud"))
    assert_clean(verdict(world))
    world.clock.pass_by(days=10)
    during = approved(world, model("churn"))
    only(verdict(world), "never", during)
    world.clock.pass_by(days=30)
    approved(world, model("debt"))
    only(verdict(world), "never", during)


def test_where_nobody_tells_the_time_nobody_can_tell_whether_it_was_in_force(tmp_path: Path) -> None:
    settings = {"evidence": {"mode": "trailer", "accept": ["trailer"], "contributors": "claimed"}}
    world = World(tmp_path, rule("never", "false", **DATED), settings=settings)
    landed = world.commit_raw(model("fraud"), author="alice")
    report = verdict(world)
    (finding,) = [found for found in report.findings if found.rule == "never"]
    assert (finding.status, finding.commit) == (Status.UNVERIFIABLE, landed.commit)


# ---- what cannot be told


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("1 / (resource.spec.links.size()) > 0", "divide by zero"),
        ("resource.spec.license != 'MIT'", "license"),
        ("Model.get('nobody').spec.owner == 'alice'", "there is no Model/nobody"),
        ("9223372036854775807 + resource.spec.out_of_scope_use.size() > 0", "overflow"),
        ("ref('Modle/fraud').spec.owner == 'alice'", 'there is no kind "Modle"'),
    ],
)
def test_an_expression_that_has_no_answer_never_means_that_all_is_well(
    tmp_path: Path, expression: str, reason: str
) -> None:
    world = World(tmp_path, rule("asks", expression))
    judge_open(approved(world, model("fraud", license=None)), "asks", reason)


def judge_open(landed: Landed, rule: str, reason: str) -> None:
    report = verdict(landed.world)
    (finding,) = only(report, rule, landed)
    assert finding.status is Status.UNVERIFIABLE
    assert reason in finding.message
    assert report.exit_code() is ExitCode.UNDECIDABLE
    assert report.counts.undecidable == 1


def test_a_warning_only_warns(tmp_path: Path) -> None:
    world = World(tmp_path, rule("never", "false", severity="info"))
    landed = approved(world, model("fraud"))
    report = verdict(world)
    assert [finding.status for finding in report.findings] == [Status.WARN]
    assert change_of(report, landed).status is Status.PASS
    assert report.exit_code() is ExitCode.OK


# ---- what changes are answered for


def test_a_deployment_is_refused_while_an_incident_is_open(tmp_path: Path) -> None:
    world = World(tmp_path, *DEPLOYED[:2], BROKEN, rule("calm", NO_INCIDENT, kinds=("Deployment",)))
    judge(approved(world, DEPLOYED[2]), "calm")


def test_whoever_reports_an_incident_is_not_blamed_by_a_rule_about_what_changes_touch(tmp_path: Path) -> None:
    world = World(tmp_path, *DEPLOYED, rule("calm", NO_INCIDENT, kinds=("Deployment",)))
    judge(approved(world, BROKEN), None)


def test_a_rule_about_what_stands_is_broken_by_a_change_elsewhere(tmp_path: Path) -> None:
    world = World(tmp_path, *DEPLOYED, rule("calm", NO_INCIDENT, kinds=("Deployment",), scope="snapshot"))
    landed = approved(world, BROKEN)
    only(judge(landed, "calm"), "calm", landed, path=DEPLOYED[2][0])
    approved(world, model("churn"), incident("more", resource="ModelVersion/fraud/1.0"))
    only(verdict(world), "calm", landed)


def test_what_was_broken_mended_and_broken_again_is_found_twice(tmp_path: Path) -> None:
    world = World(tmp_path, *DEPLOYED, rule("calm", NO_INCIDENT, kinds=("Deployment",), scope="snapshot"))
    resolved = {"by": "bob", "at": "2026-03-01T00:00:00Z", "notes": "Fixed"}
    approved(world, BROKEN, title="Broken")
    approved(world, incident("outage", resource="ModelVersion/fraud/1.0", severity="critical", resolution=resolved))
    approved(world, BROKEN, title="Again")
    titles = [title for _, title, _ in findings(verdict(world))]
    assert titles == ["Broken", "Again"]


def test_what_was_wrong_before_the_rule_came_is_nobodys_fault(tmp_path: Path) -> None:
    world = World(tmp_path, *DEPLOYED, BROKEN)
    landed_rule(world, rule("calm", NO_INCIDENT, kinds=("Deployment",), scope="snapshot"))
    approved(world, incident("more", resource="ModelVersion/fraud/1.0"))
    assert_clean(verdict(world))


def test_a_rule_without_a_match_is_about_the_registry_as_a_whole(tmp_path: Path) -> None:
    many = "User.all().filter(u, u.spec.active && u.spec.roles.exists(r, r == 'admin')).size() >= 2"
    world = World(tmp_path, rule("admins", many, kinds=()))
    judge(approved(world, model("fraud")), None)
    landed = (
        world.propose("carol", "Leave", user("erin", active=False)).approve("carol").approve("erin").merge("squash")
    )
    report = verdict(world)
    (finding,) = [found for found in report.findings if found.rule == "admins"]
    assert (finding.commit, finding.path, finding.subject) == (
        landed.commit,
        "policies/rules/admins.yaml",
        "the registry",
    )


def test_a_rule_can_speak_of_a_kind_of_the_companys_own(tmp_path: Path) -> None:
    sheet = kind("DataSheet", "data/sheets")
    said = "resource.status != 'lost' && DataSheet.all().size() < 3"
    world = World(tmp_path, sheet, policy("sheets", actions=["datasheet.*"]), rule("kept", said, kinds=("DataSheet",)))
    judge(approved(world, ("data/sheets/a.yaml", b"status: here\n")), None)
    judge(approved(world, ("data/sheets/b.yaml", b"status: lost\n")), "kept")


# ---- history


DIGEST = rule("same-artifact", "!changed('spec.artifact.digest')", kinds=("ModelVersion",))
TWO = rule("two", "approved_by(key).size() >= 2", kinds=("UseCase",))


def test_a_field_may_be_given_once_and_never_changed(tmp_path: Path) -> None:
    world = World(tmp_path, DIGEST, model("fraud"))
    judge(approved(world, version("fraud", "1.0")), None)
    artifact = {"uri": "s3://models/other", "digest": f"sha256:{'0' * 64}", "size_bytes": 1}
    judge(approved(world, version("fraud", "1.0", artifact=artifact)), "same-artifact")


def test_approvals_that_counted_are_counted(tmp_path: Path) -> None:
    world = World(tmp_path, TWO)
    change: Change = world.propose("alice", "Claims", usecase("claims"))
    change.approve("bob").approve("carol").merge("squash")
    two = [found for found in verdict(world).findings if found.rule == "two"]
    assert len(two) == 1, "one policy asks for one approval, so that one counts"


def test_two_approvals_count_where_a_policy_asks_for_two(tmp_path: Path) -> None:
    asked = policy("use-cases", actions=["usecase.*"], approvals=[{"count": 2, "role": "approver"}])
    world = World(tmp_path, TWO, asked)
    change = world.propose("alice", "Claims", usecase("claims")).approve("bob").approve("carol")
    judge(change.merge("squash"), None)


def test_time_and_history_are_those_that_are_attested(tmp_path: Path) -> None:
    settled = (
        "resource.spec.environment == 'staging' || "
        f"time - in_environment_since({VERSION}, 'staging') >= duration('168h')"
    )
    made = (model("fraud"), version("fraud", "1.0", status="approved"))
    world = World(tmp_path, *made, rule("settled", settled, kinds=("Deployment",)))
    approved(world, deployment("staging", "fraud", "1.0"))
    early = approved(world, deployment("production", "fraud", "1.0"))
    only(verdict(world), "settled", early)
    world.clock.pass_by(days=8)
    approved(world, deployment("production", "fraud", "1.0", deployment_id="again"))
    only(verdict(world), "settled", early)


def test_contributors_are_known_over_the_whole_life(tmp_path: Path) -> None:
    world = World(tmp_path, rule("fresh", "!contributors(key).exists(c, c == resource.spec.owner)"))
    judge(approved(world, model("fraud", owner="dave")), None)
    world.propose("dave", "Edit", model("fraud", owner="erin")).approve("bob").merge("squash")
    judge(world.propose("alice", "Give", model("fraud", owner="dave")).approve("bob").merge("squash"), "fresh")
