"""Where the report goes and what stands in it: no output that fails is a pass, and no secret leaks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from govops.render import FORMATS
from tests.hostile.story import checked_out, told
from tests.support.cli import govops as cli
from tests.support.command import PROGRAM, govops
from tests.support.files import model
from tests.support.lowest import ROOT
from tests.support.world import World

SECRETS = ("ghp_canaryintheurl", "canaryintheheader", "canaryinthename", "canaryinthehelper")


@pytest.mark.threat("A06")
def test_a_full_disk_behind_standard_output_is_no_pass(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.propose("alice", "Register", model("fraud")).approve("bob").merge()
    assert govops("audit", ".", cwd=tmp_path).returncode == 0
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([PROGRAM, "audit", "."], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 4
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.threat("A06")
@pytest.mark.parametrize("output", FORMATS)
def test_a_reader_that_hangs_up_does_not_make_it_a_pass(tmp_path: Path, output: str) -> None:
    """The pipe is closed before the first byte."""
    world = World(tmp_path)
    world.push("mallory", *[model(f"m{number}") for number in range(40)])
    reading, writing = os.pipe()
    os.close(reading)
    command: list[str | Path] = [PROGRAM, "audit", ".", "--output", output]
    done = subprocess.run(command, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.returncode in {1, 4}
    assert b"Traceback" not in done.stderr


@pytest.mark.threat("A06", "G09")
def test_an_output_that_cannot_be_written_is_no_pass(tmp_path: Path) -> None:
    World(tmp_path)
    answer = govops("audit", ".", "--output", "json:/dev/null/x.json", cwd=tmp_path)
    assert answer.returncode in {2, 4}
    assert "/dev/null" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.threat("G12")
def test_nothing_of_the_configuration_is_ever_printed(tmp_path: Path) -> None:
    """Tokens stand in remotes, headers and helpers of nearly every checkout in CI."""
    world = checked_out(told(tmp_path))
    with (world.git_dir / "config").open("a", encoding="utf-8") as config:
        config.write(
            f'[remote "origin"]\n\turl = https://robot:{SECRETS[0]}@example.org/x.git\n'
            f'[http "https://example.org/"]\n\textraheader = AUTHORIZATION: basic {SECRETS[1]}\n'
            f"[user]\n\tname = {SECRETS[2]}\n[credential]\n\thelper = store --file {SECRETS[3]}\n"
        )
    for arguments in (
        ("audit", "--output", "text", *(f"--output={name}:r.{name}" for name in FORMATS)),
        ("validate",),
        ("show", "Model/fraud"),
        ("history", "Model/fraud", "--output", "json"),
        ("user", "import", "--history"),
        ("audit", "--ref", "no-such-branch", "--debug"),
    ):
        answer = govops(*arguments, cwd=tmp_path)
        said = answer.stdout + answer.stderr
        assert [secret for secret in SECRETS if secret in said] == [], arguments
    for name in FORMATS:
        assert [secret for secret in SECRETS if secret in (tmp_path / f"r.{name}").read_text()] == [], name


@pytest.mark.threat("G12")
def test_addresses_of_people_are_hidden_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of those who are nobody's, reports tell the address; in no format does one remain, and no verdict changes."""
    world = World(tmp_path)
    world.propose("nobody-knows-me", "Register", model("fraud")).approve("bob").merge()
    outputs = [f"--output={name}:{tmp_path}/r.{name}" for name in FORMATS]
    shown = cli("audit", tmp_path, *outputs, "--output=text")
    found = {name: (tmp_path / f"r.{name}").read_text() for name in FORMATS}
    assert "nobody-knows-me@" in shown.out
    monkeypatch.setenv("GOVOPS_EMAILS", "hidden")
    hidden = cli("audit", tmp_path, *outputs, "--output=text")
    assert hidden.code == shown.code == 1
    assert "nobody-knows-me@" not in hidden.out
    for name, text in found.items():
        discreet = (tmp_path / f"r.{name}").read_text()
        assert "nobody-knows-me@" not in discreet, name
        assert discreet.count("hidden@example.invalid") >= text.count("nobody-knows-me@") > 0, name
    monkeypatch.setenv("GOVOPS_EMAILS", "hiden")
    assert cli("audit", tmp_path).code == 2


@pytest.mark.threat("B04")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to somebody else")
def test_a_repository_of_somebody_else_is_read_like_any_other(tmp_path: Path) -> None:
    """Git refuses such a repository because it would obey it; nothing here does. No safe.directory is needed."""
    world = told(tmp_path)
    own = govops("audit", tmp_path, cwd=tmp_path)
    for path in (tmp_path, *world.path.rglob("*")):
        os.chown(path, 65534, 65534)
    refused = subprocess.run(["git", "log"], cwd=tmp_path, capture_output=True, check=False)
    assert b"dubious ownership" in refused.stderr
    answer = govops("audit", tmp_path, cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (own.returncode, own.stdout)


@pytest.mark.threat("F07")
def test_a_check_of_the_work_tree_says_that_it_is_one(tmp_path: Path) -> None:
    """And sees what is not committed, which an audit never does."""
    world = World(tmp_path)
    world.propose("alice", "Register", model("fraud")).approve("bob").merge()
    checked_out(world)
    (tmp_path / model("fraud")[0]).write_text("not: a model\n")
    answer = govops("validate", cwd=tmp_path)
    assert answer.returncode == 1
    assert "of the work tree" in answer.stdout + answer.stderr
    assert govops("validate", "--rev", "main", cwd=tmp_path).returncode == 0
    assert govops("audit", ".", cwd=tmp_path).returncode == 0


@pytest.mark.threat("L05")
def test_our_own_registry_passes_our_own_check() -> None:
    answer = govops("validate", cwd=ROOT)
    assert (answer.returncode, answer.stdout) == (0, "no problems\n")
