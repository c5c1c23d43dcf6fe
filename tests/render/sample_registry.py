"""What the rich report knows besides its changes: resources, people, policies, incidents."""

from __future__ import annotations

from dataclasses import replace

from govops.finding import Event, InventoryItem, ReviewDue, Status, Tenure
from govops.incident import ClockRun, IncidentCase, IncidentStatus, Kept, Promise, Stage, TargetRun
from govops.process import LateDecision, Pace, Process, Spread, StatusTime
from tests.render.sample_changes import FRAUD, PRODUCTION, oid


def inventory() -> tuple[InventoryItem, ...]:
    """What stands at the tip."""
    return (*_deployed(), *_versions(), *_others())


def deployments() -> tuple[Event, ...]:
    """Deployments before, in and after the bad one."""
    fraud, churn = "Deployment/production/fraud-screen", "Deployment/production/churn"
    return (
        Event(fraud, "deployed", oid("c3"), "2026-01-05T08:00:00Z", "", ("ada",), "1.3.1"),
        Event(churn, "deployed", oid("c3"), None, "", ("dee",), "1.0.0"),
        Event(
            "Deployment/staging/fraud-screen",
            "deployed",
            oid("c5"),
            "2026-02-02T10:15:00Z",
            "",
            ("ada", "dee"),
            "2.0.0",
        ),
        Event(fraud, "deployed", oid("c6"), "2026-02-09T18:40:00Z", "was 1.3.1", ("ada",), "2.0.0"),
        Event(fraud, "rolled back", oid("c7"), "2026-02-11T02:05:00Z", "false alarms at night", ("eve",), "1.3.1"),
    )


def tenures() -> tuple[Tenure, ...]:
    """Who held which role."""
    return (
        Tenure("ada", "operator", oid("c3"), "2026-01-05T08:00:00Z"),
        Tenure("bo", "approver", oid("c3"), "2026-01-05T08:00:00Z"),
        Tenure("eve", "operator", oid("c3"), "2026-01-05T08:00:00Z"),
        Tenure("gus", "admin", oid("c3"), None, oid("c10"), "2026-03-10T09:00:00Z"),
    )


def policy_changes() -> tuple[Event, ...]:
    """The rules' own changes."""
    return (
        Event("Settings/acme", "added", oid("c3"), "2026-01-05T08:00:00Z", "adoption", ("gus",)),
        Event("User/eve", "changed", oid("c11"), "2026-03-15T15:00:00Z", "adds approver", ("eve",)),
    )


def waivers() -> tuple[InventoryItem, ...]:
    """One waiver in force."""
    facts = (
        ("rules", "approval-missing"),
        ("owner", "cy"),
        ("expires", "2026-06-30T00:00:00Z"),
        ("reason", "typing errors only"),
    )
    return (InventoryItem("Waiver", "wording", "", "in force", "policies/waivers/wording.yaml", facts),)


def rules() -> tuple[InventoryItem, ...]:
    """One rule of the company's own."""
    facts = (("severity", "high"), ("about", "Model"), ("controls", "ISO/IEC 42001 A.9.4, SOC 2 CC8.1"))
    return (InventoryItem("Rule", "owned", "Somebody answers", "in force", "policies/rules/owned.yaml", facts),)


def incidents() -> tuple[IncidentCase, ...]:
    """One resolved in time, and one that only a record tells of, with a clock that ran out."""
    at = "2026-02-11T02:00:00Z"
    agreed = TargetRun("fast", Promise.RESOLUTION, 600, Kept.MET, 14_400)
    run = ClockRun(
        clock="eu-ai-act/serious-incident",
        title="A serious incident is reported",
        clause="Art. 73(2)",
        stage=Stage.INITIAL,
        start="2026-02-12T09:00:00Z",
        due="2026-02-27T09:00:00Z",
        kept=Kept.OVERDUE,
    )
    told = replace(run, stage=Stage.FINAL, kept=Kept.LATE, done="2026-03-02T09:00:00Z", claimed="2026-02-20T09:00:00Z")
    return (
        IncidentCase(
            name="letters",
            title="Letters to the wrong | people",
            status=IncidentStatus.OPEN,
            severity="critical",
            category="compliance",
            word="wrong people",
            resource="Model/fraud-screen",
            related=("UseCase/payments",),
            affected=12,
            reported_by="eve",
            claimed_at="2026-02-12T09:00:00Z",
            reported_at="2026-02-12T09:00:00Z",
            records=(oid("c4") + "0" * 24,),
            clocks=(run, replace(told, authority="Market surveillance")),
        ),
        IncidentCase(
            name="night-alarms",
            title="Good customers blocked at night",
            status=IncidentStatus.RESOLVED,
            severity="error",
            category="performance",
            path="registry/incidents/night-alarms.yaml",
            resource="ModelVersion/fraud-screen/1.0.0",
            affected=3,
            reported_by="eve",
            claimed_at="2026-02-11T01:50:00Z",
            reported_at=at,
            responded_at="2026-02-11T03:00:00Z",
            resolved_at="2026-02-11T06:00:00Z",
            resolved_in=oid("c4"),
            resolution_seconds=14_400,
            targets=(agreed, replace(agreed, what=Promise.RESPONSE, minutes=30, kept=Kept.LATE, seconds=3_600)),
        ),
    )


