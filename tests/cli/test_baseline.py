"""What is known decides no exit code: older than a stated commit, or in a baseline, which only shrinks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from tests.support.cli import Ran, govops
from tests.support.files import delete, model, user, version
from tests.support.git import git
from tests.support.world import World

OK, FOUND, REFUSED, OPEN = 0, 1, 2, 3


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two violations, and a change between them that nobody recorded."""
    world = World(tmp_path / "world")
    world.push("mallory", model("fraud"))
    world.push("alice", model("churn"), record=False)
    world.push("mallory", model("debt"))
    return world


def audit(world: World, *options: Any) -> Ran:
    return govops("audit", world.path, *options)


def rewrite(world: World) -> None:
    """A recorded push is taken back, and something else stands in its place."""
    before = world.main
    world.push("alice", ("README.txt", b"x"))
    world.advance(before)
    world.push("alice", ("README.txt", b"y"))


# ---- since when


@pytest.mark.threat("A10")
def test_what_was_found_before_a_commit_is_shown_and_does_not_decide(world: World) -> None:
    tip = world.main
    assert audit(world).code == OPEN
    ran = audit(world, "--new-since", tip)
    assert ran.code == OK, ran.out
    assert ran.out.count("known, so it does not decide: at or before") == 3
    assert "3 findings were known before and do not decide" in ran.out
    world.push("mallory", model("loans"))
    assert audit(world, "--new-since", tip).code == FOUND
    assert audit(world, "--new-since", tip, "--fail-on", "critical").code == OK
    world.push("mallory", model("risk"), record=False)
    assert audit(world, "--new-since", tip).code == OPEN


def test_only_what_lies_up_to_the_commit_is_older(world: World) -> None:
    """The violation at the commit itself is known; the one after it is not."""
    first = world.node(world.node(world.main).parents[0]).parents[0]
    report = json.loads(audit(world, "--new-since", first, "--output", "json").out)
    assert [bool(found["known"]) for found in report["findings"]] == [True, False, False]


def test_new_wants_to_know_since_when(world: World) -> None:
    assert audit(world, "--fail-on", "new").code == REFUSED
    assert audit(world, "--fail-on", "new", "--new-since", world.main).code == OK
    assert audit(world, "--fail-on", "new", "--new-since", world.adoption).code == OPEN
    stray = world.commit(world.tree(), [world.main], message="Never landed", author="alice")
    ran = audit(world, "--new-since", stray)
    assert (ran.code, "not on the first-parent chain" in ran.err) == (REFUSED, True)


@pytest.mark.threat("C10", rule="history-rewritten")
def test_what_concerns_the_history_as_a_whole_is_never_older(world: World) -> None:
    rewrite(world)
    ran = audit(world, "--new-since", world.main)
    assert "history-rewritten" in ran.out
    assert ran.code == OPEN


def test_a_rule_that_an_older_change_left_unlawful_still_fails_newer_ones(world: World) -> None:
    world.push("mallory", user("mallory", roles=["approver"]))
    tip = world.main
    world.propose("alice", "Edit", model("fraud", title="Other")).approve("mallory").merge("squash")
    assert audit(world, "--new-since", tip).code == FOUND


def test_such_a_report_can_be_verified(world: World, tmp_path: Path) -> None:
    saved = tmp_path / "report.json"
    audit(world, "--new-since", world.main, "--output", f"json:{saved}")
    assert govops("verify-report", saved, world.path).code == OK
    saved.write_text(saved.read_text().replace("at or before", "since ever before"))
    assert govops("verify-report", saved, world.path).code == OPEN


@pytest.mark.parametrize("option", [["--new-since", "HEAD"], ["--baseline", "b.json"]])
def test_a_checkpoint_is_of_all_that_was_found(world: World, option: list[str]) -> None:
    git(world.git_dir, "symbolic-ref", "HEAD", "refs/heads/main")
    ran = audit(world, *option, "--checkpoint", "--key", "none")
    assert (ran.code, f"leave {option[0]} out" in ran.err) == (REFUSED, True)


# ---- baselines


@pytest.fixture
def place(world: World) -> Path:
    """The checkout of that world, with a broken reference in it."""
    world.push("alice", version("none", "1.0.0"))
    git(world.git_dir, "symbolic-ref", "HEAD", "refs/heads/main")
    git(world.git_dir, f"--work-tree={world.path}", "checkout", "-q", "-f", "main")
    return world.path


def baseline(place: Path, *options: Any) -> Ran:
    return govops("baseline", "--repository", place, *options)


def known(place: Path) -> dict[str, list[str]]:
    """The rules that the file lists, by section."""
    told = json.loads((place / ".govops-baseline.json").read_text())
    return {name: [entry["rule"] for entry in told[name]] for name in ("audit", "validate")}


def test_a_baseline_lets_what_is_new_decide_alone(world: World, place: Path) -> None:
    assert govops("validate", "--repository", place).code == FOUND
    assert baseline(place, "--init").code == OK
    assert known(place)["validate"] == ["dangling-reference"]
    assert sorted(known(place)["audit"]) == sorted(["not-approved"] * 3 + ["no-receipt", "dangling-reference"])
    file = place / ".govops-baseline.json"
    ran = govops("validate", "--repository", place, "--baseline", file)
    assert (ran.code, "known, so it does not decide: in the baseline" in ran.out) == (OK, True)
    ran = audit(world, "--baseline", file)
    assert (ran.code, ran.out.count("in the baseline")) == (OK, 5)
    (place / "registry/models/loans").mkdir()
    (place / version("loans", "1.0.0")[0]).parent.mkdir(parents=True)
    (place / version("loans", "1.0.0")[0]).write_bytes(version("loans", "1.0.0")[1])
    assert govops("validate", "--repository", place, "--baseline", file).code == FOUND
    world.push("mallory", model("risk"))
    assert audit(world, "--baseline", file).code == FOUND


