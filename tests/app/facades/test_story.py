"""Every workflow of the registries, through nothing but their methods, in real git; and an auditor finds no fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from govops.app.facades import AccessControl, ComplianceReporter, ModelRegistry, SLAManager, UseCaseRegistry
from govops.app.governance import Actor, ForbiddenError, MissingConditionError, Query, Site, StaleError, Submitted
from govops.app.governance import requests as ask
from govops.errors import ExitCode
from govops.workspace import now
from tests.support.company import AMARA, CLAIRE, DANIEL, HENRIK, INES, JONAS, MAYA, PRIYA, RAFAEL, SOFIA, found
from tests.support.files import digest
from tests.support.git import git
from tests.support.hosting import Server

Keep = Callable[[Site], Site]
NAME = "letter-sorter"
MODEL = {
    "title": "Letter sorter",
    "purpose": "Sorts letters by the department that answers them",
    "owner": "jonas-becker",
    "risk_tier": "medium",
    "intended_use": "The post room; a clerk looks at every letter",
}


def version(number: str) -> dict[str, Any]:
    return {
        "version": number,
        "description": f"Version {number}",
        "source": {"repository": "https://git.example.org/letter-sorter", "commit": "4e3dbd1124d6"},
        "training_data": {"digest": digest("letters"), "description": "Letters of 2025"},
        "artifact": {"uri": f"s3://models/{NAME}/{number}", "digest": digest(number), "size_bytes": 1024},
        "metrics": {"accuracy": 0.9},
    }


class Company:
    """The five registries over one repository, and a look at its files."""

    def __init__(self, server: Server) -> None:
        site: Site = server.site
        self.server = server
        self.models = ModelRegistry(site)
        self.use_cases = UseCaseRegistry(site)
        self.access = AccessControl(site)
        self.compliance = ComplianceReporter(site)
        self.slas = SLAManager(site)

    def blob(self, path: str) -> str:
        """What a read gives as the tag of a file."""
        return git(self.server.git_dir, "rev-parse", f"main:{path}").decode().strip()

    def text(self, path: str) -> str:
        return git(self.server.git_dir, "show", f"main:{path}").decode()

    def version(self, number: str) -> str:
        return self.blob(f"registry/models/{NAME}/versions/{number}.yaml")

    def use_case(self) -> str:
        return self.blob("registry/use-cases/letters.yaml")

    def lands(self, proposed: Submitted, *approvers: Actor) -> None:
        """It waits for each of them, and lands with the last."""
        for approver in approvers:
            assert proposed.state == "open", proposed
            proposed = self.access.approve(approver, proposed.id, ask.Decide(note="Read"), if_match=proposed.head)
        assert (proposed.state, proposed.is_recorded) == ("merged", True), proposed


def models(company: Company) -> None:
    registry = company.models
    both = ask.RegisterModel.model_validate({"name": NAME, "model": MODEL, "version": version("1.0.0")})
    company.lands(registry.register(JONAS, both, key="k-1"), MAYA)
    assert registry.register(JONAS, both, key="k-1").state == "merged"
    assert not registry.register(JONAS, both, key="k-1").is_new
    second = ask.RegisterModel.model_validate({"name": NAME, "version": version("1.1.0")})
    company.lands(registry.register(JONAS, second), MAYA)
    for number in ("1.0.0", "1.1.0"):
        proposed = registry.approve(RAFAEL, NAME, number, ask.Decide(note="Good"), if_match=company.version(number))
        assert proposed.title == f"Approve {NAME} {number}"
        with pytest.raises(MissingConditionError):
            registry.approve(SOFIA, NAME, number, ask.Decide())
        with pytest.raises(StaleError):
            registry.approve(SOFIA, NAME, number, ask.Decide(), if_match=company.version(number))
        landed = registry.approve(SOFIA, NAME, number, ask.Decide(), if_match=proposed.head)
        assert landed.state == "merged"
        for environment, approver in (("staging", DANIEL), ("production", AMARA)):
            body = {"environment": environment, "deployment_id": f"{environment}-{number}"}
            request = ask.Deploy.model_validate(body)
            company.lands(registry.deploy(PRIYA, NAME, number, request, if_match=company.version(number)), approver)
    measured = ask.VersionMetrics.model_validate({"metrics": {"accuracy": 0.7}})
    company.lands(registry.metrics(JONAS, NAME, "1.1.0", measured, if_match=company.version("1.1.0")), SOFIA)
    back = ask.RollBack(reason="It sorts worse than the one before")
    company.lands(registry.rollback(DANIEL, NAME, "1.1.0", back, if_match=company.version("1.1.0")), PRIYA)
    assert "version: 1.0.0" in company.text(f"registry/deployments/production/{NAME}.yaml")
    refused = registry.reject(RAFAEL, NAME, "1.1.0", ask.Decide(), if_match=company.version("1.1.0"))
    company.lands(refused, SOFIA)


def use_cases(company: Company) -> None:
    registry = company.use_cases
    body: dict[str, Any] = {
        "name": "letters",
        "title": "Letters",
        "description": "Sorts the post",
        "owner": "sofia-lindqvist",
    }
    body |= {"impact": "low", "models": [{"model": NAME, "versions": ">=1.0,<2"}]}
    company.lands(registry.create(JONAS, ask.CreateUseCase.model_validate(body)), MAYA)
    company.lands(registry.submit(JONAS, "letters", ask.Propose(), if_match=company.use_case()), MAYA)
    company.lands(registry.approve(SOFIA, "letters", ask.Decide(), if_match=company.use_case()), RAFAEL)
    company.lands(registry.deploy(PRIYA, "letters", ask.Propose(), if_match=company.use_case()), SOFIA)
    measured = ask.UseCaseMetrics(metrics={"letters_per_day": 1900})
    company.lands(registry.metrics(JONAS, "letters", measured, if_match=company.use_case()), MAYA)
    retired = ask.Retire(reason="Letters come by mail now")
    company.lands(registry.deprecate(SOFIA, "letters", retired, if_match=company.use_case()), RAFAEL)


def people(company: Company) -> None:
    access, path = company.access, "registry/users/noor-haddad.yaml"
    body: dict[str, Any] = {"name": "noor-haddad", "display_name": "Noor Haddad", "type": "human"}
    body |= {"emails": ["noor@brackwater.example.org"], "accounts": [{"forge": "local", "id": "u-1012"}]}
    company.lands(access.create_user(HENRIK, ask.CreateUser.model_validate(body)), INES)
    granted = access.assign_role(HENRIK, "noor-haddad", ask.AssignRole(role="analyst"), if_match=company.blob(path))
    company.lands(granted, INES)
    assert access.permitted("noor-haddad", "model:register").body["allowed"]
    company.lands(access.revoke_role(HENRIK, "noor-haddad", "analyst", if_match=company.blob(path)), INES)
    assert not access.permitted("noor-haddad", "model:register").body["allowed"]
    with pytest.raises(ForbiddenError, match="does not hold user:manage"):
        access.create_user(JONAS, ask.CreateUser.model_validate({**body, "name": "mine"}))


def requests(company: Company) -> None:
    access, path = company.access, "registry/README.md"
    text = company.text(path) + "\nAsk the post room.\n"
    files = [{"path": path, "content": text, "blob": company.blob(path)}]
    wanted = ask.RequestApproval.model_validate({"title": "Say whom to ask", "files": files})
    proposed = access.request_approval(JONAS, wanted, key="k-1-readme")
    rejected = access.reject(CLAIRE, proposed.id, ask.Decide(note="Not here"), if_match=proposed.head)
    assert (rejected.state, access.approval(proposed.id).state) == ("rejected", "rejected")
    company.lands(access.request_approval(JONAS, wanted), CLAIRE)


def incidents(company: Company) -> None:
    body = {"name": "lost-letters", "severity": "error", "title": "Letters were lost", "resource": f"Model/{NAME}"}
    report = ask.ReportIncident.model_validate(body)
    assert company.compliance.report_incident(JONAS, report, key="k-1-lost").state == "merged"
    assert not company.compliance.report_incident(JONAS, report, key="k-1-lost").is_new
    seen = company.blob("registry/incidents/lost-letters.yaml")
    done = ask.ResolveIncident(notes="They were in the cellar")
    company.lands(company.compliance.resolve_incident(DANIEL, "lost-letters", done, if_match=seen), SOFIA)


def agreements(company: Company) -> None:
    body = {
        "name": "letters-in-time",
        "resource": "UseCase/letters-intake",
        "objectives": [{"metric": "availability_percent", "target": 99}],
        "window": {"kind": "rolling", "days": 7},
        "at_risk": 80,
        "source": {"type": "file", "files": ["letters.jsonl"], "connection": "desk"},
    }
    company.lands(company.slas.create(PRIYA, ask.CreateAgreement.model_validate(body)), DANIEL)
    rows = ask.Measurements.model_validate(
        {"measurements": [{"timestamp": "2026-01-02T08:00:00Z", "latency_ms": 210.5, "ok": True}] * 3}
    )
    assert company.slas.measure(PRIYA, "letters-in-time", rows).count == 3
    landed = now()
    while now() == landed:  # a promise counts from the second after its landing
        sleep(0.05)
    status = company.slas.status("letters-in-time").body
    assert (status["agreement"]["name"], status["agreement"]["problem"]) == ("letters-in-time", "")
    path = "registry/slas/letters-intake-availability/violations/aa3cac9dbbd6934f.yaml"
    noted = ask.Acknowledge(notes="The scanner was replaced")
    seen = company.blob(path)
    company.lands(company.slas.acknowledge(PRIYA, "aa3cac9dbbd6934f", noted, if_match=seen), DANIEL)
    assert "by: priya-raman" in company.text(path)


def told(company: Company) -> None:
    """What can be read of it all."""
    version = company.models.version(NAME, "1.1.0")
    standing = (version.body["status"], version.body["declared"], version.etag)
    assert standing == ("deployed_staging", "rejected", company.version("1.1.0"))
    assert [one["action"] for one in company.models.history(NAME, "1.1.0").items] == [
        "model.register",
        "model.approve",
        "model.deploy_staging",
        "model.deploy_production",
        "model.update",
        "model.rollback",
        "model.reject",
    ]
    assert company.use_cases.use_case("letters").body["status"] == "deprecated"
    assert company.access.user("noor-haddad").body["spec"].get("roles", []) == []
    assert [one["status"] for one in company.compliance.incidents().items] == ["resolved"]
    states = [one["state"] for one in company.access.approvals(Query(limit=100)).items]
    assert (states.count("merged"), states.count("rejected")) == (25, 1)
    about = Query(filters={"resource": f"ModelVersion/{NAME}/1.0.0", "state": "merged"})
    titles = {one["title"] for one in company.access.approvals(about).items}
    assert titles == {f"Register {NAME} 1.0.0", f"Approve {NAME} 1.0.0"}
    report = json.loads(company.compliance.report(CLAIRE))
    assert report["counts"]["approved"] == 25
    log = company.compliance.audit_log(CLAIRE, Query(filters={"person": "jonas-becker", "allowed": "false"})).items
    assert [one["permission"] for one in log] == ["user:manage"]


@pytest.mark.slow
@pytest.mark.threat("I03", "I04")
def test_every_workflow_lands_as_the_companys_policies_ask_and_the_audit_is_clean(tmp_path: Path, keep: Keep) -> None:
    measurements = tmp_path / "measurements"
    measurements.mkdir()
    site = keep(found(tmp_path).site)
    company = Company(Server(replace(site, sources={"desk": measurements.as_uri()})))
    models(company)
    use_cases(company)
    people(company)
    requests(company)
    incidents(company)
    agreements(company)
    assert company.server.verdict() is ExitCode.OK
    told(company)
