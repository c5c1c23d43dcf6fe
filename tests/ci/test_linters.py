"""Linters of others find nothing: zizmor at its strictest, and the official schemas of GitHub and GitLab."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from govops.app.ci import CiForge, ci_files
from tests.support.lowest import ROOT
from tests.support.parts import script

IGNORED = re.compile(r"# zizmor: ignore\[(?P<audit>[\w-]+)\](?P<reason>.*)")
REASONED = {"dangerous-triggers": "govops-gate.yml", "self-repository": "ci.yml"}

STRICT = (
    *("--offline", "--no-config", "--persona=auditor", "--strict-collection"),
    *("--format=json", "--no-progress", "--no-exit-codes"),
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One that `init --ci` has written to, for both forges."""
    return write(tmp_path / "governance", "github", "gitlab")


def write(place: Path, *forges: CiForge) -> Path:
    for forge in forges:
        for path, text in ci_files(forge, branch="release/1.x").items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text, encoding="utf-8")
    return place


def zizmor(*inputs: Path) -> list[Any]:
    """Findings of the persona `auditor`, which says everything; syntax it does not know is an error."""
    asked = [script("zizmor", extra="dev"), *STRICT, *map(str, inputs)]
    done = subprocess.run(asked, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    found: list[Any] = json.loads(done.stdout)
    return [f"{one['ident']}: {one['desc']}" for one in found if not one["ignored"]]


def schema_problems(schema: str, *files: Path, gitlab: bool = False) -> str:
    options = ["--data-transform", "gitlab-ci"] if gitlab else []
    asked = [script("check-jsonschema", extra="dev"), "--builtin-schema", schema, *options, *map(str, files)]
    done = subprocess.run(asked, capture_output=True, check=False, timeout=120)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).decode()


@pytest.mark.threat("H01", "H06", "H11")
def test_zizmor_finds_nothing_in_what_is_written_for_users(repository: Path) -> None:
    assert zizmor(repository) == []


@pytest.mark.threat("H01", "H06", "H11")
def test_zizmor_finds_nothing_in_this_repository() -> None:
    """The workflows, the action, the hooks and the configuration of updates."""
    assert zizmor(ROOT / ".github", ROOT / "action.yml", ROOT / ".pre-commit-hooks.yaml") == []


def test_what_zizmor_is_told_to_ignore_has_a_reason() -> None:
    """And no audit is switched off for a whole repository."""
    files = [
        *(ROOT / ".github/workflows").glob("*.yml"),
        *(ROOT / "govops/app/ci/github").glob("*.yml"),
        ROOT / "action.yml",
    ]
    found = [(path.name, match) for path in files for match in IGNORED.finditer(path.read_text(encoding="utf-8"))]
    assert found
    for name, match in found:
        assert REASONED[match["audit"]] == name
        assert len(match["reason"].split()) >= 2
    assert not [path for path in (ROOT / "zizmor.yml", ROOT / ".github/zizmor.yml") if path.exists()]


@pytest.mark.parametrize(
    ("old", "new", "audit"),
    [
        ("  pull_request:\n", "  pull_request_target:\n", "dangerous-triggers"),
        ("@e797f83bcb11b83ae66e0230d6156d7c80228e7c", "@v6", "unpinned-uses"),
        ("validate --output github", "validate ${{ github.event.pull_request.title }}", "template-injection"),
        ("persist-credentials: false", "persist-credentials: true", "artipacked"),
        ("permissions: {}", "permissions: write-all", "excessive-permissions"),
    ],
)
def test_zizmor_sees_what_it_is_there_for(repository: Path, old: str, new: str, audit: str) -> None:
    """The checks above can fail."""
    file = repository / ".github/workflows/govops-check.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert any(one.startswith(f"{audit}:") for one in zizmor(repository))


def test_the_official_schemas_accept_everything(repository: Path) -> None:
    shipped = sorted((ROOT / ".github/workflows").glob("*.yml"))
    written = sorted((repository / ".github/workflows").glob("*.yml"))
    assert len(written) == 4
    assert schema_problems("vendor.github-workflows", *shipped, *written) == ""
    assert schema_problems("vendor.github-actions", ROOT / "action.yml") == ""
    assert schema_problems("vendor.dependabot", ROOT / ".github/dependabot.yml") == ""
    both = (repository / ".gitlab-ci.yml", repository / ".gitlab/ci/govops.yml")
    assert schema_problems("vendor.gitlab-ci", *both, gitlab=True) == ""


@pytest.mark.parametrize(
    ("schema", "path", "old"),
    [
        ("vendor.github-workflows", ".github/workflows/govops-gate.yml", "runs-on"),
        ("vendor.gitlab-ci", ".gitlab/ci/govops.yml", "exit_codes"),
    ],
)
def test_a_mistake_is_seen_by_the_schemas(repository: Path, schema: str, path: str, old: str) -> None:
    text = (repository / path).read_text(encoding="utf-8")
    (repository / path).write_text(text.replace(old, "mistaken"), encoding="utf-8")
    assert "mistaken" in schema_problems(schema, repository / path, gitlab="gitlab" in schema)
