"""Who acts for somebody else: in their seat, for a time, by an approved rule, and not a voice more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Report, Status
from tests.support.audit import assert_clean, change_of, judge, rules, verdict
from tests.support.change import Change, Landed
from tests.support.files import File, conflict, delegation, delete, duty, model, policy, segregation, user, waiver
from tests.support.world import World

LENT = delegation("summer", "bob", "mallory", ["approver"])
LENT_PATH = LENT[0]
TWO = policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])


def registered(world: World, *approvers: str, by: str = "alice", **how: Any) -> Landed:
    """A model, and whoever approved it, landed."""
    change = world.propose(by, "Register", model("fraud"), **how)
    for person in approvers:
        change.approve(person)
    return change.merge("squash")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Bob is away in 2026, and Mallory acts for him."""
    return World(tmp_path, LENT)


def test_a_delegate_approves_in_the_seat_of_whoever_is_away(world: World) -> None:
    report = judge(registered(world, "mallory"), None)
    (given,) = report.changes[0].approvals
    assert (given.person, given.roles, given.delegate_of) == ("mallory", ("approver",), ("bob",))
    assert report.changes[0].requirements[0].counted == ("mallory",)


def test_a_delegate_of_two_counts_in_the_role_that_the_one_lends(tmp_path: Path) -> None:
    """Mallory could act for Carol as well; she does for Bob, since Erin is an admin herself."""
    both = policy("models", actions=["model.*"], approvals=[{"role": "approver"}, {"role": "admin"}])
    world = World(tmp_path, LENT, delegation("autumn", "carol", "mallory", ["admin"]), both)
    report = judge(registered(world, "mallory", "erin"), None)
    given = {one.person: (one.roles, one.delegate_of) for one in report.changes[0].approvals}
    assert given == {"mallory": (("approver",), ("bob",)), "erin": (("admin",), ())}


@pytest.mark.threat("C21", rule="delegation-does-not-count")
def test_nobody_approves_in_the_seat_of_whoever_gains_by_it(tmp_path: Path) -> None:
    world = World(tmp_path, delegation("summer", "carol", "mallory", ["admin"]))
    landed = world.propose("alice", "Waive", waiver("models", owner="carol")).approve("mallory").merge("squash")
    report = judge(landed, "delegation-does-not-count")
    assert "carol is the owner of the waiver" in report.findings[0].message


WHEN: dict[str, tuple[dict[str, str], str | None]] = {
    "begins at the landing": ({"starts": "2026-01-05T13:00:00Z"}, None),
    "begins a second after it": ({"starts": "2026-01-05T13:00:01Z"}, "delegation-does-not-count"),
    "ends a second after it": ({"until": "2026-01-05T13:00:01Z"}, None),
    "ends at the landing": ({"until": "2026-01-05T13:00:00Z"}, "delegation-does-not-count"),
}


@pytest.mark.threat("D14", rule="delegation-does-not-count")
@pytest.mark.parametrize(("spec", "rule"), WHEN.values(), ids=WHEN)
def test_it_is_in_force_by_the_attested_time_of_the_landing(
    tmp_path: Path, spec: dict[str, str], rule: str | None
) -> None:
    world = World(tmp_path, delegation("summer", "bob", "mallory", ["approver"], **spec))
    landed = registered(world, "mallory")
    assert landed.at == "2026-01-05T13:00:00Z"
    judge(landed, rule)


@pytest.mark.threat("D14", rule="delegation-does-not-count")
@pytest.mark.parametrize("approver", ["mallory", "bob"])
def test_where_nobody_tells_the_time_nobody_is_accused(tmp_path: Path, approver: str) -> None:
    evidence = {"mode": "trailer", "accept": ["trailer"], "contributors": "claimed"}
    trailers = {"keys": ["Reviewed-by"], "only_review_server": True}
    world = World(tmp_path, LENT, settings={"evidence": {**evidence, "trailers": trailers}})
    ident = world.ident(approver)
    landed = world.commit_raw(model("fraud"), message=f"Register\n\nReviewed-by: {ident}", author="alice")
    code = ExitCode.UNDECIDABLE
    report = judge(landed, "delegation-does-not-count", code) if approver == "mallory" else verdict(world)
    assert (change_of(report, landed).status is Status.PASS) is (approver == "bob")


