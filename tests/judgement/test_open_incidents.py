"""An open critical incident holds what it names: by its file, by what lawfully stood there, or by a signed report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import judge, only, rules, verdict
from tests.support.change import Landed
from tests.support.files import (
    File,
    delete,
    deployment,
    digest,
    incident,
    model,
    policy,
    ratification,
    sla,
    usecase,
    user,
    version,
)
from tests.support.kept import assert_the_same
from tests.support.proposals import foreseen
from tests.support.trees import Edits
from tests.support.world import World

PATH = "registry/incidents/outage.yaml"
DONE = {"by": "bob", "at": "2026-01-06T09:00:00Z", "notes": "Restarted"}
LAX = policy("incidents", actions=["incident.*"], approvals=[{"count": 1, "role": "operator"}])
NEVER_WAITS = policy("incident-report", actions=["incident.report"], approvals="none", reason="It must not wait")


def critical(**spec: Any) -> File:
    """An open critical incident on the model."""
    return incident("outage", severity="critical", **spec)


FOUND = (
    model("fraud"),
    *(version("fraud", number, status="approved") for number in ("1.0.0", "1.1.0")),
    deployment("production", "fraud", "1.0.0"),
    usecase("claims", models=[{"model": "fraud", "versions": ">=1.0"}], status="approved"),
)


@pytest.fixture
def running(tmp_path: Path) -> World:
    """Two approved versions of a model, the first in production, and a use case on it."""
    return World(tmp_path / "world", *FOUND)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")


def land(world: World, *edits: Edits, by: str = "bob") -> Landed:
    """Dave's change, approved."""
    return world.propose("dave", "Change", *edits).approve(by).merge("squash")


def promote(world: World) -> Landed:
    """The next version into production."""
    return land(world, deployment("production", "fraud", "1.1.0"))


def test_an_open_critical_incident_holds_a_deployment_to_production(running: World) -> None:
    land(running, critical())
    report = judge(promote(running), "open-incident")
    (found,) = (one for one in report.findings if one.rule == "open-incident")
    assert found.message == (
        "Deployment/production/fraud is promoted while the critical incident `outage` on Model/fraud is open"
    )
    assert (found.path, found.others) == ("registry/deployments/production/fraud.yaml", (PATH,))


def test_an_incident_resolved_by_an_approved_change_holds_nothing(running: World) -> None:
    land(running, critical())
    land(running, critical(resolution=DONE))
    judge(promote(running), None)


@pytest.mark.parametrize("severity", ["info", "warning", "error"])
def test_what_is_less_than_critical_holds_nothing(running: World, severity: str) -> None:
    land(running, incident("outage", severity=severity))
    judge(promote(running), None)


NAMED: dict[str, tuple[dict[str, Any], bool]] = {
    "the model": ({}, True),
    "the version": ({"resource": "ModelVersion/fraud/1.1.0"}, True),
    "another version": ({"resource": "ModelVersion/fraud/1.0.0"}, False),
    "the deployment": ({"resource": "Deployment/production/fraud"}, True),
    "another environment": ({"resource": "Deployment/staging/fraud"}, False),
    "an agreement about the model": ({"resource": "ServiceLevelAgreement/fast"}, True),
    "the model, beside something else": ({"resource": "UseCase/claims", "related": ["Model/fraud"]}, True),
    "the use case alone": ({"resource": "UseCase/claims"}, False),
    "another model": ({"resource": "Model/churn"}, False),
}


@pytest.mark.parametrize(("about", "held"), NAMED.values(), ids=NAMED)
def test_it_holds_what_it_names_and_nothing_else(running: World, about: dict[str, Any], *, held: bool) -> None:
    land(running, model("churn"), sla("fast"), deployment("staging", "fraud", "1.0.0"))
    land(running, critical(**about))
    change = running.propose("dave", "Promote", deployment("production", "fraud", "1.1.0")).approve("bob")
    assert ("open-incident" in {one.rule for one in foreseen(change).findings}) is held
    assert ("open-incident" in rules(verdict(change.merge("squash").world))) is held


