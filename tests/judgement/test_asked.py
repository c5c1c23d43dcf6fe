"""What an audit is asked for changes what it tells, and never what it holds of a change that it tells of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode, UndecidableError
from govops.finding import Status
from tests.support.audit import assert_clean, change_of, only, rules, verdict
from tests.support.change import Landed
from tests.support.files import company, model, settings, user
from tests.support.world import World


def registers(world: World, name: str, **recording: Any) -> Landed:
    return world.propose("alice", f"Register {name}", model(name)).approve("bob").merge("squash", **recording)


# ---- from which change on


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, list[Landed]]:
    """Two commits before the adoption; then good changes and pushes, a series among them."""
    world = World(tmp_path_factory.mktemp("story"), adopt=False)
    early = [world.commit_raw(("a", text), author="carol") for text in (b"1", b"2")]
    adopted = world.commit_raw(company(), author="carol", message="Adopt")
    series = world.propose("alice", "Register two", model("one")).push("alice", model("two")).approve("bob")
    changes = [
        registers(world, "fraud"),
        world.push("mallory", model("churn")),
        series.merge("rebase"),
        world.push("alice", ("a", b"3")),
        world.push("mallory", user("mallory", roles=["approver"])),
        registers(world, "debt"),
    ]
    return world, [*early, adopted, *changes]


@pytest.mark.threat("A04", "D10")
def test_only_changes_after_the_first_are_told_and_each_as_in_the_whole(story: tuple[World, list[Landed]]) -> None:
    world, changes = story
    whole = verdict(world)
    assert (whole.counts.no_claim, whole.counts.chain, whole.counts.commits) == (3, len(changes), len(changes) + 1)
    for place, change in enumerate(changes[:-1]):
        later = {oid for landed in changes[place + 1 :] for oid in landed.commits}
        report = verdict(world, first=change.commit)
        assert report.changes == tuple(told for told in whole.changes if told.id in later)
        assert report.findings == tuple(found for found in whole.findings if found.commit in later)
        assert report.policy_changes == tuple(event for event in whole.policy_changes if event.commit in later)
        assert report.counts.chain == len(changes) - place - 1
        assert report.counts.no_claim == max(2 - place, 0)
        assert report.counts.commits == len(later)
        assert report.inventory == whole.inventory, "what stands does not depend on what is told"


def test_a_series_is_told_whole_or_not_at_all(story: tuple[World, list[Landed]]) -> None:
    """A first commit within it belongs to a change that is not told."""
    world, changes = story
    series = changes[5]
    assert len(series.commits) == 2
    inside, after = (verdict(world, first=oid) for oid in series.commits)
    assert inside.changes == after.changes
    assert inside.counts == after.counts


# ---- from which commit on there are claims


@pytest.mark.threat("C38")
def test_claims_begin_where_the_caller_says(world: World) -> None:
    """What stood there is nobody's doing, and its rules judge what comes after."""
    world.push("mallory", model("churn"))
    pinned = registers(world, "fraud")
    later = world.push("mallory", model("debt"))
    report = verdict(world, adoption=pinned.commit)
    only(report, "not-approved", later)
    assert report.provenance.adoption == pinned.commit
    assert (report.counts.no_claim, report.counts.violating, report.counts.approved) == (3, 1, 0)
    assert verdict(world).provenance.adoption == world.adoption
    assert verdict(world).counts.violating == 2


