"""From June 2025: new versions of the models in use are registered, tried, shipped and retired."""

from __future__ import annotations

from govops.app.demo.first_models import motor_model
from govops.app.demo.plot import Change, File, Push, Review, Update, production, proposal, staging, told, version

_TRIAGE_FIRST = "New encoder, half the latency."
_READER_FIRST = "Reads handwriting on accident statements."


def reader(*, batched: bool, described: bool, status: str = "approved") -> File:
    """Document reader 1.5.0: with its batch size written down, and with the description that mentions it."""
    fields = {"status": status}
    if not batched:
        fields["hyperparameters"] = "{}"
    if not described:
        fields["description"] = _READER_FIRST
    return File("registry/models/document-reader/versions/1.5.0.yaml", dict(fields))


def fraud_2_1(*, measured: bool, status: str = "approved") -> File:
    """Fraud screen 2.1.0, before or after the gap in referral rates was measured."""
    swaps = {} if measured else {"    custom:\n      referral_rate_gap: 0.013\n": ""}
    return File("registry/models/fraud-screen/versions/2.1.0.yaml", {"status": status}, swaps)


def versions() -> tuple[Change, ...]:
    """A version's life takes several changes; they are told model by model and sorted by day later."""
    return (*_summer_versions(), *_summer_deployments(), *_motor_wording(), *_fraud(), *_reader(), *_triage())


def _summer_versions() -> tuple[Change, ...]:
    return (
        proposal(
            "Register claims triage 1.1.0",
            version("claims-triage", "1.1.0", status="registered"),
            on="2025-06-23",
            by="jonas-becker",
            approved_by=("maya-okonkwo",),
            landing="squash",
        ),
        proposal(
            "Approve claims triage 1.1.0",
            version("claims-triage", "1.1.0"),
            on="2025-06-25",
            by="jonas-becker",
            approved_by=("sofia-lindqvist", "rafael-moreno"),
        ),
        proposal(
            "Register motor pricing 3.2.0",
            version("motor-pricing", "3.2.0", status="registered"),
            on="2025-06-30",
            by="maya-okonkwo",
            approved_by=("tom-hale",),
        ),
        proposal(
            "Approve motor pricing 3.2.0",
            version("motor-pricing", "3.2.0"),
            on="2025-07-02",
            by="maya-okonkwo",
            approved_by=("rafael-moreno", "ines-carvalho"),
            landing="squash",
        ),
    )


def _summer_deployments() -> tuple[Change, ...]:
    return (
        proposal(
            "Triage 1.1.0 and motor pricing 3.2.0 to staging",
            staging("claims-triage", "1.1.0", 19),
            staging("motor-pricing", "3.2.0", 47),
            on="2025-07-07",
            by="priya-raman",
            approved_by=("daniel-osei",),
        ),
        proposal(
            "Triage 1.1.0 and motor pricing 3.2.0 to production",
            production("claims-triage", "1.1.0", 10, rollback=None),
            production("motor-pricing", "3.2.0", 29),
            on="2025-07-09",
            by="daniel-osei",
            approved_by=("sofia-lindqvist", "rafael-moreno"),
        ),
        proposal(
            "Retire the versions of the spreadsheet",
            version("claims-triage", "1.0.0"),
            version("motor-pricing", "3.1.0"),
            on="2025-07-16",
            by="priya-raman",
            approved_by=("sofia-lindqvist", "rafael-moreno"),
            landing="squash",
        ),
    )


def _motor_wording() -> tuple[Change, ...]:
    return (
        proposal(
            "Link the fairness review of motor pricing",
            motor_model(reworded=False, reviewed=True),
            on="2025-07-28",
            by="maya-okonkwo",
            approved_by=("rafael-moreno", "sofia-lindqvist"),
        ),
        told(
            "Say that the motor premium is before loadings",
            Push((motor_model(reworded=True, reviewed=False),)),
            Review("rafael-moreno"),
            Review("ines-carvalho"),
            on="2025-07-30",
            by="tom-hale",
            landing="squash",
            opened="2025-07-25",
            behind=1,
            merged=(motor_model(reworded=True, reviewed=True),),
            why="reviewed before the base moved; the squash is the same edit on the newer file",
        ),
    )