def test_a_baseline_does_not_mind_that_lines_move(place: Path) -> None:
    baseline(place, "--init")
    broken = place / version("none", "1.0.0")[0]
    broken.write_bytes(b"# a line more\n\n" + broken.read_bytes())
    ran = govops("validate", "--repository", place, "--baseline", place / ".govops-baseline.json")
    assert ran.code == OK


def test_a_baseline_only_shrinks(world: World, place: Path) -> None:
    baseline(place, "--init")
    before = known(place)
    shutil.rmtree(place / "registry/models/none")
    world.push("mallory", model("risk"))
    ran = baseline(place)
    assert ran.code == FOUND
    assert f"new, and not taken in: not-approved: {model('risk')[0]}" in ran.err
    assert "dropped: dangling-reference: registry/models/none/versions/1.0.0.yaml" in ran.err
    assert known(place) == {"audit": before["audit"], "validate": []}
    assert baseline(place).code == FOUND
    assert baseline(place, "--init").code == OK
    assert len(known(place)["audit"]) == len(before["audit"]) + 1
    text = (place / ".govops-baseline.json").read_text()
    assert baseline(place).code == OK
    assert (place / ".govops-baseline.json").read_text() == text


def test_entries_that_match_nothing_are_told(place: Path) -> None:
    baseline(place, "--init")
    shutil.rmtree(place / "registry/models/none")
    ran = govops("validate", "--repository", place, "--baseline", place / ".govops-baseline.json")
    assert "gone; `govops baseline` drops it: dangling-reference" in ran.err
    assert ran.code == OK


def test_one_section_alone_leaves_the_other_as_it_is(place: Path) -> None:
    baseline(place, "--init", "--of", "validate")
    assert known(place) == {"audit": [], "validate": ["dangling-reference"]}
    baseline(place, "--init", "--of", "audit")
    assert known(place)["validate"] == ["dangling-reference"]


def test_without_init_nothing_is_begun(place: Path) -> None:
    assert baseline(place).code == FOUND
    assert not (place / ".govops-baseline.json").exists()


def test_a_baseline_never_comes_by_itself(world: World, place: Path) -> None:
    """It lies in the audited repository, and nobody asked for it."""
    baseline(place, "--init")
    assert govops("validate", "--repository", place).code == FOUND
    assert audit(world).code == OPEN


@pytest.mark.threat("C10", rule="history-rewritten")
def test_what_concerns_the_history_as_a_whole_is_in_no_baseline(world: World, place: Path) -> None:
    rewrite(world)
    baseline(place, "--init")
    assert "history-rewritten" not in known(place)["audit"]
    assert audit(world, "--baseline", place / ".govops-baseline.json").code == OPEN


@pytest.mark.parametrize("folder", ["registry", "policies/waivers"])
def test_a_baseline_lies_outside_of_what_is_governed(place: Path, folder: str) -> None:
    ran = baseline(place, "--init", place / folder / "baseline.json")
    assert (ran.code, "governed folder" in ran.err) == (REFUSED, True)


BROKEN: dict[str, str] = {
    "no JSON": "{",
    "another schema": '{"schema": "govops/report/v1"}',
    "a list": "[]",
    "another section": '{"schema": "govops/baseline/v1", "plan": []}',
    "a section that is none": '{"schema": "govops/baseline/v1", "audit": {}}',
    "an entry that lacks something": '{"schema": "govops/baseline/v1", "audit": [{"rule": "x"}]}',
    "a fingerprint of something else": json.dumps(
        {
            "schema": "govops/baseline/v1",
            "audit": [{"rule": "x", "path": "", "subject": "", "commit": "", "fingerprint": "0" * 16}],
        }
    ),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_baseline_that_somebody_broke_is_refused(world: World, place: Path, text: str) -> None:
    file = place.parent / "baseline.json"
    file.write_text(text)
    assert audit(world, "--baseline", file).code == REFUSED
    assert govops("validate", "--repository", place, "--baseline", file).code == REFUSED


def test_a_baseline_that_is_not_there_is_refused(world: World) -> None:
    assert audit(world, "--baseline", "nowhere.json").code == REFUSED


def test_a_report_with_a_baseline_can_be_verified_with_it(world: World, place: Path) -> None:
    baseline(place, "--init")
    file, saved = place / ".govops-baseline.json", place.parent / "report.json"
    audit(world, "--baseline", file, "--output", f"json:{saved}")
    assert govops("verify-report", saved, world.path).code == REFUSED
    assert govops("verify-report", saved, world.path, "--baseline", file).code == OK
    assert govops("report", saved).code == OK
    world.push("mallory", delete(model("debt")[0]))
    baseline(place, "--init")
    assert govops("verify-report", saved, world.path, "--baseline", file).code == OPEN


@pytest.mark.parametrize("format", ["text", "markdown", "json", "github", "sarif", "junit"])
def test_what_is_known_is_seen_in_every_format(world: World, place: Path, format: str) -> None:
    baseline(place, "--init")
    ran = audit(world, "--baseline", place / ".govops-baseline.json", "--output", format)
    assert ran.code == ExitCode.OK
    word = {"sarif": '"baselineState": "unchanged"', "github": "(known)"}.get(format, "in the baseline")
    assert word in ran.out
    assert "::error" not in ran.out
    assert "<failure" not in ran.out
