"""From October 2025: the member assistant, and the versions of the new year."""

from __future__ import annotations

from govops.app.demo.first_models import CHURN_STAGING
from govops.app.demo.founding import WHERE_TO_LOOK
from govops.app.demo.plot import Change, File, Push, Review, gone, model, production, proposal, staging, told, version

WAITS = "Hands over to a person when two clauses disagree. Waits for the second red team."
"""What was said of member assistant 1.0.0 at first."""


def winter() -> tuple[Change, ...]:
    """An assistant for members, motor pricing 4.0.0, a storm model and a better churn outlook."""
    return (*_assistant(), *_new_year(), *_claims(), *_churn())


def _assistant() -> tuple[Change, ...]:
    return (
        proposal(
            "Register the member assistant",
            model("member-assistant"),
            version("member-assistant", "0.8.0", status="registered", description="First trial."),
            on="2025-10-06",
            by="amara-diallo",
            approved_by=("maya-okonkwo",),
        ),
        proposal(
            "Reject member assistant 0.8.0",
            version("member-assistant", "0.8.0"),
            on="2025-10-30",
            by="amara-diallo",
            approved_by=("sofia-lindqvist", "henrik-dahl"),
        ),
        proposal(
            "Register member assistant 0.9.0",
            version("member-assistant", "0.9.0", status="registered"),
            on="2025-11-03",
            by="amara-diallo",
            approved_by=("maya-okonkwo",),
            landing="squash",
        ),
        proposal(
            "Approve member assistant 0.9.0",
            version("member-assistant", "0.9.0"),
            on="2025-11-05",
            by="amara-diallo",
            approved_by=("rafael-moreno", "henrik-dahl"),
        ),
        proposal(
            "Register member assistant 1.0.0",
            version("member-assistant", "1.0.0", status="registered", description=WAITS),
            on="2026-03-02",
            by="amara-diallo",
            approved_by=("maya-okonkwo",),
        ),
    )


def _new_year() -> tuple[Change, ...]:
    readme = "registry/README.md"
    return (
        proposal(
            "Register motor pricing 4.0.0 and storm surge",
            version("motor-pricing", "4.0.0", status="registered"),
            model("storm-surge"),
            version("storm-surge", "0.3.0", status="registered"),
            on="2026-01-19",
            by="maya-okonkwo",
            approved_by=("priya-raman",),
        ),
        told(
            "Approve motor pricing 4.0.0",
            Push(
                (
                    version("motor-pricing", "4.0.0"),
                    File(readme, swaps={WHERE_TO_LOOK: "- To see what runs in production, read `deployments/`.\n"}),
                ),
                message="Approve 4.0.0 and say where to look",
            ),
            Review("rafael-moreno"),
            Push((File(readme),), message="Say it precisely"),
            Review("amara-diallo"),
            on="2026-01-21",
            by="maya-okonkwo",
            why="Rafael's approval survives a later push that left the version alone",
        ),
        proposal(
            "Triage 1.3.0 and motor pricing 4.0.0 to staging",
            staging("claims-triage", "1.3.0", 26),
            staging("motor-pricing", "4.0.0", 58),
            on="2026-01-23",
            by="priya-raman",
            approved_by=("daniel-osei",),
            landing="squash",
        ),
        proposal(
            "Motor pricing 4.0.0 to production",
            production("motor-pricing", "4.0.0", 31),
            on="2026-02-02",
            by="daniel-osei",
            approved_by=("rafael-moreno", "sofia-lindqvist"),
        ),
    )


def _claims() -> tuple[Change, ...]:
    first = "Three hops instead of two. Finds more rings."
    return (
        proposal(
            "Approve claims triage 1.3.0",
            version("claims-triage", "1.3.0"),
            on="2026-01-12",
            by="jonas-becker",
            approved_by=("sofia-lindqvist", "amara-diallo"),
            why="Amara uses the role that she was granted five days before",
        ),
        proposal(
            "Register fraud screen 2.2.0",
            version("fraud-screen", "2.2.0", status="registered", description=first),
            on="2026-01-14",
            by="jonas-becker",
            approved_by=("priya-raman",),
        ),
        proposal(
            "Reject fraud screen 2.2.0",
            version("fraud-screen", "2.2.0"),
            on="2026-01-16",
            by="jonas-becker",
            approved_by=("sofia-lindqvist", "rafael-moreno"),
            landing="squash",
        ),
    )


def _churn() -> tuple[Change, ...]:
    return (
        proposal(
            "Register churn outlook 2025.1",
            version("churn-outlook", "2025.1", status="registered"),
            on="2026-01-29",
            by="tom-hale",
            approved_by=("maya-okonkwo",),
        ),
        proposal(
            "Churn outlook 2025.1 to production",
            production("churn-outlook", "2025.1", 4),
            on="2026-02-05",
            by="priya-raman",
            approved_by=("sofia-lindqvist",),
            landing="squash",
        ),
        proposal(
            "Retire churn outlook 2024.2",
            version("churn-outlook", "2024.2"),
            on="2026-02-06",
            by="maya-okonkwo",
            approved_by=("amara-diallo",),
        ),
        proposal(
            "Churn outlook needs no staging",
            gone(CHURN_STAGING),
            on="2026-02-09",
            by="daniel-osei",
            approved_by=("priya-raman",),
        ),
    )
