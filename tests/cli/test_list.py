"""`govops list`: everything of one kind as it stood, with derived status, and marked where it must be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from govops.app.demo import DemoRepository
from tests.support.files import File, delete, executable, incident, model, symlink, user, version, yaml_text
from tests.support.git import git
from tests.support.past import answer, ask, company, deployed, without_clock
from tests.support.world import World

SHEETS = "data/sheets"


def rows(world: World | Path, kind: str, *options: object) -> dict[str, dict[str, Any]]:
    """Name -> row."""
    return {row["name"]: row for row in answer(world, "list", kind, *options)["rows"]}


def definition() -> File:
    """A kind of the company's own, with a state."""
    schema = {"type": "object", "properties": {"state": {"type": "string"}}}
    spec = {"kind": "DataSheet", "path": f"{SHEETS}/{{name}}.yaml", "schema": schema, "state": "spec.state"}
    whole = {"apiVersion": "govops/v1", "kind": "KindDefinition", "metadata": {"name": "data-sheet"}, "spec": spec}
    return "policies/kinds/data-sheet.yaml", yaml_text(whole)


def sheet(name: str, **spec: Any) -> File:
    whole = {"apiVersion": "govops/v1", "kind": "DataSheet", "metadata": {"name": name}, "spec": spec}
    return f"{SHEETS}/{name}.yaml", yaml_text(whole)


# ---- what stood


def test_the_names_are_those_of_the_tree(demo: DemoRepository) -> None:
    """Git lists the same files at the commit that the answer names."""
    found = answer(demo.directory, "list", "modelversions", "--as-of", "2025-09-01T00:00Z")
    commit = found["clock"]["commit"]
    listing = git(demo.directory / ".git", "ls-tree", "-r", "--name-only", commit).decode().split()
    assert [row["path"] for row in found["rows"]] == [path for path in listing if "/versions/" in path]


def test_two_instants_around_a_deployment_give_different_states(demo: DemoRepository) -> None:
    before = rows(demo.directory, "modelversions", "--as-of", "2025-11-10T15:05:59Z")
    after = rows(demo.directory, "modelversions", "--as-of", "2025-11-10T15:06:00Z")
    changed = {name: (before[name]["status"], after[name]["status"]) for name in before if before[name] != after[name]}
    assert changed == {
        "claims-triage/1.1.0": ("deployed_production", "approved"),
        "claims-triage/1.2.0": ("deployed_staging", "deployed_production"),
    }


def test_an_instant_and_the_revision_that_it_means_give_the_same_list(demo: DemoRepository) -> None:
    by_instant = answer(demo.directory, "list", "deployments", "--as-of", "2026-03-01T00:00Z")
    by_revision = answer(demo.directory, "list", "deployments", "--as-of", by_instant["clock"]["commit"])
    assert without_clock(by_instant) == without_clock(by_revision)


def test_the_table_names_its_clock(demo: DemoRepository) -> None:
    text = ask(demo.directory, "list", "models", "--as-of", "2026-03-01T00:00Z").out
    assert text.startswith("NAME ")
    assert "\n7 resources of kind Model\n" in text
    assert "2026-03-01T00:00:00Z, by attested time and not by commit dates" in text


def test_since_is_when_it_came_into_its_status(tmp_path: Path) -> None:
    """A model is in production since its version is; its file did not change that day."""
    world = company(tmp_path)
    landed = deployed(world, "1.0")
    row = rows(world, "models")["fraud"]
    assert (row["status"], row["state"]["change"]) == ("deployed_production", landed.commit)
    text = ask(world, "list", "models").out
    assert re.search(rf"^fraud +deployed_production .* {landed.at} +no claim$", text, re.MULTILINE)


@pytest.mark.parametrize("kind", ["users", "roles", "incidents", "settings", "approval-policies", "sla", "slas"])
def test_every_kind_can_be_listed(demo: DemoRepository, kind: str) -> None:
    assert rows(demo.directory, kind)


def test_other_kinds_have_a_status_of_their_own(tmp_path: Path) -> None:
    resolution = {"by": "dave", "at": "2026-01-06T09:00:00Z", "notes": "Fixed"}
    gone = user("mallory", active=False)
    world = company(tmp_path)
    world.push("carol", incident("one"), incident("two", resolution=resolution), gone)
    assert {name: row["status"] for name, row in rows(world, "incidents").items()} == {"one": "open", "two": "resolved"}
    assert rows(world, "users")["mallory"]["status"] == "inactive"


def test_a_kind_without_resources_is_an_empty_list(tmp_path: Path) -> None:
    found = ask(company(tmp_path), "list", "waivers")
    assert found.code == 0
    assert "\n0 resources of kind Waiver\n" in found.out


