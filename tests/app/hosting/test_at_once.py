"""Many writers at once: threads of one server, several servers on one repository, and pushes in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from govops.app.governance import ConflictError, StaleError
from govops.app.hosting import open_ones, settle
from govops.errors import ExitCode
from govops.workspace.hosted import HOSTED
from tests.support.files import model
from tests.support.git import git
from tests.support.hosting import said, server, writer

PATH = "registry/models/fraud/model.yaml"


@pytest.mark.threat("I06")
def test_of_twenty_who_change_the_same_version_exactly_one_does(tmp_path: Path) -> None:
    here = server(tmp_path, model("fraud"))
    for number in range(2):
        seen = git(here.git_dir, "rev-parse", f"main:{PATH}").decode().strip()

        def change(client: int, seen: str = seen, number: int = number) -> bool:
            try:
                here.open("alice", f"x{number}-{client}", model("fraud", title=f"By {client}"), expected={PATH: seen})
            except (StaleError, ConflictError):
                return False
            return True

        with ThreadPoolExecutor(20) as clients:
            assert sum(clients.map(change, range(20))) == 1
        here.approve("bob", open_ones(here.site)[0].id)
    assert len(here.log("main", "%H")) == 3
    assert here.verdict() is ExitCode.OK


@pytest.mark.slow
@pytest.mark.threat("J01", "J11", "J08")
def test_several_servers_and_somebody_who_pushes_lose_nothing(tmp_path: Path, *, whole_sweeps: bool) -> None:
    """Every write that was acknowledged is in the history once, under its own name, on top of all that was there."""
    count = 100 if whole_sweeps else 4
    here = server(tmp_path)
    people = {"alice": "Alice Adams", "dave": "Dave Davis"}
    writers = [writer(here, person, f"{person}-{n}", count) for n in range(2) for person in people]
    pushed = [here.push((f"notes-{n}.md", b"x")) for n in range(3)]
    merged = {id_: commit for one in writers for id_, commit in said(one).items()}
    assert len(merged) == len(writers) * count
    steps = here.log("main", "%H %P")
    assert {*merged.values()} | {*pushed} <= {line.split()[0] for line in steps}
    assert len(steps) == len(merged) + len(pushed) + 1
    assert sorted(here.log(HOSTED, "%s")).count("Keep proposals here") == 1
    for id_, commit in merged.items():
        author = git(here.git_dir, "log", "-1", "--format=%an", f"{commit}^2").decode().strip()
        assert author == people[id_.split("-")[0]]
    assert settle(here.site).is_recorded
    git(here.git_dir, "fsck", "--strict")
