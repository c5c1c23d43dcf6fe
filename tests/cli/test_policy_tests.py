"""``govops test-policies`` as users of other tools' `verify` know it: a line a case, why it fails, and an exit code."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from govops.app.example import example_company
from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import verdict
from tests.support.cli import govops
from tests.support.files import case, company, policy, policy_test
from tests.support.lowest import ROOT
from tests.support.world import World

APPROVE = {"action": "model.approve", "resource": "ModelVersion/fraud/1.0", "author": "alice"}
TESTS = policy_test(
    "models",
    case("an approver is enough", "pass", "bob"),
    case("so is dave", "pass", "dave", rules=[]),
    case("nobody is too few", "fail", rules=["not-approved"]),
    change=APPROVE,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A company with three cases, the second of which fails."""
    for path, content in {**company(), **dict([TESTS])}.items():
        assert isinstance(content, bytes)
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path


def test_a_failing_case_is_told_with_its_reasons_and_the_others_in_a_line(folder: Path) -> None:
    done = govops("test-policies", folder)
    assert done.code == ExitCode.VIOLATION
    lines = done.out.splitlines()
    first, second, *reasons, third, summary, untried = lines
    assert first.startswith("policies/tests/models.yaml:")
    assert first.endswith(": PASS models: an approver is enough")
    assert second.endswith(": FAIL models: so is dave")
    assert third.endswith(": PASS models: nobody is too few")
    needed = "1 approval by role approver"
    assert [line.strip() for line in reasons] == [
        "expected status pass, got fail",
        "expected no approver-lacks-role, and it reports",
        "action model.approve: ModelVersion/fraud/1.0",
        f"required: model.approve: {needed} (policies/approvals/models.yaml): not met, 0 of 1 counted",
        f"given: approve by dave, 1970-01-01T00:00:00Z, receipt; not counted, approver-lacks-role: {needed}",
        "reported: approver-lacks-role: dave approved registry/models/fraud/versions/1.0.yaml without the needed role; "
        f"it takes {needed}",
    ]
    assert summary == "3 cases: 2 passed, 1 failed"
    assert untried == (
        "note: 4 of 5 policies and rules are exercised by no case: documents, incidents, slas, use-cases"
    )


def test_a_broken_policy_stops_everything_with_the_line_and_a_caret(folder: Path) -> None:
    place = folder / "policies/approvals/models.yaml"
    place.write_text(place.read_text().replace("count: 1", "count: many"))
    done = govops("test-policies", folder)
    assert done.code == ExitCode.USAGE
    lines = done.out.splitlines()
    assert lines[0].startswith("policies/approvals/models.yaml:11:14: invalid-resource: ")
    assert lines[2].index("^") == lines[1].index("many")
    assert lines[-1] == "no case was tried: 1 problem to solve first"


def test_a_broken_test_is_exit_2_beside_those_that_were_tried(folder: Path) -> None:
    (folder / "policies/tests/odd.yaml").write_text("kind: PolicyTest\n")
    done = govops("test-policies", folder, "-k", "an approver")
    assert done.code == ExitCode.USAGE
    assert done.out.splitlines()[-1] == "1 case: 1 passed, 0 failed; 3 problems in tests that were not tried"


def test_no_test_says_so(folder: Path) -> None:
    (folder / TESTS[0]).unlink()
    quiet, strict = govops("test-policies", folder), govops("test-policies", folder, "--require-tests")
    assert (quiet.code, strict.code) == (ExitCode.OK, ExitCode.VIOLATION)
    assert quiet.out.splitlines()[0] == "no policy test found in policies/tests/"
    assert strict.out.splitlines()[0] == "no policy test found in policies/tests/, and there has to be one"


