"""The eight governed changes of the rich report: every outcome, every kind of coverage."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from govops.finding import ActionRecord, ApprovalRecord, ChangeRecord, RequirementRecord, Status

FRAUD = "registry/models/fraud-screen/versions/2.0.0.yaml"
PRODUCTION = "registry/deployments/production/fraud-screen.yaml"
ROLE = "policies/approvals/production.yaml"


def oid(name: str) -> str:
    """A commit, tree or blob id that looks like one."""
    return hashlib.sha1(name.encode()).hexdigest()


def record(name: str) -> str:
    """The id of an evidence record."""
    return hashlib.sha256(name.encode()).hexdigest()


def changes() -> tuple[ChangeRecord, ...]:
    """In chain order."""
    return (_adoption(), _registered(), _unapproved_deploy(), _rollback(), _waived(), _replayed(), _grant(), _lost())


def _approve(person: str, role: str, at: str, *paths: str, name: str) -> ApprovalRecord:
    return ApprovalRecord(
        person=person,
        account=f"local:{person}",
        decision="approve",
        at=at,
        evidence="receipt",
        record=record(name),
        head=oid(f"head {name}"),
        roles=(role,),
        counted=paths,
    )


def _met(text: str, path: str, person: str) -> RequirementRecord:
    return RequirementRecord(
        text=text,
        source="policies/approvals/versions.yaml",
        status=Status.PASS,
        paths=(path,),
        needed=1,
        counted=(person,),
    )


def _adoption() -> ChangeRecord:
    path = "registry/models/fraud-screen/model.yaml"
    return ChangeRecord(
        id=oid("c4"),
        parent=oid("c3"),
        commits=(oid("c4"),),
        subject="Register the fraud screen",
        status=Status.PASS,
        time="2026-01-12T09:00:00Z",
        proposal="local:1",
        method="merge",
        opener="ada",
        merger="cy",
        contributors=("ada",),
        actions=(ActionRecord("model.register", "Model/fraud-screen", path),),
        coverage=((path, "identity"),),
        requirements=(_met("1 approval by a holder of role approver", path, "bo"),),
        approvals=(_approve("bo", "approver", "2026-01-12T08:30:00Z", path, name="r4"),),
    )


def _registered() -> ChangeRecord:
    return ChangeRecord(
        id=oid("c5"),
        parent=oid("c4"),
        commits=(oid("c5a"), oid("c5")),
        subject="Fraud screen 2.0.0, trained on the spring data",
        status=Status.PASS,
        time="2026-02-02T10:15:00Z",
        proposal="local:2",
        method="rebase",
        opener="ada",
        merger="ada",
        contributors=("ada", "dee"),
        actions=(
            ActionRecord("model.register", "ModelVersion/fraud-screen/2.0.0", FRAUD),
            ActionRecord(
                "model.deploy_staging",
                "Deployment/staging/fraud-screen",
                "registry/deployments/staging/fraud-screen.yaml",
            ),
        ),
        coverage=((FRAUD, "identity"), ("registry/deployments/staging/fraud-screen.yaml", "identity")),
        requirements=(_met("1 approval by a holder of role approver", FRAUD, "bo"),),
        approvals=(
            replace(
                _approve("dee", "approver", "2026-02-01T17:00:00Z", name="r5"),
                reasons=(("approver-is-contributor", "dee is co-author of a commit of this proposal"),),
            ),
            _approve(
                "bo",
                "approver",
                "2026-02-02T09:58:00Z",
                FRAUD,
                "registry/deployments/staging/fraud-screen.yaml",
                name="r5b",
            ),
        ),
    )


def _unapproved_deploy() -> ChangeRecord:
    return ChangeRecord(
        id=oid("c6"),
        parent=oid("c5"),
        commits=(oid("c6"),),
        subject="Fraud screen 2.0.0 to production",
        status=Status.FAIL,
        time="2026-02-09T18:40:00Z",
        proposal="local:3",
        method="squash",
        opener="ada",
        merger="ada",
        contributors=("ada",),
        evidence=record("r6"),
        actions=(
            ActionRecord("model.deploy_production", "Deployment/production/fraud-screen", PRODUCTION, "1.3.1 to 2.0.0"),
        ),
        coverage=((PRODUCTION, "residual"),),
        requirements=(
            RequirementRecord(
                text="2 approvals by holders of role approver",
                source=ROLE,
                status=Status.FAIL,
                paths=(PRODUCTION,),
                needed=2,
            ),
            RequirementRecord(
                text="author holds model:deploy",
                source=ROLE,
                status=Status.PASS,
                paths=(PRODUCTION,),
                needed=1,
                counted=("ada",),
            ),
        ),
        approvals=(
            replace(
                _approve("ada", "operator", "2026-02-09T18:00:00Z", name="r6"),
                reasons=(
                    ("approver-is-contributor", "ada opened this proposal"),
                    ("role-not-held", "ada does not hold approver"),
                ),
            ),
            replace(
                _approve("bo", "approver", "2026-02-09T17:00:00Z", name="r6"),
                reasons=(("approval-of-other-content", "bo reviewed blob 1.9.0 of this file"),),
            ),
        ),
    )


def _rollback() -> ChangeRecord:
    return ChangeRecord(
        id=oid("c7"),
        parent=oid("c6"),
        commits=(oid("c7"),),
        subject="Roll back the fraud screen: false alarms at night",
        status=Status.PASS,
        time="2026-02-11T02:05:00Z",
        proposal="local:4",
        method="merge",
        opener="eve",
        merger="bo",
        contributors=("eve",),
        actions=(ActionRecord("model.rollback", "Deployment/production/fraud-screen", PRODUCTION, "2.0.0 to 1.3.1"),),
        coverage=((PRODUCTION, "identity"),),
        requirements=(_met("1 approval by a holder of model:rollback", PRODUCTION, "bo"),),
        approvals=(_approve("bo", "approver", "2026-02-11T02:04:00Z", PRODUCTION, name="r7"),),
    )


def _waived() -> ChangeRecord:
    path = "registry/use-cases/card-payments.yaml"
    return ChangeRecord(
        id=oid("c8"),
        parent=oid("c7"),
        commits=(oid("c8"),),
        subject="Card payments: wording",
        status=Status.WAIVED,
        time="2026-02-20T11:00:00Z",
        contributors=("cy",),
        actions=(ActionRecord("usecase.update", "UseCase/card-payments", path),),
        coverage=((path, "residual"),),
        requirements=(
            RequirementRecord("1 approval by a holder of usecase:approve", "default deny", Status.FAIL, (path,), 1),
        ),
    )


def _replayed() -> ChangeRecord:
    path = "registry/models/churn/model.yaml"
    approval = _approve("bo", "approver", "2026-03-01T12:00:00Z", path, name="r9")
    return ChangeRecord(
        id=oid("c9"),
        parent=oid("c8"),
        commits=(oid("c9"),),
        subject="Churn: say what it is not for",
        status=Status.PASS,
        time="2026-03-02T08:00:00Z",
        proposal="local:6",
        method="squash",
        opener="dee",
        merger="cy",
        contributors=("dee",),
        actions=(ActionRecord("model.update", "Model/churn", path),),
        coverage=((path, "replay"),),
        requirements=(_met("1 approval by a holder of role approver", path, "bo"),),
        approvals=(replace(approval, evidence="trailer", weak=True),),
    )


def _grant() -> ChangeRecord:
    path = "registry/users/eve.yaml"
    return ChangeRecord(
        id=oid("c11"),
        parent=oid("c10"),
        commits=(oid("c11"),),
        subject="Eve may approve",
        status=Status.FAIL,
        time="2026-03-15T15:00:00Z",
        proposal="local:7",
        method="merge",
        opener="eve",
        merger="eve",
        contributors=("eve",),
        actions=(ActionRecord("role.assign", "User/eve", path, "adds approver"),),
        coverage=((path, "identity"),),
        requirements=(RequirementRecord("1 approval by a holder of user:manage", "built in", Status.FAIL, (path,), 1),),
        approvals=(
            replace(
                _approve("eve", "approver", "2026-03-15T14:00:00Z", name="r11"),
                reasons=(("approver-is-contributor", "eve opened this proposal"),),
            ),
            replace(_approve("bo", "approver", "2026-03-15T14:30:00Z", name="r11"), decision="reject"),
        ),
    )


def _lost() -> ChangeRecord:
    path = "registry/slas/fraud-screen.yaml"
    return ChangeRecord(
        id=oid("c12"),
        parent=oid("c11"),
        commits=(oid("c12"),),
        subject="Fraud screen: answer in 200 ms",
        status=Status.UNVERIFIABLE,
        claimed_time="2026-03-20T10:00:00Z",
        contributors=("ada",),
        actions=(ActionRecord("sla.update", "ServiceLevelAgreement/fraud-screen", path),),
        coverage=((path, "unverifiable"),),
        requirements=(
            RequirementRecord("1 approval by a holder of sla:manage", ROLE, Status.UNVERIFIABLE, (path,), 1),
        ),
    )
