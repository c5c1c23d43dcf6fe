"""`govops waiver`: an exception is proposed like any other change, and all are listed with what they excused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govops.kinds.waiver import Waiver
from govops.render.exceptions import SCHEMA
from tests.support.audit import change_of, verdict
from tests.support.cli import Ran, govops
from tests.support.facts import read
from tests.support.files import model, ratification, settings, waiver
from tests.support.git import git
from tests.support.world import World

REFUSED = 2
NOW = "2026-01-06T00:00:00Z"
PATH = "policies/waivers/hotfix.yaml"
ASKED = {
    "--rule": "not-approved",
    "--resource": "Model/fraud",
    "--reason": 'the other reviewer is "ill": until Monday',
    "--owner": "alice",
    "--expires": "14d",
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A model, and somebody whom git knows; the clock stands still."""
    monkeypatch.setattr("govops.app.exceptions.adding.now", lambda: NOW)
    world = World(tmp_path)
    world.propose("alice", "Register fraud", model("fraud")).approve("bob").merge("squash")
    for key, value in (("user.name", "Erin Evans"), ("user.email", "erin@acme.example")):
        git(world.git_dir, "config", key, value)
    return world


def add(world: World, name: str = "hotfix", /, **other: str | None) -> Ran:
    """Ask for the waiver, with other options than usual (None: without)."""
    given = ASKED | {f"--{key}": value for key, value in other.items()}
    options = [word for option, value in given.items() if value is not None for word in (option, value)]
    return govops("waiver", "add", name, *options, "--repository", world.path)


def test_a_waiver_is_a_commit_on_a_branch_of_its_own(world: World) -> None:
    """On top of the protected branch, with the one file in it, and nothing else is touched."""
    ran = add(world)
    assert ran.code == 0, ran.err
    listing = git(world.git_dir, "diff", "--name-status", world.main, "waiver-hotfix").decode()
    assert listing == f"A\t{PATH}\n"
    assert git(world.git_dir, "rev-parse", "waiver-hotfix^").decode().strip() == world.main
    assert git(world.git_dir, "log", "-1", "--format=%an <%ae> %s", "waiver-hotfix").decode() == (
        "Erin Evans <erin@acme.example> Waive not-approved\n"
    )
    text = git(world.git_dir, "show", f"waiver-hotfix:{PATH}")
    assert ran.out.encode() == text
    found = read((PATH, text))
    assert isinstance(found, Waiver)
    assert found.spec.expires == "2026-01-20T00:00:00Z"
    assert found.spec.reason == ASKED["--reason"]
    assert "govops propose waiver-hotfix --head waiver-hotfix" in ran.err


def test_what_was_added_lands_and_excuses(world: World) -> None:
    """The file as it was written is what a review approves."""
    add(world)
    text = git(world.git_dir, "show", f"waiver-hotfix:{PATH}")
    world.propose("erin", "Waive", (PATH, text)).approve("carol").merge("squash")
    landed = world.propose("alice", "Edit", model("fraud", title="Other")).merge("squash")
    assert change_of(verdict(world), landed).status == "waived"


def test_rules_may_be_several_and_a_path_be_the_scope(world: World) -> None:
    ran = govops(
        *("waiver", "add", "two", "--rule", "not-approved", "--rule", "illegal-transition"),
        *("--path", "registry/models/**", "--reason", "x", "--owner", "alice"),
        *("--expires", "2026-04-06T00:00:00Z", "--repository", world.path),
    )
    assert ran.code == 0, ran.err
    found = read(("policies/waivers/two.yaml", ran.out.encode()))
    assert isinstance(found, Waiver)
    assert found.spec.rules == ("not-approved", "illegal-transition")
    assert (found.spec.scope.path, found.spec.expires) == ("registry/models/**", "2026-04-06T00:00:00Z")


WRONG: dict[str, tuple[dict[str, str | None], str, str]] = {
    "an unknown rule": ({"rule": "not-aproved"}, "`not-aproved` is no rule", "did you mean `not-approved`?"),
    "a rule that cannot be waived": ({"rule": "residual-content"}, "cannot be waived", "govops rules"),
    "a rule file": ({"resource": "User/bob"}, "is a rule itself", "name another resource"),
    "an unknown owner": ({"owner": "nobody"}, "there is no User `nobody`", "registry/users"),
    "an unknown resource": ({"resource": "Model/churn"}, "there is no Model `churn`", "--path registry/models/churn/"),
    "an end that is past": ({"expires": NOW}, "is past", "what lands after it"),
    "an end that is too far": ({"expires": "91d"}, "more than 90 days away", "Settings allow"),
    "an end that is none": ({"expires": "soon"}, "is not an instant", "2026-03-31T00:00:00Z"),
    "a duration that is none": ({"expires": "0d"}, "is not a duration", ""),
    "an end beyond time": ({"expires": "99999w"}, "more than 90 days away", ""),
    "no scope": ({"resource": None}, "give --resource or --path", ""),
    "a blank reason": ({"reason": " "}, "blank", ""),
}