def test_json_is_what_the_schema_says(folder: Path) -> None:
    done = govops("test-policies", folder, "--output", "json")
    found = json.loads(done.out)
    schema = json.loads((ROOT / "schemas/policy-tests-v1.schema.json").read_text())
    Draft202012Validator(schema).validate(found)
    assert found["schema"] == "govops/policy-tests/v1"
    assert (found["exit_code"], done.code) == (1, 1)
    assert [one["outcome"] for one in found["cases"]] == ["pass", "differs", "pass"]
    assert found["cases"][1]["change"]["requirements"][0]["source"] == "policies/approvals/models.yaml"
    (folder / "policies/tests/odd.yaml").write_text("kind: PolicyTest\n")
    Draft202012Validator(schema).validate(json.loads(govops("test-policies", folder, "--output", "json").out))


def test_junit_counts_what_failed_and_what_is_broken(folder: Path) -> None:
    high = policy("models", actions=["model.*"], match={"risk_tiers": ["high"]})
    (folder / high[0]).write_bytes(high[1])
    model = {"action": "model.update", "resource": "Model/x", "author": "alice"}
    broken = policy_test("broken", case("which <tier>?", "pass", "bob", change=model))
    (folder / broken[0]).write_bytes(broken[1])
    done = govops("test-policies", folder, "--output", "junit")
    suites = {suite.get("name"): suite for suite in ElementTree.fromstring(done.out)}
    assert {name: (one.get("tests"), one.get("failures"), one.get("errors")) for name, one in suites.items()} == {
        "broken": ("1", "0", "1"),
        "models": ("3", "1", "0"),
    }
    (test,) = suites["broken"]
    assert (test.get("classname"), test.get("name")) == ("govops.policies.broken", "which <tier>?")
    assert "policies ask for its risk_tier" in (test[0].get("message") or "")
    assert done.code == ExitCode.USAGE


def test_github_annotates_the_case(folder: Path) -> None:
    done = govops("test-policies", folder, "--output", "github")
    lines = done.out.splitlines()
    line = next(n for n, text in enumerate((folder / TESTS[0]).read_text().splitlines(), 1) if "so is dave" in text)
    assert lines[0].startswith(
        f"::error file=policies/tests/models.yaml,line={line},col=7,title=govops policy-test::models: so is dave: "
        "expected status pass, got fail"
    )
    assert lines[1] == "govops: 3 cases: 2 passed, 1 failed"


def test_text_from_a_test_cannot_speak_for_govops(folder: Path) -> None:
    odd = policy_test("odd", case("::error::x \u202e", "pass"), change=APPROVE)
    (folder / odd[0]).write_bytes(odd[1].replace(b"\xe2\x80\xae", b"##[error]"))
    done = govops("test-policies", folder, "-k", "error")
    assert all(not line.startswith("::") and "##[" not in line for line in done.out.splitlines())


def test_validate_points_at_names_that_mean_nothing_and_no_verdict_rests_on_them(tmp_path: Path) -> None:
    vain = policy_test("vain", case("one", "pass", "bobb", rules=["no-such-rule"]), change=APPROVE)
    world = World(tmp_path / "world")
    world.propose("carol", "Test", vain).approve("erin").merge("squash")
    checked = govops("validate", "--rev", "HEAD", "--repository", world.path)
    assert checked.code == ExitCode.OK
    assert checked.out.count("policy-test-in-vain: there is no") == 2
    report = verdict(world)
    assert [change.status for change in report.changes] == [Status.PASS]
    assert report.exit_code() is ExitCode.OK


def test_validate_looks_at_a_single_test_beside_the_people_and_rules_that_it_names(folder: Path) -> None:
    vain = policy_test("vain", case("one", "pass", "bob", "bobb", rules=["not-approved"]), change=APPROVE)
    (folder / vain[0]).write_bytes(vain[1])
    alone = govops("validate", folder / TESTS[0], folder / vain[0], "--repository", folder)
    assert alone.code == ExitCode.OK
    assert alone.out.count("policy-test-in-vain") == 1
    assert "there is no User `bobb`" in alone.out


def test_the_example_company_passes_its_own_tests() -> None:
    done = govops("test-policies", example_company())
    assert done.code == ExitCode.OK
