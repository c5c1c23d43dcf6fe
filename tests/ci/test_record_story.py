"""What landed is recorded and audited by the recipes' own steps: the real program and remote, a forge on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.ci.recipes import Runner, gitlab, step, written
from tests.ci.test_running_recipes import runner
from tests.forge.hub import Hub, company, pem
from tests.support.cast import RECORDER
from tests.support.fake_forge import TOKEN, Fault
from tests.support.files import model
from tests.support.git import git

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """On GitHub, with a change that was approved and has landed."""
    with company(tmp_path / "company") as made:
        _land(made)
        yield made


def _land(hub: Hub) -> None:
    hub.land(hub.world.propose("alice", "Register fraud", model("fraud")).approve("bob"))
    hub.fetch()


def on_github(hub: Hub, folder: Path) -> tuple[Runner, list[CompletedProcess[str]]]:
    """One run of the job, whose last step is not given up because of the one before it."""
    machine = runner(folder, hub.clone)
    machine.environment["GITHUB_API_URL"] = hub.fake.url
    values = {"github.token": TOKEN, "secrets.GOVOPS_RECORDER_KEY": pem(RECORDER).decode()}
    job: Any = written()["record"]["jobs"]["record"]
    return machine, [machine.run(step(job, name), values) for name in ("Record", "Audit")]


@pytest.mark.threat("H02")
def test_a_push_to_the_protected_branch_is_recorded_and_found_good(hub: Hub, tmp_path: Path) -> None:
    """The record is at the remote before the audit begins, which judges by it."""
    _, done = on_github(hub, tmp_path / "runner")
    assert [one.returncode for one in done] == [0, 0], done
    assert "1 change recorded" in done[0].stdout
    assert len(hub.receipts()) == 1
    assert hub.audit().exit_code() == 0


@pytest.mark.threat("H07")
def test_what_landed_behind_a_forged_status_is_a_violation(hub: Hub, tmp_path: Path) -> None:
    """Whatever made the forge let it pass, nobody approved it, and the job is red."""
    hub.fake.pulls[1].reviews.clear()
    _, done = on_github(hub, tmp_path / "runner")
    assert [one.returncode for one in done] == [0, 1], done


@pytest.mark.threat("H12")
def test_a_forge_that_does_not_answer_fails_the_job_and_the_next_run_makes_up_for_it(hub: Hub, tmp_path: Path) -> None:
    hub.fake.faults.append(Fault("/reviews", "status", status=404))
    machine, done = on_github(hub, tmp_path / "first")
    assert [one.returncode for one in done] == [3, 3], done
    assert (machine.temp / "report/report.json").exists(), "the report is published all the same"
    hub.fake.faults.clear()
    _, done = on_github(hub, tmp_path / "second")
    assert [one.returncode for one in done] == [0, 0], done


def test_the_same_on_gitlab_whose_checkout_has_no_branch(tmp_path: Path) -> None:
    """A detached commit, the branches as remote ones, and the project's address with `.git` at its end."""
    with company(tmp_path / "company", "gitlab") as hub:
        _land(hub)
        (tmp_path / "project.git").symlink_to(hub.world.git_dir)
        place = tmp_path / "checkout"
        git(tmp_path, "clone", "-q", str(tmp_path / "project.git"), str(place))
        git(place / ".git", "update-ref", "--no-deref", "HEAD", hub.world.main)
        git(place / ".git", "update-ref", "-d", "refs/heads/main")
        machine = runner(tmp_path / "runner", place)
        (tmp_path / "key").write_bytes(pem(RECORDER))
        given = {
            "govops": str(machine.temp / "govops/bin/govops"),
            "GOVOPS_RECORDER_KEY_FILE": str(tmp_path / "key"),
            "GOVOPS_RECORD_TOKEN": TOKEN,
            "CI_PROJECT_URL": str(tmp_path / "project"),
            "CI_API_V4_URL": hub.fake.url,
            "CI_COMMIT_BRANCH": "main",
        }
        done = machine.script("\n".join(gitlab()["govops-record"]["script"]), given)
        assert done.returncode == 0, done
        assert "governed 1 = 1 approved" in done.stdout
        assert len(hub.receipts()) == 1
