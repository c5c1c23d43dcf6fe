"""`govops escalate --post`: everybody is told once, whatever goes wrong on the way, and no secret is told at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from govops.app.escalation import webhooks
from govops.http import Patience
from tests.support.audit import assert_clean, verdict
from tests.support.cast import RECORDER
from tests.support.cli import Ran, govops
from tests.support.command import govops as command
from tests.support.files import escalation, incident, model
from tests.support.git import git
from tests.support.newcomer import write_key
from tests.support.webhook import SECRET, Answer, Webhook
from tests.support.world import World

LATE = "2026-02-01T00:00:00Z"
QUICK = Patience(connect=1, read=0.3, answer=1, whole=60, sleep=lambda seconds: None, jitter=lambda: 0.0)


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook() as hook:
        yield hook


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An open incident, and a rule with two steps; the recorder's key is in the environment, and nobody is patient."""
    monkeypatch.setattr(webhooks, "_PATIENCE", QUICK)
    monkeypatch.setenv("GOVOPS_RECORDER_KEY", write_key(tmp_path / "key.pub", RECORDER).with_suffix("").read_text())
    world = World(tmp_path / "repository")
    rule = escalation("members", (15, ["alice", "bob"]), (60, ["#ops"]))
    world.propose("carol", "Begin", model("fraud"), rule).approve("bob").approve("erin").merge("squash")
    world.propose("dave", "Report", incident("drift", title="Scores <drift> @everyone")).approve("bob").merge("squash")
    return world


def post(world: World, *options: str, as_of: str = LATE) -> Ran:
    return govops("escalate", world.path, "--post", "--no-push", "--as-of", as_of, *options)


def asked(world: World, *options: str) -> Ran:
    return govops("escalate", world.path, "--as-of", LATE, *options)


def records(world: World) -> list[dict[str, Any]]:
    """The deliveries that stand on the evidence branch, in the order of their numbers."""
    names = git(world.git_dir, "ls-tree", "-r", "--name-only", "govops/evidence", "escalations/").decode().split()
    found = [json.loads(git(world.git_dir, "cat-file", "blob", f"govops/evidence:{name}")) for name in names]
    return sorted((one["payload"] for one in found), key=lambda payload: int(payload["sequence"]))


def test_everybody_is_told_once(world: World, hook: Webhook) -> None:
    """Both steps, each with its own key; a second run tells nobody, and neither does a third in another clone."""
    ran = post(world, "--webhook", hook.url)
    assert ran.code == 0, ran.out + ran.err
    assert [[one["entry"] for one in heard.body["notify"]] for heard in hook.heard] == [["alice", "bob"], ["#ops"]]
    assert len({heard.headers["idempotency-key"] for heard in hook.heard}) == 2
    again = post(world, "--webhook", hook.url)
    assert (again.code, len(hook.heard)) == (0, 2)
    assert "0 steps due and 2 told" in again.out
    clone = world.path.parent / "clone"
    git(world.git_dir, "clone", "-q", str(world.path), str(clone))
    assert govops("escalate", clone, "--as-of", LATE).code == 0


def test_what_is_posted_names_everything_that_somebody_needs(world: World, hook: Webhook) -> None:
    """And its `text`, which chat systems show, holds nothing that a stranger wrote."""
    post(world, "--webhook", hook.url)
    body = hook.heard[0].body
    assert body["schema"] == "govops/escalation-notice/v1"
    assert body["subject"]["title"] == "Scores <drift> @everyone"
    assert body["text"].startswith("Incident/drift (warning) is open since 2026-01-05T")
    assert "everyone" not in body["text"]
    assert body["notify"][0]["people"] == [
        {"name": "alice", "display_name": "Alice Adams", "email": "alice@acme.example"}
    ]
    assert (body["commit"], body["key"]) == (world.main, hook.heard[0].headers["idempotency-key"])


def test_each_delivery_leaves_a_signed_record_in_the_recorders_chain(world: World, hook: Webhook) -> None:
    """An audit and `evidence verify` find nothing wrong with them."""
    post(world, "--webhook", hook.url)
    told = [
        (one["rule"], one["after_minutes"], one["subject"], one["notified"], one["status"]) for one in records(world)
    ]
    assert told == [
        ("members", 15, "Incident/drift", ["alice", "bob"], 204),
        ("members", 60, "Incident/drift", ["#ops"], 204),
    ]
    assert [one["sequence"] for one in records(world)] == [2, 3]
    verified = govops("evidence", "verify", world.path)
    assert verified.code == 0, verified.out
    assert "2 escalations" in verified.out
    assert SECRET not in json.dumps(records(world))
    assert_clean(verdict(world))
    world.commit_raw(model("churn"), author="alice")
    assert govops("record", world.path, "--no-push").code == 0  # the chain has room for what lands next
    assert govops("evidence", "verify", world.path).code == 0


