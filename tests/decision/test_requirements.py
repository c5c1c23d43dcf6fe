"""Which approvals an action needs: every policy that matches, and what nobody can take away."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision.needs import Need
from govops.decision.requirements import (
    BUILT_IN,
    Situation,
    as_minor,
    demands,
    makes_minor,
    matches,
    needs_identity,
    path_matches,
    risk_tiers,
    seconds_between,
    situation,
)
from govops.decision.verdict import Holds, undecided
from govops.expression import Undecided
from govops.history.snapshot import Snapshot
from govops.kinds.approval_policy import ApprovalPolicy
from govops.lifecycle import Action
from tests.decision.sample import facts
from tests.support.facts import law, read, snapshot
from tests.support.files import File, deployment, model, policy, usecase, user, version

SEGMENTS = st.lists(st.sampled_from(["**", "*", "a", "a*", "?", "b"]), min_size=1, max_size=5)
FOLDERS = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=5)


def covers(pattern: list[str], path: list[str]) -> bool:
    """The same question, asked by trying everything."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(covers(pattern[1:], path[used:]) for used in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], pattern[0]) and covers(pattern[1:], path[1:])


@given(SEGMENTS, FOLDERS)
def test_a_glob_matches_what_trying_everything_matches(pattern: list[str], path: list[str]) -> None:
    assert path_matches("/".join(path), "/".join(pattern)) == covers(pattern, path)


@pytest.mark.threat("E22")
def test_a_glob_of_many_stars_is_no_trap() -> None:
    assert not path_matches("/".join("a" * 200), "/".join(["**", "*"] * 60 + ["b"]))


def act(new: File | None, old: File | None = None, name: str = "model.update") -> Action:
    some: Any = read(new or old or ("", b""))
    before, after = (read(side) if side else None for side in (old, new))
    return Action(name, some.kind, some.key.name, (new or old or ("", b""))[0], before, after)


def asked(action: Action, *policies: File, beside: Snapshot | None = None, time: str | None = None) -> list[str]:
    """The sources of all demands, without the folder."""
    found = demands(action, Situation(law(*policies), time, risk_tiers((action,), beside or Snapshot())))
    return [demand.source.removeprefix("policies/approvals/") for demand in found]


def around(*files: File, time: str | None = None, holds: Holds = undecided) -> Situation:
    """The rules of these files, for models of no tier."""
    return Situation(law(*files), time, lambda name: frozenset(), holds)


def labelled(key: str, value: str) -> File:
    """The model with one label."""
    path, text = model("fraud")
    return path, text.replace(b"metadata:\n", f'metadata:\n  labels:\n    {key}: "{value}"\n'.encode())


HIGH, LOW = model("fraud", risk_tier="high"), model("fraud", risk_tier="low")
PLAIN = policy("p", actions=["model.*"])
CONDITIONAL = policy("p", actions=["*"], match={"condition": "true"})
MATCHES: dict[str, tuple[dict[str, Any], Action, bool]] = {
    "the action": ({}, act(HIGH), True),
    "another action": ({}, act(HIGH, name="usecase.update"), False),
    "an action spelled otherwise": ({}, act(HIGH, name="Model.update"), False),
    "the kind": ({"kinds": ["Model"]}, act(HIGH), True),
    "another kind": ({"kinds": ["Deployment"]}, act(HIGH), False),
    "the tier": ({"risk_tiers": ["high"]}, act(HIGH), True),
    "another tier": ({"risk_tiers": ["low"]}, act(HIGH), False),
    "the tier that it had": ({"risk_tiers": ["high"]}, act(LOW, HIGH), True),
    "the tier that it gets": ({"risk_tiers": ["high"]}, act(HIGH, LOW), True),
    "the environment": ({"environments": ["staging"]}, act(deployment("staging", "fraud", "1.0")), True),
    "another environment": ({"environments": ["production"]}, act(deployment("staging", "fraud", "1.0")), False),
    "an environment, of what has none": ({"environments": ["staging"]}, act(HIGH), False),
    "the path": ({"paths": ["registry/models/*/model.yaml"]}, act(HIGH), True),
    "another path": ({"paths": ["registry/*/model.yaml"]}, act(HIGH), False),
    "a label": ({"labels": {"pii": "yes"}}, act(labelled("pii", "yes")), True),
    "a label that it had": ({"labels": {"pii": "yes"}}, act(HIGH, labelled("pii", "yes")), True),
    "another value of it": ({"labels": {"pii": "yes"}}, act(labelled("pii", "no")), False),
    "another label": ({"labels": {"pii": "yes"}}, act(labelled("team", "yes")), False),
    "one label of two": ({"labels": {"pii": "yes", "team": "risk"}}, act(labelled("pii", "yes")), False),
    "two labels, one on each side": (
        {"labels": {"pii": "yes", "team": "risk"}},
        act(labelled("pii", "yes"), labelled("team", "risk")),
        True,
    ),
}


