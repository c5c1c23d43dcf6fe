"""The report of a walk: what stands at the tip, in which state, and by which rules it was judged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Verdict
from govops.engine import inventory_item, stays_of
from govops.engine.grouping import Attribution, combine
from govops.engine.ledger import Ledger
from govops.engine.registry import Registry
from govops.engine.summary import INVENTORIED, Ending, summarise
from govops.finding import Event, Finding, InventoryItem, Provenance, Report, Status
from govops.rule import JudgedChange
from tests.decision import sample
from tests.engine.shelf import Shelf
from tests.engine.story import Story, day
from tests.support.facts import oid, read, snapshot, step
from tests.support.files import (
    File,
    deployment,
    digest,
    incident,
    model,
    policy,
    role,
    settings,
    sla,
    usecase,
    user,
    version,
    waiver,
)

HERE = Provenance("local:acme", "refs/heads/main", "tip", "tree", "sha1", "0.1.0", "2.40")
LINK = [{"model": "fraud", "versions": ">=1.0,<2"}, {"model": "churn", "versions": "*"}]
PRODUCTION = deployment("production", "fraud", "1.0")
BACK = deployment("production", "fraud", "1.0", rollback={"reason": "slow"})


def told(story: Story, *, time: str | None = day(9), as_of: str | None = None, **known: Any) -> Report:
    return summarise(Ledger(), story.registry, replace(HERE, **known), Ending(time, as_of))


def facts_of(*files: File, item: File) -> InventoryItem:
    """The line of the inventory for one of the files."""
    (found,) = (line for line in told(Story(*files)).inventory if line.path == item[0])
    return found


SOURCE = read(version("fraud", "1.0"))
LINES: dict[str, tuple[File, tuple[str, str], dict[str, str]]] = {
    "a model": (
        model("fraud", risk_tier="high"),
        ("The fraud model", "no version"),
        {"owner": "alice", "risk tier": "high"},
    ),
    "a version": (
        version("fraud", "1.0", status="approved"),
        ("fraud 1.0", "approved"),
        {"declared": "approved", "artifact": digest("fraud", "1.0"), "source": SOURCE.spec.source.commit},  # type: ignore[attr-defined]  # a version
    ),
    "a deployment": (
        PRODUCTION,
        ("fraud 1.0 in production", "deployed"),
        {"version": "1.0", "use cases": "", "deployment": "production-fraud-1.0"},
    ),
    "a rollback": (
        BACK,
        ("fraud 1.0 in production", "rolled back"),
        {"version": "1.0", "use cases": "", "deployment": "production-fraud-1.0"},
    ),
    "a use case": (
        usecase("claims", models=LINK, impact="high"),
        ("Use of claims", "draft"),
        {"owner": "alice", "impact": "high", "models": "fraud >=1.0,<2, churn *"},
    ),
    "a promise": (sla("uptime"), ("uptime", "promised"), {"resource": "Model/fraud"}),
}


@pytest.mark.parametrize(("text", "said", "facts"), LINES.values(), ids=LINES)
def test_a_resource_is_a_line_of_the_inventory(text: File, said: tuple[str, str], facts: dict[str, str]) -> None:
    found, key = facts_of(text, item=text), read(text).key
    assert (found.kind, found.name, found.path) == (key.kind, key.name, text[0])
    assert (found.title, found.status) == said
    assert dict(found.facts) == facts


def test_the_inventory_is_told_by_kind_and_path_and_holds_nothing_else() -> None:
    files = [
        *(text for text, *_ in LINES.values()),
        model("churn"),
        user("bob"),
        incident("one"),
        policy("p", actions=["*"]),
    ]
    found = told(Story(*files)).inventory
    assert [line.path for line in found if line.kind == "Model"] == [model("churn")[0], model("fraud")[0]]
    assert list(dict.fromkeys(line.kind for line in found)) == list(INVENTORIED)


def test_what_is_not_inventoried_is_no_line() -> None:
    with pytest.raises(TypeError, match="User has no place in the inventory"):
        inventory_item("registry/users/bob.yaml", read(user("bob")), snapshot(), stays_of({}))


def test_a_deployment_serves_the_use_cases_in_force_that_link_its_model() -> None:
    cases = [usecase(status, status=status, models=LINK) for status in ("approved", "deployed", "draft", "deprecated")]
    other = usecase("other", status="approved", models=LINK[1:])
    assert dict(facts_of(PRODUCTION, other, *cases, item=PRODUCTION).facts)["use cases"] == "approved, deployed"


FURTHEST: dict[str, tuple[list[File], str]] = {
    "nothing": ([], "no version"),
    "rejected": ([version("fraud", "1", status="rejected")], "rejected"),
    "deprecated": (
        [version("fraud", "1", status="rejected"), version("fraud", "2", status="deprecated")],
        "deprecated",
    ),
    "registered": ([version("fraud", "1", status="deprecated"), version("fraud", "2")], "registered"),
    "approved": ([version("fraud", "1"), version("fraud", "2", status="approved")], "approved"),
    "in staging": ([version("fraud", "1", status="approved"), deployment("staging", "fraud", "1")], "deployed_staging"),
    "in production": (
        [
            *(version("fraud", number, status="approved") for number in "12"),
            deployment("staging", "fraud", "2"),
            deployment("production", "fraud", "1"),
        ],
        "deployed_production",
    ),
    "somebody else's": ([version("churn", "1", status="approved")], "no version"),
}


@pytest.mark.parametrize(("files", "expected"), FURTHEST.values(), ids=FURTHEST)
def test_a_model_is_as_far_as_the_furthest_of_its_versions(files: list[File], expected: str) -> None:
    assert facts_of(model("fraud"), *files, item=model("fraud")).status == expected


def test_a_version_that_was_taken_back_is_rolled_back_and_a_model_without_a_better_one_too() -> None:
    versions = [
        version("fraud", number, status=status) for number, status in (("1.0", "deprecated"), ("1.1", "approved"))
    ]
    story = Story(model("fraud"), *versions, deployment("production", "fraud", "1.0"))
    story.lands(deployment("production", "fraud", "1.1")).lands(BACK).lands(gone=(BACK[0],))
    states = {line.path: line.status for line in told(story).inventory}
    assert (states[versions[1][0]], states[model("fraud")[0]]) == ("rolled_back", "rolled_back")


WHO = {"by": "bob", "at": "2026-01-06T09:00:00Z"}


@pytest.mark.threat("A09")
def test_a_waiver_is_told_with_its_rules_and_its_end() -> None:
    text = waiver("models", rules=["not-approved", "stale-approval"])
    (found,) = told(Story(text)).waivers
    facts = {"rules": "not-approved, stale-approval", "owner": "alice", "expires": "2026-03-31T00:00:00Z"}
    assert (found.kind, found.name, found.title) == ("Waiver", "models", "Nobody is there to review")
    assert (found.status, found.path) == ("in force", text[0])
    assert facts.items() <= dict(found.facts).items()


TIMES: dict[str, tuple[dict[str, Any], str | None, str]] = {
    "as somebody asked": ({"as_of": "2026-06-01T00:00:00Z", "as_of_clock": "given"}, "2026-06-01T00:00:00Z", "given"),
    "attested": ({}, day(9), "latest attested time"),
    "told by nobody": ({"time": None}, None, "no attested time"),
}


@pytest.mark.threat("D14")
@pytest.mark.parametrize(("given", "as_of", "clock"), TIMES.values(), ids=TIMES)
def test_a_report_says_as_of_when_it_is_and_by_which_clock(
    given: dict[str, Any], as_of: str | None, clock: str
) -> None:
    found = told(Story(settings()), **given).provenance
    assert (found.as_of, found.as_of_clock) == (as_of, clock)
    assert found.latest == given.get("time", day(9))


def test_a_report_says_by_which_rules_it_was_judged() -> None:
    alone = settings(single_maintainer=True, evidence={"mode": "signature"})
    files = (alone, policy("p", actions=["*"]), user("bob"), role("approver"), model("fraud"))
    story = Story(*files)
    found = told(story).provenance
    assert (found.edition, found.evidence_mode, found.single_maintainer) == ("2026.1", "signature", True)
    stands = story.registry.snapshot.files
    assert found.policies == tuple((path, stands[path].entry.oid) for path in sorted([files[0][0], files[1][0]]))
    assert (found.repository, found.tip) == (HERE.repository, HERE.tip)


def test_rules_from_elsewhere_are_told_with_their_people_and_roles() -> None:
    """Nothing else in the report says who these are."""
    rules = snapshot(settings(), user("bob"), role("approver"), waiver("theirs"))
    found = summarise(Ledger(), Registry(Shelf(), rules, {}), HERE, Ending())
    assert [path for path, _ in found.provenance.policies] == sorted(rules.files)
    assert [line.name for line in found.waivers] == ["theirs"]


def test_what_the_ledger_holds_is_told() -> None:
    ledger = Ledger()
    change = combine([step("change", "parent")], Attribution(oid("change")))
    found = Finding("some-rule", "found", Status.FAIL)
    judged = JudgedChange(sample.facts(sample.house()), Verdict(Status.FAIL), lambda oid, place: None)
    ledger.record(change, judged, [found], reporting=True, status=Status.FAIL)
    ledger.policies.append(Event("policies/govops.yaml", "changed", oid("change")))
    report = summarise(ledger, Story().registry, HERE, Ending())
    assert (report.findings, report.changes) == ((found,), tuple(ledger.changes))
    assert report.policy_changes == tuple(ledger.policies)
    assert report.counts == ledger.counts()
    assert report.counts.violating == 1


def test_what_happened_on_the_way_is_told() -> None:
    story = Story(user("bob"), PRODUCTION).lands(user("bob", roles=[])).lands(gone=(PRODUCTION[0],))
    found = told(story)
    assert [event.what for event in found.deployments] == ["nothing to 1.0", "1.0 to nothing"]
    assert [(tenure.person, tenure.until) for tenure in found.tenures] == [("bob", story.commits[1])]
