"""Whatever may loosen the rules: let in the wrong way, it lets nothing else in.

Every kind of law that a change can profit from meets every way of smuggling one in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from govops.errors import ExitCode
from govops.finding import Report, Status
from tests.support.audit import change_of, verdict
from tests.support.change import Landed
from tests.support.files import (
    Content,
    Edit,
    conflict,
    delegation,
    duty,
    model,
    policy,
    role,
    rule,
    segregation,
    user,
    version,
    waiver,
)
from tests.support.world import World

GOOD = (Status.PASS, Status.WARN, Status.WAIVED)


@dataclass(frozen=True, slots=True)
class Law:
    """One file that forbids something (``strict``, or that it is not there) or allows it (``loose``).

    ``founding`` stands beside it from the start. ``use`` is what somebody wants to land, with the one approval of
    ``approver`` if anybody's, or of ``late`` after the landing.
    """

    strict: Edit
    loose: Edit
    use: Edit
    founding: tuple[Edit, ...] = ()
    approver: str | None = "bob"
    late: str | None = None

    def land(self, world: World, *edits: Edit) -> Landed:
        """The use, landed, with ``edits`` beside it."""
        change = world.propose("alice", "Use", *edits, self.use)
        if self.approver:
            change.approve(self.approver)
        landed = change.merge("squash")
        if self.late:
            world.approve_landed(self.late, landed)
        return landed

    def begin(self, path: Path) -> World:
        """A company that knows the law in its strict form."""
        world = World(path, CHURN, *self.founding, *([self.strict] if self.strict[1] else []))
        build = world.propose("dave", "Build", version("churn", "1.0"))
        for person in ("alice", "bob", "carol"):
            build.approve(person)
        build.merge("squash")
        return world


def absent(file: Edit) -> Edit:
    """That file, away."""
    return (file[0], None)


APART = segregation(lifecycle=[conflict(duty("contribute", "model.register"), duty("approve", "model.update"))])
NEVER = rule("never", "resource.metadata.name != 'fraud'")
LENT = delegation("summer", "bob", "mallory", ["approver"])
BY_RIGHT = policy("models", actions=["model.*"], approvals=[{"count": 1, "permission": "model:approve"}])
CHURN, FRAUD = model("churn"), model("fraud")
LAWS: dict[str, Law] = {
    "a policy": Law(
        policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}]),
        policy("models", actions=["model.*"]),
        FRAUD,
    ),
    "a policy that nobody had": Law(
        absent(policy("low", actions=["model.register"])),
        policy("low", actions=["model.register"], match={"risk_tiers": ["low", "medium", "high", "critical"]}),
        FRAUD,
        founding=(policy("models", actions=["model.deploy_production"]),),
    ),
    "an emergency": Law(
        policy("models", actions=["model.*"]),
        policy(
            "models",
            actions=["model.*"],
            emergency={"within": "60d", "author": {"role": "operator"}, "reason": "It burns"},
        ),
        FRAUD,
        approver=None,
        late="bob",
    ),
    "a duty kept apart": Law(
        APART,
        segregation(
            enforcement="advisory", lifecycle=[conflict(duty("approve", "sla.update"), duty("approve", "x.y"))]
        ),
        version("churn", "1.0", description="Tuned"),
        founding=(policy("models", actions=["model.*"], approvals=[{"count": 1, "role": "operator"}]),),
        approver="dave",
    ),
    "a rule in CEL": Law(NEVER, rule("never", "true"), FRAUD),
    "a rule's end": Law(NEVER, rule("never", "resource.metadata.name != 'fraud'", until="2026-01-02T00:00:00Z"), FRAUD),
    "a waiver": Law(absent(waiver("soon")), waiver("soon"), FRAUD, approver=None),
    "a delegation": Law(absent(LENT), LENT, FRAUD, approver="mallory"),
    "a role of somebody": Law(user("mallory"), user("mallory", roles=["approver"]), FRAUD, approver="mallory"),
    "the permissions of a role": Law(
        role("operator"),
        role("operator", permissions=["model:approve", "model:deploy"]),
        FRAUD,
        founding=(BY_RIGHT,),
        approver="dave",
    ),
}


Smuggle = Callable[[Law, World], Landed]


def in_the_same_change(law: Law, world: World) -> Landed:
    return law.land(world, law.loose)


def by_a_push(law: Law, world: World) -> Landed:
    world.push("alice", law.loose)
    return law.land(world)


def by_a_push_that_nobody_recorded(law: Law, world: World) -> Landed:
    world.push("alice", law.loose, record=False)
    return law.land(world)


def pushed_used_and_restored(law: Law, world: World) -> Landed:
    world.push("alice", law.loose)
    used = law.land(world)
    world.push("alice", law.strict)
    return used


def approved_by_nobody_but_its_author(law: Law, world: World) -> Landed:
    world.propose("erin", "Loosen", law.loose).approve("erin").merge("squash")
    return law.land(world)


def approved_through_a_second_account(law: Law, world: World) -> Landed:
    world.propose("erin", "Loosen", law.loose).approve("erin", account="id-erin-2").merge("squash")
    return law.land(world)


def exchanged_after_its_approval(law: Law, world: World) -> Landed:
    world.propose("alice", "Tidy", ("docs.txt", b"x")).approve("carol").push("alice", law.loose).merge("squash")
    return law.land(world)


def added_by_the_merge(law: Law, world: World) -> Landed:
    world.propose("alice", "Tidy", ("docs.txt", b"x")).approve("carol").merge("merge", amend=[law.loose])
    return law.land(world)


def in_the_middle_of_a_rebase_merge(law: Law, world: World) -> Landed:
    change = world.propose("alice", "Use", law.loose).push("alice", law.use).push("alice", law.strict)
    if law.approver:
        change.approve(law.approver)
    landed = change.merge("rebase")
    if law.late:
        world.approve_landed(law.late, landed)
    return landed


def back_with_a_stale_head(law: Law, world: World) -> Landed:
    """What once was loose and lawful comes back with the whole tree of an old branch, in which nobody touched it."""
    world.propose("erin", "Loosen", law.loose).approve("carol").merge("squash")
    stale = world.propose("alice", "Tidy", ("docs.txt", b"x")).approve("carol")
    world.propose("erin", "Tighten", law.strict).approve("carol").merge("squash")
    stale.merge("squash", stale_tree=True)
    return law.land(world)


WAYS: tuple[Smuggle, ...] = (
    in_the_same_change,
    by_a_push,
    by_a_push_that_nobody_recorded,
    pushed_used_and_restored,
    approved_by_nobody_but_its_author,
    approved_through_a_second_account,
    exchanged_after_its_approval,
    added_by_the_merge,
    in_the_middle_of_a_rebase_merge,
    back_with_a_stale_head,
)


def status_of(report: Report, landed: Landed) -> Status:
    return change_of(report, landed).status


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_what_was_loosened_by_the_rules_may_be_used(tmp_path: Path, law: Law) -> None:
    world = law.begin(tmp_path)
    world.propose("erin", "Loosen", law.loose).approve("carol").merge("squash")
    used = law.land(world)
    assert status_of(verdict(world), used) in GOOD


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_what_was_not_loosened_may_not(tmp_path: Path, law: Law) -> None:
    world = law.begin(tmp_path)
    used = law.land(world)
    assert status_of(verdict(world), used) is Status.FAIL


@pytest.mark.threat("C01", "C03", "C05", "C06", "C13", "C14", "C21", "C22", "C23", "C24", "C46")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: str(way.__name__))
@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_what_was_smuggled_in_lets_nothing_in(tmp_path: Path, law: Law, way: Smuggle) -> None:
    world = law.begin(tmp_path)
    used = way(law, world)
    report = verdict(world)
    assert status_of(report, used) not in GOOD
    assert report.exit_code() is not ExitCode.OK


BROKEN: dict[str, Content] = {"broken": b"kind: [", "removed": None, "of another kind": FRAUD[1]}


@pytest.mark.threat("C26", "C29", "C48")
@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("law", [law for law in LAWS.values() if law.strict[1]], ids=lambda law: str(law.strict[0]))
def test_a_law_that_somebody_broke_binds_all_the_same(tmp_path: Path, law: Law, content: Content) -> None:
    world = law.begin(tmp_path)
    world.push("alice", (law.strict[0], content))
    used = law.land(world)
    assert status_of(verdict(world), used) not in GOOD
