"""`--as-of`: instants are found by attested time and by nothing else; revisions are changes of the chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.app.demo import DemoRepository
from tests.support.files import deployment, model
from tests.support.git import git
from tests.support.past import PRODUCTION, answer, ask, company, deployed, deploys, running
from tests.support.world import World

MARCH = "2026-03-01T00:00Z"


# ---- time is never a commit date


@pytest.mark.threat("D09")
@pytest.mark.parametrize(
    ("days", "instant", "ran", "by_dates"),
    [(-4000, "2026-03-01T00:00:00Z", "1.0", "1.1"), (4000, "2026-03-11T00:00:00Z", "1.1", "1.0")],
    ids=["back-dated", "forward-dated"],
)
def test_commit_dates_that_lie_fool_nobody(tmp_path: Path, days: int, instant: str, ran: str, by_dates: str) -> None:
    """Version 1.1 landed on 10 March. Its dates say that it was there years before, or years later."""
    world = company(tmp_path)
    deployed(world, "1.0", landed_at="2026-02-01T12:00:00Z")
    change = deploys(world, "1.1")
    world.clock.pass_by(days=days)
    change.merge("squash", landed_at="2026-03-10T12:00:00Z")
    dated = git(world.git_dir, "rev-list", f"--before={instant}", "-1", "main").decode().strip()
    assert running(answer(world, "show", PRODUCTION, "--as-of", dated)) == by_dates  # who trusts dates is fooled
    assert running(answer(world, "show", PRODUCTION, "--as-of", instant)) == ran


@pytest.mark.threat("D09")
def test_without_any_attested_time_an_instant_has_no_answer(tmp_path: Path) -> None:
    """Every commit has a date, and none is used; a revision has an answer all the same."""
    world = company(tmp_path)
    landed = deploys(world, "1.0").merge("squash", record=False)
    ran = ask(world, "show", PRODUCTION, "--as-of", MARCH)
    assert (ran.code, ran.out) == (2, "")
    assert "no change of this history has an attested time" in ran.err
    assert "give a revision instead" in ran.err
    found = answer(world, "show", PRODUCTION, "--as-of", landed.commit)
    assert (running(found), found["state"]["status"], found["clock"]["time"]) == ("1.0", "unverifiable", None)


def test_before_the_first_attested_time_nothing_is_guessed(tmp_path: Path) -> None:
    """The adoption has no time of its own, so nobody can say whether it stood by then."""
    world = company(tmp_path)
    landed = deployed(world, "1.0", landed_at="2026-02-01T12:00:00Z")
    ran = ask(world, "show", "Model/fraud", "--as-of", "2026-01-31T00:00Z")
    assert (ran.code, ran.out) == (3, "")
    assert f"the first attested time is 2026-02-01T12:00:00Z, of change {landed.commit[:12]}" in ran.err


def test_a_change_that_nobody_attests_is_said_to_be_uncertain(tmp_path: Path) -> None:
    """It landed between two attested changes; on a day between them, nobody knows whether it stood."""
    world = company(tmp_path)
    deployed(world, "1.0", landed_at="2026-02-01T12:00:00Z")
    unknown = deploys(world, "1.1").merge("squash", record=False)
    deployed(world, "1.0", landed_at="2026-03-10T12:00:00Z", environment="staging")
    found = answer(world, "show", PRODUCTION, "--as-of", MARCH)
    assert found["clock"]["unattested"] == [unknown.commit]
    assert (found["state"]["attested"], found["state"]["status"]) == (None, "unverifiable")
    text = ask(world, "show", PRODUCTION, "--as-of", MARCH).out
    assert "could not be established: whether 1 change without an attested time had landed by then" in text
    assert f"(included here: {unknown.commit[:10]})" in text
    assert "no attested time, not before 2026-02-01T12:00:00Z" in text
    later = answer(world, "show", PRODUCTION, "--as-of", "2026-03-10T12:00:00Z")
    assert later["clock"]["unattested"] == []  # whatever came before an attested change had landed by then


def test_a_late_clock_cannot_make_a_later_change_earlier(tmp_path: Path) -> None:
    """The running maximum decides, and both times are told."""
    world = company(tmp_path)
    deployed(world, "1.0", landed_at="2026-03-10T12:00:00Z")
    deployed(world, "1.1", landed_at="2026-02-01T12:00:00Z")
    found = answer(world, "show", PRODUCTION, "--as-of", "2026-03-10T12:00:00Z")
    assert running(found) == "1.1"
    assert (found["state"]["attested"], found["state"]["time"]) == ("2026-02-01T12:00:00Z", "2026-03-10T12:00:00Z")
    assert ask(world, "show", PRODUCTION, "--as-of", MARCH).code == 3


def test_after_the_last_change_the_answer_says_that_it_is_the_last(tmp_path: Path) -> None:
    world = company(tmp_path)
    deployed(world, "1.0")
    found = answer(world, "show", PRODUCTION, "--as-of", "2031-01-01T00:00Z")
    assert found["clock"]["next_commit"] is None
    assert "it is the last change of the branch" in ask(world, "show", PRODUCTION, "--as-of", "2031-01-01T00:00Z").out


@pytest.mark.threat("D15")
@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "2026-03-01T00:00",
        "2026-03-01T00:00:00",
        "2026-03-01 00:00:00Z",
        "2026-3-1T00:00Z",
        "2026-02-30T00:00Z",
        "2026-06-30T23:59:60Z",
        "2026-03-01T25:00Z",
        "2026-03-01T00:00:00+99:99",
        "2026-03-01T00:00:00+0100",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-03-01T00:00:00Z\n",
    ],
)
def test_an_instant_that_is_none_is_refused_with_the_form_to_use(tmp_path: Path, text: str) -> None:
    ran = ask(company(tmp_path), "show", "Model/fraud", "--as-of", text)
    assert (ran.code, ran.out) == (2, "")
    assert "is not an instant" in ran.err
    assert "hint: write it as 2026-03-01T00:00Z or 2026-03-01T00:00:00+01:00, or give a revision" in ran.err


@pytest.mark.threat("D15")
def test_instants_are_compared_in_utc_whatever_their_zone(demo: DemoRepository) -> None:
    question = ("show", "Deployment/production/claims-triage", "--as-of")
    spellings = ("2025-11-10T15:06:00Z", "2025-11-10T16:06:00+01:00", "2025-11-11T05:06:00+14:00")
    answers = [answer(demo.directory, *question, text) for text in spellings]
    assert answers[0] == answers[1] == answers[2]
    assert running(answer(demo.directory, *question, "2025-11-10T15:06:00+01:00")) == "1.1.0"


# ---- revisions


@pytest.mark.parametrize("revision", ["yesterday", "main@{yesterday}", "main..main", "-x", "--as-of", ":/prod", ""])
def test_a_revision_that_is_none_is_refused(tmp_path: Path, revision: str) -> None:
    ran = ask(company(tmp_path), "show", "Model/fraud", f"--as-of={revision}")
    assert (ran.code, ran.out) == (2, "")
    assert "error: " in ran.err


def test_a_commit_beside_the_chain_is_refused(tmp_path: Path) -> None:
    """What a proposal's branch held at some time never stood on the protected branch."""
    world = company(tmp_path)
    change = deploys(world, "1.0")
    change.merge("merge")
    ran = ask(world, "show", PRODUCTION, "--as-of", change.head)
    assert (ran.code, ran.out) == (2, "")
    assert "is not on the first-parent chain" in ran.err


