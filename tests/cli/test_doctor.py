"""`govops doctor` on real repositories: what it sees of a clone, of the evidence, of time and of a forge."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govops.app.codeowners import owners_of_revision
from govops.app.doctor import Patient, diagnose
from govops.diagnosis import Diagnosis
from govops.errors import ExitCode
from govops.finding import Severity, Status
from govops.forge.protocol import BranchRules
from tests.doctor.forge import RulesOnly
from tests.doctor.sample import GOOD
from tests.doctor.test_checks import waiver
from tests.support.cli import govops
from tests.support.fake_forge import REPOSITORY, TOKEN, FakeForge, Kind
from tests.support.files import model, policy, settings, user
from tests.support.git import git
from tests.support.world import World

WARN = Status.WARN


def company(path: Path, *edits: Any, **options: Any) -> World:
    """Two changes, recorded, and more people than any policy needs."""
    staff = [user("dave", roles=["approver"]), user("alice", roles=["admin"])]
    world = World(path, *staff, *edits, **options)
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    world.propose("alice", "Register more", model("churn")).approve("bob").merge("rebase")
    return world


def problems(found: Diagnosis) -> list[tuple[str, Status]]:
    """(check, how its finding ended), advice left out."""
    return [(finding.rule, finding.status) for finding in found.findings if finding.status is not WARN]


def looked_at(world: World, forge: RulesOnly | None = None, **asked: Any) -> Diagnosis:
    """The world's repository, examined."""
    return diagnose(Patient(world.path, **asked), (lambda repository: forge) if forge else None)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_company_in_good_health_is_exit_0(tmp_path: Path, object_format: str) -> None:
    world = company(tmp_path, object_format=object_format)
    ran = govops("doctor", world.path)
    assert (ran.code, ran.err) == (0, "")
    assert "ok incomplete-history" in ran.out.splitlines()
    assert "skipped open-branch: no forge was asked; give --forge" in ran.out.splitlines()
    assert looked_at(world).findings == ()


@pytest.mark.threat("B08")
def test_a_shallow_clone_is_undecidable_and_the_rest_is_examined_all_the_same(tmp_path: Path) -> None:
    world = company(tmp_path / "whole", waiver("w", "2026-01-01T00:00:00Z"))
    git(world.git_dir, "clone", "-q", "--depth=1", f"file://{world.git_dir}", str(tmp_path / "half"))
    ran = govops("doctor", tmp_path / "half", "--as-of", "2026-03-01")
    assert ran.code == 3
    assert "not established incomplete-history" in ran.out
    assert f"hint: git -C {tmp_path / 'half'} fetch --unshallow" in ran.out
    assert "skipped missing-receipts: the clone does not hold the whole history" in ran.out
    assert "problem (medium) ending-waiver" in ran.out


