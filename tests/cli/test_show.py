"""`govops show`: which version ran then, for what, who approved it, by which clock; and never more than that."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from govops.app.demo import DemoRepository
from tests.support.cli import govops
from tests.support.files import delete, deployment, model, usecase, version
from tests.support.git import git
from tests.support.lowest import ROOT
from tests.support.past import PRODUCTION, answer, ask, company, deployed, running, without_clock
from tests.support.sessions import Shown, missing, shown

PAGE = ROOT / "docs/how-to/find-out-what-ran-when.md"
MARCH = "2026-03-01T00:00Z"


def related(found: Mapping[str, Any], relation: str) -> dict[str, Any]:
    """The one related resource of that sort."""
    (one,) = [item for item in found["related"] if item["relation"] == relation]
    return dict(one)


def approvers(origin: Mapping[str, Any]) -> dict[str, list[str]]:
    """Person -> roles of the approvals that counted."""
    return {given["person"]: given["roles"] for given in origin["approvals"]}


# ---- the question


def test_which_version_ran_for_which_use_case_who_approved_it_and_in_what_role(demo: DemoRepository) -> None:
    found = answer(demo.directory, "show", "Deployment/production/fraud-screen", "--as-of", MARCH)
    assert running(found) == "2.1.0"
    assert found["state"]["attested"] == "2025-08-13T15:18:00Z"
    assert approvers(found["state"]) == {"sofia-lindqvist": ["approver"], "rafael-moreno": ["approver"]}
    assert {given["evidence"] for given in found["state"]["approvals"]} == {"receipt"}
    used = related(found, "use case")
    assert (used["resource"], used["allows"]) == ("UseCase/fraud-referral", True)
    assert approvers(related(found, "runs")["origin"]) == {
        "sofia-lindqvist": ["approver"],
        "ines-carvalho": ["approver"],
    }


def test_the_same_from_the_side_of_the_use_case(demo: DemoRepository) -> None:
    found = answer(demo.directory, "show", "UseCase/fraud-referral", "--as-of", MARCH)
    runs = related(found, "runs in production")
    assert (runs["resource"], runs["allows"]) == ("ModelVersion/fraud-screen/2.1.0", True)
    assert approvers(runs["origin"]) == {"sofia-lindqvist": ["approver"], "rafael-moreno": ["approver"]}


def test_an_answer_leads_to_the_file_the_blob_and_the_commit(demo: DemoRepository) -> None:
    """Git finds at that commit, and not before it, the blob that the answer names."""
    found = answer(demo.directory, "show", "Deployment/production/fraud-screen", "--as-of", MARCH)
    change, repository = found["content"]["change"], demo.directory / ".git"
    for commit, same in ((found["clock"]["commit"], True), (change, True), (f"{change}^", False)):
        blob = git(repository, "rev-parse", f"{commit}:{found['path']}").decode().strip()
        assert (blob == found["blob"]) is same


def test_two_instants_around_a_deployment_give_different_answers(demo: DemoRepository) -> None:
    """To the second at which the deployment is attested."""
    before, after = (
        answer(demo.directory, "show", "deployments/production/claims-triage", "--as-of", f"2025-11-10T15:0{time}Z")
        for time in ("5:59", "6:00")
    )
    assert (running(before), running(after)) == ("1.1.0", "1.2.0")
    assert before["clock"]["next_commit"] == after["clock"]["commit"] == after["state"]["change"]


def test_an_instant_and_the_revision_that_it_means_give_the_same_answer(demo: DemoRepository) -> None:
    by_instant = answer(demo.directory, "show", "model/claims-triage", "--as-of", MARCH)
    commit = by_instant["clock"]["commit"]
    by_revision = answer(demo.directory, "show", "model/claims-triage", "--as-of", commit)
    assert (by_instant["clock"]["by"], by_revision["clock"]["by"]) == ("attested time", "revision")
    assert without_clock(by_instant) == without_clock(by_revision)


def test_the_answer_names_its_clock(demo: DemoRepository) -> None:
    """Which change is the last one, what time is attested of it, and of the one that came next."""
    ran = ask(demo.directory, "show", "Deployment/production/fraud-screen", "--as-of", MARCH)
    assert "2026-03-01T00:00:00Z, by attested time and not by commit dates\n" in ran.out
    assert re.search(r"the state after change [0-9a-f]{40}, attested 2026-02-27T15:25:00Z\n", ran.out)
    assert re.search(r"the next change, [0-9a-f]{40}, is attested 2026-03-02T15:32:00Z\n", ran.out)


# ---- never more certain than the audit


@pytest.mark.parametrize(
    ("resource", "mark"),
    [
        ("ModelVersion/storm-surge/0.3.0", "VIOLATION (blocked-by-rejection)"),
        ("UseCase/motor-quotation", "VIOLATION (approver-is-contributor)"),
        ("Model/claims-triage", "NOT ESTABLISHED (no-receipt)"),
    ],
)
def test_an_unlawful_state_is_marked(demo: DemoRepository, resource: str, mark: str) -> None:
    """Beside the change that brought it, with the rule that says so."""
    assert mark in ask(demo.directory, "show", resource).out


def test_a_version_that_runs_is_marked_for_what_was_done_to_it_after_its_approval(demo: DemoRepository) -> None:
    """The deployment was lawful, the approval was lawful, and a later change of the version's file was not."""
    found = answer(demo.directory, "show", "Deployment/production/fraud-screen")
    (other,) = related(found, "runs")["others"]
    assert (other["status"], other["rules"]) == ("fail", ["unknown-contributor"])