def reviews() -> tuple[ReviewDue, ...]:
    """One of each: never approved, late, in time, and without a time."""
    usual = ReviewDue("Model/churn", "registry/models/churn/model.yaml", "ann", "high", "90d")
    late = replace(usual, last="2026-01-05T09:00:00Z", commit=oid("c4"), by=("bob", "cy"), due="2026-02-05T09:00:00Z")
    return (
        replace(usual, status=Status.WARN),
        replace(late, resource="UseCase/refunds", status=Status.WARN, overdue_days=7),
        replace(late, resource="UseCase/payments", due="2026-04-05T09:00:00Z"),
        replace(late, resource="Model/fraud-screen", last=None, due=None, status=Status.UNVERIFIABLE),
    )


def process() -> Process:
    """Decisions that were late, in time, undecided and not known; and statuses with and without a past."""
    policy = "policies/approvals/models.yaml"
    took = Spread(3, 7_200, 266_461, 266_461, 266_461)
    return Process(
        (
            Pace("all", "", took, unknown=1, undecided=2),
            Pace("level", "high", Spread(1, 266_461, 266_461, 266_461, 266_461)),
            Pace("policy", policy, took, undecided=1, target="3d", late=1),
            Pace("role", "approver", Spread(), unknown=1),
        ),
        (
            StatusTime("ModelVersion", "registered", Spread(2, 0, 86_400, 86_400, 86_400), 1, 172_800),
            StatusTime("UseCase", "approved", standing=2, unknown=2),
        ),
        (LateDecision(oid("c5"), policy, "3d", 266_461),),
    )


def _deployed() -> tuple[InventoryItem, ...]:
    return (
        InventoryItem(
            "Deployment",
            "production/churn",
            "",
            "running 1.0.0",
            "registry/deployments/production/churn.yaml",
            (("environment", "production"), ("version", "1.0.0"), ("use cases", "")),
        ),
        InventoryItem(
            "Deployment",
            "production/fraud-screen",
            "",
            "running 1.3.1",
            PRODUCTION,
            (("environment", "production"), ("version", "1.3.1"), ("use cases", "card-payments, refunds")),
        ),
    )


def _versions() -> tuple[InventoryItem, ...]:
    return (
        InventoryItem(
            "ModelVersion",
            "churn/1.0.0",
            "First version",
            "deployed_production",
            "registry/models/churn/versions/1.0.0.yaml",
            (("artifact", "sha256:12ab"),),
        ),
        InventoryItem(
            "ModelVersion",
            "fraud-screen/1.3.1",
            "More merchants",
            "deployed_production",
            "registry/models/fraud-screen/versions/1.3.1.yaml",
            (("artifact", "sha256:34cd"),),
        ),
        InventoryItem(
            "ModelVersion", "fraud-screen/2.0.0", "Spring data", "rolled_back", FRAUD, (("accuracy", "0.97"),)
        ),
    )


def _others() -> tuple[InventoryItem, ...]:
    return (
        InventoryItem(
            "Model",
            "churn",
            "Customers about to leave",
            "in production",
            "registry/models/churn/model.yaml",
            (("owner", "dee"), ("risk tier", "low")),
        ),
        InventoryItem(
            "Model",
            "fraud-screen",
            "Fraud screen",
            "in production",
            "registry/models/fraud-screen/model.yaml",
            (("owner", "ada"), ("risk tier", "high")),
        ),
        InventoryItem(
            "ServiceLevelAgreement",
            "fraud-screen",
            "",
            "",
            "registry/slas/fraud-screen.yaml",
            (("resource", "Deployment/production/fraud-screen"),),
        ),
        InventoryItem(
            "UseCase",
            "card-payments",
            "Card payments",
            "deployed",
            "registry/use-cases/card-payments.yaml",
            (("owner", "cy"), ("impact", "high"), ("models", "fraud-screen >=1.3,<2")),
        ),
    )
