"""Rules on incidents: what is in the way of a change, and what is to be said at the end of a history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.finding import Severity, Status
from govops.incident import Affected, ClockRun, IncidentCase, IncidentStatus, Kept, Stage, Unheard
from govops.rule import HistoryFacts, JudgedChange, Obstacle
from tests.rules.builders import COMMIT, PATH, findings, judged

TIP, RECORD = "9" * 40, "a" * 64
FILE = "registry/incidents/outage.yaml"

HELD = Obstacle(
    incident="outage",
    path=PATH,
    action="model.deploy_production",
    resource="Deployment/production/fraud",
    about="Model/fraud",
    evidence=(RECORD,),
    file=FILE,
)
BENEATH = replace(HELD, resource="UseCase/claims", action="usecase.deploy", blocks=False)


def change(*obstacles: Obstacle, unclosed: tuple[str, ...] = ()) -> JudgedChange:
    """A change with these in its way."""
    return replace(judged(), obstacles=obstacles, unclosed=unclosed)


CHANGES: dict[str, tuple[str, JudgedChange, Status, str]] = {
    "a promotion": (
        "open-incident",
        change(HELD),
        Status.FAIL,
        "Deployment/production/fraud is promoted while the critical incident `outage` on Model/fraud is open",
    ),
    "an approval": (
        "open-incident",
        change(replace(HELD, action="model.approve", resource="ModelVersion/fraud/1.0.0")),
        Status.FAIL,
        "ModelVersion/fraud/1.0.0 is approved while the critical incident `outage` on Model/fraud is open",
    ),
    "a deletion": (
        "open-incident",
        change(replace(HELD, action="usecase.delete", resource="UseCase/claims", about="UseCase/claims")),
        Status.FAIL,
        "UseCase/claims is deleted while the critical incident `outage` on UseCase/claims is open",
    ),
    "the same artifact": (
        "open-incident",
        change(replace(HELD, via="ModelVersion/fraud/1.0.0")),
        Status.FAIL,
        "the critical incident `outage` on Model/fraud (the same artifact as ModelVersion/fraud/1.0.0) is open",
    ),
    "a use case on it": (
        "incident-in-dependency",
        change(BENEATH),
        Status.WARN,
        "UseCase/claims rests on Model/fraud, where the critical incident `outage` is open",
    ),
    "a use case on another on it": (
        "incident-in-dependency",
        change(replace(BENEATH, via="UseCase/triage")),
        Status.WARN,
        "UseCase/claims rests through UseCase/triage on Model/fraud, where the critical incident `outage` is open",
    ),
    "closed by nobody who may": (
        "resolver-lacks-permission",
        change(unclosed=(PATH,)),
        Status.FAIL,
        "it closes an incident, and nobody who made or approved it holds incident:resolve",
    ),
}


@pytest.mark.parametrize(("rule", "facts", "status", "words"), CHANGES.values(), ids=CHANGES)
def test_a_change_that_meets_an_incident_has_a_finding(
    rule: str, facts: JudgedChange, status: Status, words: str
) -> None:
    (found,) = findings(rule, facts)
    assert (found.status, found.commit, found.path, found.blob) == (status, COMMIT, PATH, "b" * 40)
    assert words in found.message
    assert not facts.is_clean


QUIET: dict[str, tuple[str, JudgedChange]] = {
    "nothing in the way": ("open-incident", change()),
    "only beneath": ("open-incident", change(BENEATH)),
    "nothing beneath": ("incident-in-dependency", change()),
    "only in the way": ("incident-in-dependency", change(HELD)),
    "closed as it goes": ("resolver-lacks-permission", change(HELD)),
}


@pytest.mark.parametrize(("rule", "facts"), QUIET.values(), ids=QUIET)
def test_any_other_change_has_none(rule: str, facts: JudgedChange) -> None:
    assert findings(rule, facts) == []


def test_two_incidents_are_two_findings_and_each_names_its_evidence() -> None:
    first, second = findings("open-incident", change(HELD, replace(HELD, incident="leak", evidence=(), file=None)))
    assert first.fingerprint != second.fingerprint
    assert (first.evidence, first.others, second.evidence, second.others) == ((RECORD,), (FILE,), (), ())


# ---- at the tip


RUN = ClockRun(
    clock="eu-ai-act/serious-incident",
    title="Serious incident",
    clause="Art. 73(2)",
    stage=Stage.INITIAL,
    start="2026-03-02T09:00:00Z",
    due="2026-03-17T09:00:00Z",
    kept=Kept.OVERDUE,
)


def case(**spec: Any) -> IncidentCase:
    """An open critical incident with its file."""
    known = {
        "status": IncidentStatus.OPEN,
        "severity": "critical",
        "category": "safety",
        "resource": "Model/fraud",
        "path": FILE,
    }
    told = {
        "resource": "Model/fraud",
        "reported_by": "dave",
        "reported_at": "2026-03-02T09:00:00Z",
        "records": (RECORD,),
    }
    return IncidentCase("outage", "Outage", **(known | told | spec))


def history(*cases: IncidentCase, as_of: str | None = "2026-03-20T09:00:00Z", **more: Any) -> HistoryFacts:
    """A history with these incidents."""
    return HistoryFacts(TIP, as_of=as_of, incidents=cases, **more)


def unheard(record: str = RECORD, person: str = "robo", reason: str = "robo is a bot") -> Unheard:
    """A report that satisfies nothing."""
    return Unheard(record, f"incidents/{record[:2]}/{record}.json", person, "outage", reason)


TOLD: dict[str, tuple[str, HistoryFacts, Status, tuple[str, ...]]] = {
    "a report by a machine": (
        "incident-report-without-effect",
        history(unheard=(unheard(),)),
        Status.WARN,
        (RECORD[:12], "`robo`", "robo is a bot"),
    ),
    "a flood of them": (
        "incident-report-without-effect",
        history(unheard=tuple(unheard(f"{n:064x}") for n in range(500))),
        Status.WARN,
        ("and 499 more",),
    ),
    "no file after days": ("incident-without-file", history(case(path=None)), Status.WARN, ("`outage`", "dave")),
    "a milder file": (
        "incident-milder-than-reported",
        history(case(milder="dave reported it as critical, and the file says info")),
        Status.FAIL,
        ("`outage`", "the file says info"),
    ),
    "a use case on it": (
        "use-case-affected",
        history(affected=(Affected("claims", "registry/use-cases/claims.yaml", "outage", "Model/fraud"),)),
        Status.WARN,
        ("use case claims rests on Model/fraud", "`outage`"),
    ),
    "a clock that ran out": (
        "clock-overdue",
        history(case(clocks=(RUN,))),
        Status.FAIL,
        ("the initial report of incident outage for eu-ai-act/serious-incident (Art. 73(2)) was due at 2026-03-17",),
    ),
    "a clock without a start": (
        "clock-overdue",
        history(case(clocks=(replace(RUN, start=None, due=None, kept=Kept.UNKNOWN),))),
        Status.UNVERIFIABLE,
        ("nobody can tell when",),
    ),
}


@pytest.mark.parametrize(("rule", "facts", "status", "words"), TOLD.values(), ids=TOLD)
def test_what_is_wrong_at_the_tip_is_told(
    rule: str, facts: HistoryFacts, status: Status, words: tuple[str, ...]
) -> None:
    (found,) = findings(rule, facts)
    assert (found.rule, found.status) == (rule, status)
    assert found.severity is Severity.INFO or status is not Status.WARN
    assert [word for word in words if word not in f"{found.message}; {found.hint}"] == []


UNTOLD: dict[str, tuple[str, HistoryFacts]] = {
    "every report counts": ("incident-report-without-effect", history(case())),
    "it has its file": ("incident-without-file", history(case())),
    "it is three days old": ("incident-without-file", history(case(path=None), as_of="2026-03-05T09:00:00Z")),
    "it is over": ("incident-without-file", history(case(path=None, status=IncidentStatus.WITHDRAWN))),
    "nobody tells the time": ("incident-without-file", history(case(path=None, reported_at=None))),
    "as of no instant": ("incident-without-file", history(case(path=None), as_of=None)),
    "the file says what was reported": ("incident-milder-than-reported", history(case())),
    "nothing rests on it": ("use-case-affected", history(case())),
    "no clock": ("clock-overdue", history(case())),
    **{
        f"a clock that is {kept}": ("clock-overdue", history(case(clocks=(replace(RUN, kept=kept),))))
        for kept in (Kept.RUNNING, Kept.MET, Kept.LATE)
    },
}


@pytest.mark.parametrize(("rule", "facts"), UNTOLD.values(), ids=UNTOLD)
def test_what_is_in_order_is_not(rule: str, facts: HistoryFacts) -> None:
    assert findings(rule, facts) == []
