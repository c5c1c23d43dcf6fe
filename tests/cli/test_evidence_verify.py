"""`govops evidence verify`: what holds of each record and each recorder, without judging a change."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govops.app.demo import DemoRepository
from govops.app.evidence import verify
from govops.errors import ExitCode
from govops.evidence.verification import Verification
from govops.finding import Severity, Status
from tests.support.cast import RECORDER, public_line
from tests.support.cli import govops
from tests.support.files import delete, model, settings
from tests.support.git import git
from tests.support.lowest import ROOT
from tests.support.sessions import Shown, missing, shown
from tests.support.world import World

PAGE = ROOT / "docs/how-to/keep-the-evidence.md"


def company(path: Path, **options: Any) -> World:
    """Two recorded changes, and a person's own approval and proposal."""
    world = World(path, **options)
    change = world.propose("alice", "Register", model("fraud"))
    world.propose_signed("alice", change)
    world.approve_signed("bob", change)
    change.merge("squash")
    world.propose("alice", "Register more", model("churn")).approve("bob").merge("rebase")
    return world


def open_doubts(found: Verification) -> dict[str, Status]:
    """Rule -> how its finding ended; one finding at most of each."""
    rules = [finding.rule for finding in found.findings]
    assert len(set(rules)) == len(rules)
    return {finding.rule: finding.status for finding in found.findings}


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_evidence_that_holds_is_said_to_hold_record_by_record(tmp_path: Path, object_format: str) -> None:
    found = verify(company(tmp_path, object_format=object_format).path)
    assert found.findings == ()
    assert sorted((record.type, record.by, record.sequence) for record in found.records) == [
        ("approval", "bob", None),
        ("proposal", "alice", None),
        ("receipt", RECORDER, 0),
        ("receipt", RECORDER, 1),
    ]
    assert all(record.signer.startswith("SHA256:") and not record.doubt for record in found.records)
    (recorder,) = found.recorders
    assert (recorder.name, recorder.records, recorder.first, recorder.last) == (RECORDER, 2, 0, 1)
    assert (recorder.last_tip, recorder.breaks, recorder.former) == (found.tip, (), 0)
    assert (found.last_recorded, found.unrecorded, found.missing) == (found.tip, 0, 0)
    assert found.exit_code(Severity.INFO) is ExitCode.OK


def test_what_is_not_recorded_is_counted_before_and_after_the_last_receipt(tmp_path: Path) -> None:
    world = company(tmp_path)
    world.push("dave", model("a"), record=False)
    last = world.push("dave", model("b"))
    world.push("dave", model("c"), record=False)
    world.push("dave", model("d"), record=False)
    found = verify(world.path)
    assert (found.last_recorded, found.unrecorded, found.missing) == (last.commit, 2, 1)
    assert "2 commits after it, and 1 before it, have no receipt" in govops("evidence", "verify", world.path).out


def test_a_key_that_settings_once_named_still_verifies_and_the_reader_is_told(tmp_path: Path) -> None:
    """Rotation leaves the old records standing; whether the old key had been approved, the audit says."""
    world = company(tmp_path)
    new = settings(recorders=[{"name": "successor", "key": public_line("successor")}])
    world.propose("carol", "Rotate", new).approve("erin").merge("squash", recorder="successor", signer="successor")
    found = verify(world.path)
    assert found.findings == ()
    assert [(chain.name, chain.records, chain.former) for chain in found.recorders] == [
        (RECORDER, 2, 2),
        ("successor", 1, 0),
    ]
    assert "2 by a key that Settings no longer name" in govops("evidence", "verify", world.path).out


FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "unsigned": ({"signer": None}, "no signature that holds"),
    "by another key": ({"signer": "mallory"}, "never named such a recorder"),
    "by nobody known": ({"signer": "mallory", "recorder": "nobody"}, "never named such a recorder"),
    "for another branch": ({"branch": "develop"}, "of branch `develop`"),
    "for another repository": ({"repository": "local:acme/other"}, "of `local:acme/other`"),
}


@pytest.mark.threat("C15", "C18", rule="evidence-untrusted")
@pytest.mark.parametrize(("recording", "doubt"), FORGED.values(), ids=FORGED)
def test_the_only_receipt_of_a_change_that_counts_for_nothing_leaves_it_open(
    tmp_path: Path, recording: dict[str, Any], doubt: str
) -> None:
    world = company(tmp_path)
    world.propose("alice", "More", model("m")).approve("bob").merge("squash", **recording)
    found = verify(world.path)
    (finding,) = found.findings
    assert (finding.rule, finding.status) == ("evidence-untrusted", Status.UNVERIFIABLE)
    assert doubt in finding.message
    assert found.unrecorded == 1
    ran = govops("evidence", "verify", world.path)
    assert (ran.code, "not everything holds" in ran.out) == (3, True)