def test_without_post_nothing_is_told_or_written(world: World, hook: Webhook) -> None:
    """The steps are printed, and exit 1 says that somebody is to be told."""
    before = git(world.git_dir, "rev-parse", "govops/evidence")
    ran = asked(world, "--webhook", hook.url, "--output", "text", "--output", "json")
    assert ran.code == 1
    text, brace, rest = ran.out.partition("{\n")
    value = json.loads(brace + rest)
    assert (value["schema"], value["exit_code"]) == ("govops/escalations/v1", 1)
    assert [notice["after_minutes"] for notice in value["report"]["due"]] == [15, 60]
    assert "tell Alice Adams <alice@acme.example>" in text
    assert hook.heard == []
    assert git(world.git_dir, "rev-parse", "govops/evidence") == before


@pytest.mark.threat("I16")
def test_the_repository_never_gives_an_address(world: World, hook: Webhook) -> None:
    """An entry that looks like an address is a word; it chooses a variable, and never where to connect to."""
    with Webhook() as planted:
        rule = escalation("members", (15, [planted.url]))
        world.propose("carol", "Plant", rule).approve("bob").approve("erin").merge("squash")
        ran = post(world)
        assert ran.code == 3
        assert "nobody said which webhook tells them" in ran.out
        post(world, "--webhook", hook.url)
        assert planted.heard == []
    assert [one["entry"] for one in hook.heard[0].body["notify"]] == [planted.url]


