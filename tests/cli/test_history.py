"""`govops history`: every change of a resource, with the verdict of the audit and nothing of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from govops.app.audit import audit
from govops.app.demo import DemoRepository
from govops.workspace import Opened
from tests.support.files import delete, deployment, model, version
from tests.support.git import git
from tests.support.lowest import ROOT
from tests.support.past import PRODUCTION, answer, ask, company, deployed, deploys, without_clock
from tests.support.world import World

TRIAGE = "Model/claims-triage"


def origins(world: World | Path, resource: str, *options: object) -> list[dict[str, Any]]:
    """The changes of the answer, oldest first."""
    return [entry["origin"] for entry in answer(world, "history", resource, *options)["entries"]]


def test_the_changes_are_those_that_git_finds(demo: DemoRepository) -> None:
    """Of the model's file, its versions and its deployments, along the first-parent chain."""
    paths = [f"registry/{path}" for path in ("models/claims-triage", "deployments/*/claims-triage.yaml")]
    log = git(demo.directory / ".git", "log", "--first-parent", "--format=%H", "--reverse", "main", "--", *paths)
    assert [origin["change"] for origin in origins(demo.directory, TRIAGE)] == log.decode().split()


def test_every_verdict_is_that_of_the_audit(demo: DemoRepository) -> None:
    """Verdict, contributors and the approvals that counted, change by change."""
    judged = {change.id: change for change in audit(Opened(demo.directory)).changes}
    for origin in origins(demo.directory, TRIAGE):
        change = judged[origin["change"]]
        assert (origin["status"], origin["contributors"]) == (change.status, list(change.contributors))
        counted = {given.person for given in change.approvals if given.counted and given.decision == "approve"}
        assert {given["person"] for given in origin["approvals"]} <= counted
        assert bool(origin["rules"]) is (change.status != "pass")


def test_each_change_says_when_what_by_whom_and_who_approved_it(demo: DemoRepository) -> None:
    text = ask(demo.directory, "history", "Deployment/production/claims-triage").out
    block = next(part for part in text.split("\n\n") if "Roll claims triage back" in part)
    assert block.splitlines()[0].endswith(", attested 2025-11-14T18:10:00Z (model.rollback): allowed")
    assert "made by daniel-osei" in block
    assert "approved by priya-raman as operator (receipt " in block


def test_a_change_without_a_record_has_no_attested_time_and_no_verdict(demo: DemoRepository) -> None:
    text = ask(demo.directory, "history", TRIAGE).out
    assert "no attested time, not before 2025-08-13T15:18:00Z (model.update): NOT ESTABLISHED (no-receipt)" in text


def test_the_history_ends_at_the_moment_that_was_asked_for(demo: DemoRepository) -> None:
    whole = origins(demo.directory, TRIAGE)
    cut = answer(demo.directory, "history", TRIAGE, "--as-of", "2025-11-10T15:05:59Z")
    found = [entry["origin"] for entry in cut["entries"]]
    assert found == whole[: len(found)]
    assert whole[len(found)]["attested"] == "2025-11-10T15:06:00Z"
    by_revision = answer(demo.directory, "history", TRIAGE, "--as-of", cut["clock"]["commit"])
    assert without_clock(by_revision) == without_clock(cut)


def test_a_model_has_the_changes_of_its_versions_and_deployments_once(tmp_path: Path) -> None:
    """One entry a change, however many of its files it touched; none of another model's."""
    world = company(tmp_path)
    edits = (model("fraud", title="F"), version("fraud", "1.2"), model("fraudster"))
    both = world.propose("alice", "Both", *edits).approve("bob").merge("squash")
    other = world.propose("alice", "Other", version("fraudster", "1.0")).approve("bob").merge("squash")
    landed = deployed(world, "1.0")
    found = answer(world, "history", "model/fraud")["entries"]
    assert [entry["origin"]["change"] for entry in found] == [world.adoption, both.commit, landed.commit]
    assert other.commit not in [entry["origin"]["change"] for entry in found]
    assert found[1]["resources"] == ["Model/fraud", "ModelVersion/fraud/1.2"]
    assert found[2]["resources"] == [PRODUCTION]


def test_a_rebase_merge_is_one_change(tmp_path: Path) -> None:
    world = company(tmp_path)
    change = deploys(world, "1.0").push("dave", deployment("production", "fraud", "1.1")).approve("bob")
    landed = change.merge("rebase")
    assert len(landed.commits) == 2
    assert [origin["change"] for origin in origins(world, PRODUCTION)] == [landed.commit]


def test_what_was_found_at_the_adoption_is_not_called_approved(tmp_path: Path) -> None:
    world = company(tmp_path)
    (found,) = origins(world, "UseCase/claims")
    assert (found["change"], found["status"], found["approvals"]) == (world.adoption, None, [])
    assert "which claims nothing of how it got there" in ask(world, "history", "UseCase/claims").out


def test_a_removed_resource_keeps_its_history(tmp_path: Path) -> None:
    world = company(tmp_path)
    gone = world.propose("alice", "Drop", delete("registry/use-cases/claims.yaml")).approve("bob").merge("squash")
    found = answer(world, "history", "UseCase/claims")
    assert (found["stands"], found["entries"][-1]["origin"]["change"]) == (False, gone.commit)
    assert "history of UseCase/claims, which no longer stands: 2 changes" in ask(world, "history", "UseCase/claims").out


def test_a_change_that_breaks_the_file_is_told(tmp_path: Path) -> None:
    """It means no action, and it is a change all the same."""
    world = company(tmp_path)
    pushed = world.push("mallory", ("registry/models/fraud/model.yaml", b"kind: ["))
    last = origins(world, "Model/fraud")[-1]
    assert (last["change"], last["actions"], last["status"]) == (pushed.commit, [], "fail")


def test_a_name_that_never_was_is_refused(tmp_path: Path) -> None:
    ran = ask(company(tmp_path), "history", "Model/frau")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean 'Model/fraud'?" in ran.err


def test_the_page_of_the_form_names_every_field(demo: DemoRepository) -> None:
    """docs/reference/answer-json.md describes what is printed, and what is printed is described."""
    page = (ROOT / "docs/reference/answer-json.md").read_text(encoding="utf-8")
    questions = (("show", "Deployment/production/fraud-screen"), ("list", "models"), ("history", TRIAGE))
    fields = {field for question in questions for field in _fields(answer(demo.directory, *question))}
    assert sorted(field for field in fields if f"`{field}`" not in page) == []


def _fields(value: Any) -> set[str]:
    """Every key at any depth, the document's own apart."""
    if isinstance(value, list):
        return {field for item in value for field in _fields(item)}
    if not isinstance(value, dict):
        return set()
    inner = {field for key, item in value.items() if key != "document" for field in _fields(item)}
    return inner | set(value)
