"""Every request to GitHub is one that GitHub's own description of its API allows, and its examples can be read.

The description (npm ``@octokit/openapi``) is served on loopback by a mock (``@stoplight/prism-cli``) that answers 422
to a request that does not fit it, and with the description's examples to all others. It is not run with ``--errors``:
then it also refuses GitHub's own examples, four of which are not of the schemas that they illustrate.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from govops.errors import UsageError
from govops.evidence.records import Account
from govops.forge import BranchRules, IncompleteEvidenceError, Request
from govops.forge.github import GitHub
from tests.support import parts

pytestmark = [pytest.mark.threat("H09"), pytest.mark.slow]
COMMIT = "6dcb09b5b57875f334f61aebed695e2e4193db5e"
OCTOCAT = Account(forge="github", id="1", login="octocat", type="human")
_SECONDS = 60.0  # until the mock listens


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHub]:
    """The client, on a mock that knows nothing but the description."""
    parts.require("node", package="nodejs")
    prism = parts.forge_part("node_modules/.bin/prism")
    log = tmp_path_factory.mktemp("prism") / "log"
    command: list[str | Path] = [
        prism,
        "mock",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        parts.forge_part("description.json"),
    ]
    with log.open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, env=_environment(log), start_new_session=True)
    try:
        yield GitHub("acme/ai-governance", token="t", base=_address(server, log))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(10)


def test_a_pull_request(forge: GitHub) -> None:
    told = forge.proposal("1347")
    assert (told.id, told.title, told.state, told.opener) == ("1347", "Amazing new feature", "merged", OCTOCAT)
    assert (told.target, told.head, told.merged_at) == ("master", COMMIT, "2011-01-26T19:01:12Z")
    assert [(review.id, review.decision, review.account) for review in told.reviews] == [("80", "approve", OCTOCAT)]
    assert {contributor.source for contributor in told.contributors} == {"author", "committer"}


def test_pull_requests_of_a_commit(forge: GitHub) -> None:
    assert forge.proposals_of(COMMIT) == ("1347",)


def test_the_pusher(forge: GitHub) -> None:
    told = forge.pusher("827efc6d56897b048c772eb4087f854f46256132", "main")
    assert told == (OCTOCAT, "2011-01-26T19:06:43Z")


def test_branch_rules(forge: GitHub) -> None:
    told = forge.branch_rules("main")
    assert isinstance(told, BranchRules)
    assert told.requires_proposal is True
    assert told.approvals == 2


@pytest.mark.parametrize(
    "write",
    [
        lambda forge: forge.comment("1347", marker="<!-- m -->", body="<!-- m --> hello"),
        lambda forge: forge.comment("1347", marker="Me too", body="Me too, still"),
        lambda forge: forge.open(Request("feature", "main", "A title", "A body")),
        lambda forge: forge.open(Request("feature", "main", "No body")),
        lambda forge: forge.set_status(COMMIT, state="error", context="govops/gate", description="x" * 500),
        lambda forge: forge.set_status(COMMIT, state="success", context="g", description="", url="https://ci.example"),
    ],
    ids=["comment", "edit", "proposal", "proposal without a body", "status", "status with a link"],
)
def test_what_is_written(forge: GitHub, write: Callable[[GitHub], None]) -> None:
    """The mock refuses a body that does not fit."""
    write(forge)


def test_the_mock_refuses_what_the_description_does_not_allow(forge: GitHub) -> None:
    """The tests above can fail."""
    with pytest.raises(UsageError, match="422"):
        forge.set_status(COMMIT, state="green", context="g", description="")  # type: ignore[arg-type] # the mistake
    with pytest.raises(IncompleteEvidenceError):
        forge._session.get("repos/a/b/pulls/seven")
    with pytest.raises(IncompleteEvidenceError):
        forge._session.get("repos/a/b/activity", time_period="decade")


def _environment(log: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(log.parent), "NO_COLOR": "1"}


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and server.poll() is None:
        found = re.search(r"listening on (http://127\.0\.0\.1:[0-9]+)", log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"the mock did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