@pytest.mark.parametrize(("match", "action", "expected"), MATCHES.values(), ids=MATCHES)
def test_a_policy_speaks_of_what_all_its_selectors_name(
    match: dict[str, Any], action: Action, *, expected: bool
) -> None:
    text = policy("p", actions=["model.*"], match=match)
    assert asked(action, text) == (["p.yaml"] if expected else [])
    spoken = read(text)
    assert isinstance(spoken, ApprovalPolicy)
    assert matches(spoken, action, risk_tiers((action,), Snapshot())) is expected


def test_every_policy_that_matches_is_asked_in_the_order_of_paths() -> None:
    several = (policy("b", actions=["*"]), policy("a", actions=["model.update"]), policy("c", actions=["usecase.*"]))
    assert asked(act(HIGH), *several) == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize(("stands", "tiers"), [((HIGH,), {"high"}), ((LOW,), {"low"}), ((), {"low", "high"})])
def test_a_version_has_the_tier_of_its_model_and_every_tier_where_that_is_unknown(
    stands: tuple[File, ...], tiers: set[str]
) -> None:
    action = act(version("fraud", "1.0"), name="model.approve")
    found = {
        tier
        for tier in ("low", "high")
        if asked(action, policy("p", actions=["*"], match={"risk_tiers": [tier]}), beside=snapshot(*stands))
    }
    assert found == tiers


def test_an_impact_is_that_of_either_side() -> None:
    strict = policy("p", actions=["*"], match={"impacts": ["critical"]})
    low, critical = (usecase("claims", impact=impact) for impact in ("low", "critical"))
    assert asked(act(low, critical, name="usecase.update"), strict) == ["p.yaml"]
    assert asked(act(critical, low, name="usecase.update"), strict) == ["p.yaml"]
    assert asked(act(low, low, name="usecase.update"), strict) == []


def test_a_policy_that_does_not_mean_the_action_hides_no_other() -> None:
    others = (policy("a", actions=["*"], match={"kinds": ["Deployment"]}), policy("b", actions=["*"], until=STARTS_AT))
    assert asked(act(HIGH), *others, PLAIN, time=STARTS_AT) == ["p.yaml"]


BUILT: dict[str, tuple[str, str | None]] = {
    "a person": ("registry/users/bob.yaml", "user:manage"),
    "a role": ("registry/roles/approver.yaml", "role:manage"),
    "a policy": ("policies/approvals/p.yaml", "policy:change"),
    "settings": ("policies/govops.yaml", "policy:change"),
    "a document among policies": ("policies/README.md", "policy:change"),
    "a control file": ("src/.gitattributes", "policy:change"),
    "a model": ("registry/models/fraud/model.yaml", None),
    "a file beside the people": ("registry/usersbob.yaml", None),
}