@pytest.mark.threat("C38", rule="adoption-not-on-chain")
@pytest.mark.parametrize("later", [False, True], ids=["merged before the branch adopts", "merged after it adopted"])
def test_rules_that_came_in_from_another_history_are_told(tmp_path: Path, *, later: bool) -> None:
    """Somebody prepared Settings elsewhere: the branch may not say that it adopted when it did not."""
    world = World(tmp_path, adopt=False)
    root = world.commit_raw(("a", b"1"), author="carol")
    side = world.commit(dict(world.tree(root.commit)), [], message="Elsewhere", author="mallory")
    foreign = world.commit(
        {**world.tree(root.commit), **_settings_of(world)}, [side], message="Settings elsewhere", author="mallory"
    )
    adopted = world.commit_raw(company(), author="carol") if later else root
    merged = world.commit_raw(("a", b"2"), parents=[adopted.commit, foreign], author="mallory")
    world.commit_raw(company(), author="carol")
    report = verdict(world)
    found = [finding for finding in report.findings if finding.rule == "adoption-not-on-chain"]
    assert [finding.commit for finding in found] == [foreign]
    assert report.exit_code() is ExitCode.UNDECIDABLE
    begins = adopted if later else merged
    assert report.provenance.adoption == begins.commit
    pinned = verdict(world, adoption=begins.commit)
    assert "adoption-not-on-chain" not in rules(pinned), "whoever says where to begin is not asked again"


def _settings_of(world: World) -> dict[str, Any]:
    path, text = settings()
    return {path: ("100644", world.objects.blob(text))}


@pytest.mark.threat("B10")
def test_an_adoption_whose_tree_is_lost_can_begin_nothing(world: World) -> None:
    registers(world, "fraud")
    tree = world.objects.read(world.adoption).split()[1].decode()
    world.objects.file(tree).unlink()
    report = verdict(world)
    assert (report.exit_code(), report.counts.no_claim) == (ExitCode.UNDECIDABLE, 2)
    with pytest.raises(UndecidableError, match=f"adoption {world.adoption} cannot be read") as refused:
        verdict(world, adoption=world.adoption)
    assert "git fsck" in refused.value.hint


# ---- up to which change there is evidence


@pytest.mark.threat("C01")
def test_settled_history_ends_with_the_last_recorded_change(world: World) -> None:
    """What comes after it waits for its record; what lacks one before it does not."""
    forgotten = world.push("mallory", model("churn"), record=False)
    registers(world, "fraud")
    waiting = [world.push("alice", model(name), record=False) for name in ("one", "two")]
    unsettled, settled = verdict(world), verdict(world, settled=True)
    assert (unsettled.counts.undecidable, unsettled.counts.pending) == (3, 0)
    assert (settled.counts.undecidable, settled.counts.pending, settled.counts.approved) == (1, 2, 1)
    assert {found.commit for found in settled.findings} == {forgotten.commit}
    assert not {told.id for told in settled.changes} & {landed.commit for landed in waiting}


@pytest.mark.threat("C18")
def test_a_record_that_nobody_believes_settles_nothing(world: World) -> None:
    waiting = world.push("alice", model("one"), record=False)
    doubtful = world.push("alice", model("two"), recording={"signer": "mallory"})
    report = verdict(world, settled=True)
    assert report.counts.pending == 1
    assert change_of(report, doubtful).status is Status.UNVERIFIABLE
    assert waiting.commit not in {told.id for told in report.changes}


def test_a_record_of_a_commit_that_is_not_on_the_branch_settles_nothing(world: World) -> None:
    waiting = world.push("alice", model("one"), record=False)
    elsewhere = world.commit(dict(world.tree()), [world.adoption], message="Elsewhere", author="alice")
    Landed(world, base=world.adoption, commits=(elsewhere,), at=waiting.at).record()
    assert verdict(world, settled=True).counts.pending == 1


def test_a_settled_history_whose_changes_are_all_recorded_is_the_whole(world: World) -> None:
    registers(world, "fraud")
    assert_clean(verdict(world, settled=True))
    assert verdict(world, settled=True) == verdict(world)


# ---- how it goes on


def test_whoever_waits_is_told_how_far_the_walk_has_come(world: World) -> None:
    for name in ("one", "two"):
        registers(world, name)
    seen: list[tuple[int, int]] = []
    verdict(world, watch=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_report_is_as_of_the_instant_that_was_asked_for(world: World) -> None:
    landed = registers(world, "fraud")
    assert verdict(world).provenance.as_of == landed.at
    assert verdict(world, as_of="2027-01-01T00:00:00Z").provenance.as_of == "2027-01-01T00:00:00Z"
