"""Reports for other tools, as the commands write them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from govops.errors import ExitCode
from govops.rules import RULES
from tests.support.audit import verdict
from tests.support.cli import govops
from tests.support.files import model
from tests.support.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One change that was allowed, and one that nobody approved."""
    world = World(tmp_path_factory.mktemp("world"))
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    world.push("mallory", model("churn"))
    return world


def test_an_audit_describes_its_rules_and_its_exit_code_in_sarif(world: World, tmp_path: Path) -> None:
    ran = govops("audit", world.path, "--quiet", "--output", f"sarif:{tmp_path / 'r.sarif'}")
    (run,) = json.loads((tmp_path / "r.sarif").read_bytes())["runs"]
    assert run["invocations"][0]["exitCode"] == ran.code == ExitCode.VIOLATION
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.id for rule in RULES]
    assert {result["level"] for result in run["results"]} == {"error"}
    assert run["properties"]["provenance"]["tip"] == verdict(world).provenance.tip


def test_an_audit_counts_what_was_allowed_in_junit(world: World) -> None:
    ran = govops("audit", world.path, "--quiet", "--output", "junit")
    findings, changes = ET.fromstring(ran.out)
    assert int(findings.attrib["failures"]) == len(findings) > 0
    assert (changes.attrib["tests"], changes.attrib["failures"]) == ("1", "0")


@pytest.mark.parametrize("name", ["sarif", "junit"])
def test_a_saved_report_gives_the_same_bytes(world: World, tmp_path: Path, name: str) -> None:
    saved = tmp_path / "r.json"
    first = govops("audit", world.path, "--quiet", "--output", f"json:{saved}", "--output", name)
    again = govops("report", saved, "--output", name)
    assert (again.code, again.out) == (first.code, first.out)


def test_files_are_checked_in_both(tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "x.txt").write_text("?")
    ran = govops("validate", "--repository", tmp_path, "--output", f"junit:{tmp_path / 'r.xml'}", "--output", "sarif")
    (run,) = json.loads(ran.out)["runs"]
    (result,) = run["results"]
    ((case,),) = ET.parse(tmp_path / "r.xml").getroot()
    assert run["invocations"][0]["exitCode"] == ran.code == ExitCode.VIOLATION
    assert RULES[result["ruleIndex"]].id == result["ruleId"]
    assert case.attrib["classname"] == f"govops.{result['ruleId']}"