@pytest.mark.threat("D14", rule="delegation-does-not-count")
@pytest.mark.parametrize("other", ["autumn", "winter"])
def test_nor_is_a_delegate_of_whom_one_lender_may_have_been_right(tmp_path: Path, other: str) -> None:
    """The seat of Gone is none for certain; that of Bob would do, if anybody could tell the time."""
    evidence = {"mode": "trailer", "accept": ["trailer"], "contributors": "claimed"}
    trailers = {"keys": ["Reviewed-by"], "only_review_server": True}
    files = (LENT, delegation(other, "gone", "mallory", ["approver"]))
    world = World(tmp_path, *files, settings={"evidence": {**evidence, "trailers": trailers}})
    message = f"Register\n\nReviewed-by: {world.ident('mallory')}"
    landed = world.commit_raw(model("fraud"), message=message, author="alice")
    report = verdict(world)
    assert change_of(report, landed).status is Status.UNVERIFIABLE
    (found,) = (one for one in report.findings if one.rule == "delegation-does-not-count")
    assert found.status is Status.UNVERIFIABLE


NOT_LENT: dict[str, tuple[File, ...]] = {
    "the lender has lost it": (user("bob", roles=["analyst"]),),
    "the lender has left": (user("bob", active=False),),
    "the lender is a bot": (user("bob", type="bot"),),
    "the lender is nobody": (delegation("summer", "gone", "mallory", ["approver"]),),
    "it is not the lender's own": (
        user("bob", roles=[]),
        delegation("autumn", "carol", "bob", ["approver"]),
    ),
    "another role was lent": (delegation("summer", "carol", "mallory", ["admin"]),),
}


@pytest.mark.threat("C25", rule="delegation-does-not-count")
@pytest.mark.parametrize("files", NOT_LENT.values(), ids=NOT_LENT)
def test_nobody_lends_what_they_do_not_hold_themselves(tmp_path: Path, files: tuple[File, ...]) -> None:
    landed = registered(World(tmp_path, LENT, *files), "mallory")
    report = verdict(landed.world)
    assert change_of(report, landed).status is Status.FAIL
    assert rules(report) & {"delegation-does-not-count", "approver-lacks-role"}


@pytest.mark.threat("C25", "C35", rule="approver-not-human")
@pytest.mark.parametrize(
    ("spec", "rule"), [({"active": False}, "approver-inactive"), ({"type": "bot"}, "approver-not-human")]
)
def test_a_delegate_is_an_active_human(tmp_path: Path, spec: dict[str, Any], rule: str) -> None:
    judge(registered(World(tmp_path, LENT, user("mallory", **spec)), "mallory"), rule)


def made_by_bob_and_dave(world: World) -> Landed:
    change = world.propose("dave", "Register", model("fraud"), co_authors=["bob"])
    return change.approve("mallory").merge("squash")


def merged_by_bob(world: World) -> Landed:
    return world.propose("alice", "Register", model("fraud")).approve("mallory").merge("squash", by="bob")


SEATS: dict[str, tuple[tuple[File, ...], Callable[[World], Landed], str | None]] = {
    "two persons": ((TWO,), lambda w: registered(w, "mallory", "carol"), None),
    "the lender and the delegate": ((TWO,), lambda w: registered(w, "mallory", "bob"), "delegation-does-not-count"),
    "the lender, the delegate and another": ((TWO,), lambda w: registered(w, "mallory", "bob", "carol"), None),
    "two delegates of one lender": (
        (TWO, delegation("autumn", "bob", "dave", ["approver"])),
        lambda w: registered(w, "mallory", "dave"),
        "not-approved",
    ),
    "two delegates of two lenders": (
        (TWO, delegation("autumn", "carol", "dave", ["approver"])),
        lambda w: registered(w, "mallory", "dave"),
        None,
    ),
    "a delegate of two lenders": (
        (TWO, delegation("autumn", "carol", "mallory", ["approver"])),
        lambda w: registered(w, "mallory"),
        "not-approved",
    ),
    "a delegate who holds it too": (
        (TWO, delegation("autumn", "bob", "carol", ["approver"])),
        lambda w: registered(w, "mallory", "carol"),
        None,
    ),
    "the lender made the change": ((), lambda w: registered(w, "mallory", by="bob"), "delegation-does-not-count"),
    "the lender worked on it": ((), made_by_bob_and_dave, "delegation-does-not-count"),
    "the delegate made the change": ((), lambda w: registered(w, "mallory", by="mallory"), "approver-is-contributor"),
    "the lender merged it, which they may": ((), merged_by_bob, None),
    "the lender merged it, where that excludes": (
        (policy("models", actions=["model.*"], exclude=["opener", "author", "co-author", "merger"]),),
        merged_by_bob,
        "delegation-does-not-count",
    ),
}


