"""A recorder at work: interrupted, late, beside others, without a remote, with another key."""

from __future__ import annotations

import os
import subprocess

import pytest

from govops.app.audit import audit
from govops.errors import ExitCode
from govops.workspace import Opened
from tests.forge.hub import Hub, pem
from tests.support.audit import assert_clean
from tests.support.cast import RECORDER, public_line
from tests.support.cli import govops
from tests.support.command import PROGRAM
from tests.support.fake_forge import Fault, Wrong
from tests.support.files import model, settings


@pytest.mark.threat("H12")
@pytest.mark.parametrize("wrong", ["status", "cut", "html"])
def test_what_came_before_a_failure_is_kept_and_the_rest_is_for_later(hub: Hub, wrong: Wrong) -> None:
    for name in ("fraud", "churn", "claims"):
        hub.land(hub.world.propose("alice", f"Register {name}", model(name)).approve("bob"))
    hub.fake.faults.append(Fault("/(pulls|merge_requests)/2/(reviews|notes)", wrong, status=404))
    ran = hub.record()
    assert ran.code == ExitCode.UNDECIDABLE
    assert ran.out.count("recorded") == 1
    assert hub.audit().exit_code() is ExitCode.UNDECIDABLE
    hub.fake.faults.clear()
    assert_clean(hub.judged())
    assert len(hub.receipts()) == 3


@pytest.mark.threat("H12")
def test_a_proposal_that_is_named_and_not_shown_is_incomplete(github: Hub) -> None:
    github.land(github.world.propose("alice", "Register fraud", model("fraud")).approve("bob"))
    github.fake.faults.append(Fault("/(pulls|merge_requests)/1$", "status", status=404))
    assert github.record().code == ExitCode.UNDECIDABLE
    assert github.receipts() == []


@pytest.mark.threat("H12")
def test_a_run_that_was_lost_is_made_up_for_and_says_so(github: Hub) -> None:
    """The second change is recorded when a third has been already: by hand, from the right commits."""
    github.land(github.world.propose("alice", "Register fraud", model("fraud")).approve("bob"))
    change = github.world.propose("alice", "Register churn", model("churn")).approve("bob")
    landed = change.merge("squash", record=False)
    landed.record()
    github.publish(change)
    assert github.record().out.splitlines()[0].endswith("(squash), backfilled")
    assert_clean(github.audit())


@pytest.mark.slow
@pytest.mark.threat("H12", "J01")
def test_recorders_at_work_at_once_record_each_change_once(github: Hub) -> None:
    for number in range(6):
        github.land(github.world.propose("alice", f"Register {number}", model(f"m{number}")).approve("bob"))
    github.fetch()
    clones = [github.clone, github.clone.with_name("second"), github.clone.with_name("third")]
    for clone in clones[1:]:
        subprocess.run(["git", "clone", "-q", github.world.path, clone], check=True)
    command = [str(PROGRAM), "record", "--key", str(github.key)]
    environment = os.environ | github.fake.environment
    running = [subprocess.Popen([*command, str(clone)], env=environment) for clone in clones]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    assert_clean(github.audit())
    assert len(github.receipts()) == 6


def test_records_are_kept_here_until_they_are_pushed(github: Hub) -> None:
    github.land(github.world.propose("alice", "Register fraud", model("fraud")).approve("bob"))
    assert github.record("--no-push").out.endswith("1 change recorded\n")
    assert github.receipts() == []
    assert_clean(audit(Opened(github.clone)))
    assert github.record().out == "0 changes recorded\n"
    assert_clean(github.audit())


def test_a_clone_that_keeps_records_goes_on_from_the_remotes(github: Hub) -> None:
    github.land(github.world.propose("alice", "Register fraud", model("fraud")).approve("bob"))
    github.judged()
    github.land(github.world.propose("alice", "Register churn", model("churn")).approve("bob"))
    assert github.record("--no-push").out.endswith("1 change recorded\n")
    assert_clean(audit(Opened(github.clone)))


def test_a_remote_that_cannot_be_reached_is_said(github: Hub) -> None:
    github.land(github.world.propose("alice", "Register fraud", model("fraud")).approve("bob"))
    github.fetch()
    nowhere = github.clone.with_name("nowhere")
    subprocess.run(["git", "remote", "set-url", "--push", "origin", nowhere], cwd=github.clone, check=True)
    ran = github.record()
    assert ran.code == ExitCode.UNDECIDABLE
    assert "the remote did not take them" in ran.err


def test_a_key_that_settings_do_not_know_is_told_with_the_line_to_add(github: Hub) -> None:
    github.key.write_bytes(pem("stranger"))
    ran = github.record()
    assert ran.code == ExitCode.USAGE
    assert f'- {{name: recorder, key: "{public_line("stranger")}"}}' in ran.err


def test_a_new_key_records_nothing_that_the_old_one_did(github: Hub) -> None:
    """The new one joins by a reviewed change, which the old one still records; later the old one leaves."""
    world = github.world
    joined = settings(recorders=recorders(RECORDER, "new"), **github.settings)
    github.land(world.propose("carol", "Add a recorder", joined).approve("erin"))
    assert github.record().code == ExitCode.OK
    github.key.write_bytes(pem("new"))
    left = settings(recorders=recorders("new"), **github.settings)
    github.land(world.propose("carol", "Retire the old one", left).approve("erin"))
    assert github.record().out.endswith("1 change recorded\n")
    assert_clean(github.audit())
    assert sorted(receipt.recorder for receipt in github.receipts()) == ["new", RECORDER]


def test_the_key_comes_from_the_environment_too(github: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    github.land(github.world.propose("alice", "Register fraud", model("fraud")).approve("bob"))
    github.fetch()
    for name, value in github.fake.environment.items():
        monkeypatch.setenv(name, value)
    assert govops("record", github.clone).code == ExitCode.USAGE
    monkeypatch.setenv("GOVOPS_RECORDER_KEY", github.key.read_text())
    assert govops("record", github.clone).code == ExitCode.OK
    assert_clean(github.audit())


def test_only_governed_paths_are_recorded(github: Hub) -> None:
    change = github.world.propose(
        "alice", "Register", model("fraud"), ("src/main.py", b"x"), (".gitattributes", b"* -text\n")
    )
    github.land(change.approve("bob"))
    github.record()
    (receipt,) = github.receipts()
    assert receipt.proposal is not None
    assert [subject.path for subject in receipt.proposal.subjects] == [".gitattributes", model("fraud")[0]]


def recorders(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "key": public_line(name)} for name in names]