def test_a_partial_clone_is_told_with_the_command_that_mends_it(tmp_path: Path) -> None:
    world = company(tmp_path / "whole")
    git(world.git_dir, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "part"
    git(world.git_dir, "clone", "-q", "--filter=blob:none", f"file://{world.git_dir}", str(clone))
    found = diagnose(Patient(clone))
    finding = next(finding for finding in found.findings if finding.rule == "partial-clone")
    git(clone / ".git", *finding.hint.split()[3:])
    assert finding.hint == f"git -C {clone} fetch --refetch --no-filter origin"


def test_a_clone_of_one_branch_lacks_the_evidence(tmp_path: Path) -> None:
    world = company(tmp_path / "whole")
    clone = tmp_path / "one"
    git(world.git_dir, "clone", "-q", "--single-branch", "--branch=main", f"file://{world.git_dir}", str(clone))
    found = diagnose(Patient(clone))
    assert ("missing-evidence", Status.FAIL) in problems(found)
    hint = next(finding.hint for finding in found.findings if finding.rule == "missing-evidence")
    git(clone / ".git", *hint.split()[3:])
    assert problems(diagnose(Patient(clone))) == []


def test_a_repository_that_was_just_set_up_is_no_patient(tmp_path: Path) -> None:
    """Nothing has landed, so there is nothing to have recorded; only the recorder is still idle."""
    world = World(tmp_path, user("dave", roles=["approver"]))
    assert problems(looked_at(world)) == [("idle-recorder", Status.FAIL)]


def test_gaps_and_lag_of_the_recorder_are_told_apart(tmp_path: Path) -> None:
    world = company(tmp_path)
    gap = world.push("dave", model("a"), record=False)
    world.push("dave", model("b"))
    late = world.push("dave", model("c"), record=False)
    found = looked_at(world)
    assert problems(found) == [("missing-receipts", Status.FAIL), ("late-receipts", Status.FAIL)]
    assert [finding.commit for finding in found.findings] == [gap.commit, late.commit]
    assert found.exit_code(Severity.LOW) is ExitCode.VIOLATION


def test_what_stood_before_the_adoption_needs_no_receipt(tmp_path: Path) -> None:
    world = World(tmp_path, adopt=False)
    world.commit_raw(("README.md", b"Before\n"), author="alice")
    with_rules = World(tmp_path / "other")
    files = {path: (mode, with_rules.objects.read(oid)) for path, (mode, oid) in with_rules.tree().items()}
    world.commit_raw(files, author="carol", message="Adopt govops")
    world.push("dave", model("a"))
    assert [rule for rule, _ in problems(looked_at(world)) if rule.endswith("receipts")] == []


@pytest.mark.threat("C17")
def test_evidence_that_was_touched_is_undecidable(tmp_path: Path) -> None:
    world = company(tmp_path)
    world.evidence.write({world.evidence.paths[0]: None})
    assert ("unsound-evidence", Status.UNVERIFIABLE) in problems(looked_at(world))
    assert govops("doctor", world.path).code == 3


# ---- time


def test_the_clock_is_that_of_the_evidence_unless_another_is_asked_for(tmp_path: Path) -> None:
    world = company(tmp_path, waiver("w", "2026-02-01T00:00:00Z"))
    told = looked_at(world)
    assert (told.as_of, told.as_of_clock) == (
        world.changes[-1].landed and world.changes[-1].landed.at,
        "latest attested time",
    )
    (advice,) = [finding for finding in told.findings if finding.rule == "ending-waiver"]
    assert advice.status is WARN
    assert problems(looked_at(world, as_of="2026-02-01T00:00:00Z")) == [("ending-waiver", Status.FAIL)]
    now = govops("doctor", world.path, "--as-of", "now")
    assert (now.code, "(wall clock)" in now.out) == (1, True)


def test_without_an_attested_time_nobody_can_tell_what_has_ended(tmp_path: Path) -> None:
    world = World(tmp_path, waiver("w", "2026-02-01T00:00:00Z"), user("dave", roles=["approver"]))
    assert ("ending-waiver", Status.UNVERIFIABLE) in problems(looked_at(world))


def test_where_nobody_writes_receipts_signed_approvals_tell_the_time(tmp_path: Path) -> None:
    world = World(tmp_path, settings={"evidence": {"mode": "signature", "accept": ["signature"]}})
    change = world.propose("alice", "Register", model("fraud"))
    world.approve_signed("bob", change, at="2026-01-09T00:00:00Z")
    world.approve_signed("bob", change, at="2030-01-01T00:00:00Z", signer="stranger")
    change.merge("squash", record=False)
    assert looked_at(world).as_of == "2026-01-09T00:00:00Z"


# ---- the forge


def test_the_forge_is_asked_for_both_branches_and_only_when_wanted(tmp_path: Path) -> None:
    world = company(tmp_path)
    forge = RulesOnly({"main": GOOD, "govops/evidence": replace(GOOD, requires_proposal=False)})
    found = looked_at(world, forge)
    assert forge.asked == ["main", "govops/evidence"]
    assert problems(found) == []
    assert [finding.rule for finding in found.findings] == ["forgeable-status"]


def test_branch_rules_weaker_than_policy_are_exit_1(tmp_path: Path) -> None:
    weak = BranchRules(
        requires_proposal=False,
        approvals=0,
        dismisses_stale=False,
        blocks_force_push=False,
        blocks_deletion=False,
        required_checks=(),
        admins_may_bypass=True,
    )
    found = looked_at(company(tmp_path), RulesOnly({"main": weak, "govops/evidence": weak}))
    assert [rule for rule, _ in problems(found)] == [
        *["open-branch"] * 3,
        *["gate-not-required"] * 3,
        "bypass-allowed",
        *["open-evidence-branch"] * 2,
    ]


def test_a_forge_that_does_not_answer_leaves_its_rules_open(tmp_path: Path) -> None:
    found = looked_at(company(tmp_path), RulesOnly({"main": GOOD}))
    assert problems(found) == [("untold-branch-rules", Status.UNVERIFIABLE)]
    assert found.exit_code(Severity.LOW) is ExitCode.UNDECIDABLE


def test_a_repository_that_the_forge_cannot_have_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    ran = govops("doctor", company(tmp_path).path, "--forge", "github")
    assert (ran.code, "is no repository at github" in ran.err) == (2, True)


ADDRESSES: dict[Kind, tuple[str, str]] = {
    "github": ("GITHUB_API_URL", "GOVOPS_GITHUB_TOKEN"),
    "gitlab": ("CI_API_V4_URL", "GOVOPS_GITLAB_TOKEN"),
}


@pytest.mark.parametrize("kind", ADDRESSES)
def test_the_command_asks_the_forge_at_the_address_and_with_the_token_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    """A forge on loopback without any protection; its token stands in no output."""
    world = company(tmp_path, settings={"repository": f"{kind}:{REPOSITORY}"})
    with FakeForge(kind) as fake:
        address, token = ADDRESSES[kind]
        monkeypatch.setenv(address, fake.url)
        monkeypatch.setenv(token, TOKEN)
        ran = govops("doctor", world.path, "--forge", kind)
    assert fake.asked
    assert ran.code == 1
    assert "problem (high) open-branch: main can be rewritten by a force push" in ran.out
    assert "problem (high) open-evidence-branch: govops/evidence can be deleted" in ran.out
    assert TOKEN not in ran.out + ran.err


# ---- CODEOWNERS


def test_codeowners_that_lags_behind_the_rules_is_found(tmp_path: Path) -> None:
    at_github = settings(forge={"type": "github"})
    world = company(tmp_path, at_github)
    assert [f.rule for f in looked_at(world).findings if f.rule.startswith("codeowners")] == ["codeowners-out-of-step"]
    text = owners_of_revision(world.path, "main", None).text
    world.push("erin", {".github/CODEOWNERS": text.encode()})
    assert [f for f in looked_at(world).findings if f.rule.startswith("codeowners")] == []
    world.push("erin", policy("use-cases", actions=["usecase.*"], approvals=[{"role": "admin"}]))
    logins = user("erin", accounts=[{"forge": "github", "id": "1", "login": "erin"}])
    world.push("erin", logins)
    (finding,) = [f for f in looked_at(world).findings if f.rule.startswith("codeowners")]
    assert (finding.status, finding.path) == (Status.FAIL, ".github/CODEOWNERS")


# ---- what is said


def test_every_format_tells_the_same(tmp_path: Path) -> None:
    world = company(tmp_path / "world")
    world.push("dave", model("m"), record=False)
    outputs = [f"{name}:{tmp_path / name}" for name in ("json", "markdown", "text")]
    ran = govops("doctor", world.path, *(word for output in outputs for word in ("--output", output)))
    assert (ran.code, ran.out) == (1, "")
    told = json.loads((tmp_path / "json").read_text())
    assert (told["schema"], told["exit_code"]) == ("govops/doctor/v1", 1)
    (finding,) = [finding for examined in told["examined"] for finding in examined["findings"]]
    assert (finding["rule"], finding["severity"]) == ("late-receipts", "low")
    assert "| `late-receipts` | **problem**, low |" in (tmp_path / "markdown").read_text()
    assert f"problem (low) late-receipts: {finding['message']}" in (tmp_path / "text").read_text()


def test_the_threshold_decides_between_0_and_1(tmp_path: Path) -> None:
    world = company(tmp_path)
    world.push("dave", model("m"), record=False)
    assert govops("doctor", world.path, "--fail-on", "medium").code == 0
    assert govops("doctor", world.path, "--fail-on", "low").code == 1


def test_each_check_can_be_explained() -> None:
    ran = govops("explain", "missing-receipts")
    assert (ran.code, ran.out.startswith("missing-receipts\nseverity: high, made by: govops doctor\n")) == (0, True)


def test_a_repository_without_rules_is_no_patient(tmp_path: Path) -> None:
    world = World(tmp_path, adopt=False)
    world.commit_raw(model("fraud"), author="alice")
    ran = govops("doctor", world.path)
    assert (ran.code, "no readable policies/govops.yaml" in ran.err) == (2, True)