@pytest.mark.threat("C21", rule="delegation-does-not-count")
@pytest.mark.parametrize(("files", "story", "rule"), SEATS.values(), ids=SEATS)
def test_a_seat_is_one_vote_and_not_that_of_a_contributor(
    tmp_path: Path, files: tuple[File, ...], story: Callable[[World], Landed], rule: str | None
) -> None:
    judge(story(World(tmp_path, LENT, *files)), rule)


@pytest.mark.threat("C22", "C24", rule="delegation-does-not-count")
@pytest.mark.parametrize("record", [True, False], ids=["unapproved", "unrecorded"])
def test_a_delegation_that_nobody_approved_helps_nobody(tmp_path: Path, *, record: bool) -> None:
    world = World(tmp_path)
    world.push("alice", LENT, record=record)
    landed = registered(world, "mallory")
    report = verdict(world)
    assert change_of(report, landed).status is (Status.FAIL if record else Status.UNVERIFIABLE)
    assert "delegation-does-not-count" in {f.rule for f in report.findings if f.commit == landed.commit}


@pytest.mark.threat("C24", rule="delegation-does-not-count")
def test_one_that_was_stretched_by_a_push_helps_nobody_until_it_is_restored(world: World) -> None:
    world.push("alice", delegation("summer", "bob", "mallory", ["approver", "admin"]))
    stretched = registered(world, "mallory")
    world.push("alice", LENT)
    change = world.propose("alice", "Register", model("churn")).approve("mallory")
    restored = change.merge("squash")
    report = verdict(world)
    assert change_of(report, stretched).status is Status.FAIL
    assert change_of(report, restored).status is Status.PASS


@pytest.mark.threat("C22", rule="approver-lacks-role")
def test_a_change_cannot_bring_the_delegation_that_it_needs(tmp_path: Path) -> None:
    world = World(tmp_path)
    change = world.propose("alice", "Lend and register", LENT, model("fraud")).approve("mallory").approve("erin")
    landed = change.merge("squash")
    report = verdict(world)
    assert change_of(report, landed).status is Status.FAIL
    assert "approver-lacks-role" in rules(report)


