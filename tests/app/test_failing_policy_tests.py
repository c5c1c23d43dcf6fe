"""What a failing case tells, which policies and tests are broken, which are chosen, and what no case exercised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.app.policy_tests import run
from govops.errors import ExitCode, UsageError
from govops.outlook import Trial
from tests.support.files import (
    case,
    model,
    policy,
    policy_test,
    role,
    user,
)
from tests.support.policy_tests import APPROVE, UPDATE, differing, spec, tried, written

# ---- what a failing case tells


def test_a_case_that_fails_tells_what_was_expected_and_why_not_and_hides_no_other(tmp_path: Path) -> None:
    found = tried(
        tmp_path,
        case("first", "pass", "dave", rules=["not-approved"], counted=["dave", "bob"]),
        case("second", "pass", "bob"),
        case("third", "unverifiable", "bob", rules=["no-receipt"]),
        case("fourth", "pass", change=UPDATE | {"resource": "Model/x"}),
    )
    assert [one.outcome for one in found] == ["differs", "pass", "differs", "differs"]
    assert found[0].differences == (
        "expected status pass, got fail",
        "expected not-approved to report, and it does not",
        "expected no approver-lacks-role, and it reports",
        "expected the approvals of bob, dave to count, and nobody counted",
    )
    assert found[2].differences == (
        "expected status unverifiable, got pass",
        "expected no-receipt to report, and it does not",
    )
    assert found[0].change is not None
    assert found[0].change.requirements[0].source == "policies/approvals/models.yaml"
    assert [finding.rule for finding in found[0].findings] == ["approver-lacks-role"]


def test_the_place_is_the_line_of_the_case(tmp_path: Path) -> None:
    found = tried(tmp_path, case("one", "pass", "bob"), case("two", "pass", "bob"))
    lines = (tmp_path / "policies/tests/all.yaml").read_text().splitlines()
    assert [lines[one.line - 1] for one in found] == ['    - name: "one"', '    - name: "two"']


def test_a_tier_that_policies_ask_for_and_nobody_gives_is_no_guess(tmp_path: Path) -> None:
    high = policy("models", actions=["model.*"], match={"risk_tiers": ["high"]})
    found = tried(tmp_path, case("which tier", "fail", change=UPDATE | {"resource": "Model/x"}), given=(high,))
    assert found[0].outcome == "broken"
    assert found[0].differences == (
        "Model/x does not stand in the registry, and policies ask for its risk_tier",
        "give the change a `risk_tier`, or the document as `new`",
    )


def test_a_case_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    """Whatever is imagined in one case, the next is judged by what stands."""
    high = policy("models", actions=["model.*"], match={"risk_tiers": ["high"]}, approvals=[{"role": "admin"}])
    low = policy("low", actions=["model.*"], match={"risk_tiers": ["medium"]})
    plain = case("plain", "pass", "bob", change=UPDATE)
    odd = [
        case("tier", "pass", "erin", change=UPDATE | {"risk_tier": "high"}),
        case("gone", "pass", "bob", change={"resource": "Model/fraud", "author": "alice", "new": "none"}),
        case(
            "new",
            "pass",
            "bob",
            change={"resource": "Model/fraud", "author": "alice", "old": "none", "new": spec(model("fraud"))},
        ),
        case(
            "person",
            "pass",
            "erin",
            change={"resource": "User/bob", "author": "alice", "old": spec(user("bob", roles=[])), "new": "none"},
        ),
    ]
    people = policy("people", actions=["user.*", "role.*"], approvals=[{"role": "admin"}])
    for number, one in enumerate(odd):
        cases = (plain, one, plain | {"name": "plain again"})
        found = tried(tmp_path / str(number), *cases, given=(high, low, people, model("fraud")))
        assert differing(found) == {}, one["name"]


# ---- broken policies, broken tests, and none


def problems(trial: Trial) -> list[str]:
    """``path:line: message`` of each."""
    return [f"{one.path}:{one.line}: {one.message}" for one in trial.problems]


def test_a_broken_policy_is_shown_and_nothing_is_tried(tmp_path: Path) -> None:
    path, text = policy("models", actions=["model.*"])
    broken = path, text.replace(b"approvals:", b"approvers:")
    found = run(written(tmp_path, broken, policy_test("all", case("one", "pass", "bob"), change=APPROVE)))
    assert found.exit_code == ExitCode.USAGE
    assert not found.cases
    first = next(one for one in found.problems if one.hint.startswith("did you mean"))
    assert (first.path, first.rule, first.hint) == (path, "invalid-resource", "did you mean `approvals`?")
    assert first.line is not None
    assert first.excerpt.splitlines()[-1].strip() == "^"


def test_a_role_that_nobody_defined_is_a_broken_policy(tmp_path: Path) -> None:
    ghost = policy("models", actions=["model.*"], approvals=[{"role": "ghost"}])
    found = run(written(tmp_path, ghost, policy_test("all", case("one", "pass", "bob"), change=APPROVE)))
    assert found.exit_code == ExitCode.USAGE
    assert not found.cases
    assert [one.rule for one in found.problems] == ["dangling-reference"]


def test_a_broken_test_is_shown_and_the_others_are_tried(tmp_path: Path) -> None:
    path, text = policy_test("bad", case("one", "maybe", "bob"), change=APPROVE)
    good = policy_test("good", case("two", "pass", "bob"), change=APPROVE)
    found = run(written(tmp_path, (path, text), good))
    assert found.exit_code == ExitCode.USAGE
    assert [one.name for one in found.cases] == ["good: two"]
    assert [one.path for one in found.problems] == [path]
    assert '"maybe" is not one of pass, fail, unverifiable' in found.problems[0].message


NAMES = {
    "author": (APPROVE | {"author": "alize"}, {}, "there is no User `alize`", "did you mean `alice`?"),
    "contributor": (
        APPROVE | {"contributors": ["bob", "davee"]},
        {},
        "there is no User `davee`",
        "did you mean `dave`?",
    ),
    "merger": (APPROVE | {"merger": "Bobb".lower()}, {}, "there is no User `bobb`", "did you mean `bob`?"),
    "approver": (APPROVE, {"approvals": [{"person": "bobby"}]}, "there is no User `bobby`", "did you mean `bob`?"),
    "counted": (APPROVE, {"counted": ["caroll"]}, "there is no User `caroll`", "did you mean `carol`?"),
    "rule": (APPROVE, {"rules": ["not-aproved"]}, "there is no rule `not-aproved`", "did you mean `not-approved`?"),
    "action": (
        APPROVE | {"action": "model.aprove"},
        {},
        "there is no action on a ModelVersion that is called `model.aprove`",
        "did you mean `model.approve`?",
    ),
    "environment": (
        APPROVE | {"action": "model.deploy_staging", "resource": "Deployment/production/fraud"},
        {},
        "there is no action on a Deployment that is called `model.deploy_staging`",
        "did you mean `model.deploy_production`?",
    ),
    "kind": (
        APPROVE | {"resource": "Modle/x", "action": "model.update"},
        {},
        "there is no kind `Modle`",
        "did you mean `Model`?",
    ),
    "past": (
        APPROVE | {"before": [{"action": "model.aprove", "resource": "Model/fraud", "approvers": ["bob"]}]},
        {},
        "there is no action on a Model that is called `model.aprove`",
        "did you mean `model.approve`?",
    ),
}


@pytest.mark.parametrize(("change", "more", "message", "hint"), NAMES.values(), ids=NAMES)
def test_a_name_that_means_nothing_breaks_a_test(
    tmp_path: Path, change: dict[str, Any], more: dict[str, Any], message: str, hint: str
) -> None:
    """A case that expects a failure must not get one for a misspelt name."""
    found = run(written(tmp_path, policy_test("all", case("one", "fail", **more), change=change)))
    assert found.exit_code == ExitCode.USAGE
    assert not found.cases
    assert [(one.message, one.hint) for one in found.problems] == [(message, hint)]
    assert found.problems[0].excerpt


def test_a_document_that_is_not_of_its_kind_is_shown_where_it_is_wrong(tmp_path: Path) -> None:
    change = {"resource": "Model/fraud", "author": "alice", "new": spec(model("fraud", risk_tier="hgih"))}
    other = {
        "resource": "Model/fraud",
        "author": "alice",
        "new": {"metadata": {"name": "other"}} | spec(model("fraud")),
    }
    found = run(
        written(tmp_path, policy_test("all", case("one", "fail"), case("two", "fail", change=other), change=change))
    )
    assert found.exit_code == ExitCode.USAGE
    tier, name = found.problems
    lines = (tmp_path / "policies/tests/all.yaml").read_text().splitlines()
    assert tier.message == 'spec.risk_tier: "hgih" is not one of low, medium, high, critical'
    assert tier.hint == "did you mean `high`?"
    assert tier.line is not None
    assert "hgih" in lines[tier.line - 1]
    assert name.message == "new: the document is Model/other, and `resource` says Model/fraud"


def test_no_test_is_no_failure_unless_there_has_to_be_one(tmp_path: Path) -> None:
    written(tmp_path)
    assert run(tmp_path).exit_code == ExitCode.OK
    assert run(tmp_path, is_required=True).exit_code == ExitCode.VIOLATION


def test_cases_are_chosen_by_name_and_tests_by_file(tmp_path: Path) -> None:
    here, there = (
        policy_test(name, case("Bob approves", "pass", "bob"), case("nobody", "fail"), change=APPROVE)
        for name in ("a", "b")
    )
    written(tmp_path, here, there)
    assert [one.name for one in run(tmp_path, wanted="bob").cases] == ["a: Bob approves", "b: Bob approves"]
    assert [one.name for one in run(tmp_path, wanted="b: no").cases] == ["b: nobody"]
    assert [one.test for one in run(tmp_path / there[0]).cases] == ["b", "b"]
    with pytest.raises(UsageError, match='no case is called anything with "zebra"'):
        run(tmp_path, wanted="zebra")


@pytest.mark.parametrize("place", ["nowhere", "policies/approvals/models.yaml", "registry"])
def test_what_holds_no_policies_is_refused(tmp_path: Path, place: str) -> None:
    folder = written(tmp_path / "there")
    elsewhere = tmp_path / "registry"
    elsewhere.mkdir()
    with pytest.raises(UsageError):
        run(elsewhere if place == "registry" else folder / place)


def test_policies_that_no_case_exercised_are_named_when_all_were_tried(tmp_path: Path) -> None:
    test = policy_test("all", case("one", "pass", "bob"), case("two", "pass", "bob", change=UPDATE), change=APPROVE)
    found = run(
        written(tmp_path, policy("unused", actions=["sla.create"], approvals=[{"role": "admin"}]), role("spare"), test)
    )
    named = {path.rpartition("/")[2].removesuffix(".yaml") for path in found.untried}
    assert named == {"unused", "use-cases", "incidents", "slas", "documents"}
    assert found.policies == 6
    assert run(tmp_path, wanted="one").untried == ()
    assert run(tmp_path / test[0]).untried == ()