def test_a_lawful_change_does_not_wash_the_file_clean(tmp_path: Path) -> None:
    """What an unapproved change wrote stands on under a later, approved one."""
    world = company(tmp_path)
    pushed = world.push("mallory", model("fraud", risk_tier="low"))
    world.propose("alice", "New title", model("fraud", risk_tier="low", title="F")).approve("bob").merge("squash")
    found = answer(world, "show", "Model/fraud")
    assert found["content"]["status"] == "pass"
    assert [(other["change"], other["status"]) for other in found["others"]] == [(pushed.commit, "fail")]
    text = ask(world, "show", "Model/fraud").out
    assert re.search(r"^other +change .*: VIOLATION \(.*not-approved.*\)$", text, re.MULTILINE)


def test_a_file_that_cannot_be_read_leaves_what_runs_unknown(tmp_path: Path) -> None:
    world = company(tmp_path)
    deployed(world, "1.0")
    world.push("mallory", ("registry/deployments/production/fraud.yaml", b"spec: ["))
    runs = related(answer(world, "show", "UseCase/claims"), "runs in production")
    assert (runs["resource"], runs["status"], runs["origin"]["status"]) == (PRODUCTION, "unreadable", "fail")
    found = answer(world, "show", PRODUCTION)
    assert (found["status"], found["document"]) == ("unreadable", None)


def test_what_unreadable_commits_left_is_unknown_and_later_not_established(tmp_path: Path) -> None:
    """Where a tree is missing there is no answer; from the next readable change on, nobody approved what stands."""
    world = company(tmp_path)
    lost = deployed(world, "1.0")
    gap = deployed(world, "1.0", environment="staging")
    last = deployed(world, "1.1", environment="staging")
    tree = git(world.git_dir, "rev-parse", f"{lost.commit}^{{tree}}").decode().strip()
    world.objects.file(tree).unlink()
    ran = ask(world, "show", PRODUCTION, "--as-of", lost.commit)
    assert (ran.code, ran.out) == (3, "")
    assert "cannot be read" in ran.err
    state = answer(world, "show", PRODUCTION, "--as-of", last.commit)["state"]
    assert (state["change"], state["status"], state["approvals"]) == (gap.commit, "unverifiable", [])


def test_an_approval_that_nobody_can_read_is_not_credited_to_whoever_came_before(tmp_path: Path) -> None:
    """The version was registered lawfully, and is approved since commits that cannot be read."""
    world = company(tmp_path)
    world.propose("alice", "Register", version("fraud", "1.2")).approve("bob").merge("squash")
    approved = version("fraud", "1.2", status="approved")
    lost = world.propose("alice", "Approve", approved).approve("bob").merge("squash")
    gap = deployed(world, "1.0", environment="staging")
    deployed(world, "1.1", environment="staging")
    tree = git(world.git_dir, "rev-parse", f"{lost.commit}^{{tree}}").decode().strip()
    world.objects.file(tree).unlink()
    found = answer(world, "show", "ModelVersion/fraud/1.2")
    assert (found["status"], found["state"]["change"], found["state"]["approvals"]) == ("approved", gap.commit, [])
    assert found["state"]["status"] == "unverifiable"