def test_a_rollback_is_never_held(running: World) -> None:
    promote(running)
    land(running, critical())
    back = deployment("production", "fraud", "1.0.0", rollback={"reason": "Scores drift"})
    land(running, back)
    assert verdict(running).exit_code() is ExitCode.OK


HELD: dict[str, Callable[[World], Landed]] = {
    "an approval of a version": lambda world: land(world, version("fraud", "1.2.0", status="approved")),
    "a use case that goes live": lambda world: land(world, _use_case(status="deployed")),
    "a deletion of the use case": lambda world: land(world, delete(usecase("draft")[0])),
}


def _use_case(**spec: Any) -> File:
    return usecase("claims", models=[{"model": "fraud", "versions": ">=1.0"}], **spec)


@pytest.mark.parametrize("promotes", HELD.values(), ids=HELD)
def test_it_holds_every_kind_of_promotion(running: World, promotes: Callable[[World], Landed]) -> None:
    land(running, version("fraud", "1.2.0"), usecase("draft"))
    land(running, critical(related=["UseCase/claims", "UseCase/draft"]))
    landed = promotes(running)
    found = {one.rule for one in verdict(running).findings if one.commit == landed.commit}
    assert found - {"dangling-reference"} == {"open-incident"}


def test_what_is_no_promotion_goes_on(running: World) -> None:
    land(running, critical())
    land(running, version("fraud", "1.2.0"), deployment("staging", "fraud", "1.1.0"))
    assert rules(verdict(running)) == {"use-case-affected"}


# ---- reports on the evidence branch


def test_a_signed_report_holds_before_any_file_says_so(running: World) -> None:
    path = running.report_incident("dave", "outage")
    report = judge(promote(running), "open-incident")
    (found,) = (one for one in report.findings if one.rule == "open-incident")
    assert found.evidence == (path.rpartition("/")[2].removesuffix(".json"),)


def test_a_report_that_came_after_the_landing_holds_nothing(running: World) -> None:
    promote(running)
    running.report_incident("dave", "outage")
    report = verdict(running)
    assert report.exit_code() is ExitCode.OK


def test_a_report_that_is_dated_back_reddens_no_change_that_was_recorded(running: World) -> None:
    """What stands on the evidence branch above the receipt of a change was not there when that was written."""
    promote(running)
    running.report_incident("dave", "outage", at="2026-01-01T00:00:00Z")
    assert "open-incident" not in rules(verdict(running))


def test_a_resolved_report_holds_nothing(running: World) -> None:
    running.report_incident("dave", "outage")
    land(running, critical())
    land(running, critical(resolution=DONE))
    judge(promote(running), None)


SPOILT: dict[str, dict[str, Any]] = {
    "by nobody": {"signer": None},
    "by a key that is nobody's": {"signer": "stranger"},
    "in the name of another": {"signer": "mallory"},
    "by a machine": {"person": "robo"},
    "by somebody who may not report": {"person": "mallory"},
    "for another branch": {"edit": lambda told: told.update(branch="develop")},
    "for another repository": {"edit": lambda told: told.update(repository="local:acme/other")},
}


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
def test_a_report_that_is_not_a_colleagues_own_holds_nothing_and_is_told(
    running: World, spoilt: dict[str, Any]
) -> None:
    running.report_incident(**({"person": "dave", "name": "outage"} | spoilt))
    report = verdict(promote(running).world)
    assert rules(report) == {"incident-report-without-effect"}
    assert report.exit_code() is ExitCode.OK


def test_a_report_by_somebody_who_has_left_holds_nothing(running: World) -> None:
    running.propose("erin", "Leave", user("dave", active=False)).approve("carol").merge()
    running.report_incident("dave", "outage")
    change = running.propose("alice", "Promote", deployment("production", "fraud", "1.1.0")).approve("bob")
    assert rules(verdict(change.merge("squash").world)) == {"incident-report-without-effect"}


