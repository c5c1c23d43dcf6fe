"""One report with a bit of everything, and one as small as a report can be."""

from __future__ import annotations

from dataclasses import replace

from govops.finding import Counts, Finding, Provenance, Report, Severity, Status
from tests.render import sample_changes, sample_frameworks, sample_registry, sample_service
from tests.render.sample_changes import PRODUCTION, oid, record


def smallest() -> Report:
    """A report about a repository in which nothing happened."""
    return Report(
        provenance=Provenance(
            repository="local:empty",
            ref="refs/heads/main",
            tip=oid("tip"),
            tree=oid("tree"),
            object_format="sha1",
            govops_version="0.1.0",
            git_version="2.39.5",
        ),
        counts=Counts(),
    )


def rich() -> Report:
    """Eight governed changes of every outcome, with inventory, people, policies and incidents."""
    return Report(
        provenance=_provenance(),
        counts=Counts(
            commits=15,
            chain=13,
            no_claim=2,
            evaluated=9,
            undecidable=1,
            governed=8,
            approved=4,
            waived=1,
            violating=2,
            pending=1,
        ),
        findings=(*_findings(), *_unsettled()),
        changes=sample_changes.changes(),
        inventory=sample_registry.inventory(),
        deployments=sample_registry.deployments(),
        tenures=sample_registry.tenures(),
        policy_changes=sample_registry.policy_changes(),
        waivers=sample_registry.waivers(),
        incidents=sample_registry.incidents(),
        reviews=sample_registry.reviews(),
        process=sample_registry.process(),
        violations=sample_service.violations(),
        service=sample_service.service(),
        rules=sample_registry.rules(),
        frameworks=sample_frameworks.frameworks((*_findings(), *_unsettled())),
    )


def remarkable() -> Report:
    """The rich report of a one-person repository, judged by rules from elsewhere."""
    report = rich()
    return replace(report, provenance=replace(report.provenance, single_maintainer=True, retrospective="../central@v3"))


def _provenance() -> Provenance:
    return Provenance(
        repository="local:acme/ai-governance",
        ref="refs/heads/main",
        tip=oid("c13"),
        tree=oid("tree"),
        object_format="sha1",
        govops_version="0.1.0",
        git_version="2.39.5",
        adoption=oid("c3"),
        as_of="2026-03-31T16:20:00Z",
        as_of_clock="the latest attested time up to the tip",
        evidence_ref="refs/heads/govops/evidence",
        evidence_tip=oid("evidence"),
        records=9,
        edition="2026.1",
        evidence_mode="receipt",
        policies=(("policies/approvals/production.yaml", oid("p1")), ("policies/govops.yaml", oid("p2"))),
        notes=("refs/replace is present and was ignored",),
    )


def _findings() -> tuple[Finding, ...]:
    return (
        Finding(
            rule="unreviewed-content",
            message="the deployment that landed names version '2.0.0'; what was reviewed named '1.9.0'",
            severity=Severity.CRITICAL,
            hint="propose the deployment again and have two approvers review it, or ratify this change",
            commit=oid("c6"),
            path=PRODUCTION,
            blob=oid("deployed"),
            line=6,
            column=12,
            excerpt="  version: 2.0.0\n           ^",
            subject="Deployment/production/fraud-screen",
            evidence=(record("r6"),),
        ),
        Finding(
            rule="approval-missing",
            message="2 approvals by holders of role approver are needed and 0 counted",
            hint="two of bo, fay and gus can approve; ada cannot, being a contributor",
            commit=oid("c6"),
            path=PRODUCTION,
            subject="Deployment/production/fraud-screen",
            evidence=(record("r6"),),
        ),
        Finding(
            rule="approval-missing",
            message="1 approval by a holder of usecase:approve is needed and 0 counted",
            status=Status.WAIVED,
            hint="excused until 2026-06-30T00:00:00Z: the wording only",
            commit=oid("c8"),
            path="registry/use-cases/card-payments.yaml",
            subject="UseCase/card-payments",
            waived="policies/waivers/wording.yaml",
        ),
        Finding(
            rule="role-granted-to-self",
            message="eve grants 'approver' to eve and nobody who may manage users approved",
            commit=oid("c11"),
            path="registry/users/eve.yaml",
            line=14,
            column=5,
            hint="ask a holder of user:manage to approve, or take the role back",
            subject="User/eve",
            evidence=(record("r11"),),
            others=("registry/users/eve-2.yaml",),
        ),
    )


def _unsettled() -> tuple[Finding, ...]:
    return (
        Finding(
            rule="record-missing",
            message="no record tells who reviewed this change",
            status=Status.UNVERIFIABLE,
            hint="run `govops record --backfill` with access to the forge, then audit again",
            commit=oid("c12"),
            path="registry/slas/fraud-screen.yaml",
            subject="ServiceLevelAgreement/fraud-screen",
        ),
        Finding(
            rule="evidence-junk",
            message="'notes.txt' on the evidence branch is not a record",
            status=Status.WARN,
            severity=Severity.INFO,
            path="notes.txt",
            hint="remove it; nothing reads it",
        ),
        Finding(
            rule="record-altered",
            message=f"record {record('r9')[:10]} was edited after it was written",
            commit=oid("evidence 7"),
            evidence=(record("r9"),),
            hint="restore the file from the commit that added it",
        ),
    )
