"""What is said where a rule of the company's own is not kept, and how sure that is."""

from __future__ import annotations

from typing import Any

import pytest

from govops.decision import RuleInForce
from govops.engine.breach import Asked, in_force, told, without_library
from govops.expression import AnyResource, Facts, Programs, Undecided
from govops.finding import Finding, Severity, Status
from govops.history.snapshot import Snapshot
from govops.kinds.custom import CustomResource
from govops.kinds.rule import Rule
from tests.support.facts import entry, read, snapshot
from tests.support.files import model, rule

FRAUD = model("fraud", owner="mallory")
PATH, TEXT = FRAUD
RULE = "policies/rules/owned.yaml"
HERE = snapshot(FRAUD)
START, END = "2026-01-05T00:00:00Z", "2026-02-01T00:00:00Z"


def owned(
    status: Status = Status.FAIL, expression: str = "resource.spec.owner != 'mallory'", **spec: Any
) -> RuleInForce:
    found = read(rule("owned", expression, **spec))
    assert isinstance(found, Rule)
    return RuleInForce(RULE, found, status)


def breach(
    found: RuleInForce,
    resource: AnyResource | None = None,
    undecided: Undecided | None = None,
    *,
    is_begun: bool = True,
    path: str = PATH,
    stands: Snapshot = HERE,
) -> Finding:
    """What is told of the model, or of another resource."""
    return told(found, Asked(path, resource or read(FRAUD), None), undecided, stands, is_begun=is_begun)


def test_a_breach_names_the_rule_the_resource_and_both_files() -> None:
    assert breach(owned(message="{metadata.name} belongs to {spec.owner}")) == Finding(
        "owned",
        "fraud belongs to mallory",
        Status.FAIL,
        Severity.HIGH,
        hint="Why owned matters",
        path=PATH,
        blob=entry(TEXT.decode()).oid,
        subject="Model/fraud",
        evidence=(RULE,),
    )


def test_what_stands_nowhere_any_more_has_no_content() -> None:
    assert breach(owned(), stands=snapshot()).blob is None


def test_a_breach_of_the_registry_as_a_whole_stands_at_the_rule() -> None:
    some = owned(expression="Model.all().size() == 0", kinds=())
    found = told(some, Asked("", None, None), None, HERE, is_begun=True)
    assert (found.path, found.blob, found.subject) == (RULE, None, "the registry")
    assert found.message == "owned is not kept"


def test_the_hint_is_the_rules_own_if_it_has_one() -> None:
    assert breach(owned(hint="Ask alice")).hint == "Ask alice"


@pytest.mark.parametrize(
    ("severity", "status"), [("info", Status.WARN), ("low", Status.FAIL), ("critical", Status.FAIL)]
)
def test_what_is_only_to_be_known_is_a_warning(severity: str, status: Status) -> None:
    found = breach(owned(severity=severity))
    assert (found.status, found.severity) == (status, Severity(severity))


def test_a_rule_without_an_answer_is_not_kept_and_not_broken() -> None:
    found = breach(owned(severity="info"), undecided=Undecided("no such key"), is_begun=False)
    assert (found.status, found.message, found.hint) == (
        Status.UNVERIFIABLE,
        "whether Model/fraud keeps the rule cannot be told: no such key",
        "the rule says: Why owned matters",
    )


@pytest.mark.parametrize(
    ("dates", "period"),
    [
        ({"effective_from": START}, f"from {START}"),
        ({"until": END}, f"until {END}"),
        ({"effective_from": START, "until": END}, f"from {START} until {END}"),
    ],
)
def test_where_nobody_tells_the_time_the_rule_may_not_have_been_in_force(dates: dict[str, Any], period: str) -> None:
    found = breach(owned(Status.UNVERIFIABLE, severity="info", **dates), is_begun=False)
    assert (found.status, found.message, found.hint) == (
        Status.UNVERIFIABLE,
        "owned is not kept; whether the rule was in force then cannot be told",
        f"it is in force {period}: have the time of the change attested",
    )


def test_a_rule_that_nobody_can_tell_to_be_approved_leaves_its_breach_open() -> None:
    found = breach(owned(Status.UNVERIFIABLE, severity="info"))
    assert (found.status, found.message, found.hint) == (
        Status.UNVERIFIABLE,
        "owned is not kept; whether the rule landed by an approved change cannot be told",
        "Why owned matters",
    )


