"""What the workflows promise, read from their YAML: those of this repository and those that `init --ci` writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ci import recipes
from tests.ci.recipes import TRUSTED, UNTRUSTED, action, gitlab, shipped, step, steps, written
from tests.support.lowest import ROOT

ALL = {**{f"written {name}": one for name, one in written().items()}, **shipped()}
TEXTS = sorted(
    [*(ROOT / "govops/app/ci/github").glob("*.yml"), *recipes.FOLDER.glob("govops*.yml"), ROOT / "action.yml"]
)
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
READ = {"contents": "read", "pull-requests": "read"}
RIGHTS = {
    "check": {"check": READ},
    "wake": {"wake": {}},
    "gate": {
        "list": {"pull-requests": "read"},
        "judge": {"contents": "read", "pull-requests": "write", "statuses": "write"},
        "queue": {"contents": "read", "pull-requests": "write", "statuses": "write"},
    },
    "record": {"record": {"contents": "write", "pull-requests": "read"}},
}
EVENTS = {
    "check": {"pull_request"},
    "wake": {"pull_request", "pull_request_review"},
    "gate": {"workflow_run", "push", "merge_group", "schedule", "workflow_dispatch"},
    "record": {"push", "schedule", "workflow_dispatch"},
}


def every_workflow(test: Any) -> Any:
    return pytest.mark.parametrize("workflow", ALL.values(), ids=ALL)(test)


@pytest.mark.threat("H01")
@pytest.mark.parametrize("name", RIGHTS)
def test_a_job_has_the_rights_that_it_needs_and_no_other(name: str) -> None:
    """Nothing is granted to a whole workflow, and only jobs of the protected branch may write."""
    workflow = written()[name]
    assert workflow["permissions"] == {}
    assert {job: spec["permissions"] for job, spec in workflow["jobs"].items()} == RIGHTS[name]


@pytest.mark.threat("H01", "H02")
@pytest.mark.parametrize("name", EVENTS)
def test_events_of_pull_requests_start_only_what_may_not_write(name: str) -> None:
    """`pull_request_target`, which lends a stranger's event the rights of the branch, is nowhere."""
    events = set(written()[name]["on"])
    assert events == EVENTS[name]
    if name in TRUSTED:
        assert not {event for event in events if event.startswith(("pull_request", "issue"))}


@pytest.mark.threat("H01", "H02")
@pytest.mark.parametrize("name", UNTRUSTED)
def test_what_runs_beside_code_of_strangers_knows_no_secret(name: str) -> None:
    assert "secrets." not in str(written()[name])


@pytest.mark.threat("H01")
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_action_is_pinned_by_commit(path: Path) -> None:
    used = [line for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"\s*- uses:", line)]
    assert [line for line in used if not PINNED.search(line)] == []


def test_the_pins_of_the_recipes_are_those_that_are_kept_up_to_date() -> None:
    """Updates are proposed for .github/workflows; the templates have to follow, or this fails."""
    ours = {pin for path in (ROOT / ".github/workflows").glob("*.yml") for pin in _pins(path)}
    theirs = {pin for path in (ROOT / "govops/app/ci/github").glob("*.yml") for pin in _pins(path)}
    assert theirs <= ours
    assert len({pin.partition("@")[0] for pin in ours}) == len(ours), "one commit of each action"


@pytest.mark.threat("H04")
@every_workflow
def test_every_checkout_has_the_whole_history_and_leaves_no_token(workflow: Any) -> None:
    for one in steps(workflow):
        if one.get("uses", "").startswith("actions/checkout@"):
            assert one["with"]["fetch-depth"] == 0
            assert one["with"]["persist-credentials"] is False


