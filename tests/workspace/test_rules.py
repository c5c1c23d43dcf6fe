"""Rules from outside the history: whoever supplies them hears of every contradiction before anything is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.errors import UsageError
from govops.workspace import external_rules
from tests.support.files import Content, company, delete, kind, model, policy, settings, user
from tests.support.trees import Edits, flat
from tests.support.world import World


def folder(path: Path, *edits: Edits) -> Path:
    """The usual company's rules in a plain folder, with these edits."""
    files: dict[str, Content] = company() | flat(edits)
    for name, content in files.items():
        if isinstance(content, bytes):
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
    return path


def test_a_folder_of_rules_is_a_snapshot_and_called_by_its_name(tmp_path: Path) -> None:
    rules, name = external_rules(str(folder(tmp_path / "central")))
    assert name == "central"
    assert rules.find("Settings", "acme") is not None
    assert rules.people_at("email:bob@acme.example") == ("bob",)


def test_a_revision_of_a_repository_is_read_from_its_commit_and_not_from_its_work_tree(tmp_path: Path) -> None:
    world = World(tmp_path / "central")
    world.push("carol", delete("policies/approvals/models.yaml"))
    rules, name = external_rules(f"{world.path}@{world.adoption}")
    assert name == f"central@{world.adoption}"
    assert rules.find("ApprovalPolicy", "models") is not None
    assert external_rules(f"{world.path}@main")[0].find("ApprovalPolicy", "models") is None


ROLE = [{"role": "aprover"}]
CONTRADICTIONS: dict[str, tuple[Edits, str]] = {
    "a role that nobody defined": (policy("models", actions=["model.*"], approvals=ROLE), "aprover"),
    "a person with such a role": (user("bob", roles=["ghost"]), "ghost"),
    "two people with one address": (user("zoe", emails=["bob@acme.example"]), "bob@acme.example"),
    "a file that cannot be read": ({"policies/approvals/models.yaml": b"approvals: [\n"}, "models.yaml"),
    "a field that does not exist": (settings(colour="red"), "colour"),
    "a kind whose schema is none": (kind("Report", "reports", schema={"type": "nothing"}), "report.yaml"),
}


@pytest.mark.threat("C26", "D07")
@pytest.mark.parametrize(("edits", "named"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_rules_that_contradict_each_other_are_refused(tmp_path: Path, edits: Edits, named: str) -> None:
    with pytest.raises(UsageError) as refused:
        external_rules(str(folder(tmp_path, edits)))
    assert named in refused.value.message
    assert "govops validate" in refused.value.hint


def test_what_is_wrong_with_the_inventory_beside_them_is_not_their_concern(tmp_path: Path) -> None:
    rules, _ = external_rules(str(folder(tmp_path, model("fraud", owner="ghost"))))
    assert rules.find("Model", "fraud") is not None


NOT_THERE = ["nowhere", "nowhere@main", "@main", ""]


@pytest.mark.parametrize("source", NOT_THERE)
def test_a_source_that_is_not_there_is_a_usage_error(tmp_path: Path, source: str) -> None:
    with pytest.raises(UsageError):
        external_rules(str(tmp_path / source) if source else "@")


def test_a_folder_without_policies_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    with pytest.raises(UsageError, match="no policies/"):
        external_rules(str(tmp_path))
