"""The gate's view of a proposal: Bob's approval does not count, and one more is needed."""

from __future__ import annotations

from govops.finding import ActionRecord, ApprovalRecord, ChangeRecord, Finding, RequirementRecord, Severity, Status
from govops.outlook import Accepted, Missing, Outlook
from tests.render.sample_changes import oid

PATH = "registry/deployments/production/fraud-screen.yaml"
VERSION = "registry/models/fraud-screen/versions/2.2.0.yaml"
SOURCE = "policies/approvals/production-high.yaml"
TWO = "2 approvals by holders of role approver"

BOB = ApprovalRecord(
    person="bob-miller",
    account="local:7",
    decision="approve",
    at="2025-11-25T14:40:00Z",
    evidence="receipt",
    record=oid("r1"),
    head=oid("head"),
    reasons=(
        ("approver-is-contributor", f"bob-miller is the co-author of commit {oid('head')[:10]}"),
        ("approver-lacks-role", "bob-miller does not hold `approver` in the rules in force"),
    ),
)
AMARA = ApprovalRecord(
    person="amara-diallo",
    account="local:2",
    decision="approve",
    at="2025-11-25T15:10:00Z",
    evidence="receipt",
    record=oid("r2"),
    head=oid("head"),
    roles=("approver",),
    counted=(PATH,),
)
SHORT = Finding(
    rule="insufficient-approvals",
    message=f"the change of {PATH} has 1 of 2 approvals",
    severity=Severity.HIGH,
    path=PATH,
    hint="ask `henrik-dahl` or `maya-okonkwo`",
)


def outlook() -> Outlook:
    """As the gate gives it."""
    change = ChangeRecord(
        id=oid("head"),
        parent=oid("base"),
        commits=(oid("head"),),
        subject="Fraud screen 2.2.0 to production",
        status=Status.FAIL,
        opener="priya-raman",
        contributors=("priya-raman", "bob-miller"),
        actions=(
            ActionRecord("model.deploy_production", "Deployment/production/fraud-screen", PATH, "2.1.0 to 2.2.0"),
            ActionRecord("model.approve", "ModelVersion/fraud-screen/2.2.0", VERSION, "registered to approved"),
        ),
        requirements=(
            RequirementRecord(TWO, SOURCE, Status.FAIL, (PATH,), 2, ("amara-diallo",)),
            RequirementRecord("author holds `model:deploy`", SOURCE, Status.PASS, (PATH,), 1, ("priya-raman",)),
        ),
        approvals=(BOB, AMARA),
    )
    return Outlook(
        repository="north-quay/governance",
        branch="main",
        base=oid("base"),
        head=oid("head"),
        proposal="local:6f1e22b09c3d4a57",
        as_of="2025-11-25T16:00:00Z",
        change=change,
        findings=(SHORT,),
        accepts=(Accepted(oid("c6"), "not-approved", PATH, "3fd1c8e89c46e095"),),
        missing=(Missing(TWO, SOURCE, 1, ("henrik-dahl", "maya-okonkwo")),),
    )
