"""`govops init --ci`: the files, the recorder's key outside of the repository, and what is left to do by hand."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from govops.app.ci import CiForge, ci_files
from tests.support.newcomer import Newcomer, Ran
from tests.support.parts import require

REFUSED = 2
GITHUB = ("--ci", "github", "--repository", "github:acme/governance")
GITLAB = ("--ci", "gitlab", "--repository", "gitlab:acme/ai/governance")


@pytest.fixture
def ann(tmp_path: Path) -> Newcomer:
    """A new user with a name, an address and an SSH key."""
    return Newcomer(tmp_path / "home")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the repository will be."""
    return tmp_path / "gov"


def init(ann: Newcomer, place: Path, *options: str) -> Ran:
    ran = ann.govops(place.parent, "init", str(place), *options)
    assert ran.code == 0, ran.err
    return ran


def key_of(ann: Newcomer) -> Path:
    return ann.home / ".ssh" / "govops-recorder-gov"


@pytest.mark.parametrize("options", [GITHUB, GITLAB, (*GITHUB, "--example"), (*GITHUB, "--evidence", "receipt")])
def test_what_is_written_is_valid_and_complete(ann: Newcomer, place: Path, options: tuple[str, ...]) -> None:
    """All workflows, with the branch filled in, and Settings that know forge and recorder."""
    init(ann, place, *options, "--branch", "trunk")
    forge: CiForge = "github" if options[1] == "github" else "gitlab"
    for path, text in ci_files(forge, branch="trunk").items():
        assert (place / path).read_text(encoding="utf-8") == text
        assert "@" not in re.sub(r"@[0-9a-f]{40} ", "", text), "nothing is left to fill in"
    ran = ann.govops(place, "validate")
    assert (ran.code, ran.out) == (0, "no problems\n")
    settings = (place / "policies/govops.yaml").read_text(encoding="utf-8")
    assert f"type: {forge}" in settings
    assert "mode: receipt" in settings


@pytest.mark.parametrize("options", [GITHUB, GITLAB])
def test_the_private_key_is_outside_for_its_owner_alone_and_the_public_one_is_in_settings(
    ann: Newcomer, place: Path, options: tuple[str, ...]
) -> None:
    """ssh-keygen, which is not ours, makes the very line of Settings from the private half."""
    ran = init(ann, place, *options)
    assert str(key_of(ann)) in ran.out
    assert stat.S_IMODE(os.stat(key_of(ann)).st_mode) == 0o600
    require("ssh-keygen", package="openssh-client")
    line = _public(ann, key_of(ann))
    assert f"key: {line}\n" in (place / "policies/govops.yaml").read_text(encoding="utf-8")
    everything = [path for path in place.rglob("*") if path.is_file()]
    assert len(everything) > 20
    assert not [path for path in everything if b"PRIVATE KEY" in path.read_bytes()]
    assert "PRIVATE KEY" not in ran.out + ran.err


def _public(ann: Newcomer, private: Path) -> str:
    """What ssh-keygen derives; git is only the shell that runs it."""
    told = ann.git(private.parent, "-c", f"alias.public=!ssh-keygen -y -f '{private}'", "public")
    return " ".join(told.split()[:2])


def test_two_repositories_never_get_one_key(ann: Newcomer, tmp_path: Path) -> None:
    for name in ("one", "two"):
        init(ann, tmp_path / name, *GITHUB)
    keys = {(ann.home / ".ssh" / f"govops-recorder-{name}").read_bytes() for name in ("one", "two")}
    assert len(keys) == 2


def test_the_steps_that_are_left_are_told(ann: Newcomer, place: Path) -> None:
    """The secret goes to an environment that admits the protected branch alone, and the file away."""
    out = init(ann, place, *GITHUB, "--branch", "trunk").out
    steps = [line.strip() for line in out.partition("For CI")[2].splitlines()]
    environment = "repos/acme/governance/environments/govops-recorder"
    assert f"gh api -X POST {environment}/deployment-branch-policies -f name=trunk" in steps
    secret = f"gh secret set GOVOPS_RECORDER_KEY --env govops-recorder < {key_of(ann)} && rm {key_of(ann)}"
    assert secret in steps
    assert "gh variable set GOVOPS --body on" in steps
    assert "--recorder-key FILE" in out
    assert "git add policies registry schemas .github\n" in out
    assert "`recorders`" not in out, "the key stands there already"


