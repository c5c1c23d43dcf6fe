"""Time is the order of the chain and what is attested: no date that anybody can type decides anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import click
import pytest

from govops.cli import cli
from govops.errors import ExitCode
from govops.finding import Report
from tests.support.audit import findings, judge, verdict
from tests.support.cast import public_line
from tests.support.cli import govops
from tests.support.files import model, policy, user
from tests.support.world import World

Dates = Callable[[int], int]  # number of the commit -> seconds since 1970
START = 1_767_603_600  # where the story's own clock starts


class Dated(World):
    """The same story, with whatever dates its commits claim."""

    def __init__(self, path: Path, dates: Dates, *edits: Any) -> None:
        self._dates, self._count = dates, 0
        super().__init__(path, *edits)

    def commit(self, *arguments: Any, **headers: Any) -> str:
        self._count += 1
        author, committer = self._dates(self._count), self._dates(self._count + 7)
        times = {"author_time": f"{author} +0000", "committer_time": f"{committer} +1400"}
        return super().commit(*arguments, **headers | times)


def told(world: World) -> Report:
    """A story in which order is everything: a role granted and revoked, an old approval, a change after it."""
    world.propose("carol", "Promote", user("mallory", roles=["approver"])).approve("erin").merge("squash")
    world.propose("alice", "Register", model("fraud")).approve("mallory").merge("merge")
    waiting = world.propose("alice", "Wait", model("debt")).approve("mallory").approve("bob")
    world.propose("carol", "Demote", user("mallory", roles=[])).approve("erin").merge("rebase")
    world.propose("alice", "Too late", model("churn")).approve("mallory").merge("squash")
    world.propose("alice", "Stale", model("loan")).approve("bob").push("alice", model("loan", owner="bob")).merge()
    world.clock.pass_by(days=40)
    waiting.merge("squash")
    world.push("mallory", model("spam"))
    return verdict(world)


CLAIMED: dict[str, Dates] = {
    "all at the epoch": lambda number: 0,
    "backwards": lambda number: START - number * 86_400,
    "in the year 9999": lambda number: 253_402_200_000 + number,
    "shuffled": lambda number: Random(number).randrange(0, 4_000_000_000),
    "before the person had the role": lambda number: START - 10**8 + number,
}
OLD = policy("models", actions=["model.*"], max_age="30d")


@pytest.mark.threat("D09", "D15")
@pytest.mark.parametrize("dates", CLAIMED.values(), ids=CLAIMED)
def test_the_dates_that_commits_claim_change_no_verdict(tmp_path: Path, dates: Dates) -> None:
    true = told(World(tmp_path / "true", OLD))
    other = told(Dated(tmp_path / "other", dates, OLD))
    assert findings(other) == findings(true)
    assert [(c.subject, c.status, c.time) for c in other.changes] == [
        (c.subject, c.status, c.time) for c in true.changes
    ]
    assert {c.claimed_time for c in other.changes} != {c.claimed_time for c in true.changes}
    assert {rule for rule, _, _ in findings(true)} == {
        "approver-lacks-role",
        "stale-approval",
        "approval-expired",
        "not-approved",
    }


@pytest.mark.threat("D10")
def test_no_option_of_an_audit_takes_a_range_of_dates() -> None:
    command = cli.get_command(click.Context(cli), "audit")
    assert command is not None
    names = {name for option in command.params for name in option.opts}
    assert not names & {"--since", "--until", "--after", "--before", "--days", "--date"}
    assert {"--from", "--to", "--as-of"} <= names


@pytest.mark.threat("D10")
@pytest.mark.parametrize("option", ["--from", "--to"])
@pytest.mark.parametrize("date", ["2026-01-05", "yesterday", "HEAD@{yesterday}", "main@{2026-01-05}"])
def test_the_ends_of_a_range_are_commits_and_never_dates(world: World, option: str, date: str) -> None:
    world.push("alice", model("fraud"))
    ran = govops("audit", world.path, option, date)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")


@pytest.mark.threat("D10")
@pytest.mark.parametrize("instant", ["1970-01-01", "2026-01-05T10:30:00Z", "9999-12-31", "now"])
def test_the_instant_of_a_report_decides_no_verdict(world: World, instant: str) -> None:
    plain = told(world)
    asked = verdict(world, as_of=instant)
    assert (asked.findings, asked.changes, asked.counts) == (plain.findings, plain.changes, plain.counts)


SIGNED = {"evidence": {"mode": "signature", "accept": ["signature"]}}
LONG_AGO, LATER = "2001-01-01T00:00:00Z", "2030-01-01T00:00:00Z"
ROTATED: dict[str, tuple[str, str, str | None]] = {
    "the new key, dated after the rotation": ("bob-2", LATER, None),
    "the new key, dated before the rotation": ("bob-2", LONG_AGO, None),
    "the old key, dated after the rotation": ("bob", LATER, "approver-unknown"),
    "the old key, dated before the rotation": ("bob", LONG_AGO, "approver-unknown"),
}


@pytest.mark.threat("D11", rule="approver-unknown")
@pytest.mark.parametrize(("key", "at", "rule"), ROTATED.values(), ids=ROTATED)
def test_an_approval_is_by_the_keys_that_stand_before_the_change_whatever_its_date(
    tmp_path: Path, key: str, at: str, rule: str | None
) -> None:
    world = World(tmp_path, settings=SIGNED)
    rotation = world.propose("carol", "Rotate", user("bob", keys=[public_line("bob-2")]), signed_by="carol")
    world.approve_signed("erin", rotation)
    rotation.merge("fast-forward", record=False)
    change = world.propose("alice", "Register", model("fraud"), signed_by="alice")
    world.approve_signed("bob", change, signer=key, at=at)
    judge(change.merge("fast-forward", record=False), rule)


@pytest.mark.threat("D11", rule="contributors-not-attested")
@pytest.mark.parametrize("date", ["0 +0000", "1767603600 +0000", "4102444800 +0000"])
@pytest.mark.parametrize(("key", "rule"), [("alice-2", None), ("alice", "contributors-not-attested")])
def test_a_signed_commit_is_by_the_keys_that_stand_before_it_whatever_its_date(
    tmp_path: Path, key: str, rule: str | None, date: str
) -> None:
    world = World(tmp_path, user("alice", keys=[public_line("alice-2")]), settings=SIGNED)
    times = {"author_time": date, "committer_time": date}
    change = world.propose("alice", "Register", model("fraud"), signed_by=key, **times)
    world.approve_signed("bob", change)
    judge(change.merge("fast-forward", record=False), rule, ExitCode.UNDECIDABLE)
