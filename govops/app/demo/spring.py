"""Spring 2026: rules for longer than one change, a colleague who is away, a night, and an old fault accepted."""

from __future__ import annotations

from govops.app.demo.plot import (
    Change,
    Expectation,
    File,
    Push,
    Review,
    model,
    policy,
    production,
    proposal,
    told,
    version,
)
from govops.app.demo.winter import WAITS

ROLLBACK = "policies/approvals/rollback.yaml"
SETTINGS = "policies/govops.yaml"
RULES = (
    "artifacts-never-change",
    "critical-use-is-approved-by-two-roles",
    "high-risk-models-are-answered-for",
    "high-risk-needs-an-approved-use",
    "no-deployment-over-an-open-incident",
    "production-shows-its-evidence",
)


def spring() -> tuple[Change, ...]:
    """What the rules learnt in their second year."""
    return (
        *_rules(),
        *_rules_of_our_own(),
        *_old_matters(),
        *_while_rafael_is_away(),
        *_one_night(),
        *_storm(),
        *_assistant(),
    )


def _rules() -> tuple[Change, ...]:
    return (
        proposal(
            "Keep duties apart for as long as a model lives",
            policy("segregation/lifetime"),
            policy("segregation/staffing"),
            on="2026-04-01",
            by="ines-carvalho",
            approved_by=("henrik-dahl", "sofia-lindqvist"),
        ),
        proposal(
            "An urgent rollback may land first",
            File(ROLLBACK),
            on="2026-04-02",
            by="daniel-osei",
            approved_by=("ines-carvalho", "henrik-dahl"),
            landing="squash",
            why="who goes back at night is approved in the morning",
        ),
    )


def _rules_of_our_own() -> tuple[Change, ...]:
    return (
        proposal(
            "Six rules of our own",
            *(policy(f"rules/{name}") for name in RULES),
            on="2026-04-07",
            by="ines-carvalho",
            approved_by=("henrik-dahl", "amara-diallo"),
            why="they judge what comes after them, and find nothing",
        ),
        proposal(
            "Map ISO 42001 to our rules, our own among them",
            policy("frameworks/iso-42001"),
            on="2026-04-09",
            by="ines-carvalho",
            approved_by=("henrik-dahl", "amara-diallo"),
            landing="squash",
        ),
    )


def _old_matters() -> tuple[Change, ...]:
    return (
        proposal(
            "Look again at what matters, twice a year",
            File(SETTINGS),
            on="2026-04-08",
            by="henrik-dahl",
            approved_by=("ines-carvalho", "sofia-lindqvist"),
        ),
        proposal(
            "Accept that Sofia read her own wording",
            policy("ratifications/handlers-see-why"),
            on="2026-04-22",
            by="ines-carvalho",
            approved_by=("henrik-dahl", "amara-diallo"),
            why="a fault of July 2025 is accepted by others, and stays in sight",
        ),
    )


def _while_rafael_is_away() -> tuple[Change, ...]:
    return (
        proposal(
            "Maya acts for Rafael in April",
            policy("delegations/rafael-in-april"),
            on="2026-04-10",
            by="rafael-moreno",
            approved_by=("ines-carvalho", "henrik-dahl"),
            landing="squash",
        ),
        proposal(
            "Review the document reader",
            model("document-reader"),
            on="2026-04-15",
            by="jonas-becker",
            approved_by=("maya-okonkwo",),
            why="Maya has no such role, and approves in Rafael's seat",
        ),
    )


def _one_night() -> tuple[Change, ...]:
    reason = "Quotes of electric cars were a tenth too low after the tariff table of April."
    return (
        told(
            "Back to motor pricing 3.2.0",
            Push((production("motor-pricing", "3.2.0", 32, back_because=reason),)),
            on="2026-04-20T22:10",
            by="priya-raman",
            landing="squash",
            late=("daniel-osei",),
            why="an emergency: it landed first, and Daniel approved it in the morning",
        ),
        proposal(
            "Motor pricing 4.0.0 with the right table",
            production("motor-pricing", "4.0.0", 33),
            on="2026-04-24",
            by="daniel-osei",
            approved_by=("sofia-lindqvist", "amara-diallo"),
        ),
    )


def _storm() -> tuple[Change, ...]:
    return (
        proposal(
            "Register storm surge 0.4.0",
            version("storm-surge", "0.4.0", status="registered"),
            on="2026-04-28",
            by="maya-okonkwo",
            approved_by=("priya-raman",),
        ),
        told(
            "Approve storm surge 0.4.0",
            Push((version("storm-surge", "0.4.0"),)),
            Review("sofia-lindqvist", "reject"),
            Review("rafael-moreno"),
            Review("amara-diallo"),
            on="2026-04-30",
            by="maya-okonkwo",
            expect=Expectation("blocked-by-rejection", "registry/models/storm-surge/versions/0.4.0.yaml"),
            why="Sofia's objection is excused by the waiver for the tenth storm, and stays in sight",
        ),
    )


def _assistant() -> tuple[Change, ...]:
    path = "registry/models/member-assistant/versions/1.0.0.yaml"
    return (
        proposal(
            "Approve member assistant 1.0.0",
            version("member-assistant", "1.0.0", description=WAITS),
            on="2026-05-05",
            by="jonas-becker",
            approved_by=("amara-diallo", "henrik-dahl"),
            expect=Expectation("approver-conflicted", path),
            why="Amara registered this very version in March",
        ),
        proposal(
            "The second red team found nothing new",
            version("member-assistant", "1.0.0"),
            on="2026-05-07",
            by="jonas-becker",
            approved_by=("sofia-lindqvist", "ines-carvalho"),
            why="approved by people who had no part in it",
        ),
    )