def test_a_report_outlives_the_role_of_whoever_made_it(running: World) -> None:
    running.report_incident("dave", "outage")
    land(running, model("churn"))
    running.propose("erin", "Leave", user("dave", active=False)).approve("carol").merge()
    change = running.propose("alice", "Promote", deployment("production", "fraud", "1.1.0")).approve("bob")
    only(verdict(change.merge("squash").world), "open-incident")


# ---- attackers


def _with_reports(tmp_path: Path) -> World:
    return World(
        tmp_path / "lax", *FOUND, NEVER_WAITS, policy("incidents", actions=["incident.update", "incident.resolve"])
    )


def test_a_milder_file_does_not_lift_what_a_report_holds(tmp_path: Path) -> None:
    """Reports need no approval, so the file that follows one proves nothing against it."""
    world = _with_reports(tmp_path)
    world.report_incident("dave", "outage")
    world.propose("dave", "It was nothing", incident("outage", severity="info")).merge()
    report = verdict(promote(world).world)
    assert {one.rule for one in report.findings if one.status is Status.FAIL} == {
        "open-incident",
        "incident-milder-than-reported",
    }


def test_an_approved_correction_lifts_it(tmp_path: Path) -> None:
    world = _with_reports(tmp_path)
    world.report_incident("dave", "outage")
    world.propose("dave", "As reported", critical()).merge()
    land(world, incident("outage", severity="info"))
    judge(promote(world), None)


def test_a_resolution_that_nobody_approved_lifts_nothing(running: World) -> None:
    land(running, critical())
    running.propose("dave", "Close", critical(resolution=DONE)).merge()
    promoted = promote(running)
    assert "open-incident" in {one.rule for one in verdict(running).findings if one.commit == promoted.commit}


def test_a_resolution_in_the_change_that_promotes_comes_too_late(running: World) -> None:
    land(running, critical())
    judge(land(running, critical(resolution=DONE), deployment("production", "fraud", "1.1.0")), "open-incident")


def test_a_resolution_by_people_who_may_not_close_is_told_and_lifts_nothing(running: World) -> None:
    running.propose("erin", "Lax", LAX).approve("carol").merge()
    running.propose("dave", "Report", critical()).approve("alice").merge()
    closed = running.propose("dave", "Close", critical(resolution=DONE)).approve("alice").merge("squash")
    promoted = promote(running)
    found = {(one.rule, one.commit) for one in verdict(running).findings if one.status is Status.FAIL}
    assert found == {("resolver-lacks-permission", closed.commit), ("open-incident", promoted.commit)}


def test_a_deleted_file_lifts_nothing_unless_somebody_approved_that(running: World) -> None:
    land(running, critical())
    running.propose("dave", "Forget", delete(PATH)).merge()
    promoted = promote(running)
    assert "open-incident" in {one.rule for one in verdict(running).findings if one.commit == promoted.commit}


def test_a_file_made_unreadable_lifts_nothing(running: World) -> None:
    land(running, critical())
    running.push("dave", (PATH, b"kind: Incident\n"))
    promoted = promote(running)
    assert "open-incident" in {one.rule for one in verdict(running).findings if one.commit == promoted.commit}


def test_the_same_artifact_under_another_name_is_held_as_well(running: World) -> None:
    land(running, critical())
    land(running, model("fraud-two"))
    artifact = {"uri": "s3://elsewhere", "digest": digest("fraud", "1.1.0"), "size_bytes": 1024}
    land(running, version("fraud-two", "1.0.0", artifact=artifact))
    report = judge(land(running, version("fraud-two", "1.0.0", artifact=artifact, status="approved")), "open-incident")
    (found,) = (one for one in report.findings if one.rule == "open-incident")
    assert "Model/fraud (the same artifact as ModelVersion/fraud/1.1.0)" in found.message


