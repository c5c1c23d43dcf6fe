"""What a report tells of what an earlier walk had told, of what changed its meaning since, and of how things stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from govops.engine.cases import Acceptance, Mending
from govops.engine.docket import Docket
from govops.engine.keeping import Trail
from govops.engine.ledger import Ledger
from govops.engine.process import KeptTimes, Stopwatch
from govops.engine.summary import Ending, summarise
from govops.finding import ChangeRecord, Event, Finding, Provenance, Report, Status, troubled
from govops.history.deeds import Deed, Deeds
from govops.incident import Affected, IncidentCase, IncidentStatus
from tests.engine.story import Story, day
from tests.support.facts import oid
from tests.support.files import deployment, rule, usecase, version, violation

HERE = Provenance("local:acme", "refs/heads/main", "tip", "tree", "sha1", "0.1.0", "2.40")
FAIL, WARN, PASS, WAIVED = Status.FAIL, Status.WARN, Status.PASS, Status.WAIVED
OLD, NEW = (Finding("some-rule", when, FAIL, commit=oid(when)) for when in ("before", "after"))
CHANGES = {
    name: ChangeRecord(oid(name), None, (), name, status) for name, status in (("before", FAIL), ("after", PASS))
}


def ending(mending: Mending | None = None, **how: Any) -> Ending:
    docket = Docket({}, Deeds)
    docket.recall({}, (), mending or Mending())
    return Ending(day(9), docket=docket, **how)


def ledger(*findings: Finding, changes: Iterable[ChangeRecord] = (), earlier: Trail | None = None) -> Ledger:
    told = Ledger()
    told.findings += findings
    told.changes += changes
    told.earlier = earlier
    return told


def accepted(finding: Finding) -> Mending:
    """A ratification accepts the finding, and with it its change."""
    assert finding.commit is not None
    by = Acceptance("policies/ratifications/mend.yaml", oid("mend"), "it was urgent")
    return Mending({finding.fingerprint: by}, statuses={finding.commit: WAIVED})


BEFORE = Trail(
    changes=(CHANGES["before"],),
    troubled=(CHANGES["before"],),
    findings=(OLD,),
    policies=(Event("policies/a.yaml", "added", oid("before")),),
    deployments=(Event("Deployment/staging/fraud", "nothing to 1.0", oid("before")),),
)


def test_what_an_earlier_walk_told_is_told_first() -> None:
    story = Story().lands(deployment("production", "fraud", "1.0"))
    known = ledger(NEW, changes=[CHANGES["after"]], earlier=BEFORE)
    known.policies.append(Event("policies/b.yaml", "added", oid("after")))
    told = summarise(known, story.registry, HERE, ending())
    assert list(told.findings) == [OLD, NEW]
    assert list(told.changes) == [CHANGES["before"], CHANGES["after"]]
    assert list(troubled(told.changes)) == [CHANGES["before"]]
    assert [event.resource for event in told.policy_changes] == ["policies/a.yaml", "policies/b.yaml"]
    assert [event.resource for event in told.deployments] == ["Deployment/staging/fraud", "Deployment/production/fraud"]


@pytest.mark.parametrize("told_before", [True, False], ids=["by an earlier walk", "by this one"])
def test_what_was_accepted_since_it_was_told_is_told_as_it_is_now(*, told_before: bool) -> None:
    known = ledger(NEW, changes=[CHANGES["after"]], earlier=BEFORE)
    if not told_before:
        known = ledger(OLD, NEW, changes=CHANGES.values())
    told = summarise(known, Story().registry, HERE, ending(accepted(OLD)))
    assert [(one.status, one.waived) for one in told.findings] == [
        (WAIVED, "policies/ratifications/mend.yaml"),
        (FAIL, ""),
    ]
    assert [one.status for one in told.changes] == [WAIVED, PASS]
    assert [one.status for one in troubled(told.changes)] == [WAIVED]


def test_two_reports_of_one_walk_are_equal_whatever_was_accepted_since() -> None:
    known, registry = ledger(OLD), Story().registry
    one, other = (summarise(known, registry, HERE, ending(accepted(OLD))) for _ in range(2))
    assert one.findings == other.findings
    assert one.changes == other.changes


def test_what_was_restored_since_it_was_told_says_by_what() -> None:
    restored = Mending(remediated={oid("before"): oid("revert")})
    told = summarise(ledger(earlier=BEFORE), Story().registry, HERE, ending(restored))
    assert [(one.status, one.remediated_by) for one in told.changes] == [(FAIL, oid("revert"))]


SINCE = oid("since")
KNOWN = f"at or before {SINCE[:12]}"


@pytest.mark.parametrize("earlier", [None, Trail(findings=(OLD,))], ids=["of one walk", "of two"])
def test_what_is_older_than_what_counts_says_so(earlier: Trail | None) -> None:
    """What is waived, or could not be run, is told as it is in any case."""
    excused, broken = replace(OLD, status=WAIVED), replace(OLD, status=Status.ERROR)
    here = [OLD, excused, broken, NEW] if earlier is None else [excused, broken, NEW]
    told = summarise(
        ledger(*here, earlier=earlier),
        Story().registry,
        replace(HERE, new_since=SINCE),
        ending(is_older=lambda finding: finding.commit == OLD.commit),
    )
    assert [one.known for one in told.findings] == [KNOWN, "", "", ""]


def test_where_all_findings_count_none_is_called_old() -> None:
    told = summarise(ledger(OLD), Story().registry, HERE, ending(is_older=lambda finding: True))
    assert told.findings == (OLD,)


LINK = [{"model": "fraud", "versions": "*"}]


def test_a_use_case_says_which_critical_incidents_reach_it() -> None:
    claims, other = (usecase(name, models=LINK) for name in ("claims", "other"))
    reached = (
        Affected("claims", claims[0], "outage", "Model/fraud"),
        Affected("claims", claims[0], "leak", "UseCase/other"),
    )
    told = summarise(Ledger(), Story(claims, other).registry, HERE, ending(affected=reached))
    one, two = told.inventory
    assert one.facts[-1] == ("open incidents", "outage on Model/fraud, leak on UseCase/other")
    assert ("owner", "alice") in one.facts
    assert "open incidents" not in dict(two.facts)


def test_incidents_are_told_as_the_walk_found_them() -> None:
    case = IncidentCase("outage", "Outage", IncidentStatus.OPEN, "critical", "reliability", "Model/fraud")
    assert summarise(Ledger(), Story().registry, HERE, ending(incidents=(case,))).incidents == (case,)


def test_how_long_things_stand_is_as_of_the_instant_of_the_report() -> None:
    known = Ledger()
    known.stopwatch = Stopwatch(KeptTimes(since={"ModelVersion/fraud/1.0": ("registered", day(8))}))
    told = summarise(known, Story(version("fraud", "1.0")).registry, HERE, ending())
    assert [(one.status, one.standing, one.oldest) for one in told.process.statuses] == [("registered", 1, 86_400)]


def noted(mending: Mending | None = None) -> Report:
    """A violation that somebody took note of, in a change that nobody approved."""
    note = {"by": "bob", "at": day(2), "notes": "seen"}
    deeds = Deeds([Deed("SlaViolation/uptime/jan", "sla.acknowledge", oid("noted"))])
    story = Story(violation("uptime", "jan", acknowledged=note))
    return summarise(Ledger(), story.registry, HERE, ending(mending, deeds=deeds))


def test_a_note_of_a_violation_counts_once_it_is_accepted() -> None:
    assert [one.acknowledged for one in noted().violations] == [None]
    (one,) = noted(Mending(statuses={oid("noted"): WAIVED})).violations
    assert one.acknowledged is not None


def test_rules_of_the_companys_own_are_told_with_all_that_they_look_at() -> None:
    models = rule("models", "true", kinds=("Model", "UseCase"), controls=["A.1", "A.2"], severity="low")
    dated = rule("whole", "true", kinds=(), effective_from=day(1), until=day(5))
    told = summarise(Ledger(), Story(models, dated).registry, HERE, ending())
    about, whole = told.rules
    assert (about.kind, about.name, about.title, about.path) == ("Rule", "models", "Why models matters", models[0])
    assert about.status == "in force"
    assert about.facts == (
        ("severity", "low"),
        ("about", "Model, UseCase"),
        ("controls", "A.1, A.2"),
        ("from", ""),
        ("until", ""),
    )
    facts = {"severity": "high", "about": "the registry", "controls": "", "from": day(1), "until": day(5)}
    assert dict(whole.facts) == facts


def test_a_rule_that_nobody_knows_to_be_approved_says_so() -> None:
    story = Story().lands(rule("models", "true"), status=Status.UNVERIFIABLE)
    (told,) = summarise(Ledger(), story.registry, HERE, ending()).rules
    assert told.status == "not known to be approved"