@pytest.mark.threat("C18")
def test_a_forged_receipt_beside_a_true_one_is_a_warning(tmp_path: Path) -> None:
    """Nobody can take it away again, and nothing waits for it."""
    world = company(tmp_path)
    landed = world.propose("alice", "More", model("m")).approve("bob").merge("squash")
    landed.record(signer="mallory", receipt_edit=lambda payload: payload["proposal"].update(reviews=[]))
    found = verify(world.path)
    assert open_doubts(found) == {"evidence-untrusted": Status.WARN}
    assert (found.exit_code(Severity.LOW), found.exit_code(Severity.INFO)) == (ExitCode.OK, ExitCode.VIOLATION)


@pytest.mark.threat("C18")
@pytest.mark.parametrize("field", ["tip", "base"])
def test_a_forged_receipt_of_a_change_that_there_is_not_opens_nothing(tmp_path: Path, field: str) -> None:
    """Whoever can push to the branch could otherwise make it look broken for ever."""
    world = company(tmp_path)
    landed = world.propose("alice", "More", model("m")).approve("bob").merge("squash")
    landed.record(signer="mallory", receipt_edit=lambda payload: payload.update({field: "0" * 40}))
    assert open_doubts(verify(world.path)) == {"evidence-untrusted": Status.WARN}


def test_where_nobody_waits_for_receipts_a_forged_one_is_a_warning(tmp_path: Path) -> None:
    world = company(tmp_path, settings={"evidence": {"mode": "signature"}})
    world.push("dave", model("m"), recording={"signer": "mallory"})
    assert open_doubts(verify(world.path)) == {"evidence-untrusted": Status.WARN}


PERSONAL: dict[str, tuple[str | None, Callable[[dict[str, Any]], Any] | None, str]] = {
    "unsigned": (None, None, "evidence-untrusted"),
    "by nobody's key": ("stranger", None, "approver-unknown"),
    "by another person's key": ("alice", None, "signer-mismatch"),
    "for another branch": ("bob", lambda payload: payload.update(branch="develop"), "evidence-untrusted"),
}


@pytest.mark.parametrize(("signer", "edit", "rule"), PERSONAL.values(), ids=PERSONAL)
def test_a_personal_record_that_counts_for_nobody_is_a_warning(
    tmp_path: Path, signer: str | None, edit: Callable[[dict[str, Any]], Any] | None, rule: str
) -> None:
    world = company(tmp_path)
    change = world.propose("alice", "More", model("m"))
    world.approve_signed("bob", change, signer=signer, edit=edit)
    assert open_doubts(verify(world.path)) == {rule: Status.WARN}


TOUCHED: dict[str, Callable[[World, str, bytes], Any]] = {
    "deleted": lambda world, path, whole: world.evidence.write(delete(path)),
    "edited": lambda world, path, whole: world.evidence.write({path: whole.replace(b"rebase", b"squash")}),
    "put back": lambda world, path, whole: (world.evidence.write(delete(path)), world.evidence.write({path: whole})),
}


@pytest.mark.threat("C17", rule="record-tampered")
@pytest.mark.parametrize("touch", TOUCHED.values(), ids=TOUCHED)
def test_a_record_that_was_touched_later_does_not_hold(
    tmp_path: Path, touch: Callable[[World, str, bytes], Any]
) -> None:
    world = company(tmp_path)
    path = world.evidence.paths[-1]
    touch(world, path, world.objects.read(world.evidence.tree[path][1]))
    found = verify(world.path)
    assert "record-tampered" in {finding.rule for finding in found.findings}
    assert found.exit_code(Severity.CRITICAL) is ExitCode.UNDECIDABLE


