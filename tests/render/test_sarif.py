"""SARIF: valid by the official schema, true to the standard's words, and the same place and identity as everywhere."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govops.finding import Counts, Finding, Report, Severity, Status
from govops.render import render, render_findings, stream, stream_findings
from govops.rules import RULES
from tests.render import sample
from tests.render.naughty import STRINGS, appended, replaced
from tests.render.strategies import reports
from tests.support.golden import Golden
from tests.support.parts import corpus


@cache
def official() -> jsonschema.protocols.Validator:
    """The official schema of SARIF 2.1.0, as a validator."""
    schema = corpus("sarif-2.1.0")
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.fixture
def schema() -> jsonschema.protocols.Validator:
    return official()


def run_of(report: Report, **options: Any) -> dict[str, Any]:
    """The one run of a report."""
    log = json.loads("".join(stream(report, "sarif", **options)))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = log["runs"][0]
    return run


def result_of(finding: Finding) -> dict[str, Any]:
    """The one result of a finding."""
    (result,) = json.loads(render_findings([finding], "sarif"))["runs"][0]["results"]
    assert isinstance(result, dict)
    return result


def test_the_results_are_the_ones_that_were_reviewed(golden: Golden) -> None:
    golden("report.sarif", render(sample.remarkable(), "sarif"))


@pytest.mark.parametrize("report", [sample.rich(), sample.remarkable(), sample.smallest()])
def test_a_report_is_valid_by_the_official_schema(schema: jsonschema.protocols.Validator, report: Report) -> None:
    schema.validate(json.loads("".join(stream(report, "sarif", rules=RULES))))
    schema.validate(json.loads("".join(stream_findings(report.findings, "sarif", rules=RULES))))


@given(reports())
@settings(max_examples=30)
def test_any_report_is_valid(report: Report) -> None:
    official().validate(json.loads(render(report, "sarif")))


def test_the_schema_would_notice_a_fault(schema: jsonschema.protocols.Validator) -> None:
    log = json.loads(render(sample.rich(), "sarif"))
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        schema.validate(log)


@pytest.mark.parametrize(
    ("status", "kind", "level"),
    [
        (Status.FAIL, "fail", "error"),
        (Status.ERROR, "fail", "error"),
        (Status.WARN, "fail", "warning"),
        (Status.WAIVED, "fail", "note"),
        (Status.UNVERIFIABLE, "open", "none"),
        (Status.PASS, "pass", "none"),
    ],
)
def test_a_status_has_its_kind_and_level(status: Status, kind: str, level: str) -> None:
    """The standard asks for level `none` wherever the kind is not `fail` (3.27.10)."""
    result = result_of(Finding("r", "m", status))
    assert (result["kind"], result["level"]) == (kind, level)
    assert kind == "fail" or level == "none"


def test_what_is_waived_is_suppressed_and_says_by_what() -> None:
    """All results have the property or none has (3.27.23); an empty list says that this one is not suppressed."""
    results = run_of(sample.rich())["results"]
    waived = [result["suppressions"] for result in results if result["properties"]["status"] == "waived"]
    others = [result["suppressions"] for result in results if result["properties"]["status"] != "waived"]
    assert [(one["status"], one["justification"][:6]) for (one,) in waived] == [("accepted", "excuse")]
    assert others == [[]] * 6


def test_every_rule_is_described_and_found_from_its_results() -> None:
    report = replace(sample.rich(), rules=(), findings=tuple(Finding(rule.id, "m") for rule in RULES))
    run = run_of(report, rules=RULES)
    described = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == [rule.id for rule in RULES]
    for rule, result in zip(RULES, run["results"], strict=True):
        found = described[result["ruleIndex"]]
        assert found["id"] == result["ruleId"] == rule.id
        assert found["shortDescription"]["text"] == rule.claim
        assert found["fullDescription"]["text"] not in (rule.claim, "")
        assert found["defaultConfiguration"]["level"] == ("warning" if rule.severity is Severity.INFO else "error")
    assert "ruleIndex" not in result_of(Finding("of-the-company", "m"))


def test_a_rule_of_ones_own_is_described_with_its_controls() -> None:
    """Beside the built-in ones, so that a result leads to it."""
    (own,) = sample.rich().rules
    run = run_of(replace(sample.rich(), findings=(Finding(own.name, "m"),)), rules=RULES)
    found = run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]
    assert (found["id"], found["shortDescription"]["text"]) == (own.name, own.title)
    assert found["properties"]["controls"] == dict(own.facts)["controls"]


@given(st.lists(st.text(min_size=1, max_size=8).filter(lambda name: "/" not in name), min_size=1, max_size=4))
def test_a_place_is_a_relative_address_that_leads_to_the_file(names: list[str]) -> None:
    """Whatever a file may be called; `.` and `..` are the two names that no file in git has."""
    path = "/".join(name.encode("utf-8", "replace").decode() for name in names if name not in (".", "..")) or "x"
    (location,) = result_of(Finding("r", "m", path=path, line=3, column=7))["locations"]
    physical = location["physicalLocation"]
    address = physical["artifactLocation"]["uri"]
    assert physical["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
    assert not urlsplit(address).scheme
    assert unquote(urljoin("file:///root/", address)) == f"file:///root/{path}"
    assert physical["region"] == {"startLine": 3, "startColumn": 7}


def test_a_name_that_is_not_utf_8_keeps_its_bytes() -> None:
    (location,) = result_of(Finding("r", "m", path="a b\udcff:%.yaml"))["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b%FF%3A%25.yaml", "uriBaseId": "%SRCROOT%"},
    }


def test_a_finding_about_no_file_still_has_a_place() -> None:
    """GitHub refuses a file in which a result has none."""
    (location,) = result_of(Finding("record-altered", "m"))["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "policies/govops.yaml"
    assert location["message"] == {"text": "about no file"}


def test_a_result_keeps_its_identity_and_its_evidence() -> None:
    finding = sample.rich().findings[0]
    result = result_of(finding)
    assert result["partialFingerprints"]["govops/v1"] == finding.fingerprint
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == finding.subject
    shown = result["properties"]
    assert (shown["commit"], shown["evidence"]) == (finding.commit, list(finding.evidence))
    assert (shown["hint"], shown["severity"]) == (finding.hint, "critical")


@pytest.mark.parametrize("fail_on", Severity)
def test_the_exit_code_is_the_commands_own(fail_on: Severity) -> None:
    report = replace(sample.smallest(), findings=(Finding("r", "m", severity=Severity.MEDIUM),))
    (invocation,) = run_of(report, fail_on=fail_on)["invocations"]
    assert invocation["executionSuccessful"] is True
    assert invocation["exitCode"] == report.exit_code(fail_on)


def test_a_report_that_cannot_be_relied_on_is_no_success() -> None:
    (invocation,) = run_of(replace(sample.smallest(), counts=Counts(chain=2)))["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 4)


@pytest.mark.parametrize(
    ("repository", "named"),
    [
        ("https://example.org/acme/governance", True),
        ("ssh://git@example.org/acme.git", True),
        ("local:acme/ai-governance", False),
        ("acme/ai-governance", False),
        ("https://example.org/<b>", False),
    ],
)
def test_the_source_is_named_where_it_has_an_address(repository: str, *, named: bool) -> None:
    """The schema wants an absolute address; the tip is told in any case."""
    report = sample.rich()
    run = run_of(replace(report, provenance=replace(report.provenance, repository=repository)))
    assert ("versionControlProvenance" in run) is named
    assert run["properties"]["provenance"]["tip"] == report.provenance.tip
    if named:
        (source,) = run["versionControlProvenance"]
        assert (source["repositoryUri"], source["revisionId"]) == (repository, report.provenance.tip)


@pytest.mark.threat("G01", "G03", "G06", "G07")
@pytest.mark.parametrize("naughty", STRINGS, ids=[f"{string[:20]!a}" for string in STRINGS])
def test_text_from_outside_stays_text(naughty: str) -> None:
    """No link and no placeholder for a viewer, nothing for a terminal or a build runner, and not one result more."""
    for how in (appended, replaced):
        text = render(how(sample.rich(), naughty), "sarif")
        assert len(text.splitlines()) == len(sample.rich().findings) + 2
        assert text.isascii()
        for result in json.loads(text)["runs"][0]["results"]:
            shown = result["message"]["text"]
            assert "](" not in shown
            assert not shown.replace("{{", "").replace("}}", "").count("{")
            assert all(char == "\n" or char.isprintable() for char in shown)