@pytest.mark.threat("H02")
@pytest.mark.parametrize("name", TRUSTED)
def test_a_trusted_job_checks_out_the_protected_branch_and_nothing_else(name: str) -> None:
    """No job that may write has a file of a pull request on its disk."""
    checkouts = [one for one in steps(written()[name]) if one.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert {one["with"]["ref"] for one in checkouts} == {"main"}


@pytest.mark.threat("H06")
@every_workflow
def test_nothing_is_restored_from_a_cache_or_an_artifact(workflow: Any) -> None:
    """What a pull request's job could have left somewhere never comes to where it counts."""
    for one in steps(workflow):
        assert not re.search(r"cache|download-artifact", one.get("uses", ""))
        assert not [key for key in one.get("with", {}) if "cache" in key]


@pytest.mark.threat("H06")
def test_no_job_of_gitlab_has_a_cache_either() -> None:
    assert gitlab()[".govops"]["cache"] == []
    assert all(job.get("extends") == ".govops" and "cache" not in job for job in _jobs_of_gitlab())


@pytest.mark.threat("H11")
@every_workflow
def test_no_shell_step_takes_an_expression(workflow: Any) -> None:
    """What a stranger can choose comes as an environment variable, never as a part of the script."""
    assert [one["run"] for one in steps(workflow) if "${{" in one.get("run", "")] == []


@pytest.mark.threat("H11")
def test_the_action_takes_its_inputs_from_the_environment() -> None:
    for one in action()["runs"]["steps"]:
        assert "${{" not in one["run"]
    assert set(action()["inputs"]) == {
        found for one in action()["runs"]["steps"] for value in one["env"].values() for found in _inputs(value)
    }


@pytest.mark.threat("H11")
@pytest.mark.parametrize("script", [*(one["run"] for one in ALL.values() for one in steps(one) if "run" in one)])
def test_every_variable_in_a_shell_step_is_quoted(script: str) -> None:
    """Numbers that the step itself set aside: `$?`, and the side of `[[` that does not split."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'|\[\[.*?\]\]|\$\?|<<'END'\n.*?\nEND\n", "", script, flags=re.DOTALL)
    assert "$" not in bare


@pytest.mark.threat("H02")
def test_an_approval_alone_wakes_the_gate_in_forks_too() -> None:
    """The review starts a run without rights; its end, by name, starts the one that judges."""
    wake, gate = written()["wake"], written()["gate"]
    assert {"submitted", "dismissed"} <= set(wake["on"]["pull_request_review"]["types"])
    assert {"opened", "synchronize", "edited"} <= set(wake["on"]["pull_request"]["types"])
    assert gate["on"]["workflow_run"] == {"workflows": [wake["name"]], "types": ["completed"]}
    assert steps_of(wake["jobs"]["wake"]) == ["true"]


@pytest.mark.threat("H02")
def test_a_change_of_the_base_policy_and_a_lost_event_are_made_up_for() -> None:
    gate = written()["gate"]["on"]
    assert gate["push"] == {"branches": ["main"]}
    assert gate["schedule"]


def test_two_runs_never_judge_one_commit_at_once_and_none_is_cut_short() -> None:
    """Else the answer to an older state could be posted last."""
    judge, record = written()["gate"]["jobs"]["judge"], written()["record"]
    assert judge["concurrency"] == {"group": "govops-gate-${{ matrix.head }}", "cancel-in-progress": False}
    assert record["concurrency"] == {"group": "govops-record", "cancel-in-progress": False}
    assert {gitlab()[f"govops-{name}"]["resource_group"] for name in TRUSTED} == {"govops-gate", "govops-record"}


@pytest.mark.threat("H09")
def test_the_recorders_key_is_known_to_one_step_in_a_restricted_environment() -> None:
    record = written()["record"]["jobs"]["record"]
    assert record["environment"] == "govops-recorder"
    told = [one.get("name") for one in record["steps"] if "secrets." in str(one)]
    assert told == ["Record"]
    assert not any("secrets." in str(written()[name]) for name in ("check", "wake", "gate"))


def test_the_audit_follows_the_record_and_is_published_whatever_it_says() -> None:
    names = [one.get("name", one.get("uses", "").partition("@")[0]) for one in _record()["steps"]]
    assert names[-3:] == ["Record", "Audit", "actions/upload-artifact"]
    assert [one.get("if") for one in _record()["steps"][-3:]] == [None, "${{ !cancelled() }}", "${{ !cancelled() }}"]
    assert "markdown:$GITHUB_STEP_SUMMARY" in step(_record(), "Audit")["run"]


@pytest.mark.parametrize("workflow", [one for name, one in ALL.items() if not name.endswith("wake")])
def test_a_step_that_dies_of_a_signal_fails(workflow: Any) -> None:
    """The shell stops at the first failure, in pipes too, and nothing says that any failure is fine."""
    assert workflow["defaults"] == {"run": {"shell": "bash"}}
    for one in steps(workflow):
        assert not re.search(r"\|\| (true|:)|set \+e", one.get("run", ""))
        assert "continue-on-error" not in one


@pytest.mark.threat("H03")
@pytest.mark.parametrize("text", [path.read_text(encoding="utf-8") for path in TEXTS], ids=[p.name for p in TEXTS])
def test_python_never_looks_into_the_checkout(text: str) -> None:
    """`python -m` would put the working directory first on the path."""
    assert [found for found in re.findall(r"python3? +\S+", text) if not re.fullmatch(r"python3? -I", found)] == []


@pytest.mark.threat("H03")
def test_on_gitlab_neither() -> None:
    script = str(gitlab())
    assert {found.strip() for found in re.findall(r"python3? +\S+", script)} == {"python -I"}


def test_no_recipe_can_run_for_ever() -> None:
    for workflow in ALL.values():
        assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


def test_the_reusable_workflow_does_what_the_written_one_does() -> None:
    """Two copies of the same steps, one of which takes the version from its caller."""
    ours, theirs = shipped()["govops"], written()["check"]
    assert set(ours["on"]) == {"workflow_call"}
    theirs["jobs"]["check"]["steps"][1]["env"]["GOVOPS"] = "${{ inputs.govops }}"
    assert ours["jobs"] == theirs["jobs"]


def _record() -> Any:
    return written()["record"]["jobs"]["record"]


def steps_of(job: Any) -> list[str]:
    return [one["run"] for one in job["steps"]]


def _jobs_of_gitlab() -> list[Any]:
    return [job for name, job in gitlab().items() if not name.startswith(".")]


def _pins(path: Path) -> set[str]:
    return set(re.findall(r"uses: ([\w./-]+@[0-9a-f]{40})", path.read_text(encoding="utf-8")))


def _inputs(value: str) -> Iterator[str]:
    yield from re.findall(r"\$\{\{ inputs\.(\w+) \}\}", value)