def test_a_history_that_is_not_to_be_trusted_says_so_first(tmp_path: Path) -> None:
    """A record that was edited after the fact may be any record: exit 3, whatever the answer."""
    world = company(tmp_path)
    deployed(world, "1.0")
    (path,) = world.evidence.paths
    world.evidence.write(delete(path))
    ran = ask(world, "show", PRODUCTION)
    assert ran.code == 3
    assert ran.out.startswith("NOT ESTABLISHED: this history is not to be trusted as a whole")
    assert "record-tampered" in ran.out
    assert answer(world, "show", PRODUCTION, code=3)["exit_code"] == 3


def test_what_stood_at_the_adoption_is_not_called_approved(tmp_path: Path) -> None:
    found = answer(company(tmp_path), "show", "ModelVersion/fraud/1.0")
    assert (found["status"], found["state"]["status"], found["state"]["approvals"]) == ("approved", None, [])


def test_a_version_that_the_use_case_did_not_approve_is_not_allowed(tmp_path: Path) -> None:
    world = company(tmp_path)
    narrow = usecase("narrow", status="deployed", models=[{"model": "fraud", "versions": "<1.0"}])
    draft = usecase("draft", models=[{"model": "fraud", "versions": "*"}])
    world.push("alice", narrow, draft)
    deployed(world, "1.0")
    used = [item for item in answer(world, "show", PRODUCTION)["related"] if item["relation"] == "use case"]
    assert {item["resource"]: item["allows"] for item in used} == {
        "UseCase/claims": True,
        "UseCase/draft": False,
        "UseCase/narrow": False,
    }
    assert "(deployed, NOT ALLOWED): approved for <1.0" in ask(world, "show", PRODUCTION).out


# ---- derived status


def test_a_version_goes_its_whole_way(tmp_path: Path) -> None:
    """Registered, approved, deployed to staging and to production, rolled back: each by the change that did it."""
    world = company(tmp_path)
    steps = {
        "registered": world.propose("alice", "Register", version("fraud", "1.2")).approve("bob").merge("squash"),
        "approved": world.propose("alice", "Approve", version("fraud", "1.2", status="approved"))
        .approve("bob")
        .merge("squash"),
        "deployed_staging": deployed(world, "1.2", environment="staging"),
    }
    deployed(world, "1.1")
    steps["deployed_production"] = deployed(world, "1.2")
    world.propose("alice", "Empty staging", delete("registry/deployments/staging/fraud.yaml")).approve("bob").merge(
        "squash"
    )
    back = deployment("production", "fraud", "1.1", rollback={"reason": "Too many alarms"})
    steps["rolled_back"] = world.propose("dave", "Back", back).approve("bob").merge("squash")
    for status, landed in steps.items():
        found = answer(world, "show", "ModelVersion/fraud/1.2", "--as-of", landed.commit)
        assert (found["status"], found["state"]["change"]) == (status, landed.commit)
        assert approvers(found["state"]) == {"bob": ["approver"]}
    declared = related(answer(world, "show", "ModelVersion/fraud/1.2"), "declared")
    assert (declared["status"], declared["origin"]["change"]) == ("approved", steps["approved"].commit)


def test_since_is_the_change_that_brought_the_version_and_not_the_last_touch(tmp_path: Path) -> None:
    world = company(tmp_path)
    first = deployed(world, "1.0")
    renamed = deployment("production", "fraud", "1.0", deployment_id="another")
    last = world.propose("dave", "Another id", renamed).approve("bob").merge("squash")
    found = answer(world, "show", PRODUCTION)
    assert (found["state"]["change"], found["content"]["change"]) == (first.commit, last.commit)


def test_nothing_in_production_is_said(tmp_path: Path) -> None:
    runs = related(answer(company(tmp_path), "show", "UseCase/claims"), "runs in production")
    assert (runs["status"], runs["origin"]) == ("nothing", None)


# ---- names