@pytest.mark.threat("A09")
@pytest.mark.parametrize(("other", "message", "hint"), WRONG.values(), ids=WRONG)
def test_a_waiver_that_could_not_be_in_force_is_not_written(
    world: World, other: dict[str, str | None], message: str, hint: str
) -> None:
    ran = add(world, **other)
    assert (ran.code, ran.out) == (REFUSED, "")
    assert message in ran.err
    assert hint in ran.err
    assert git(world.git_dir, "branch", "--list", "waiver-*") == b""


@pytest.mark.parametrize("name", ["Hot Fix", "../x", "-x"])
def test_a_name_that_is_none_is_refused(world: World, name: str) -> None:
    ran = govops("waiver", "add", *[w for pair in ASKED.items() for w in pair], "--repository", world.path, "--", name)
    assert ran.code == REFUSED
    assert git(world.git_dir, "branch", "--list", "waiver-*") == b""


def test_nothing_is_overwritten(world: World) -> None:
    assert add(world).code == 0
    before = git(world.git_dir, "rev-parse", "waiver-hotfix")
    ran = add(world)
    assert (ran.code, git(world.git_dir, "rev-parse", "waiver-hotfix")) == (REFUSED, before)
    assert 'a branch "waiver-hotfix"' in ran.err
    world.propose("erin", "Waive", waiver("models")).approve("carol").merge("squash")
    assert "policies/waivers/models.yaml is there already" in add(world, "models").err


def test_settings_say_how_far_the_end_may_be(world: World) -> None:
    text = settings(limits={"waiver_days": 7})
    world.propose("erin", "Shorten", text).approve("carol").merge("squash")
    git(world.git_dir, "symbolic-ref", "HEAD", "refs/heads/main")
    assert "more than 7 days away" in add(world, expires="8d").err


# ---- the list


@pytest.fixture
def excused(world: World) -> World:
    """A waiver and a ratification, each of which excused something."""
    world.propose("erin", "Waive", waiver("models", reason="Nobody is there\n::error::to review")).approve(
        "carol"
    ).merge("squash")
    world.propose("alice", "Edit", model("fraud", title="Other")).merge("squash")
    pushed = world.push("mallory", ("registry/notes.txt", b"x"))
    world.propose("erin", "Ratify", ratification("mend", pushed.commit)).approve("carol").merge("squash")
    return world


def test_the_list_says_how_each_stands_and_what_it_excused(excused: World) -> None:
    ran = govops("waiver", "list", "--repository", excused.path)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "policies/waivers/models.yaml: in force, until 2026-03-31T00:00:00Z; 1 finding waived"
    assert lines[1] == "    rules: not-approved; scope: registry/models/**; owner: alice; approved by: carol"
    assert lines[2] == "    reason: Nobody is there ::error::to review"
    assert lines[3].startswith("policies/ratifications/mend.yaml: accepted by change ")
    assert lines[3].endswith("; 1 finding waived")
    assert lines[-1].startswith("2 exceptions as of 2026-01-")
    later = govops("waiver", "list", "--repository", excused.path, "--as-of", "2026-05-01")
    assert later.out.startswith("policies/waivers/models.yaml: ended, until")


def test_the_list_for_machines_is_what_the_report_has(excused: World) -> None:
    ran = govops("waiver", "list", "--repository", excused.path, "--output", "json")
    told = json.loads(ran.out)
    report = verdict(excused)
    assert told["schema"] == SCHEMA
    assert told["as_of"] == report.provenance.as_of
    assert [one["path"] for one in told["exceptions"]] == [item.path for item in report.waivers]
    assert [dict(one["facts"]) for one in told["exceptions"]] == [dict(item.facts) for item in report.waivers]


def test_without_exceptions_the_list_says_so(world: World) -> None:
    ran = govops("waiver", "list", "--repository", world.path)
    assert ran.out.startswith("0 exceptions as of ")
