"""A proposal's way through the server: opened, approved, landed, recorded, and found in order by the audit."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.app.governance import ConflictError, ForbiddenError
from govops.app.hosting import open_ones, submitted
from govops.errors import ExitCode
from govops.evidence.book import essence
from govops.evidence.records import Receipt
from govops.git import CleanRoom
from govops.workspace.evidence import read_evidence
from tests.support.cast import RECORDER
from tests.support.cli import govops
from tests.support.files import model, usecase
from tests.support.git import git
from tests.support.hosting import Server, actor, server
from tests.support.newcomer import write_key


@pytest.mark.threat("I03", "I04")
@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_a_proposal_is_opened_approved_landed_and_recorded_and_the_audit_agrees(tmp_path: Path, form: str) -> None:
    here = server(tmp_path, object_format=form)
    before = here.ref("main")
    proposed = here.open("alice", "aa01", model("fraud"), reason="We need it")
    assert (proposed.state, proposed.is_new, proposed.commit) == ("open", True, None)
    assert proposed.outlook is not None
    assert [missing.could for missing in proposed.outlook.missing] == [("bob", "carol")]
    assert here.ref("main") == before
    assert here.ref("govops/proposals/aa01") == proposed.head
    assert here.log("govops/proposals/aa01", "%an <%ae> %cn <%ce>")[0] == (
        "Alice Adams <alice@acme.example> govops <govops@localhost>"
    )
    with pytest.raises(ForbiddenError, match="approver-is-contributor"):
        here.approve("alice", "aa01")
    with pytest.raises(ForbiddenError, match="approver-lacks-role"):
        here.approve("dave", "aa01")
    assert [kept.id for kept in open_ones(here.site)] == ["aa01"]
    assert open_ones(here.site)[0].decisions == ()
    landed = here.approve("bob", "aa01", note="Looks good")
    assert (landed.state, landed.commit, landed.is_recorded) == ("merged", here.ref("main"), True)
    assert here.log("main", "%P")[0] == f"{before} {proposed.head}"
    assert here.ref("govops/proposals/aa01") == ""
    assert submitted(here.site, "aa01").state == "merged"
    with pytest.raises(ConflictError, match="merged already"):
        here.approve("carol", "aa01")
    assert here.verdict() is ExitCode.OK
    receipt = receipts(here)[-1]
    assert (receipt.base, receipt.tip, receipt.recorder) == (before, landed.commit, RECORDER)
    assert receipt.proposal is not None
    assert (receipt.proposal.forge, receipt.proposal.id) == ("local", "aa01")
    assert receipt.proposal.opener == actor("alice").account
    assert [(r.account, r.decision, r.head) for r in receipt.proposal.reviews] == [
        (actor("bob").account, "approve", proposed.head)
    ]
    assert receipt.proposal.reviews[0].subjects == receipt.proposal.subjects


def test_a_receipt_is_the_same_whether_the_server_or_the_command_writes_it(tmp_path: Path) -> None:
    """`govops record` reads what the server keeps; the command only has another place in the chain to write at."""
    here = server(tmp_path, usecase("old"))
    here.open("alice", "aa01", model("fraud"))
    here.open("alice", "aa02", usecase("new"))
    here.open("alice", "aa03", (usecase("old")[0], None))
    for id_ in ("aa01", "aa02", "aa03"):
        here.approve("carol", id_)
    own = receipts(here)
    key = write_key(tmp_path / "key", RECORDER).with_suffix("")
    git(here.git_dir, "update-ref", "-d", "refs/heads/govops/evidence")
    ran = govops("record", here.git_dir, "--key", key, "--no-push")
    assert ran.code == 0, ran
    assert [essence(one) for one in receipts(here)] == [essence(one) for one in own]
    assert [one.sequence for one in own] == [0, 1, 2]
    assert here.verdict() is ExitCode.OK


def receipts(here: Server) -> list[Receipt]:
    """Every receipt, in the order of the recorder's chain."""
    with CleanRoom.open(here.git_dir) as room:
        book = read_evidence(room, room.ref("refs/heads/govops/evidence")).book
    return sorted((receipt for _, receipt in book.receipts()), key=lambda receipt: receipt.sequence)
