"""A history that had to be rewritten is proven again where two people who may change policies sign for it."""

from __future__ import annotations

import pytest

from govops.finding import Status
from tests.support.audit import change_of, refused, rules, verdict
from tests.support.cast import public_line
from tests.support.change import Landed
from tests.support.files import model, settings, user
from tests.support.rewriting import Rewrite, rewritten
from tests.support.world import World

SECRET = model("fraud", purpose="Scores Jane Doe of 12 Elm Street")
CLEAN = model("fraud", purpose="Scores somebody")
PATH = SECRET[0]


@pytest.fixture
def secret(world: World) -> Landed:
    """Personal data landed by an approved change, and more came after it."""
    found = world.propose("alice", "Register fraud", SECRET).approve("bob").merge("squash")
    world.propose("alice", "Register churn", model("churn")).approve("bob").merge("squash")
    return found


@pytest.mark.threat("C39", "C10", rule="history-rewritten")
def test_a_rewrite_that_nobody_signed_for_proves_nothing(world: World, secret: Landed) -> None:
    rewritten(world, *CLEAN)
    report = verdict(world)
    assert "history-rewritten" in rules(report)
    assert report.counts.undecidable == 2


@pytest.mark.threat("C39", rule="history-expunged")
@pytest.mark.parametrize("becomes", [CLEAN[1], None])
def test_two_people_who_may_change_policies_can_sign_for_it(
    world: World, secret: Landed, becomes: bytes | None
) -> None:
    """Then records of the old commits count for the new ones, and every report says so."""
    rewrite = rewritten(world, PATH, becomes)
    rewrite.sign("carol")
    rewrite.sign("erin")
    report = verdict(world)
    assert [finding.rule for finding in report.findings] == ["history-expunged"]
    (told,) = [finding for finding in report.findings if finding.rule == "history-expunged"]
    assert (told.status, told.message) == (
        Status.WARN,
        "2 commits had to be rewritten, say carol and erin: A court ordered it",
    )
    assert report.counts.approved == (2 if becomes else 1)


@pytest.mark.threat("C39")
def test_what_was_rewritten_may_have_to_be_rewritten_again(world: World, secret: Landed) -> None:
    """The records still speak of the first history, and the tombstones stand in no order."""
    for becomes in (CLEAN[1], model("fraud")[1]):
        rewrite = rewritten(world, PATH, becomes)
        rewrite.sign("carol")
        rewrite.sign("erin")
    report = verdict(world)
    assert [finding.rule for finding in report.findings] == ["history-expunged"] * 2
    assert report.counts.approved == 2


@pytest.mark.threat("C39")
@pytest.mark.parametrize(
    "signers",
    [
        pytest.param([("carol", None)], id="one alone"),
        pytest.param([("carol", None), ("carol", None)], id="one twice"),
        pytest.param([("carol", None), ("bob", None)], id="one who may not"),
        pytest.param([("carol", None), ("erin", "mallory")], id="a forged name"),
    ],
)
def test_less_than_that_is_not_enough(world: World, secret: Landed, signers: list[tuple[str, str | None]]) -> None:
    rewrite = rewritten(world, *CLEAN)
    for person, signer in signers:
        rewrite.sign(person, signer=signer)
    report = verdict(world)
    assert "history-rewritten" in rules(report)
    assert "history-expunged" not in rules(report)


@pytest.mark.threat("C39")
def test_two_people_who_tell_different_things_are_two_who_stand_alone(world: World, secret: Landed) -> None:
    rewrite = rewritten(world, *CLEAN)
    rewrite.sign("carol")
    rewrite.sign("erin", content=[])
    assert "history-rewritten" in rules(verdict(world))


@pytest.mark.threat("C39")
def test_what_nobody_told_of_is_not_covered(world: World, secret: Landed) -> None:
    """The content changed and the tombstone does not say so: what landed now was never reviewed."""
    rewrite = rewritten(world, *CLEAN)
    rewrite.sign("carol", content=[])
    rewrite.sign("erin", content=[])
    report = verdict(world)
    assert {"residual-content", "history-expunged"} <= rules(report)
    assert report.counts.violating == 1


@pytest.mark.threat("C39", "C24")
def test_nobody_signs_themselves_into_office(world: World, secret: Landed) -> None:
    """Whoever rewrites the branch can make anybody an admin in it, and that person is none by any approved change."""
    keys = [public_line("zoe")]
    granted = world.propose("alice", "A new colleague", user("zoe", roles=["operator"], keys=keys)).approve("erin")
    granted.merge("squash")
    forged = user("zoe", roles=["admin"], keys=keys)
    rewrite = rewritten(world, forged[0], forged[1])
    rewrite.sign("zoe")
    rewrite.sign("carol")
    report = verdict(world)
    assert "history-expunged" not in rules(report)
    assert "history-rewritten" in rules(report)


@pytest.mark.threat("C39")
def test_whoever_was_appointed_since_can_sign(world: World, secret: Landed) -> None:
    """The records of their appointment are of commits that are gone, and count again once the rewrite is believed."""
    zoe = user("zoe", roles=["admin"], keys=[public_line("zoe")])
    world.propose("alice", "A new colleague", zoe).approve("erin").merge("squash")
    rewrite = rewritten(world, *CLEAN)
    rewrite.sign("zoe")
    rewrite.sign("carol")
    assert rules(verdict(world)) == {"history-expunged"}


@pytest.mark.threat("C39", "D13")
def test_a_stolen_key_signs_for_no_rewrite(world: World, secret: Landed) -> None:
    entry = {"key": public_line("erin"), "since": world.main, "reason": "Her laptop is gone"}
    world.propose("carol", "Erin's key", settings(compromised=[entry])).approve("erin").merge("squash")
    rewrite = rewritten(world, *CLEAN)
    rewrite.sign("carol")
    rewrite.sign("erin")
    assert "history-expunged" not in rules(verdict(world))


@pytest.mark.threat("C39", "C38")
def test_a_new_beginning_counts_only_where_the_auditor_vouches_for_it(world: World, secret: Landed) -> None:
    """What stood at the adoption is trusted as it stands: whoever rewrites it could have put themselves there."""
    rewrite = rewritten(world, *user("dave", display_name="Somebody"))
    rewrite.sign("carol")
    rewrite.sign("erin")
    assert "history-rewritten" in rules(verdict(world))
    assert rules(verdict(world, adoption=rewrite.commits[world.adoption])) == {"history-expunged"}


@pytest.mark.threat("C39")
def test_what_still_stands_on_the_branch_was_not_replaced(world: World, secret: Landed) -> None:
    """Two people cannot talk the record of one change onto another."""
    pushed = world.push("mallory", model("lapse"), record=False)
    rewrite = Rewrite(world, {secret.commit: pushed.commit}, [])
    rewrite.sign("carol")
    rewrite.sign("erin")
    report = verdict(world)
    assert change_of(report, secret).status is Status.PASS
    refused(report, pushed, Status.UNVERIFIABLE)