@pytest.mark.threat("C17", rule="record-tampered")
def test_a_gap_in_a_recorders_chain_is_told_of_that_recorder(tmp_path: Path) -> None:
    """On a branch that was written anew without the record, so that no commit shows its removal."""
    world = company(tmp_path)
    first = next(path for path in world.evidence.paths if path.startswith("receipts/"))
    kept = {
        path: world.objects.read(world.evidence.tree[path][1])
        for path in (p for p in world.evidence.paths if p != first)
    }
    world.evidence.tree, world.evidence.tip = {}, None
    world.evidence.write(kept)
    found = verify(world.path)
    assert open_doubts(found) == {"record-tampered": Status.UNVERIFIABLE}
    (recorder,) = found.recorders
    assert recorder.breaks == ('the chain of recorder "recorder" has no record number 0',)


@pytest.mark.threat("C18", rule="junk-record")
@pytest.mark.parametrize("path", ["notes.txt", "receipts/ab/receipt.json", f"receipts/ab/{'ab' * 32}.json"])
def test_junk_is_a_warning(tmp_path: Path, path: str) -> None:
    world = company(tmp_path)
    world.evidence.write({path: b"{}\n"})
    found = verify(world.path)
    assert open_doubts(found) == {"junk-record": Status.WARN}
    assert found.exit_code(Severity.LOW) is ExitCode.OK


def test_without_an_evidence_branch_nothing_can_be_told(tmp_path: Path) -> None:
    ran = govops("evidence", "verify", World(tmp_path).path)
    assert ran.code == 3
    assert "fetch origin govops/evidence:refs/remotes/origin/govops/evidence" in ran.err


def test_half_a_history_is_undecidable(tmp_path: Path) -> None:
    world = company(tmp_path / "whole")
    git(world.git_dir, "clone", "-q", "--depth=1", f"file://{world.git_dir}", str(tmp_path / "half"))
    ran = govops("evidence", "verify", tmp_path / "half")
    assert (ran.code, "fetch --unshallow" in ran.err) == (3, True)


def test_a_repository_that_never_adopted_govops_has_no_keys_to_go_by(tmp_path: Path) -> None:
    world = World(tmp_path, adopt=False)
    world.commit_raw(model("fraud"), author="alice")
    ran = govops("evidence", "verify", world.path)
    assert (ran.code, "no readable policies/govops.yaml" in ran.err) == (2, True)


def test_every_format_tells_the_same(tmp_path: Path) -> None:
    world = company(tmp_path / "world")
    world.push("dave", model("m"), recording={"signer": "mallory"})
    outputs = [f"json:{tmp_path / 'json'}", f"github:{tmp_path / 'github'}", f"text:{tmp_path / 'text'}"]
    ran = govops("evidence", "verify", world.path, *(word for output in outputs for word in ("--output", output)))
    assert (ran.code, ran.out) == (3, "")
    told = json.loads((tmp_path / "json").read_text())
    assert (told["schema"], told["exit_code"]) == ("govops/evidence-verification/v1", 3)
    assert len(told["records"]) == 5
    assert [record["rule"] for record in told["records"] if record["doubt"]] == ["evidence-untrusted"]
    (finding,) = told["findings"]
    assert f"::error file={finding['path']}" in (tmp_path / "github").read_text()
    assert f"{finding['path']}: evidence-untrusted: " in (tmp_path / "text").read_text()


def test_a_name_in_a_record_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    world = company(tmp_path)
    world.push("dave", model("m"), recording={"recorder": "\x1b[2J::error::x", "signer": "mallory"})
    out = govops("evidence", "verify", world.path).out
    assert "\x1b" not in out
    assert not [line for line in out.splitlines() if line.startswith("::")]


def test_the_evidence_may_stand_elsewhere(tmp_path: Path) -> None:
    world = company(tmp_path)
    git(world.git_dir, "update-ref", "refs/heads/moved", "refs/heads/govops/evidence")
    git(world.git_dir, "update-ref", "-d", "refs/heads/govops/evidence")
    assert verify(world.path, evidence_ref="moved").findings == ()


@pytest.mark.slow
@pytest.mark.parametrize("want", list(shown(PAGE.read_text(encoding="utf-8"))), ids=lambda want: want.command)
def test_the_how_to_page_shows_what_is_printed(
    demo: DemoRepository, monkeypatch: pytest.MonkeyPatch, want: Shown
) -> None:
    monkeypatch.chdir(demo.directory)
    ran = govops(*shlex.split(want.command, comments=True)[1:])
    assert (ran.code, missing(want.output, ran.out + ran.err)) == (want.code, None)
    ids = re.findall(r"\b[0-9a-f]{10,40}\b", "\n".join(want.output))
    assert [found for found in ids if found not in ran.out] == []  # the check above takes any id for another
