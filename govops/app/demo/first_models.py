"""April and May 2025: the five models of the spreadsheet are registered, approved and deployed."""

from __future__ import annotations

from govops.app.demo.plot import (
    Change,
    File,
    Push,
    Review,
    model,
    production,
    proposal,
    staging,
    told,
    version,
)

_MOTOR_PURPOSE = "Estimates the expected claims cost of a motor policy."
_FAIRNESS_LINK = (
    "    - title: Fairness review 2025\n      url: https://wiki.brackwater.example.org/reviews/motor-pricing-2025\n"
)
CHURN_STAGING = "registry/deployments/staging/churn-outlook.yaml"
_CHURN_IN_STAGING = """# yaml-language-server: $schema=../../../schemas/Deployment.schema.json
apiVersion: govops/v1
kind: Deployment
metadata:
  name: churn-outlook
spec:
  environment: staging
  version: "2024.2"
  deployment_id: churn-outlook-stage-0005
"""


def motor_model(*, reworded: bool, reviewed: bool) -> File:
    """The motor model's file: with its later wording of the purpose, and with the fairness review's link."""
    return File(
        "registry/models/motor-pricing/model.yaml",
        {} if reworded else {"purpose": _MOTOR_PURPOSE},
        {} if reviewed else {_FAIRNESS_LINK: ""},
    )


def triage_model(*, limited: bool) -> File:
    """The triage model's file, before or after it was said that it does not estimate amounts."""
    return File(
        "registry/models/claims-triage/model.yaml",
        swaps={} if limited else {"    - Estimating the amount of a claim\n": ""},
    )


def first_models() -> tuple[Change, ...]:
    """Each model is registered with its version, approved, and sent through staging to production."""
    return (*_motor_and_triage(), *_fraud_screen(), *_the_others(), *_deployments())


def _motor_and_triage() -> tuple[Change, ...]:
    return (
        proposal(
            "Register the motor risk premium",
            motor_model(reworded=False, reviewed=False),
            version("motor-pricing", "3.1.0", status="registered"),
            on="2025-04-01",
            by="maya-okonkwo",
            approved_by=("tom-hale",),
        ),
        proposal(
            "Approve motor pricing 3.1.0",
            version("motor-pricing", "3.1.0", status="approved"),
            on="2025-04-02",
            by="maya-okonkwo",
            approved_by=("rafael-moreno", "sofia-lindqvist"),
            landing="squash",
        ),
        proposal(
            "Register claims triage",
            triage_model(limited=False),
            version("claims-triage", "1.0.0", status="registered"),
            on="2025-04-07",
            by="jonas-becker",
            approved_by=("maya-okonkwo",),
        ),
        proposal(
            "Approve claims triage 1.0.0",
            version("claims-triage", "1.0.0", status="approved"),
            on="2025-04-09",
            by="jonas-becker",
            approved_by=("sofia-lindqvist", "ines-carvalho"),
        ),
    )


def _fraud_screen() -> tuple[Change, ...]:
    return (
        told(
            "Register the fraud screen",
            Push(
                (model("fraud-screen"), version("fraud-screen", "2.0.0", status="registered")),
                co_author="maya-okonkwo",
            ),
            Review("tom-hale"),
            on="2025-04-14",
            by="jonas-becker",
            landing="squash",
            why="two authors survive the squash, as a trailer and in the receipt",
        ),
        told(
            "Approve fraud screen 2.0.0",
            Push((version("fraud-screen", "2.0.0", status="approved"),)),
            Review("sofia-lindqvist"),
            Review("sofia-lindqvist", "comment"),
            Review("rafael-moreno"),
            on="2025-04-16",
            by="jonas-becker",
            landing="squash",
            why="a comment after an approval takes nothing back",
        ),
    )


def _the_others() -> tuple[Change, ...]:
    return (
        told(
            "Register the document reader",
            Push((model("document-reader", review=None),), message="Describe the document reader"),
            Push((version("document-reader", "1.4.0", status="registered"),), message="Add version 1.4.0"),
            Review("jonas-becker"),
            on="2025-04-22",
            by="tom-hale",
            landing="rebase",
            why="the approver also presses the button, and becomes the committer of what landed",
        ),
        proposal(
            "Approve document reader 1.4.0",
            version("document-reader", "1.4.0", status="approved"),
            on="2025-04-24",
            by="tom-hale",
            approved_by=("sofia-lindqvist",),
        ),
        proposal(
            "Register the churn outlook",
            model("churn-outlook"),
            version("churn-outlook", "2024.2", status="registered"),
            on="2025-04-28",
            by="tom-hale",
            approved_by=("maya-okonkwo",),
        ),
        proposal(
            "Approve churn outlook 2024.2",
            version("churn-outlook", "2024.2", status="approved"),
            on="2025-04-29",
            by="tom-hale",
            approved_by=("rafael-moreno",),
            landing="squash",
        ),
    )


def _deployments() -> tuple[Change, ...]:
    return (
        proposal(
            "Triage and motor pricing to staging",
            staging("claims-triage", "1.0.0", 17),
            staging("motor-pricing", "3.1.0", 41),
            on="2025-05-05",
            by="priya-raman",
            approved_by=("daniel-osei",),
        ),
        proposal(
            "Triage and motor pricing to production",
            production("claims-triage", "1.0.0", 8, rollback=None),
            production("motor-pricing", "3.1.0", 27),
            on="2025-05-07",
            by="priya-raman",
            approved_by=("rafael-moreno", "sofia-lindqvist"),
            merger="henrik-dahl",
            why="the one who lands it has no other part in it",
        ),
        proposal(
            "Fraud screen, reader and churn to staging",
            staging("fraud-screen", "2.0.0", 12),
            staging("document-reader", "1.4.0", 18),
            File(CHURN_STAGING, text=_CHURN_IN_STAGING),
            on="2025-05-12",
            by="daniel-osei",
            approved_by=("priya-raman",),
            landing="squash",
        ),
        proposal(
            "Fraud screen, reader and churn to production",
            production("fraud-screen", "2.0.0", 7),
            production("document-reader", "1.4.0", 14),
            production("churn-outlook", "2024.2", 3),
            on="2025-05-14",
            by="daniel-osei",
            approved_by=("ines-carvalho", "sofia-lindqvist"),
        ),
    )