@pytest.mark.threat("C32")
@pytest.mark.parametrize(("path", "permission"), BUILT.values(), ids=BUILT)
def test_rule_files_and_control_files_have_a_demand_that_no_policy_makes(path: str, permission: str | None) -> None:
    found = demands(Action("any.thing", "Any", path, path), around())
    need = Need(1, permission=permission)
    told = [(BUILT_IN, f"1 approval by permission {permission}", ((need,),), (need,))]
    assert [(d.source, d.text, d.ways, d.needs) for d in found] == (told if permission else [])


STARTS_AT = "2026-02-01T00:00:00Z"
STARTS: dict[str, tuple[str | None, list[bool]]] = {
    "before": ("2026-01-31T23:59:59Z", []),
    "at the instant": ("2026-02-01T00:00:00Z", [True]),
    "after": ("2026-03-01T00:00:00Z", [True]),
    "at a time that nobody tells": (None, [False]),
}


@pytest.mark.threat("D14")
@pytest.mark.parametrize(("time", "certain"), STARTS.values(), ids=STARTS)
def test_a_policy_counts_from_its_start_by_attested_time_only(time: str | None, certain: list[bool]) -> None:
    later = policy("p", actions=["model.*"], effective_from=STARTS_AT)
    found = demands(act(HIGH), around(later, time=time))
    assert [demand.certain for demand in found] == certain
    assert {demand.doubt for demand in found if not demand.certain} <= {"nobody attests the time of the change"}


ENDS: dict[str, tuple[str | None, list[bool]]] = {
    "before": ("2026-01-31T23:59:59Z", [True]),
    "at the instant": ("2026-02-01T00:00:00Z", []),
    "after": ("2026-03-01T00:00:00Z", []),
    "at a time that nobody tells": (None, [False]),
}


@pytest.mark.threat("D14")
@pytest.mark.parametrize(("time", "certain"), ENDS.values(), ids=ENDS)
def test_a_policy_counts_until_its_end_by_attested_time_only(time: str | None, certain: list[bool]) -> None:
    ended = policy("p", actions=["model.*"], until=STARTS_AT)
    assert [demand.certain for demand in demands(act(HIGH), around(ended, time=time))] == certain


def test_a_policy_with_a_condition_never_surely_applies_and_never_surely_not() -> None:
    found = demands(act(HIGH), around(CONDITIONAL))
    assert [(demand.certain, demand.doubt) for demand in found] == [(False, "nobody evaluates its condition")]


def test_a_condition_without_an_answer_says_why() -> None:
    found = demands(act(HIGH), around(CONDITIONAL, holds=lambda condition, action: Undecided("no such field")))
    assert [(demand.certain, demand.doubt) for demand in found] == [(False, "no such field")]


@pytest.mark.parametrize(("holds", "certain"), [(True, [True]), (False, []), (None, [False])])
def test_a_condition_is_asked_of_whoever_evaluates_it(*, holds: bool | None, certain: list[bool]) -> None:
    asked: list[tuple[str, Action]] = []

    def evaluated(condition: str, action: Action) -> bool | None:
        asked.append((condition, action))
        return holds

    action = act(HIGH)
    found = demands(action, around(CONDITIONAL, holds=evaluated))
    assert asked == [("true", action)]
    assert [demand.certain for demand in found] == certain


@pytest.mark.parametrize(("holds", "certain"), [(True, [False]), (False, []), (None, [False])])
def test_a_condition_that_does_not_hold_decides_where_nobody_tells_the_time(
    *, holds: bool | None, certain: list[bool]
) -> None:
    later = policy("p", actions=["*"], match={"condition": "true"}, effective_from=STARTS_AT)
    found = demands(act(HIGH), around(later, holds=lambda condition, action: holds))
    assert [demand.certain for demand in found] == certain


