"""A step is allowed or not, done once, and either a decision about what is open or a proposal of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govops.app.access import logged
from govops.app.drafting import Tip, open_tip, versions
from govops.app.facades import AccessControl, ComplianceReporter, ModelRegistry, SLAManager, UseCaseRegistry
from govops.app.facades.proposing import Step, propose
from govops.app.governance import (
    ConflictError,
    Draft,
    ForbiddenError,
    MissingConditionError,
    NotFoundError,
    Site,
    StaleError,
)
from govops.app.governance import requests as ask
from govops.app.hosting import open_ones
from govops.errors import UsageError
from govops.kinds.resource import ResourceKey
from tests.support.files import digest, model, role, sla, usecase, user, version, violation
from tests.support.git import git
from tests.support.hosting import Server, actor, recorder_key, server
from tests.support.measurements import measure, promised

Keep = Callable[[Site], Site]
PATH = "registry/models/fraud/versions/1.0.yaml"
NEW = ask.RegisterModel.model_validate(
    {
        "name": "fraud",
        "version": {
            "version": "2.0",
            "description": "Again",
            "source": {"repository": "https://git.acme.example/fraud", "commit": "4e3dbd1124d6"},
            "training_data": {"digest": digest("data"), "description": "Cases"},
            "artifact": {"uri": "s3://models/fraud", "digest": digest("fraud"), "size_bytes": 1},
        },
    }
)
CLERK = role("clerk", permissions=["user:manage"])


@pytest.fixture
def here(tmp_path: Path) -> Server:
    """A model with a version that is registered, and a person who may add others and give them no roles."""
    return server(tmp_path, model("fraud"), version("fraud", "1.0"), CLERK, user("dave", roles=["clerk"]))


def blob(here: Server, path: str) -> str:
    return git(here.git_dir, "rev-parse", f"main:{path}").decode().strip()


@pytest.mark.threat("I07")
def test_the_same_key_of_the_same_person_is_the_same_proposal_even_after_it_landed(here: Server) -> None:
    models = ModelRegistry(here.site)
    first = models.register(actor("alice"), NEW, key="k")
    address = actor("alice").account.address
    assert first.id == hashlib.sha256(f"{address}\0k".encode()).hexdigest()[:16]
    again = models.register(actor("alice"), NEW, key="k")
    assert (again.id, again.head, first.is_new, again.is_new) == (first.id, first.head, True, False)
    here.approve("bob", first.id)
    landed = models.register(actor("alice"), NEW, key="k")
    assert (landed.state, landed.is_new) == ("merged", False)
    with pytest.raises(ConflictError, match="registered already"):
        models.register(actor("alice"), NEW, key="another")


def test_the_key_of_one_person_is_not_the_key_of_another(here: Server) -> None:
    models = ModelRegistry(here.site)
    models.register(actor("alice"), NEW, key="k")
    with pytest.raises(ConflictError, match="changes"):
        models.register(actor("erin"), NEW, key="k")


def test_without_a_key_each_request_is_another(here: Server) -> None:
    incidents = ComplianceReporter(here.site)
    request = ask.ReportIncident.model_validate({"severity": "error", "title": "Gone", "resource": "Model/fraud"})
    assert len({incidents.report_incident(actor("alice"), request).id for _ in range(2)}) == 2


@pytest.mark.threat("I02", "I03")
def test_nothing_is_proposed_by_whoever_may_not_and_it_is_logged(here: Server, keep: Keep) -> None:
    site = keep(here.site)
    asking = replace(actor("mallory"), request="r-1")
    with pytest.raises(ForbiddenError, match="mallory does not hold model:register"):
        ModelRegistry(site).register(asking, NEW)
    assert open_ones(site) == ()
    (entry,) = logged(site).items
    assert (entry["person"], entry["allowed"], entry["resource"]) == ("mallory", False, "Model/fraud")
    assert entry["request"] == "r-1"


def test_whoever_adds_people_does_not_give_them_roles_by_the_way(here: Server) -> None:
    access = AccessControl(here.site)
    body: dict[str, Any] = {"name": "zoe", "display_name": "Zoe", "type": "human"}
    assert access.create_user(actor("dave"), ask.CreateUser.model_validate(body)).state == "open"
    with pytest.raises(ForbiddenError, match="dave does not hold role:manage"):
        access.create_user(actor("dave"), ask.CreateUser.model_validate({**body, "roles": ["admin"]}))


def test_an_approval_is_given_to_what_is_open_and_is_proposed_where_nothing_is(here: Server) -> None:
    models = ModelRegistry(here.site)
    registered = models.register(actor("alice"), NEW)
    with pytest.raises(MissingConditionError, match="have seen"):
        models.approve(actor("bob"), "fraud", "2.0", ask.Decide())
    with pytest.raises(StaleError):
        models.approve(actor("bob"), "fraud", "2.0", ask.Decide(), if_match="1" * 40)
    assert models.approve(actor("bob"), "fraud", "2.0", ask.Decide(), if_match=registered.head).state == "merged"
    seen = blob(here, "registry/models/fraud/versions/2.0.yaml")
    proposed = models.approve(actor("bob"), "fraud", "2.0", ask.Decide(note="Good"), if_match=seen, key="k")
    assert (proposed.state, proposed.title, proposed.opener) == ("open", "Approve fraud 2.0", "bob")
    assert models.approve(actor("bob"), "fraud", "2.0", ask.Decide(), if_match=seen, key="k").id == proposed.id
    with pytest.raises(ForbiddenError, match="approver-is-contributor"):
        models.approve(actor("bob"), "fraud", "2.0", ask.Decide(), if_match=proposed.head)
    landed = models.approve(actor("carol"), "fraud", "2.0", ask.Decide(), if_match=proposed.head)
    assert landed.state == "merged"
    assert b"approved" in git(here.git_dir, "show", "main:registry/models/fraud/versions/2.0.yaml")


def test_a_rejection_closes_what_is_open_and_is_proposed_where_nothing_is(here: Server) -> None:
    models, seen = ModelRegistry(here.site), blob(here, PATH)
    proposed = models.approve(actor("bob"), "fraud", "1.0", ask.Decide(), if_match=seen)
    assert models.reject(actor("carol"), "fraud", "1.0", ask.Decide(), if_match=proposed.head).state == "rejected"
    again = models.reject(actor("carol"), "fraud", "1.0", ask.Decide(), if_match=seen)
    assert (again.state, again.title) == ("open", "Reject fraud 1.0")


@pytest.mark.threat("I07")
def test_a_request_that_comes_twice_at_once_is_one_proposal(here: Server) -> None:
    step = Step(actor("alice"), "", ResourceKey("Model", "fraud"), "k")

    def overtaken(tip: Tip) -> Draft:
        """Drafted when the other one has landed."""
        first = propose(here.site, step, lambda tip: versions.register(tip, NEW))
        here.approve("bob", first.id)
        with open_tip(here.site) as later:
            return versions.register(later, NEW)

    done = propose(here.site, step, overtaken)
    assert (done.state, done.is_new, done.id) == ("merged", False, step.id)


@pytest.mark.threat("I06")
def test_what_has_moved_on_since_it_was_seen_is_not_changed(here: Server) -> None:
    models, seen = ModelRegistry(here.site), blob(here, PATH)
    measured = ask.VersionMetrics.model_validate({"metrics": {"accuracy": 0.8}})
    proposed = models.metrics(actor("alice"), "fraud", "1.0", measured, if_match=seen)
    here.approve("bob", proposed.id)
    for stale in (seen, proposed.head):
        with pytest.raises(StaleError, match="not as you have seen it"):
            models.approve(actor("bob"), "fraud", "1.0", ask.Decide(), if_match=stale)
    with pytest.raises(MissingConditionError, match="state of ModelVersion/fraud"):
        models.deprecate(actor("bob"), "fraud", "1.0", ask.Retire(reason="Old"))
    with pytest.raises(NotFoundError, match="there is no ModelVersion"):
        models.approve(actor("bob"), "fraud", "9.9", ask.Decide(), if_match=seen)


def test_a_decision_about_any_proposal_names_its_head(here: Server) -> None:
    access = AccessControl(here.site)
    proposed = here.open("alice", "aa01", usecase("claims"))
    with pytest.raises(MissingConditionError, match="aa01"):
        access.approve(actor("bob"), "aa01", ask.Decide())
    with pytest.raises(NotFoundError, match="no proposal"):
        access.approve(actor("bob"), "zz99", ask.Decide(), if_match=proposed.head)
    assert access.approval("aa01").outlook is not None
    assert access.reject(actor("alice"), "aa01", ask.Decide(), if_match=proposed.head).state == "withdrawn"


def test_steps_of_a_use_case_are_taken_one_after_the_other(here: Server) -> None:
    registry = UseCaseRegistry(here.site)
    here.open("alice", "aa01", usecase("claims"))
    here.approve("bob", "aa01")
    seen = blob(here, "registry/use-cases/claims.yaml")
    with pytest.raises(ConflictError, match="cannot become approved"):
        registry.approve(actor("bob"), "claims", ask.Decide(), if_match=seen)
    submitted = registry.submit(actor("alice"), "claims", ask.Propose(reason="Ready"), if_match=seen)
    assert registry.approve(actor("bob"), "claims", ask.Decide(), if_match=submitted.head).state == "merged"


def test_measurements_are_appended_all_or_none(tmp_path: Path) -> None:
    here = server(
        tmp_path, model("fraud"), sla("up", source={"type": "file", "files": ["up.jsonl"], "connection": "x"})
    )
    site = replace(here.site, sources={"x": tmp_path.as_uri()})
    slas = SLAManager(site)
    good: dict[str, Any] = {"latency_ms": 10, "ok": True}

    def measured(*rows: dict[str, Any]) -> int:
        request = ask.Measurements.model_validate({"measurements": list(rows)})
        return slas.measure(actor("alice"), "up", request).count

    assert measured(good, {**good, "timestamp": "2026-03-01T09:30:00Z"}) == 2
    with pytest.raises(UsageError, match=r"input.jsonl:2"):
        measured(good, {**good, "timestamp": "yesterday"})
    with pytest.raises(NotFoundError, match="no ServiceLevelAgreement `down`"):
        slas.measure(actor("alice"), "down", ask.Measurements.model_validate({"measurements": [good]}))
    with pytest.raises(NotFoundError, match="no ServiceLevelAgreement"):
        slas.status("down")
    with pytest.raises(ForbiddenError, match="mallory does not hold sla:manage"):
        slas.measure(actor("mallory"), "up", ask.Measurements.model_validate({"measurements": [good]}))
    assert len((tmp_path / "up.jsonl").read_text().splitlines()) == 2


def test_a_violation_that_is_measured_is_recorded_by_whoever_acknowledges_it(tmp_path: Path) -> None:
    world = promised(tmp_path / "world")
    measure(world, "2026-01-07T00:00:00Z", 24, failing=100)
    slas, noted = SLAManager(Site(world.path, key=recorder_key())), ask.Acknowledge(notes="The disk was full")
    status = slas.status("fraud-up", as_of="2026-01-08T06:00:00Z").body
    (found,) = (one for one in status["violations"] if not one["is_recorded"])
    assert (status["agreement"]["standing"], found["metric"]) == ("violated", "availability_percent")
    with pytest.raises(NotFoundError, match="no violation"):
        slas.acknowledge(actor("dave"), "fraud-up/0123456789abcdef", noted)
    request = ask.Acknowledge(notes="The disk was full", as_of="2026-01-08T06:00:00Z")
    proposed = slas.acknowledge(actor("dave"), f"fraud-up/{found['id']}", request)
    assert proposed.outlook is not None
    actions = [one.name for one in proposed.outlook.change.actions]
    assert actions == ["sla.report_violation", "sla.acknowledge"]


def test_a_recorded_violation_is_named_by_its_id_alone_where_that_is_clear(tmp_path: Path) -> None:
    here = server(
        tmp_path,
        model("fraud"),
        sla("up"),
        sla("fast"),
        *(violation("up", name) for name in ("one", "two")),
        violation("fast", "two"),
    )
    slas, noted = SLAManager(here.site), ask.Acknowledge(notes="Known")
    seen = blob(here, "registry/slas/up/violations/one.yaml")
    with pytest.raises(MissingConditionError, match="SlaViolation/up/one"):
        slas.acknowledge(actor("alice"), "one", noted)
    assert slas.acknowledge(actor("alice"), "one", noted, if_match=seen).title == "Acknowledge up/one"
    with pytest.raises(ConflictError, match="several agreements have a violation"):
        slas.acknowledge(actor("alice"), "two", noted, if_match=seen)


def test_a_report_is_made_of_git_and_not_for_everybody(here: Server) -> None:
    reporter = ComplianceReporter(here.site)
    assert "# " in reporter.report(actor("alice"), format="markdown")
    with pytest.raises(UsageError, match="no report as `pdf`"):
        reporter.report(actor("alice"), format="pdf")
    with pytest.raises(UsageError, match="no instant"):
        reporter.report(actor("alice"), as_of="2026-01-01")
    with pytest.raises(ForbiddenError, match="bob does not hold compliance:report"):
        reporter.report(actor("bob"))