def test_a_commit_inside_a_rebase_merge_is_refused_with_both_neighbours(tmp_path: Path) -> None:
    """The branch never stood there: the commits landed together."""
    world = company(tmp_path)
    before = deployed(world, "1.0")
    change = world.propose("dave", "Two steps", deployment("staging", "fraud", "1.0"))
    landed = change.push("dave", deployment("staging", "fraud", "1.1")).approve("bob").merge("rebase")
    ran = ask(world, "show", PRODUCTION, "--as-of", landed.commits[0])
    assert (ran.code, ran.out) == (2, "")
    assert f"name {landed.commit} for what stood after it, or {before.commit} for what stood before" in ran.err


def test_before_the_adoption_nothing_is_claimed(tmp_path: Path) -> None:
    world = World(tmp_path, adopt=False)
    old = world.commit_raw(model("fraud"), author="alice")
    told = company(tmp_path / "other")
    adoption = world.commit_raw({path: told.read(path) for path in told.tree()}, author="carol")
    ran = ask(world, "show", "Model/fraud", "--as-of", old.commit)
    assert (ran.code, ran.out) == (2, "")
    assert "lies before the adoption of govops, and nothing is claimed of that time" in ran.err
    assert adoption.commit in ran.err
    assert answer(world, "show", "Model/fraud", "--as-of", adoption.commit)["state"]["status"] is None


def test_a_history_without_rules_has_no_answer(tmp_path: Path) -> None:
    world = World(tmp_path, adopt=False)
    world.commit_raw(model("fraud"), author="alice")
    ran = ask(world, "show", "Model/fraud")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no policy to audit by" in ran.err
