"""The workflows that this repository runs on other people's code give that code nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.lowest import ROOT

FOLDER = ROOT / ".github/workflows"
WORKFLOWS = sorted(path for path in FOLDER.glob("*.yml") if not path.name.startswith("govops"))  # those: tests/ci
PUBLISHING = ("release.yml", "publish")  # the one job that may ask for an identity
PINNED = re.compile(r"uses: (\./|[\w./-]+@[0-9a-f]{40}) # (v\d+\.\d+\.\d+|zizmor)")


@pytest.mark.threat("H01")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_can_read_and_nothing_else(path: Path) -> None:
    """No write permission, no secret, no trigger that runs with the rights of the target branch."""
    workflow = _read(path)
    assert workflow["permissions"] == {"contents": "read"}
    own = {(path.name, name) for name, job in workflow["jobs"].items() if "permissions" in job}
    assert own <= {PUBLISHING}
    assert set(workflow["on"]) <= {"push", "pull_request", "schedule"}
    assert "secrets." not in path.read_text(encoding="utf-8")


@pytest.mark.threat("H01")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_commit(path: Path) -> None:
    """A moved tag runs nothing here; the comment says which release the commit is."""
    used = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert [line for line in used if not PINNED.search(line)] == []


@pytest.mark.threat("H04")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_checkout_has_the_whole_history_and_no_token(path: Path) -> None:
    """govops judges history, and a token in `.git/config` would be readable for the code under test."""
    for step in _steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"] == {"fetch-depth": 0, "persist-credentials": False}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_shell_step_takes_an_expression(path: Path) -> None:
    """Text that a stranger can choose (a title, a branch) never becomes part of a command."""
    assert [step["run"] for step in _steps(path) if "${{" in step.get("run", "")] == []


@pytest.mark.threat("L02")
def test_known_vulnerabilities_of_dependencies_are_looked_for() -> None:
    """At every push, and weekly as well: an advisory appears although nobody pushes. A package that the service
    does not know is a failure and no silence."""
    workflow = _read(FOLDER / "ci.yml")
    assert "make advisories" in _commands(workflow["jobs"]["advisories"])
    assert workflow["on"]["schedule"]
    (asked,) = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "pip_audit" in line]
    assert {"--strict", "--requirement"} <= set(asked.split())
    assert (
        "advisories"
        in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    )


@pytest.mark.threat("L04")
def test_only_the_job_that_publishes_may_ask_for_an_identity_and_it_runs_no_code_of_ours() -> None:
    """Trusted publishing: no token is stored, a maintainer approves, and what is uploaded is attested."""
    workflow = _read(FOLDER / "release.yml")
    job = workflow["jobs"]["publish"]
    assert workflow["on"] == {"push": {"tags": ["v*"]}}
    assert (job["permissions"], job["environment"], job["needs"]) == ({"id-token": "write"}, "release", "build")
    fetched, published = job["steps"]
    assert fetched["uses"].startswith("actions/download-artifact@")
    assert published["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert published["with"] == {"attestations": True}, "a password or a token would be no trusted publishing"


@pytest.mark.threat("L04")
def test_what_is_published_passed_every_check_and_is_what_the_tag_says() -> None:
    """The files come from one job, which tests the commit before it builds them."""
    jobs = _read(FOLDER / "release.yml")["jobs"]
    assert list(jobs) == ["build", "publish"]
    assert _commands(jobs["build"]) == [
        ".ci/run",
        "make advisories",
        'test "$GITHUB_REF_NAME" = "v$(.venv/bin/hatchling version)"',
        ".venv/bin/hatchling build",
    ]
    assert not any("if" in step or step.get("continue-on-error") for step in _steps(FOLDER / "release.yml"))


def _read(path: Path) -> Any:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))  # noqa: TID251 -- workflows are not our strict subset
    return {"on" if key is True else key: value for key, value in data.items()}  # YAML 1.1 reads the key `on` as true


def _commands(job: Any) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def _steps(path: Path) -> Iterator[Any]:
    for job in _read(path)["jobs"].values():
        yield from job["steps"]
