"""The calls that govops makes are the calls that the docs list, each with the least right that it takes."""

from __future__ import annotations

import re

import pytest

from govops.forge import Request
from tests.forge.story import BASE, LANDED, SECOND, client, tell
from tests.support.fake_facts import Made
from tests.support.fake_forge import FakeForge
from tests.support.lowest import ROOT

PAGE = ROOT / "docs" / "how-to" / "use-a-forge.md"


def documented(kind: str) -> set[tuple[str, str]]:
    """(method, pattern of the path) of every row of the kind's table."""
    title = {"github": "### GitHub", "gitlab": "### GitLab"}[kind]
    section = PAGE.read_text(encoding="utf-8").partition(title)[2].partition("\n##")[0]
    rows = re.findall(r"^\| `([A-Z]+) (/[^`]+)` \| [^|]+ \| [^|]+ \|$", section, re.MULTILINE)
    return {(method, re.sub(r"\\\{\w+\\\}", "[^/]+?", re.escape(path))) for method, path in rows}


def everything(fake: FakeForge) -> None:
    """Every question and every deed of the Protocol."""
    pull = tell(fake)
    forge = client(fake)
    forge.proposal("7")
    forge.proposals_of(LANDED)
    forge.pusher(LANDED, "main")
    forge.branch_rules("main")
    forge.set_status(SECOND, state="success", context="govops/gate", description="")
    forge.open(Request("fraud-2", "main", "Again"))
    for _ in range(2):
        forge.comment("7", marker="<!-- m -->", body="<!-- m -->")
    pull.commits = [Made(f"{n:040x}", "One", ("A", "a@b.example"), ("A", "a@b.example")) for n in range(1, 300)]
    assert pull.base == BASE
    forge.proposal("7")


@pytest.mark.threat("H09")
def test_every_call_is_documented_and_every_documented_call_is_made(fake: FakeForge) -> None:
    everything(fake)
    rows = documented(fake.kind)
    made = {(asked.method, asked.path.removeprefix("/api/v4")) for asked in fake.asked}
    used = {row: [call for call in made if call[0] == row[0] and re.fullmatch(row[1], call[1])] for row in rows}
    assert len(rows) >= 14
    assert {row for row, calls in used.items() if not calls} == set()
    assert made - {call for calls in used.values() for call in calls} == set()


@pytest.mark.threat("H09")
def test_reading_evidence_writes_nothing(fake: FakeForge) -> None:
    """A recorder's token needs no right to write to the forge's own data."""
    tell(fake)
    forge = client(fake)
    forge.proposals_of(LANDED)
    forge.proposal("7")
    forge.pusher(LANDED, "main")
    forge.branch_rules("main")
    assert {asked.method for asked in fake.asked} == {"GET"}