def _fraud() -> tuple[Change, ...]:
    return (
        proposal(
            "Register fraud screen 2.1.0",
            fraud_2_1(measured=False, status="registered"),
            on="2025-08-04",
            by="jonas-becker",
            approved_by=("maya-okonkwo",),
        ),
        proposal(
            "Approve fraud screen 2.1.0",
            fraud_2_1(measured=False),
            on="2025-08-06",
            by="jonas-becker",
            approved_by=("sofia-lindqvist", "ines-carvalho"),
        ),
        proposal(
            "Fraud screen 2.1.0 to staging",
            staging("fraud-screen", "2.1.0", 15),
            on="2025-08-11",
            by="priya-raman",
            approved_by=("daniel-osei",),
            landing="squash",
        ),
        proposal(
            "Fraud screen 2.1.0 to production",
            production("fraud-screen", "2.1.0", 9),
            on="2025-08-13",
            by="priya-raman",
            approved_by=("sofia-lindqvist", "rafael-moreno"),
        ),
        proposal(
            "Retire fraud screen 2.0.0",
            version("fraud-screen", "2.0.0"),
            on="2025-08-20",
            by="jonas-becker",
            approved_by=("rafael-moreno", "ines-carvalho"),
        ),
    )


def _reader() -> tuple[Change, ...]:
    return (
        proposal(
            "Register document reader 1.5.0",
            reader(batched=False, described=False, status="registered"),
            on="2025-09-10",
            by="jonas-becker",
            approved_by=("tom-hale",),
        ),
        proposal(
            "Approve document reader 1.5.0",
            reader(batched=False, described=False),
            on="2025-09-15",
            by="jonas-becker",
            approved_by=("rafael-moreno",),
            landing="squash",
        ),
        proposal(
            "Document reader 1.5.0 to staging",
            staging("document-reader", "1.5.0", 22),
            on="2025-10-15",
            by="daniel-osei",
            approved_by=("priya-raman",),
        ),
        proposal(
            "Document reader 1.5.0 to production",
            production("document-reader", "1.5.0", 17),
            on="2025-10-20",
            by="priya-raman",
            approved_by=("sofia-lindqvist",),
        ),
        told(
            "Retire document reader 1.4.0",
            Push((version("document-reader", "1.4.0"),)),
            Update("jonas-becker"),
            Review("rafael-moreno"),
            on="2025-10-22",
            by="jonas-becker",
            opened="2025-10-17",
            behind=2,
            why="main was merged into the branch before the review",
        ),
    )


def _triage() -> tuple[Change, ...]:
    early = {"description": _TRIAGE_FIRST}
    return (
        proposal(
            "Register claims triage 1.2.0",
            version("claims-triage", "1.2.0", status="registered", **early),
            on="2025-09-22",
            by="jonas-becker",
            approved_by=("priya-raman",),
        ),
        proposal(
            "Approve claims triage 1.2.0",
            version("claims-triage", "1.2.0", status="approved", **early),
            on="2025-09-24",
            by="jonas-becker",
            approved_by=("sofia-lindqvist", "ines-carvalho"),
            landing="squash",
        ),
        proposal(
            "Claims triage 1.2.0 to production",
            production("claims-triage", "1.2.0", 11, rollback=None),
            on="2025-11-10",
            by="priya-raman",
            approved_by=("sofia-lindqvist", "rafael-moreno"),
        ),
        proposal(
            "Roll claims triage back to 1.1.0",
            production("claims-triage", "1.1.0", 12),
            on="2025-11-14T18:10",
            by="daniel-osei",
            approved_by=("priya-raman",),
            why="a rollback: a version that ran before, a reason, one operator's approval",
        ),
        proposal(
            "Withdraw claims triage 1.2.0",
            version("claims-triage", "1.2.0"),
            on="2025-11-19",
            by="jonas-becker",
            approved_by=("sofia-lindqvist", "ines-carvalho"),
        ),
    )
