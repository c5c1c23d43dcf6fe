"""Nothing reaches the protected branch unseen: direct pushes, typed approvals, bypasses, empty commits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import judge, rules, verdict
from tests.support.cast import FORGE_COMMITTER
from tests.support.files import TRAILERS, model
from tests.support.world import World

SIGNATURE_MODE = {"evidence": {"mode": "signature", "accept": ["signature"]}}


@pytest.mark.threat("C01", rule="not-approved")
def test_a_direct_push_with_a_receipt_is_not_approved(world: World) -> None:
    judge(world.push("alice", model("fraud")), "not-approved")


@pytest.mark.threat("C01", rule="not-approved")
def test_where_signatures_are_the_evidence_nothing_is_waited_for(tmp_path: Path) -> None:
    world = World(tmp_path, settings=SIGNATURE_MODE)
    judge(world.push("alice", model("fraud"), record=False, signed_by="alice"), "not-approved")


def test_where_signatures_are_the_evidence_a_signed_approval_is_enough(tmp_path: Path) -> None:
    world = World(tmp_path, settings=SIGNATURE_MODE)
    change = world.propose("alice", "Register", model("fraud"), signed_by="alice")
    world.approve_signed("bob", change)
    judge(change.merge("fast-forward", record=False), None)


@pytest.mark.parametrize("signer", [None, "mallory"], ids=["unsigned", "by a stranger"])
def test_where_signatures_are_the_evidence_a_record_that_nobody_believes_changes_nothing(
    tmp_path: Path, signer: str | None
) -> None:
    """Anyone may write to the evidence branch; that is no way to make an approved change doubtful."""
    world = World(tmp_path, settings=SIGNATURE_MODE)
    change = world.propose("alice", "Register", model("fraud"), signed_by="alice")
    world.approve_signed("bob", change)
    landed = change.merge("fast-forward", record=False)
    landed.record(signer=signer)
    judge(landed, None)


@pytest.mark.threat("C01", rule="no-receipt")
def test_a_change_without_a_receipt_is_undecidable(world: World) -> None:
    report = judge(world.push("alice", model("fraud"), record=False), "no-receipt", ExitCode.UNDECIDABLE)
    assert {finding.status for finding in report.findings} == {Status.UNVERIFIABLE}


@pytest.mark.threat("C36", rule="not-approved")
def test_an_administrator_who_pushes_past_the_rules_is_found(world: World) -> None:
    judge(world.push("carol", model("fraud")), "not-approved")


@pytest.mark.threat("C36", rule="not-approved")
def test_an_administrator_who_merges_an_unreviewed_proposal_is_found(world: World) -> None:
    judge(world.propose("alice", "Register", model("fraud")).merge("squash", by="carol"), "not-approved")


BOB = "Bob Brown <bob@acme.example>"
TYPED = {
    "a trailer": f"Register\n\nReviewed-by: {BOB}\n",
    "a folded trailer": "Register\n\nReviewed-by: Bob Brown\n  <bob@acme.example>\n",
    "a re-cased trailer": f"Register\n\naPPROVED-BY: {BOB}\n",
    "a trailer twice": f"Register\n\nReviewed-by: {BOB}\nReviewed-by: {BOB}\n",
    "words in the body": f"Register\n\nLGTM\nApproved-by: {BOB}\n\nAnd more words.\n",
    "a squash message": f"Register (#1)\n\n* first\n\nReviewed-by: {BOB}\n\n* second\n\nAcked-by: {BOB}\n",
    "below a scissors line": f"Register\n\n# --- >8 ---\nReviewed-by: {BOB}\n",
}


@pytest.mark.threat("C02", rule="not-approved")
@pytest.mark.parametrize("message", TYPED.values(), ids=TYPED)
def test_an_approval_typed_into_a_message_counts_for_nothing(world: World, message: str) -> None:
    world.push("alice", model("fraud"), message=message)
    world.propose("alice", "Register", model("churn"), message=message).merge("fast-forward")
    report = verdict(world)
    assert rules(report) == {"not-approved"}
    assert len(report.changes) == 2
    assert not any(change.approvals for change in report.changes)


@pytest.mark.threat("C02")
@pytest.mark.parametrize(
    ("spec", "committer", "rule"),
    [
        (TRAILERS, FORGE_COMMITTER, "evidence-weak"),
        (TRAILERS, "alice", "evidence-not-accepted"),
        ({"mode": "signature", "accept": ["signature"], "contributors": "claimed"}, FORGE_COMMITTER, "not-approved"),
    ],
    ids=["written by the merge bot", "typed by the author", "not accepted by Settings"],
)
def test_trailers_count_only_where_settings_say_what_makes_them_credible(
    tmp_path: Path, spec: dict[str, Any], committer: str, rule: str
) -> None:
    world = World(tmp_path, settings={"evidence": spec})
    world.push("alice", model("fraud"), message=TYPED["a trailer"], committer=committer, record=False)
    report = verdict(world)
    assert rules(report) == {rule}
    assert report.exit_code() is (ExitCode.OK if rule == "evidence-weak" else ExitCode.VIOLATION)


@pytest.mark.threat("C44")
def test_an_empty_commit_is_counted_and_nothing_else(world: World) -> None:
    world.push("alice", record=False)
    report = judge(world.push("alice", ("src/train.py", b"pass\n"), record=False), None)
    assert (report.counts.commits, report.counts.governed) == (3, 0)


@pytest.mark.threat("C44")
def test_a_merge_without_governed_content_needs_no_approval(world: World) -> None:
    judge(world.propose("alice", "Train", ("src/train.py", b"pass\n")).merge("merge"), None)
