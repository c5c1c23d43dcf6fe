"""A report that was altered after it was made is found by making it again."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govops.app.verify_report import compare_report
from govops.errors import GovopsError, UndecidableError, UsageError
from govops.render import render
from tests.support.audit import verdict
from tests.support.command import govops
from tests.support.files import model
from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One good change, and one that nobody approved."""
    told = World(tmp_path / "world")
    told.propose("alice", "Register", model("fraud")).approve("bob").merge()
    told.push("mallory", model("churn"))
    return told


@pytest.fixture
def saved(world: World, tmp_path: Path) -> Path:
    """The report as an auditor keeps it."""
    file = tmp_path / "report.json"
    file.write_text(render(verdict(world), "json"))
    return file


@pytest.mark.threat("G11")
def test_an_unaltered_report_holds_although_the_repository_goes_on(world: World, saved: Path) -> None:
    world.propose("alice", "More", model("more")).approve("bob").merge()
    assert compare_report(saved, world.path).differences == ()
    told = govops("verify-report", saved, world.path, cwd=saved.parent)
    assert (told.returncode, "is what an audit of" in told.stdout) == (0, True)


@pytest.mark.threat("G11", "C42")
def test_a_report_on_a_tag_that_continues_another_one_holds_until_the_tag_moves(world: World, saved: Path) -> None:
    world.propose("alice", "More", model("more")).approve("bob").merge()
    world.objects.ref("refs/tags/v1", world.main)
    later = saved.with_name("later.json")
    told = govops(
        "audit", world.path, "--to", "v1", "--since-report", saved, "--output", f"json:{later}", cwd=saved.parent
    )
    assert told.returncode == 1, told.stderr
    assert compare_report(later, world.path).differences == ()
    world.objects.ref("refs/tags/v1", world.adoption)
    assert compare_report(later, world.path).differences != ()


EDITS: dict[str, Callable[[Any], Any]] = {
    "a finding is taken out": lambda report: report["findings"].pop(),
    "a violation is called approved": lambda report: report["counts"].update(violating=0, approved=2),
    "another approver": lambda report: report["changes"][0]["approvals"][0].update(person="carol"),
    "another repository": lambda report: report["provenance"].update(repository="local:other"),
    "a note is taken out": lambda report: report["provenance"].update(single_maintainer=True),
}


@pytest.mark.threat("G11")
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_that_reads_well_is_found(world: World, saved: Path, edit: Callable[[Any], Any]) -> None:
    report = json.loads(saved.read_text())
    edit(report)
    saved.write_text(json.dumps(report, indent=2, sort_keys=True) + "\n")
    told = govops("verify-report", saved, world.path, cwd=saved.parent)
    assert (told.returncode, "Traceback" in told.stderr) == (3, False)


@pytest.mark.threat("G11")
def test_one_flipped_byte_is_found_wherever_it_is(world: World, saved: Path) -> None:
    """But in the name of the evidence branch, which is each clone's own: its tip is what counts."""
    whole = saved.read_bytes()
    chosen = random.Random(11)
    name = re.search(rb'"evidence_ref": "([^"]+)"', whole)
    assert name is not None
    wherever = [at for at in range(len(whole)) if not name.start(1) <= at < name.end(1)]
    for at in sorted(chosen.sample(wherever, 12)):
        saved.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chosen.randrange(7))]) + whole[at + 1 :])
        try:
            found = compare_report(saved, world.path)
        except GovopsError:
            continue
        assert found.differences or found.versions, f"the flip at {at} was not noticed: {whole[at - 30 : at + 30]!r}"


@pytest.mark.threat("G11")
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[1]", b'{"schema": "govops/report/v9"}'])
def test_what_is_no_report_is_not_believed(world: World, saved: Path, content: bytes) -> None:
    saved.write_bytes(content)
    with pytest.raises(UndecidableError, match="is not what govops wrote"):
        compare_report(saved, world.path)


def test_a_report_that_is_not_there_is_the_callers_mistake(world: World, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        compare_report(tmp_path / "none.json", world.path)
