"""The other steps, run for real: in a hostile checkout, in a shallow one, twice, and with a recorder that fails."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.ci.recipes import Runner, action, gitlab, step, written
from tests.hostile.story import checked_out, told
from tests.support.git import git
from tests.support.lowest import ROOT
from tests.support.parts import require
from tests.support.world import World

MODULES = (
    *("yaml", "sitecustomize", "usercustomize", "conftest", "govops", "click", "pydantic", "git", "json", "os", "re"),
    *("venv", "pip", "ensurepip", "hatchling", "urllib", "site", "runpy"),
)
FILES = {
    ".env": "GOVOPS_ALLOW=everything\nPYTHONSTARTUP=yaml.py\n",
    "govops.toml": "[rules]\nnone = true\n",
    "pyproject.toml": "[tool.govops]\nrules = 'none'\n[build-system]\nrequires = ['nothing']\n",
    "pip.conf": "[global]\nindex-url = https://127.0.0.1:9/simple\n",
    "setup.cfg": "[metadata]\nname = govops\n",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The short history with everything in it, its files in the work tree."""
    return checked_out(told(tmp_path_factory.mktemp("story") / "governance"))


def runner(folder: Path, checkout: Path, *, installed: bool = True) -> Runner:
    """A machine with ``checkout`` as its workspace, on which govops is installed where the recipes do it."""
    require("bash")
    machine = Runner(folder, checkout)
    if installed:
        (machine.temp / "govops/bin").mkdir(parents=True)
        (machine.temp / "govops/bin/govops").symlink_to(Path(sysconfig.get_path("scripts"), "govops"))
    return machine


def job(name: str) -> Any:
    """The one job of a written workflow that has this name too."""
    return written()[name]["jobs"][name]


# ---- a pull request that brings Python


def plant(checkout: Path, canary: Path) -> None:
    """What a pull request can add so that a careless checker runs or obeys it."""
    trap = f"open({str(canary)!r}, 'w').close()\n"
    for name in MODULES:
        (checkout / f"{name}.py").write_text(trap, encoding="utf-8")
    for name, text in FILES.items():
        (checkout / name).write_text(text, encoding="utf-8")


@pytest.mark.threat("H03")
@pytest.mark.slow
def test_no_step_beside_a_pull_request_runs_or_obeys_anything_of_it(world: World, tmp_path: Path) -> None:
    """Installed and run with the proposal's files as working directory, which is more than the recipe dares."""
    hostile, canary = tmp_path / "hostile", tmp_path / "canary"
    shutil.copytree(world.path, hostile)
    plant(hostile, canary)
    assert _traps_work(hostile, canary)
    machine = runner(tmp_path / "runner", hostile, installed=False)
    machine.environment |= _without_an_index()
    install, *asking = _check_steps(machine)
    done = machine.run(install, {"runner.temp": str(hostile)})
    assert done.returncode == 0, done.stderr
    templates = machine.temp.glob("govops/lib/*/site-packages/govops/app/ci/github/*.yml")
    assert len(list(templates)) == 4, "the package carries what `init --ci` writes"
    answers = [_answers(machine, asking, world)]
    assert not canary.exists()
    machine.workspace = world.path
    answers.append(_answers(machine, asking, world))
    assert answers[0] == answers[1], "it says what it says without the planted files"
    assert [code for code, _ in answers[0]] == [0, 2, 0], "the story lies at no forge"


def _check_steps(machine: Runner) -> list[Any]:
    """All that the check workflow runs, with the installation moved from the runner's own folder into the checkout."""
    install = copy.deepcopy(step(job("check"), "Install govops"))
    install["working-directory"] = str(machine.workspace)
    install["env"] = {"GOVOPS": f"{ROOT}[forge]"}
    install["run"] = (
        install["run"]
        .replace("govops\n", '"$RUNNER_TEMP/govops"\n')
        .replace("govops/bin/pip", '"$RUNNER_TEMP/govops/bin/pip"')
    )
    names = ("Check the files", "Say what the change means and what it needs")
    asking = [step(job("check"), name) for name in names]
    offline = copy.deepcopy(asking[1])  # the same without the forge, whose answers this machine lacks
    offline["run"] = offline["run"].replace('--forge github --proposal "$NUMBER"', "")
    return [install, *asking, offline]


def _answers(machine: Runner, asking: list[Any], world: World) -> list[tuple[int, str]]:
    values = {
        "github.token": "token",
        "github.event.pull_request.base.sha": world.adoption,
        "github.event.pull_request.head.sha": world.main,
        "github.event.pull_request.number": "7",
    }
    return [(done.returncode, done.stdout) for done in (machine.run(one, values) for one in asking)]


def _without_an_index() -> dict[str, str]:
    """Nothing is downloaded: the real package is built, and what it depends on is that of the tests."""
    return {
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # off means no isolation: https://github.com/pypa/pip/issues/5735
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }


def _traps_work(checkout: Path, canary: Path) -> bool:
    """The form that the recipes avoid falls into them."""
    subprocess.run([sys.executable, "-m", "govops", "--version"], cwd=checkout, capture_output=True, check=False)
    sprung = canary.exists()
    canary.unlink(missing_ok=True)
    return sprung


# ---- what the history needs