def test_on_gitlab_the_variables_are_told(ann: Newcomer, place: Path) -> None:
    out = init(ann, place, *GITLAB).out
    for name in ("GOVOPS_RECORDER_KEY_FILE", "GOVOPS_GATE_TOKEN", "GOVOPS_RECORD_TOKEN"):
        assert name in out
        assert name in (place / ".gitlab/ci/govops.yml").read_text(encoding="utf-8")
    assert "git add policies registry schemas .gitlab .gitlab-ci.yml\n" in out


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/governance.git",
        "https://github.com/acme/governance",
        "git@github.com:acme/governance.git",
        "ssh://git@github.com:22/acme/governance.git",
        "https://token@github.com/acme/governance/",
    ],
)
def test_the_repository_is_the_one_of_the_remote(ann: Newcomer, place: Path, url: str) -> None:
    place.mkdir()
    ann.git(place, "init", "-q", "-b", "main")
    ann.git(place, "remote", "add", "origin", url)
    init(ann, place, "--ci", "github")
    assert "repository: github:acme/governance\n" in (place / "policies/govops.yaml").read_text(encoding="utf-8")


REFUSALS = {
    "no remote": (("--ci", "github"), "which repository at github is it?"),
    "a branch that is a pattern": ((*GITHUB, "--branch", "c++"), "cannot be written into workflow files"),
    "a key without CI": (("--recorder-key", "k"), "--recorder-key is for --ci"),
    "a key inside": ((*GITHUB, "--recorder-key", "gov/key"), "lies inside the repository"),
    "another forge": (("--ci", "gerrit"), "'gerrit' is not one of"),
}


@pytest.mark.parametrize(("options", "message"), REFUSALS.values(), ids=REFUSALS)
def test_what_cannot_be_set_up_leaves_neither_files_nor_a_key(
    ann: Newcomer, place: Path, options: tuple[str, ...], message: str
) -> None:
    ran = ann.govops(place.parent, "init", str(place), *options)
    assert (ran.code, place.exists(), key_of(ann).exists()) == (REFUSED, False, False)
    assert message in ran.err


def test_a_key_that_is_there_is_never_overwritten(ann: Newcomer, place: Path) -> None:
    key_of(ann).write_text("precious", encoding="utf-8")
    ran = ann.govops(place.parent, "init", str(place), *GITHUB)
    assert (ran.code, place.exists(), key_of(ann).read_text()) == (REFUSED, False, "precious")
    assert "--recorder-key" in ran.err


# ---- a repository that is governed already


def test_ci_is_added_to_a_governed_repository_without_touching_its_rules(ann: Newcomer, place: Path) -> None:
    """Settings take an approval to change, so the line for them is told and not written."""
    init(ann, place, "--key", str(ann.key), "--branch", "trunk")
    before = _files(place)
    ran = init(ann, place, "--ci", "github")
    after = _files(place)
    assert after == before | {path: text.encode() for path, text in ci_files("github", branch="trunk").items()}
    assert f"- name: ci\n      key: {_public(ann, key_of(ann))}\n" in ran.out
    assert "`recorders`" in ran.out


def test_the_same_again_makes_the_next_key_and_nothing_else(ann: Newcomer, place: Path, tmp_path: Path) -> None:
    """That is how a key is changed: records of the old one go on to count, as it has stood in approved Settings."""
    init(ann, place, *GITHUB)
    before = _files(place)
    ran = init(ann, place, "--ci", "github", "--recorder-key", str(tmp_path / "next"))
    assert _files(place) == before
    assert f"- name: ci-2\n      key: {_public(ann, tmp_path / 'next')}\n" in ran.out
    assert _public(ann, tmp_path / "next") not in (place / "policies/govops.yaml").read_text(encoding="utf-8")


def test_a_pipeline_that_is_there_is_left_alone(ann: Newcomer, place: Path) -> None:
    place.mkdir()
    (place / ".gitlab-ci.yml").write_text("stages: [test]\n", encoding="utf-8")
    ran = init(ann, place, *GITLAB)
    assert (place / ".gitlab-ci.yml").read_text(encoding="utf-8") == "stages: [test]\n"
    assert "Left alone, because these were there:\n  .gitlab-ci.yml\n" in ran.out


def test_broken_settings_are_said(ann: Newcomer, place: Path) -> None:
    init(ann, place, *GITHUB)
    (place / "policies/govops.yaml").write_text("kind: [\n", encoding="utf-8")
    key_of(ann).unlink()
    ran = ann.govops(place, "init", "--ci", "github")
    assert (ran.code, key_of(ann).exists()) == (REFUSED, False)
    assert "cannot be read" in ran.err


def _files(place: Path) -> dict[str, bytes]:
    """Everything but git's own."""
    files = (path for path in place.rglob("*") if path.is_file() and ".git" not in path.relative_to(place).parts)
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}
