"""From May 2025: promises, broken ones, incidents, new colleagues and new rules."""

from __future__ import annotations

from govops.app.demo.founding import SECOND_RECORDER
from govops.app.demo.plot import Change, File, Push, incident, policy, proposal, pushed, told, user

_REPORTED = {"resolution": None}


def triage_promise(*, raised: bool, quicker: bool = False) -> File:
    """The promise about claims triage: 99.5 % availability, 99 % before it was raised, and 450 ms, once 600."""
    swaps = {} if raised else {"target: 99.5": "target: 99"}
    if not quicker:
        swaps["target: 450"] = "target: 600"
    return File("registry/slas/claims-triage-response.yaml", swaps=swaps)


def operations() -> tuple[Change, ...]:
    """What keeps the register alive beside its models."""
    return (*_promises(), *_autumn_incidents(), *_later_incidents(), *_people(), *_rules())


def _promises() -> tuple[Change, ...]:
    violation = "registry/slas/claims-triage-response/violations/2025-11-p95.yaml"
    return (
        proposal(
            "Promise response times for triage and motor pricing",
            triage_promise(raised=False),
            File("registry/slas/motor-pricing-response.yaml"),
            on="2025-05-19",
            by="daniel-osei",
            approved_by=("priya-raman",),
        ),
        proposal(
            "Promise availability of letters intake",
            File("registry/slas/letters-intake-availability.yaml"),
            on="2025-06-18",
            by="priya-raman",
            approved_by=("daniel-osei",),
            landing="squash",
        ),
        proposal(
            "Triage was too slow in November",
            File(violation, {"acknowledged": None}),
            on="2025-12-02",
            by="daniel-osei",
            approved_by=("priya-raman",),
        ),
        proposal(
            "Acknowledge the slow November",
            File(violation),
            on="2025-12-04",
            by="daniel-osei",
            approved_by=("priya-raman",),
            landing="squash",
        ),
        proposal(
            "Promise 99.5 % availability of triage",
            triage_promise(raised=True),
            on="2025-12-08",
            by="daniel-osei",
            approved_by=("priya-raman",),
        ),
    )


def _autumn_incidents() -> tuple[Change, ...]:
    return (
        pushed(
            "Letters wait until noon",
            incident("post-room-slow-mornings", **_REPORTED),
            on="2025-09-08T07:44",
            by="daniel-osei",
            why="an incident never waits: a direct push is allowed, and leaves its trace",
        ),
        proposal(
            "Monday's post is filed in time again",
            incident("post-room-slow-mornings"),
            on="2025-10-21",
            by="priya-raman",
            approved_by=("daniel-osei",),
        ),
        told(
            "The assistant cites old wording",
            Push((incident("assistant-cites-old-wording", **_REPORTED),)),
            on="2025-10-29T13:14",
            by="amara-diallo",
            landing="squash",
            why="an incident by proposal, with nobody's approval and none needed",
        ),
        pushed(
            "Glass claims at the injury desk",
            incident("glass-claims-misrouted", **_REPORTED),
            on="2025-11-14T16:24",
            by="daniel-osei",
        ),
    )


def _later_incidents() -> tuple[Change, ...]:
    return (
        proposal(
            "All misrouted glass claims were moved",
            incident("glass-claims-misrouted"),
            on="2025-11-18",
            by="daniel-osei",
            approved_by=("sofia-lindqvist",),
        ),
        proposal(
            "The assistant sees current wording only",
            incident("assistant-cites-old-wording"),
            on="2025-11-27",
            by="amara-diallo",
            approved_by=("rafael-moreno",),
            landing="squash",
        ),
        told(
            "Referral rate differs by age",
            Push((incident("referral-gap-by-age"),)),
            on="2026-03-05",
            by="claire-fontaine",
            merger="henrik-dahl",
        ),
    )


def _people() -> tuple[Change, ...]:
    return (
        proposal(
            "Amara Diallo joins member services",
            user("amara-diallo", roles="[analyst]"),
            on="2025-10-01",
            by="henrik-dahl",
            approved_by=("ines-carvalho",),
        ),
        proposal(
            "Amara decides from now on",
            user("amara-diallo"),
            on="2026-01-07",
            by="ines-carvalho",
            approved_by=("henrik-dahl",),
            landing="squash",
            why="a role granted properly, and used later",
        ),
        proposal(
            "Tom leaves",
            user("tom-hale"),
            on="2026-02-27",
            by="henrik-dahl",
            approved_by=("ines-carvalho",),
        ),
    )


def _rules() -> tuple[Change, ...]:
    return (
        proposal(
            "Waiver for churn outlook in August",
            policy("waivers/churn-outlook-single-review"),
            on="2025-07-21",
            by="rafael-moreno",
            approved_by=("ines-carvalho", "henrik-dahl"),
            landing="squash",
        ),
        proposal(
            "A new key for the recorder",
            File("policies/govops.yaml", {"reviews": None}),
            on="2026-01-05",
            by="henrik-dahl",
            approved_by=("ines-carvalho", "sofia-lindqvist"),
            why=f"the old key signs the receipt of this change, and {SECOND_RECORDER} all that follow",
        ),
        proposal(
            "Test two decisions of the policies",
            policy("tests/author-cannot-approve"),
            policy("tests/rollback-needs-one-operator"),
            on="2026-03-04",
            by="ines-carvalho",
            approved_by=("henrik-dahl", "amara-diallo"),
        ),
        proposal(
            "Wake somebody when members are affected",
            policy("escalations/members-affected"),
            on="2026-03-06",
            by="daniel-osei",
            approved_by=("ines-carvalho", "henrik-dahl"),
            landing="squash",
        ),
        proposal(
            "Map the AI Act to our rules",
            policy("frameworks/eu-ai-act"),
            on="2026-03-09",
            by="ines-carvalho",
            approved_by=("rafael-moreno", "amara-diallo"),
        ),
        proposal(
            "Waiver for the tenth storm",
            policy("waivers/storm-surge-backtest"),
            on="2026-03-11",
            by="rafael-moreno",
            approved_by=("ines-carvalho", "henrik-dahl"),
        ),
    )