def test_it_counts_from_the_change_after_it_and_ends_with_its_removal(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.propose("bob", "Lend", LENT).approve("erin").merge("squash")
    first = registered(world, "mallory")
    world.propose("bob", "Take back", delete(LENT_PATH)).approve("erin").merge("squash")
    second = world.propose("alice", "Register", model("churn")).approve("mallory").merge("squash")
    report = verdict(world)
    assert [change_of(report, one).status for one in (first, second)] == [Status.PASS, Status.FAIL]


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
def test_a_lender_whom_nobody_approved_taints_what_their_delegate_approves(tmp_path: Path) -> None:
    world = World(tmp_path, delegation("summer", "dave", "mallory", ["approver"]))
    world.push("dave", user("dave", roles=["approver"]))
    landed = registered(world, "mallory")
    report = verdict(world)
    assert "rests-on-unapproved-rule" in {f.rule for f in report.findings if f.commit == landed.commit}


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
def test_a_lender_whom_nobody_approved_taints_what_their_delegate_proposes(tmp_path: Path) -> None:
    asked = policy("models", actions=["model.*"], author={"permission": "model:deploy"})
    world = World(tmp_path, asked, delegation("summer", "erin", "mallory", ["operator"]))
    world.push("dave", user("erin", roles=["operator"]))
    landed = registered(world, "bob", by="mallory")
    report = verdict(world)
    assert {f.rule for f in report.findings if f.commit == landed.commit} == {"rests-on-unapproved-rule"}


@pytest.mark.threat("C20", rule="blocked-by-rejection")
def test_a_delegate_can_object(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("carol").reject("mallory")
    judge(change.merge("squash"), "blocked-by-rejection")


@pytest.mark.parametrize(("spec", "rule"), [({}, None), ({"until": "2026-01-02T00:00:00Z"}, "author-lacks-permission")])
def test_a_delegate_may_propose_what_the_lender_might(tmp_path: Path, spec: dict[str, str], rule: str | None) -> None:
    lent = delegation("summer", "dave", "mallory", ["operator"], **spec)
    world = World(tmp_path, policy("models", actions=["model.*"], author={"permission": "model:deploy"}), lent)
    judge(registered(world, "bob", by="mallory"), rule)


@pytest.mark.threat("C25", rule="approver-lacks-role")
@pytest.mark.parametrize(("since", "rule"), [(True, None), (False, "approver-lacks-role")])
def test_where_the_role_had_to_be_held_at_the_base_the_lender_held_it(
    tmp_path: Path, *, since: bool, rule: str | None
) -> None:
    rules_at_base = policy("models", actions=["model.*"], held_since_base=True)
    world = World(tmp_path, LENT, rules_at_base, *([] if since else [user("bob", roles=[])]))
    change = world.propose("alice", "Register", model("fraud"))
    if not since:
        world.propose("carol", "Promote", user("bob", roles=["approver"])).approve("erin").merge("squash")
    judge(change.approve("mallory").merge("squash"), rule)


APART: dict[str, tuple[File, str | None]] = {
    "strictly": (segregation(role_pairs=[{"roles": ["analyst", "approver"], "reason": "X"}]), "mallory holds analyst"),
    "as an advice": (
        segregation(role_pairs=[{"roles": ["analyst", "approver"], "reason": "X"}], enforcement="advisory"),
        None,
    ),
    "from another role": (segregation(role_pairs=[{"roles": ["operator", "approver"], "reason": "X"}]), None),
}


@pytest.mark.threat("C21", rule="delegation-does-not-count")
@pytest.mark.parametrize(("rule", "words"), APART.values(), ids=APART)
def test_nobody_borrows_a_role_that_is_kept_apart_from_one_of_theirs(
    tmp_path: Path, rule: File, words: str | None
) -> None:
    world = World(tmp_path, LENT, rule, user("mallory", roles=["analyst"]))
    report = judge(registered(world, "mallory"), "delegation-does-not-count" if words else None)
    assert words is None or words in report.findings[0].message


@pytest.mark.threat("C21", rule="delegation-does-not-count")
@pytest.mark.parametrize(("maker", "rule"), [("bob", "delegation-does-not-count"), ("dave", None)])
def test_a_lender_whom_an_earlier_duty_bars_lends_no_way_round_it(tmp_path: Path, maker: str, rule: str | None) -> None:
    """Bob made the model, so neither he nor anybody in his seat approves what becomes of it."""
    kept = segregation(lifecycle=[conflict(duty("contribute", "model.register"), duty("approve", "model.update"))])
    world = World(tmp_path, LENT, kept)
    world.propose(maker, "Register", model("fraud")).approve("carol").merge("squash")
    judge(world.propose("alice", "Edit", model("fraud", title="X")).approve("mallory").merge("squash"), rule)


def test_reports_say_whose_delegate_it_was(world: World) -> None:
    from govops.render import stream

    report: Report = judge(registered(world, "mallory"), None)
    assert "mallory as approver, as delegate of bob" in "".join(stream(report, "markdown"))


def test_rejecting_and_approving_through_two_delegates_is_no_way_round(tmp_path: Path) -> None:
    """Whoever lends the role may approve although a delegate objects; the objection stands."""
    world = World(tmp_path, LENT)
    change: Change = world.propose("alice", "Register", model("fraud")).reject("mallory").approve("bob")
    judge(change.merge("squash"), "blocked-by-rejection")
    assert_clean(verdict(World(tmp_path / "calm", LENT)))