@pytest.mark.parametrize(
    "spelling",
    [
        "ModelVersion",
        "modelversion",
        "model-version",
        "modelversions",
        "Model-Versions",
        "model_version",
        "MODELVERSION",
    ],
)
def test_a_kind_is_known_in_any_spelling(demo: DemoRepository, spelling: str) -> None:
    wanted = answer(demo.directory, "show", "ModelVersion/fraud-screen/2.1.0")
    assert answer(demo.directory, "show", f"{spelling}/fraud-screen/2.1.0") == wanted


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("Modle/fraud", "there is no kind 'Modle'", "did you mean 'Model'?"),
        ("Model/frudd", "there is no Model named 'frudd'", "did you mean 'Model/fraud'?"),
        ("ModelVersion/fraud/1.9", "there is no ModelVersion named", "did you mean 'ModelVersion/fraud/1."),
        ("Deployment/production/fraud", "did not stand yet: it came with change", "or later, with --as-of"),
        ("UseCase/claims", "no longer stood then: change", "`govops history UseCase/claims` tells"),
        ("model", "'model' names no resource", "write KIND/NAME"),
        ("/fraud", "'/fraud' names no resource", "write KIND/NAME"),
        ("Model/../x", "there is no Model named '../x'", "did you mean 'Model/fraud'?"),
        ("Incident/x", "there is no Incident named 'x'", "`govops list Incident` shows those that stand"),
        ("Model/\x1b[31m\u202e", r"there is no Model named '\u{1b}[31m\u{202e}'", "did you mean 'Model/fraud'?"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_what_to_try(tmp_path: Path, name: str, message: str, hint: str) -> None:
    world = company(tmp_path)
    gone = world.propose("alice", "Drop", delete("registry/use-cases/claims.yaml")).approve("bob").merge("squash")
    deployed(world, "1.0")
    ran = ask(world, "show", name, "--as-of", gone.commit)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert hint in ran.err


# ---- text of strangers


def test_nothing_from_the_repository_reaches_the_terminal_raw(tmp_path: Path) -> None:
    """No control character, and no line that a build runner would obey."""
    world = company(tmp_path)
    hostile = version(
        "fraud",
        "1.2",
        description="##[error]pwned\n::error::pwned",
        hyperparameters={"::add-mask::x": "::stop-commands::y", "a b": "##vso[task.complete]"},
    )
    world.propose("alice", "\x1b]0;owned\x07 ::error::pwned\u202e", hostile).approve("bob").merge("squash")
    for question in ("show", "history"):
        text = ask(world, question, "ModelVersion/fraud/1.2").out
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text)
        assert not re.search(r"^\s*(?:- )?::", text, re.MULTILINE)
        assert "##[" not in text
        assert "##vso[" not in text
    assert '"::add-mask::x": ::stop-commands::y' in ask(world, "show", "ModelVersion/fraud/1.2").out


# ---- determinism and form


@pytest.mark.parametrize("want", list(shown(PAGE.read_text(encoding="utf-8"))), ids=lambda want: want.command)
def test_the_how_to_page_shows_what_is_printed(
    demo: DemoRepository, monkeypatch: pytest.MonkeyPatch, want: Shown
) -> None:
    monkeypatch.chdir(demo.directory)
    ran = govops(*shlex.split(want.command)[1:])
    assert (ran.code, missing(want.output, ran.out + ran.err)) == (want.code, None)
    ids = re.findall(r"\b[0-9a-f]{12,40}\b", "\n".join(want.output))
    assert [found for found in ids if found not in ran.out] == []  # the check above takes any id for another


def test_the_same_question_gives_the_same_bytes_anywhere(
    demo: DemoRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ("show", "Model/claims-triage", "--as-of", MARCH)
    first = ask(demo.directory, *question).out
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    monkeypatch.chdir(tmp_path)
    assert ask(demo.directory, *question).out == first
    monkeypatch.chdir(demo.directory / "registry")
    assert govops(*question).out == first  # the repository is found from within


def test_answers_go_to_files_whole(demo: DemoRepository, tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    both = ask(demo.directory, "show", "Model/claims-triage", "--output", f"json:{target}", "--output", "text")
    assert both.code == 0
    assert (
        target.read_text(encoding="utf-8") == ask(demo.directory, "show", "Model/claims-triage", "--output", "json").out
    )
    assert both.out == ask(demo.directory, "show", "Model/claims-triage").out