MATERIAL = policy("material", actions=["model.update", "model.rename"], match={"fields": ["risk_tier"]})
FROM_FEBRUARY = policy("material", actions=["model.*"], match={"fields": ["risk_tier"]}, effective_from=STARTS_AT)
ON_CONDITION = policy("material", actions=["model.*"], match={"fields": ["risk_tier"], "condition": "true"})
MINOR = policy("minor", actions=["model.update_minor"])
RENAMED, REFINED = model("fraud", title="Another", risk_tier="low"), act(HIGH, LOW)
PLAIN_EDIT = act(RENAMED, LOW)
EDITS: dict[str, tuple[tuple[File, ...], Action, str | None, str, list[str]]] = {
    # the policies, the edit, its time, what it is called, and the policies that demand something of it
    "a material one": ((MATERIAL, MINOR), REFINED, None, "model.update", ["material"]),
    "a minor one": ((MATERIAL, MINOR), PLAIN_EDIT, None, "model.update_minor", ["minor"]),
    "a minor one that nothing allows": ((MATERIAL,), PLAIN_EDIT, None, "model.update_minor", []),
    "of which a policy speaks whatever changes": ((MATERIAL, MINOR, PLAIN), PLAIN_EDIT, None, "model.update", ["p"]),
    "of which no policy speaks of some fields": ((PLAIN, MINOR), PLAIN_EDIT, None, "model.update", ["p"]),
    "no plain edit": ((MATERIAL, MINOR), replace(PLAIN_EDIT, name="model.rename"), None, "model.rename", []),
    "before the policy counts": ((FROM_FEBRUARY, MINOR), PLAIN_EDIT, "2026-01-31T00:00:00Z", "model.update", []),
    "when the policy counts": ((FROM_FEBRUARY, MINOR), PLAIN_EDIT, STARTS_AT, "model.update_minor", ["minor"]),
    "at a time that nobody tells": ((FROM_FEBRUARY, MINOR), PLAIN_EDIT, None, "model.update", ["material"]),
    "on a condition that holds": ((ON_CONDITION, MINOR), PLAIN_EDIT, None, "model.update_minor", ["minor"]),
}


@pytest.mark.parametrize(("policies", "edit", "time", "name", "sources"), EDITS.values(), ids=EDITS)
def test_an_edit_that_no_policy_calls_material_is_a_minor_one(
    policies: tuple[File, ...], edit: Action, time: str | None, name: str, sources: list[str]
) -> None:
    """Under that name it is judged, and both ways of asking say the same."""
    known = facts(law(*policies), actions=(act(HIGH), edit), time=time, holds=lambda condition, action: True)
    first, called = as_minor(known).actions
    assert (first, called) == (known.actions[0], replace(edit, name=name))
    around = situation(known)
    for action in (edit, called):
        assert [one.source for one in demands(action, around)] == [f"policies/approvals/{one}.yaml" for one in sources]
    assert makes_minor(called, around) == ((MATERIAL[0],) if name == "model.update_minor" else ())


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        (".gitattributes", "control.change", True),
        ("registry/deployments/production/fraud.yaml", "model.deploy_production", True),
        ("registry/deployments/production/fraud.yaml", "model.rollback", False),
        ("registry/deployments/staging/fraud.yaml", "model.deploy_staging", False),
    ],
)
def test_control_files_and_production_deployments_land_exactly_as_reviewed(
    path: str, name: str, *, expected: bool
) -> None:
    assert needs_identity(path, (Action(name, "Any", path, path),)) is expected


@pytest.mark.threat("D15")
def test_seconds_between_instants_know_leap_years_and_order() -> None:
    assert seconds_between("2024-02-28T00:00:00Z", "2024-03-01T00:00:00Z") == 2 * 86_400
    assert seconds_between("2026-01-02T00:00:00Z", "2026-01-01T23:59:59Z") == -1


def test_the_words_of_a_demand_name_every_need() -> None:
    both = policy("p", actions=["*"], approvals=[{"count": 2, "role": "approver"}, {"permission": "model:deploy"}])
    assert isinstance(read(both), ApprovalPolicy)
    found = demands(act(HIGH), around(both, user("bob")))
    assert found[0].text == "2 approvals by role approver and 1 approval by permission model:deploy"