SHOWN: dict[str, tuple[str, str]] = {
    "text": ("spec.owner", "mallory"),
    "what is not there": ("spec.wanting", "nothing"),
    "below what is not there": ("spec.wanting.more", "nothing"),
    "a number": ("spec.size", "7"),
    "a truth": ("spec.good", "true"),
    "a list": ("spec.tags", "a, 1, 2.5, false"),
    "an empty list": ("spec.none", "nothing"),
    "a list of mappings": ("spec.parts", '[{"b": 1, "ä": 2}]'),
    "a mapping": ("spec.part", '{"b": 1, "ä": 2}'),
    "as long as may be": ("spec.long", "x" * 120),
    "longer": ("spec.longer", "x" * 119 + "…"),
}


@pytest.mark.parametrize(("field", "shown"), SHOWN.values(), ids=SHOWN)
def test_a_message_shows_values_of_the_resource(field: str, shown: str) -> None:
    part = {"ä": 2, "b": 1}
    spec = {"owner": "mallory", "size": 7, "good": True, "tags": ["a", 1, 2.5, False], "none": [], "parts": [part]}
    document = {"spec": spec | {"part": part, "long": "x" * 120, "longer": "x" * 121}}
    found = breach(owned(message=f"<{{{field}}}>", kinds=("DataSheet",)), CustomResource("DataSheet", "a", document))
    assert found.message == f"<{shown}>"


def test_lists_are_shown_by_their_items() -> None:
    assert breach(owned(message="{spec.out_of_scope_use}")).message == "Decisions without a human"


def test_without_the_library_no_rule_is_kept() -> None:
    assert without_library(owned(severity="low")) == Finding(
        "owned",
        "the rule cannot be evaluated: the extra `cel` is not installed",
        Status.UNVERIFIABLE,
        Severity.LOW,
        hint="install it: pip install 'govops[cel]'",
        path=RULE,
        subject="itself",
        evidence=(RULE,),
    )


FORCE: dict[str, tuple[dict[str, str], str | None, bool | None]] = {
    "always": ({}, None, True),
    "from its first second": ({"effective_from": START}, START, True),
    "not before": ({"effective_from": START}, "2026-01-04T23:59:59Z", False),
    "until before its end": ({"until": END}, "2026-01-31T23:59:59Z", True),
    "not at its end": ({"until": END}, END, False),
    "between both": ({"effective_from": START, "until": END}, START, True),
    "before both": ({"effective_from": START, "until": END}, "2026-01-04T23:59:59Z", False),
    "after both": ({"effective_from": START, "until": END}, END, False),
    "nobody tells from when": ({"effective_from": START}, None, None),
    "nobody tells until when": ({"until": END}, None, None),
}


@pytest.mark.parametrize(("dates", "time", "expected"), FORCE.values(), ids=FORCE)
def test_a_rule_is_in_force_from_one_instant_until_before_the_other(
    dates: dict[str, Any], time: str | None, *, expected: bool | None
) -> None:
    assert in_force(owned(**dates).rule, time) is expected


# ---- what a rule is asked about


ASKED: dict[str, tuple[str, bool]] = {
    "the resource": ("resource.spec.owner == 'mallory'", True),
    "what it was": ("old.spec.owner == 'alice'", True),
    "its key": ("key == 'Model/fraud'", True),
    "its path": (f"path == '{PATH}'", True),
    "whether it changed": ("changed('spec.owner')", True),
    "whether something else did": ("changed('spec.title')", False),
    "the time": (f"time == timestamp('{START}')", True),
    "another time": (f"time < timestamp('{START}')", False),
}


@pytest.mark.parametrize(("expression", "answer"), ASKED.values(), ids=ASKED)
def test_a_rule_may_ask_of_the_resource_what_it_was_and_when(expression: str, *, answer: bool) -> None:
    programs = Programs(Facts(HERE, None, tuple, lambda path: None))
    asked = Asked(PATH, read(FRAUD), read(model("fraud")), START)
    assert programs.holds(expression, asked.question(programs)) is answer
    assert asked.question(programs) is asked.question(programs)


def test_where_there_is_nothing_a_rule_is_asked_of_nothing() -> None:
    programs = Programs(Facts(HERE, None, tuple, lambda path: None))
    gone, registry = Asked(PATH, None, read(FRAUD)), Asked("", None, None)
    assert programs.holds("!has(resource.spec) && has(old.spec)", gone.question(programs)) is True
    assert programs.holds("!has(resource.spec) && key == 'the registry'", registry.question(programs)) is True
    assert isinstance(programs.holds(f"time == timestamp('{START}')", gone.question(programs)), Undecided)