@pytest.mark.threat("H04")
def test_a_shallow_checkout_is_undecidable_and_says_how_to_mend_it(world: World, tmp_path: Path) -> None:
    """`fetch-depth: 1`, which is what a checkout does by default."""
    url = f"file://{world.git_dir}"
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "main", url, str(tmp_path / "shallow"))
    machine = runner(tmp_path / "runner", tmp_path / "shallow")
    done = machine.run(step(job("record"), "Audit"), {})
    assert done.returncode == 3
    assert "fetch --unshallow" in done.stderr
    assert not (machine.temp / "report").exists(), "there is no report of half a history"


@pytest.mark.threat("H08")
def test_a_second_run_on_the_same_machine_finds_nothing_of_the_first(world: World, tmp_path: Path) -> None:
    """Self-hosted runners live on: the clean room of each run is its own, and gone at the end."""
    machine = runner(tmp_path / "runner", world.path)
    answers = []
    for _ in range(2):
        done = machine.run(step(job("record"), "Audit"), {})
        assert done.returncode == 3, done.stderr
        answers.append((done.stdout, (machine.temp / "report/report.json").read_bytes()))
        assert list((machine.temp / "tmp").iterdir()) == []
        assert list(machine.home.iterdir()) == []
        shutil.rmtree(machine.temp / "report")
    assert answers[0] == answers[1]


def test_the_summary_is_the_tools_own_markdown(world: World, tmp_path: Path) -> None:
    """No shell puts text of the repository into it."""
    machine = runner(tmp_path / "runner", world.path)
    machine.run(step(job("record"), "Audit"), {})
    assert (machine.temp / "summary").read_bytes() == (machine.temp / "report/report.md").read_bytes()


# ---- the recorder


@pytest.mark.threat("H12")
@pytest.mark.parametrize(("record", "audit", "code"), [(0, 0, 0), (3, 0, 3), (0, 1, 1), (3, 1, 1)])
def test_on_gitlab_the_audit_follows_a_failed_record_and_hides_nothing(
    tmp_path: Path, record: int, audit: int, code: int
) -> None:
    """The report is there in any case, and the job is red if either was."""
    machine = runner(tmp_path / "runner", tmp_path, installed=False)
    machine.program(machine.bin / "git", "")
    program = machine.program(machine.temp / "govops/bin/govops", f"[ $1 = record ] && exit {record}; exit {audit}")
    (tmp_path / "key").write_text("secret\n", encoding="utf-8")
    given = {
        "govops": str(program),
        "GOVOPS_RECORDER_KEY_FILE": str(tmp_path / "key"),
        "GOVOPS_RECORD_TOKEN": "token",
        "CI_PROJECT_URL": "https://forge.example.org/acme/governance",
        "CI_COMMIT_BRANCH": "main",
    }
    assert machine.script("\n".join(gitlab()["govops-record"]["script"]), given).returncode == code
    calls = machine.calls("govops")
    assert calls[0] == "record"
    assert calls[1].startswith("audit --ref origin/main ")


# ---- the action


def act(machine: Runner, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the second step of the action."""
    names = action()["inputs"]
    values = {f"inputs.{name}": inputs.get(name, spec.get("default", "")) for name, spec in names.items()}
    return machine.run(action()["runs"]["steps"][1], values)


@pytest.fixture
def machine(tmp_path: Path) -> Runner:
    """A machine on which the action has installed a govops that ends as ``$END`` says."""
    made = runner(tmp_path / "runner", tmp_path, installed=False)
    made.program(made.temp / "govops-action/bin/govops", 'exit "${END:-0}"')
    return made


@pytest.mark.threat("H11")
def test_the_action_hands_its_inputs_on_as_single_arguments(machine: Runner) -> None:
    """Whatever characters they hold; an input that is not given is no argument."""
    head = "x$(touch pwned) `touch pwned`; touch pwned"
    done = act(machine, command="gate", base="main", head=head, arguments="--output\n\nmarkdown:a file.md\n")
    assert done.returncode == 0
    assert machine.calls("govops") == [f"gate --base=main --head={head} --output markdown:a file.md"]
    assert not (machine.workspace / "pwned").exists()


@pytest.mark.threat("H11")
@pytest.mark.parametrize("command", ["", "init", "--help", "gate --publish", "gate; touch pwned"])
def test_the_action_runs_the_commands_that_it_knows(machine: Runner, command: str) -> None:
    assert act(machine, command=command).returncode == 2
    assert machine.calls("govops") == []


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 137])
def test_the_action_ends_as_its_command_does(machine: Runner, code: int) -> None:
    """A shallow clone, a mistake and a killed process are failures like any other."""
    machine.environment["END"] = str(code)
    assert act(machine, command="gate").returncode == code


@pytest.mark.parametrize(
    ("version", "wanted"), [("1.2.3", "govops[forge]==1.2.3"), ("", "/actions/govops/0123abc[forge]")]
)
def test_the_action_installs_a_pinned_version(tmp_path: Path, version: str, wanted: str) -> None:
    """The release that is named, or the commit that the action itself is pinned to."""
    bare = runner(tmp_path / "runner", tmp_path, installed=False)
    pip = bare.program(bare.temp / "pip", "")
    bare.program(bare.bin / "python3", f'mkdir -p "$4/bin"; cp {pip} "$4/bin/pip"')
    values = {
        "runner.temp": str(bare.temp),
        "inputs.version": version,
        "github.action_path": "/actions/govops/0123abc",
    }
    for _ in range(2):  # a job may use it twice
        done = bare.run(action()["runs"]["steps"][0], values)
        assert done.returncode == 0, done.stderr
    assert bare.calls("pip") == [f"install --quiet --no-input --only-binary :all: {wanted}"]
    assert bare.calls("python3") == ["-I -m venv govops-action"]