def test_a_channel_has_an_address_of_its_own(world: World, hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name in the environment or on the command line; everybody else shares one."""
    with Webhook() as ops, Webhook() as bob:
        monkeypatch.setenv("GOVOPS_WEBHOOK_URL", hook.url)
        monkeypatch.setenv("GOVOPS_WEBHOOK_OPS", ops.url)
        assert post(world, "--webhook", f"bob={bob.url}").code == 0
        told = [[one["entry"] for one in heard.body["notify"]] for heard in (*hook.heard, *bob.heard, *ops.heard)]
    assert told == [["alice"], ["bob"], ["#ops"]]


def test_what_failed_is_tried_again_and_what_did_not_is_left_alone(world: World, hook: Webhook) -> None:
    """One webhook is down: the others are told, and the next run tells only those who were not, with the same key."""
    with Webhook() as down:
        down.answers.append(Answer(400))
        options = ("--webhook", hook.url, "--webhook", f"bob={down.url}")
        ran = post(world, *options)
        assert ran.code == 3
        assert "did not take it (400)" in ran.out
        assert len(hook.heard) == 2
        down.answers[:] = [Answer(200)]
        assert post(world, *options).code == 0
        assert len(hook.heard) == 2
        assert len({heard.headers["idempotency-key"] for heard in down.heard}) == 1


def test_a_failure_is_told_and_leaves_no_record(world: World, hook: Webhook) -> None:
    """It ends, it is said without the address, and the next run tries again."""
    hook.answers.append(Answer(503))
    ran = post(world, "--webhook", hook.url)
    assert ran.code == 3
    assert "failed to tell alice, bob of Incident/drift" in ran.out
    assert "their webhook gave no answer just now" in ran.out  # of the second step, which is not waited for again
    assert len({heard.headers["idempotency-key"] for heard in hook.heard}) == 1
    assert SECRET not in ran.out + ran.err
    assert records(world) == []
    hook.answers[:] = [Answer(200)]
    assert post(world, "--webhook", hook.url).code == 0


def test_what_is_no_address_is_refused_and_not_repeated(world: World) -> None:
    ran = post(world, "--webhook", SECRET)
    assert ran.code == 2
    assert SECRET not in ran.out + ran.err


def test_a_trace_for_developers_has_no_secret_either(world: World, hook: Webhook) -> None:
    """Neither the key nor the address, whatever fails below."""
    hook.answers.append(Answer(0))
    ran = command(
        *("--debug", "escalate", world.path, "--post", "--no-push", "--as-of", LATE, "--webhook", f"{hook.url}"),
        cwd=world.path,
        environment={"GOVOPS_RECORDER_KEY": "no key"},
    )
    assert ran.returncode == 2
    assert SECRET not in ran.stdout + ran.stderr


def test_a_key_that_is_no_recorders_tells_nobody(world: World, hook: Webhook, tmp_path: Path) -> None:
    """Nothing could be recorded, so nobody is told."""
    ran = post(world, "--webhook", hook.url, "--key", str(write_key(tmp_path / "mallory.pub", "mallory")))
    assert ran.code == 2
    assert hook.heard == []


def test_a_record_by_nobody_in_particular_keeps_nobody_from_being_told(world: World, hook: Webhook) -> None:
    """Whoever can push to the evidence branch could else silence an alarm."""
    post(world, "--webhook", hook.url)
    (first, *_) = records(world)
    git(world.git_dir, "update-ref", "refs/heads/govops/evidence", "govops/evidence~2")
    world.evidence.tip = git(world.git_dir, "rev-parse", "govops/evidence").decode().strip()
    world.evidence.add(first, signer="mallory")
    assert asked(world).code == 1
    assert post(world, "--webhook", hook.url).code == 0
    assert len(hook.heard) == 4


def remote_of(world: World) -> tuple[Path, Callable[[], int]]:
    """A bare remote that the repository pushes to, and how many deliveries it has records of."""
    bare = world.path.parent / "remote.git"
    git(world.git_dir, "clone", "-q", "--bare", str(world.path), str(bare))
    git(world.git_dir, "remote", "add", "origin", str(bare))

    def count() -> int:
        return len(git(bare, "ls-tree", "-r", "--name-only", "govops/evidence", "escalations/").split())

    return bare, count


def pushed(world: World, hook: Webhook) -> Ran:
    return govops("escalate", world.path, "--post", "--as-of", LATE, "--webhook", hook.url)


def test_records_are_pushed(world: World, hook: Webhook) -> None:
    """To where another machine finds them before it tells anybody."""
    _, count = remote_of(world)
    assert pushed(world, hook).code == 0
    assert count() == 2


def test_a_remote_that_is_away_keeps_everybody_untold(world: World, hook: Webhook) -> None:
    """Another machine may have told them, and nobody can ask."""
    bare, _ = remote_of(world)
    bare.rename(bare.with_name("away.git"))
    ran = pushed(world, hook)
    assert ran.code == 3
    assert "nobody knows what was told already" in ran.err
    assert hook.heard == []


def test_a_remote_that_takes_nothing_does_not_let_them_be_told_twice(world: World, hook: Webhook) -> None:
    """The record is kept here, and goes along with the next one that the remote takes."""
    bare, count = remote_of(world)
    git(world.git_dir, "config", "remote.origin.pushurl", str(bare.with_name("away.git")))
    ran = pushed(world, hook)
    assert ran.code == 3
    assert "the remote did not take it" in ran.out
    git(world.git_dir, "config", "--unset", "remote.origin.pushurl")
    again = pushed(world, hook)
    assert (again.code, len(hook.heard)) == (0, 2)
    world.propose("dave", "Report", incident("other")).approve("bob").merge("squash")
    git(world.git_dir, "push", "-q", "origin", "main")
    assert pushed(world, hook).code == 0
    assert count() == 4


@pytest.mark.slow
@pytest.mark.threat("J01")
def test_two_at_once_record_each_delivery_once(world: World, hook: Webhook) -> None:
    """Both may tell, under one key; the branch has one record of it, and the chain is whole."""
    hook.answers.append(Answer(200, seconds=0.1))
    runs = [
        Thread(
            target=command,
            args=("escalate", world.path, "--post", "--no-push", "--as-of", LATE, "--webhook", hook.url),
            kwargs={"cwd": world.path},
        )
        for _ in range(3)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(records(world)) == 2
    assert len({heard.headers["idempotency-key"] for heard in hook.heard}) == 2
    assert govops("evidence", "verify", world.path).code == 0


@pytest.mark.threat("F05", "G02")
def test_what_strangers_wrote_is_shown_escaped(world: World) -> None:
    """No markup and no mention comes out of a title."""
    ran = asked(world, "--output", "markdown")
    assert ran.code == 1
    assert "Scores" in ran.out
    assert "<drift>" not in ran.out
    assert re.search(r"(?<!`)@everyone", ran.out) is None
