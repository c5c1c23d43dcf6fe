"""A pull request from a fork, until the merge queue: the gate's steps, the real program, a forge on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ci.recipes import Runner, step, written
from tests.ci.test_running_recipes import runner
from tests.support.change import Change
from tests.support.fake_facts import Made, Pull, Seen, User
from tests.support.fake_forge import REPOSITORY, TOKEN, FakeForge
from tests.support.fake_github import pull_json
from tests.support.files import model, user
from tests.support.git import git
from tests.support.parts import require
from tests.support.world import World

ALICE, BOB = User(1001, "alice"), User(1002, "bob")
CONTEXT = "govops/gate"

pytestmark = pytest.mark.slow


class Story:
    """One repository at the forge, with one proposal."""

    def __init__(self, folder: Path, forge: FakeForge) -> None:
        for program in ("bash", "git", "timeout"):
            require(program)
        self.folder = folder
        self.forge = forge
        accounts = [
            user(name, accounts=[{"forge": "github", "id": str(known.id)}])
            for name, known in (("alice", ALICE), ("bob", BOB))
        ]
        settings = {"repository": f"github:{REPOSITORY}", "forge": {"type": "github"}}
        self.world = World(folder / "remote", *accounts, settings=settings)
        self.change = self.world.propose("alice", "Register fraud", model("fraud"))
        self.pull = _pull(self.world, self.change)
        forge.pulls[1] = self.pull
        self._machines = 0

    def machine(self) -> Runner:
        """A new one, as for every job, with the protected branch checked out."""
        self._machines += 1
        place = self.folder / f"machine {self._machines}"
        git(self.folder, "clone", "-q", "--branch", "main", f"file://{self.world.git_dir}", str(place / "checkout"))
        made = runner(place, place / "checkout")
        made.environment |= {"GITHUB_API_URL": self.forge.url, "GITHUB_REPOSITORY": REPOSITORY}
        made.program(made.bin / "gh", f'cat "{made.temp}/answer.json"')
        return made

    def woken(self) -> list[str]:
        """What the gate posts after the run of a review of this head has ended: states, as many as were posted."""
        machine = self.machine()
        answer = [[pull_json(pull) for pull in self.forge.pulls.values()]]
        (machine.temp / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
        values = {"github.token": TOKEN, "github.event.workflow_run.head_sha": self.pull.head}
        assert machine.run(step(_job("list"), "Ask for them"), values).returncode == 0
        (line,) = (machine.temp / "output").read_text(encoding="utf-8").splitlines()
        return [state for one in json.loads(line.removeprefix("heads=")) for state in self.judged(one)]

    def judged(self, one: dict[str, str]) -> list[str]:
        """The job of one head."""
        before, machine = len(self.forge.statuses), self.machine()
        values = {"github.token": TOKEN, **{f"matrix.{key}": value for key, value in one.items()}}
        done = machine.run(step(_job("judge"), "Judge"), values)
        assert done.returncode == 0, done.stdout + done.stderr
        assert machine.calls("gh") == []
        posted = self.forge.statuses[before:]
        assert {(status["sha"], status["context"]) for status in posted} == {(self.pull.head, CONTEXT)}
        return [status["state"] for status in posted]

    def reviewed(self, decision: Any, hour: int) -> Seen:
        """Bob reviews the head as it is."""
        at = f"2026-06-01T{hour:02}:00:00Z"
        self.pull.reviews.append(Seen(len(self.pull.reviews) + 1, BOB, decision, at, self.pull.head))
        return self.pull.reviews[-1]


def _pull(world: World, change: Change) -> Pull:
    name = ("Alice Adams", "alice@acme.example")
    return Pull(
        number=change.number,
        title=change.title,
        opener=ALICE,
        opened_at=change.opened_at,
        head=change.head,
        base=world.main,
        commits=[Made(change.head, change.title, name, name, user=ALICE)],
        from_fork=True,
    )


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    with FakeForge("github") as forge:
        forge.me = None  # the token of an installation
        yield Story(tmp_path, forge)


@pytest.mark.threat("H02", "H05")
def test_an_approval_alone_turns_it_green_and_its_dismissal_red_again(story: Story) -> None:
    """Nobody pushes in between, and there is one comment, which says what is so now."""
    assert story.woken() == ["failure"]
    approval = story.reviewed("approve", 10)
    assert story.woken() == ["success"]
    approval.dismissed_at, approval.dismissed_by = "2026-06-01T11:00:00Z", ALICE
    assert story.woken() == ["failure"]
    assert len(story.forge.comments[1]) == 1


@pytest.mark.threat("H02", "C22")
def test_a_change_of_the_rules_at_the_base_is_judged_by(story: Story) -> None:
    """Bob loses the role; the same approval of the same head no longer counts."""
    story.reviewed("approve", 10)
    assert story.woken() == ["success"]
    accounts = [{"forge": "github", "id": str(BOB.id)}]
    story.world.push("carol", user("bob", roles=["auditor"], accounts=accounts), message="Bob moves on")
    assert story.woken() == ["failure"]


@pytest.mark.threat("H02")
@pytest.mark.parametrize(("decision", "code", "state"), [("approve", 0, "success"), ("comment", 1, "failure")])
def test_in_a_merge_queue_the_groups_commit_is_mapped_to_its_pull_request(
    story: Story, decision: str, code: int, state: str
) -> None:
    story.reviewed(decision, 10)
    world, change = story.world, story.change
    tree = world.node(change.head).tree
    group = world.commit(tree, [world.main, change.head], message="Merge pull request #1", author="alice")
    world.objects.ref("refs/heads/gh-readonly-queue/main/pr-1", group)
    story.forge.contains[group] = [1]
    machine = story.machine()
    values = {"github.token": TOKEN, "github.event.merge_group.head_sha": group}
    done = machine.run(step(_job("queue"), "Judge each commit of the group"), values)
    assert done.returncode == code, done.stdout + done.stderr
    assert [(status["sha"], status["state"]) for status in story.forge.statuses] == [(group, state)]


def _job(name: str) -> Any:
    return written()["gate"]["jobs"][name]
