"""The pages on CI name what is there, and say what no workflow can do for its owner."""

from __future__ import annotations

import re

import pytest

from govops.app.ci import ci_files
from tests.ci.recipes import action, written
from tests.support.lowest import ROOT

GITHUB = (ROOT / "docs/how-to/ci-github.md").read_text(encoding="utf-8")
GITLAB = (ROOT / "docs/how-to/ci-gitlab.md").read_text(encoding="utf-8")


def section(page: str, title: str) -> str:
    """The text under one heading; a KeyError if there is none."""
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[title]


def test_the_table_of_workflows_is_the_workflows() -> None:
    assert set(re.findall(r"^\| `govops-(\w+)\.yml` \|", GITHUB, re.MULTILINE)) == set(written())


def test_the_table_of_jobs_is_the_jobs() -> None:
    jobs = re.findall(r"^(govops-\w+):$", ci_files("gitlab", branch="main")[".gitlab/ci/govops.yml"], re.MULTILINE)
    assert re.findall(r"^\| `(govops-\w+)` \|", GITLAB, re.MULTILINE) == jobs


@pytest.mark.parametrize(
    ("page", "files"), [(GITHUB, ci_files("github", branch="b")), (GITLAB, ci_files("gitlab", branch="b"))]
)
def test_every_secret_and_variable_that_is_used_is_explained(page: str, files: dict[str, str]) -> None:
    """And none is explained that nothing uses."""
    used = set(re.findall(r"(?:secrets\.|vars\.|\$\{?)(GOVOPS(?:_\w+)?)\b", "".join(files.values())))
    own = {"GOVOPS_RECORDER_KEY", "GOVOPS"} if page is GITLAB else set()  # set by the job itself
    assert set(re.findall(r"\bGOVOPS(?:_\w+)?\b", page)) == used - own


@pytest.mark.threat("H07")
def test_the_expected_source_of_the_status_has_to_be_pinned() -> None:
    """A required status without a source is anybody's; the page says how to pin it and what that rests on."""
    pinned = section(GITHUB, "Pin the source of the status")
    assert "expected source" in pinned
    assert "GitHub App" in pinned
    assert "admits the protected branch only" in pinned
    assert "`govops/gate`" in pinned
    assert "expected source" in section(GITHUB, "Set it up")


@pytest.mark.threat("H07")
def test_the_gate_posts_the_status_that_the_pages_ask_to_require() -> None:
    for page, files in ((GITHUB, ci_files("github", branch="b")), (GITLAB, ci_files("gitlab", branch="b"))):
        assert "`govops/gate`" in page
        assert "govops/gate" in "".join(files.values())


@pytest.mark.parametrize("page", [GITHUB, GITLAB])
def test_a_key_can_be_changed_and_both_branches_are_protected(page: str) -> None:
    assert "--recorder-key" in section(page, "Change the recorder's key")
    assert "approved" in section(page, "Change the recorder's key")
    assert "`govops/evidence`" in section(page, "Set it up")
    assert "force push" in section(page, "Set it up")


@pytest.mark.threat("H03")
def test_the_form_that_reads_the_working_directory_is_named_as_unsafe() -> None:
    parts = section(GITHUB, "Only parts of it")
    assert "beware of `python -m govops`" in parts
    assert "python -P -m govops" in parts


def test_the_example_of_the_action_uses_inputs_that_there_are() -> None:
    example = section(GITHUB, "Only parts of it").partition("uses: OWNER/govops")[2].partition("```")[0]
    assert set(re.findall(r"^ {4}(\w+):", example, re.MULTILINE)) <= set(action()["inputs"])


def test_the_pins_of_the_page_are_ours() -> None:
    ours = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml"))
    pins = re.findall(r"actions/[\w-]+@[0-9a-f]{40} # v[\d.]+", GITHUB)
    assert pins
    assert all(pin in ours for pin in pins)