@pytest.mark.parametrize("kind", ["modle", "datasheet", "", "Model/fraud"])
def test_a_kind_that_is_none_is_refused(tmp_path: Path, kind: str) -> None:
    ran = ask(company(tmp_path), "list", kind)
    assert (ran.code, ran.out) == (2, "")
    assert f"there is no kind '{kind}'" in ran.err


# ---- kinds of one's own


def test_a_kind_of_ones_own_is_listed_with_its_state(tmp_path: Path) -> None:
    world = company(tmp_path)
    world.push("carol", definition())
    landed = world.push("carol", sheet("cases", state="draft"))
    for spelling in ("DataSheet", "datasheet", "data-sheets"):
        row = rows(world, spelling)["cases"]
        assert (row["status"], row["state"]["change"]) == ("draft", landed.commit)
    shown = answer(world, "show", "datasheet/cases")
    assert shown["document"]["spec"] == {"state": "draft"}


def test_what_stood_before_its_kind_did_is_not_called_approved(tmp_path: Path) -> None:
    """The change that defines a kind is judged; the files that it makes governed are taken as they are."""
    world = company(tmp_path)
    world.push("carol", sheet("cases", state="final"))
    world.push("carol", definition())
    row = rows(world, "datasheets")["cases"]
    assert (row["status"], row["state"]["status"], row["verdict"]) == ("final", None, None)


# ---- never more certain than the audit


def test_a_row_is_marked_for_its_state_and_for_its_content(demo: DemoRepository) -> None:
    found = rows(demo.directory, "modelversions")
    assert found["storm-surge/0.3.0"]["verdict"] == "fail"  # approved against a rejection
    assert found["churn-outlook/2025.1"]["verdict"] == "fail"  # deployed lawfully, its content is not lawful
    assert found["motor-pricing/4.0.0"]["verdict"] == "pass"
    assert rows(demo.directory, "models")["claims-triage"]["verdict"] == "unverifiable"


def test_a_deployment_is_marked_for_the_version_that_it_runs(demo: DemoRepository) -> None:
    """Brought there lawfully; what it runs was changed unlawfully."""
    found = rows(demo.directory, "deployments")
    assert [found[f"production/{name}"]["verdict"] for name in ("churn-outlook", "motor-pricing")] == ["pass", "pass"]
    assert [found[f"production/{name}"]["others"] for name in ("churn-outlook", "motor-pricing")] == ["fail", None]


def test_a_row_is_marked_for_what_came_before_its_content(tmp_path: Path) -> None:
    world = company(tmp_path)
    world.push("mallory", model("fraud", risk_tier="low"))
    world.propose("alice", "New title", model("fraud", risk_tier="low", title="F")).approve("bob").merge("squash")
    row = rows(world, "models")["fraud"]
    assert (row["verdict"], row["others"]) == (None, "fail")  # its status is that of versions found at the adoption
    assert ask(world, "list", "models").out.splitlines()[1].endswith("no claim; other VIOLATION")


def test_files_that_cannot_be_read_are_listed(tmp_path: Path) -> None:
    """Whoever breaks a file does not make its resource vanish."""
    link = symlink("registry/models/link/model.yaml", b"../fraud/model.yaml")
    broken = ("registry/models/broken/model.yaml", b"kind: [")
    world = company(tmp_path)
    world.push("mallory", link, broken, executable(model("run")))
    found = rows(world, "models")
    assert {name: row["status"] for name, row in found.items()} == {
        "broken": "unreadable",
        "fraud": "approved",
        "link": "unreadable",
        "run": "no version",
    }
    assert {row["verdict"] for name, row in found.items() if name != "fraud"} == {"fail"}


def test_what_was_removed_is_not_listed_and_still_was(tmp_path: Path) -> None:
    world = company(tmp_path)
    before = world.main
    world.propose("alice", "Drop", delete("registry/use-cases/claims.yaml")).approve("bob").merge("squash")
    assert list(rows(world, "usecases")) == []
    assert list(rows(world, "usecases", "--as-of", before)) == ["claims"]


def test_names_of_strangers_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    """A file name may hold anything but a slash; JSON says it exactly, the table says it safely."""
    world = company(tmp_path)
    world.push("mallory", ("registry/models/::error::\x1b[2J/model.yaml", b"x"), version("fraud", "1.2"))
    text = ask(world, "list", "models").out
    assert "\x1b" not in text
    assert not re.search(r"^\s*::", text, re.MULTILINE)
    assert "::error::\x1b[2J" in rows(world, "models")