def test_a_ratified_resolution_counts_from_then_on(running: World) -> None:
    land(running, critical())
    closed = running.propose("dave", "Close", critical(resolution=DONE)).merge()
    running.propose("carol", "Accept", ratification("closing", closed.commit)).approve("erin").merge()
    promoted = promote(running)
    assert [one.rule for one in verdict(running).findings if one.commit == promoted.commit] == []


def test_a_ratified_change_accepts_nothing_of_the_one_before_it(running: World) -> None:
    """Whoever accepts the harmless change of two has not accepted that the first made the incident milder."""
    land(running, critical())
    running.propose("dave", "Lower", incident("outage", severity="info")).merge()
    second = running.propose("dave", "Reword", incident("outage", severity="info", title="Outage")).merge()
    running.propose("carol", "Accept", ratification("rewording", second.commit)).approve("erin").merge()
    promoted = promote(running)
    assert [one.rule for one in verdict(running).findings if one.commit == promoted.commit] == ["open-incident"]


def test_a_ratified_resolution_counts_although_the_file_was_edited_since(running: World) -> None:
    land(running, critical())
    closed = running.propose("dave", "Close", critical(resolution=DONE)).merge()
    land(running, critical(resolution=DONE, title="Outage"))
    running.propose("carol", "Accept", ratification("closing", closed.commit)).approve("erin").merge()
    promoted = promote(running)
    assert [one.rule for one in verdict(running).findings if one.commit == promoted.commit] == []


# ---- the gate, and audits with a cache


STORIES: dict[str, Callable[[World], object]] = {
    "nothing": lambda world: None,
    "a file": lambda world: land(world, critical()),
    "a report": lambda world: world.report_incident("dave", "outage"),
    "a report and its file": lambda world: (world.report_incident("dave", "outage"), land(world, critical())),
    "a report and a milder file": lambda world: (
        world.report_incident("dave", "outage"),
        land(world, incident("outage", severity="info")),
    ),
    "a report and a file that was approved away": lambda world: (
        world.report_incident("dave", "outage"),
        land(world, critical()),
        land(world, delete(PATH)),
    ),
    "a resolved one": lambda world: (land(world, critical()), land(world, critical(resolution=DONE))),
    "a forged report": lambda world: world.report_incident("dave", "outage", signer="stranger"),
    "an agreement": lambda world: (
        land(world, sla("fast")),
        land(world, critical(resource="ServiceLevelAgreement/fast")),
    ),
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_the_gate_says_before_the_landing_what_the_audit_says_after_it(
    running: World, story: Callable[[World], object]
) -> None:
    story(running)
    change = running.propose("dave", "Promote", deployment("production", "fraud", "1.1.0")).approve("bob")
    before = sorted((one.rule, one.path) for one in foreseen(change).findings)
    landed = change.merge("squash")
    assert before == sorted((one.rule, one.path) for one in verdict(running).findings if one.commit == landed.commit)


HISTORIES = STORIES | {  # a gate takes files as they stand
    "one that somebody resolved unapproved": lambda world: (
        land(world, critical()),
        world.propose("dave", "Close", critical(resolution=DONE)).merge(),
    ),
}


@pytest.mark.parametrize("story", HISTORIES.values(), ids=HISTORIES)
def test_with_a_cache_the_report_is_the_same(running: World, tmp_path: Path, story: Callable[[World], object]) -> None:
    cache = tmp_path / "cache"
    assert_the_same(running, cache)
    story(running)
    assert_the_same(running, cache)
    promote(running)
    assert_the_same(running, cache)
    running.report_incident("dave", "late", at="2026-01-01T00:00:00Z")
    assert_the_same(running, cache)
    land(running, deployment("staging", "fraud", "1.1.0"))
    land(running, critical(resolution=DONE))
    assert_the_same(running, cache)
