"""Whoever watches a walk sees every change of every governed file once, and the status that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from govops.engine import UNREADABLE, derived_status, run, watch
from govops.engine.registry import Registry
from govops.finding import Status
from govops.rules import RULES
from tests.engine.walk import opened
from tests.support import files
from tests.support.cast import public_line
from tests.support.files import delete, incident, kind, model, sla, usecase, user, version, violation
from tests.support.past import deployed
from tests.support.world import World


class Seen:
    """What was shown, with the status that each file had then."""

    def __init__(self) -> None:
        self.states: list[tuple[str, str, str | None]] = []

    def saw(self, change: str, paths: Iterable[str], registry: Registry) -> None:
        for path in paths:
            self.states.append((change, path, self._status(path, registry)))

    def _status(self, path: str, registry: Registry) -> str | None:
        if path not in registry.snapshot.files:
            return None
        custom, resource = registry.law.custom_kinds(), registry.document(path)
        return derived_status(path, resource, registry.snapshot, lambda model: _stays(registry, model), custom)


def _stays(registry: Registry, model: str) -> dict[str, list[str | None]]:
    return {place: list(registry.stays_at(place, model)) for place in ("production", "staging")}


def seen(world: World) -> Seen:
    with opened(world) as facts:
        done = watch(RULES, facts, Seen)
    assert done is not None
    assert list(done.told)[-1] == world.main
    return done.watcher


def of(watcher: Seen, path: str) -> list[tuple[str, str | None]]:
    return [(change, status) for change, where, status in watcher.states if where == path]


def test_what_stood_at_the_adoption_is_seen_first(tmp_path: Path) -> None:
    world = World(tmp_path / "world", model("fraud"))
    world.push("mallory", {"README.md": b"nothing governed"})
    watcher = seen(world)
    assert {change for change, _, _ in watcher.states} == {world.adoption}
    assert of(watcher, "registry/models/fraud/model.yaml") == [(world.adoption, "no version")]


def test_every_change_of_a_file_is_seen_as_it_left_it(tmp_path: Path) -> None:
    """Allowed or not, readable or not, until it goes."""
    world = World(tmp_path / "world", model("fraud"), version("fraud", "1.0", status="approved"))
    path = "registry/models/fraud/versions/1.0.yaml"
    broken = world.push("mallory", {path: b"kind: [\n"}).commit
    mended = world.push("mallory", version("fraud", "1.0", status="approved")).commit
    gone = world.push("mallory", delete(path)).commit
    found = of(seen(world), path)
    assert found == [(world.adoption, "approved"), (broken, UNREADABLE), (mended, "approved"), (gone, None)]


def test_a_status_follows_from_what_is_deployed(tmp_path: Path) -> None:
    world = World(tmp_path / "world", model("fraud"), version("fraud", "1.0", status="approved"))
    landed = deployed(world, "1.0").commit
    watcher = seen(world)
    assert of(watcher, "registry/deployments/production/fraud.yaml") == [(landed, "deployed")]


@pytest.mark.parametrize(
    ("edit", "status"),
    [
        (user("erin", roles=[]), "active"),
        (user("erin", roles=[], active=False), "inactive"),
        (incident("outage"), "open"),
        (incident("outage", resolution={"by": "bob", "at": "2030-01-01T00:00:00Z", "notes": "ended"}), "resolved"),
        (violation("answers", "w1"), "not acknowledged"),
        (usecase("claims"), "draft"),
        (files.role("helper"), ""),
        (("registry/models/fraud/model.yaml", b"kind: [\n"), UNREADABLE),
    ],
)
def test_each_kind_has_a_status_of_its_own(tmp_path: Path, edit: files.File, status: str) -> None:
    world = World(tmp_path / "world", model("fraud"), sla("answers"))
    world.push("mallory", edit)
    assert of(seen(world), edit[0])[-1] == (world.main, status)


def test_files_that_a_new_kind_claims_are_seen_when_it_lands(tmp_path: Path) -> None:
    """They stood there before; from then on they are governed."""
    world = World(tmp_path / "world")
    world.push("mallory", {"data/calls.yaml": b"status: fresh\n"})
    change = world.propose("carol", "Datasets", kind("Dataset", "data")).approve("bob").merge("squash").commit
    assert of(seen(world), "data/calls.yaml") == [(change, "")]


@pytest.mark.parametrize("second", [True, False])
def test_watching_changes_nothing(tmp_path: Path, *, second: bool) -> None:
    """The report is the same. A walk that has to be repeated, for a key that comes later, is watched anew."""
    world = World(tmp_path / "world")
    early = "machine" if second else "recorder"
    world.propose("alice", "Fraud", model("fraud")).approve("bob").merge("squash", signer=early, recorder=early)
    both = [{"name": name, "key": public_line(name)} for name in ("recorder", "machine")]
    world.propose("alice", "Keys", files.settings(recorders=both)).approve("carol").merge("squash")
    with opened(world) as facts:
        plain = run(RULES, facts)
    with opened(world) as facts:
        done = watch(RULES, facts, Seen)
    assert done is not None
    assert done.report == plain
    assert [change.status for change in plain.changes] == [Status.PASS] * 2
    assert len({(change, path) for change, path, _ in done.watcher.states}) == len(done.watcher.states)
