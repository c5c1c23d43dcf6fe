"""Who somebody is: accounts and keys on file, never the names that git is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import change_of, judge, refused, rules, verdict
from tests.support.cast import FORGE_COMMITTER, Person, public_line
from tests.support.change import Change
from tests.support.files import File, model, policy, user, user_of
from tests.support.world import World

BOTH = user("dave", roles=["analyst", "approver"])
EXCLUDED: dict[str, Callable[[World], Change]] = {
    "the opener": lambda w: w.propose("bob", "Register", model("fraud")),
    "the opener, from a second account": lambda w: w.propose("bob", "Register", model("fraud"), account="id-bob-2"),
    "who commits as somebody else": lambda w: w.propose("bob", "Register", model("fraud"), author="alice"),
    "who is named as the author": lambda w: w.propose("alice", "Register", model("fraud"), author="bob"),
    "who is named by a second address": lambda w: w.propose(
        "alice", "Register", model("fraud"), author="B <bob@home.example>"
    ),
    "who is named in capitals": lambda w: w.propose("alice", "Register", model("fraud"), author="B <Bob@ACME.example>"),
    "who is named as the committer": lambda w: w.propose("alice", "Register", model("fraud"), committer="bob"),
    "a co-author": lambda w: w.propose("alice", "Register", model("fraud"), co_authors=["bob"]),
    "who pushed to it": lambda w: w.propose("alice", "Register").push("bob", model("fraud")),
    "who pushed somebody else's commit": lambda w: w.propose("alice", "Register").push(
        "bob", model("fraud"), author="alice"
    ),
    "who committed and reverted": lambda w: (
        w.propose("alice", "Register", model("fraud"))
        .push("bob", ("src/train.py", b"pass\n"))
        .push("alice", {"src/train.py": None})
    ),
}


@pytest.mark.threat("D01", "D04", rule="approver-is-contributor")
@pytest.mark.parametrize("story", EXCLUDED.values(), ids=EXCLUDED)
def test_whoever_helped_does_not_approve(world: World, story: Callable[[World], Change]) -> None:
    judge(story(world).approve("bob").merge("squash"), "approver-is-contributor")


@pytest.mark.threat("D01", "D04")
@pytest.mark.parametrize("story", EXCLUDED.values(), ids=EXCLUDED)
def test_somebody_else_does(world: World, story: Callable[[World], Change]) -> None:
    judge(story(world).approve("carol").merge("squash"), None)


@pytest.mark.threat("D04")
@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_whoever_presses_merge_is_no_contributor(world: World, method: Any) -> None:
    change = world.propose("alice", "Register", model("fraud")).push("alice", ("src/train.py", b"pass\n"))
    judge(change.approve("bob").merge(method, by="bob"), None)


@pytest.mark.threat("D01", rule="not-approved")
def test_a_commit_in_the_name_of_the_boss_proves_nothing(world: World) -> None:
    judge(world.push("mallory", model("fraud"), author="carol", committer="carol"), "not-approved")


WHO: dict[str, tuple[Callable[[Change], Change], str]] = {
    "without the role": (lambda c: c.approve("mallory"), "approver-lacks-role"),
    "with another role": (lambda c: c.approve("erin"), "approver-lacks-role"),
    "a bot": (lambda c: c.approve("robo"), "approver-not-human"),
    "an unknown account": (lambda c: c.approve("bob", account="id-nobody"), "approver-unknown"),
    "an account spelled like a known one": (lambda c: c.approve("bob", account="ID-BOB"), "approver-unknown"),
}


@pytest.mark.threat("C35", "D06")
@pytest.mark.parametrize(("review", "rule"), WHO.values(), ids=WHO)
def test_an_approver_is_a_known_person_with_the_role(
    world: World, review: Callable[[Change], Change], rule: str
) -> None:
    judge(review(world.propose("alice", "Register", model("fraud"))).merge("squash"), rule)


@pytest.mark.threat("C35", "D06")
@pytest.mark.parametrize(("review", "rule"), WHO.values(), ids=WHO)
def test_an_approval_that_does_not_count_takes_nothing_from_one_that_does(
    world: World, review: Callable[[Change], Change], rule: str
) -> None:
    landed = review(world.propose("alice", "Register", model("fraud"))).approve("carol").merge("squash")
    report = judge(landed, None)
    reasons = {reason for given in change_of(report, landed).approvals for reason, _ in given.reasons}
    assert reasons == {rule}


def test_a_person_who_is_not_active_does_not_approve(tmp_path: Path) -> None:
    change = World(tmp_path, user("bob", active=False)).propose("alice", "Register", model("fraud"))
    judge(change.approve("bob").merge("squash"), "approver-inactive")


STRANGER = "X <x@else.example>"


@pytest.mark.threat("D02", "D03", rule="unknown-contributor")
@pytest.mark.parametrize("role", [{"author": STRANGER}, {"committer": STRANGER}, {"co_authors": [STRANGER]}])
@pytest.mark.parametrize("mailmap", [b"", b"Alice Adams <alice@acme.example> <x@else.example>\n"])
def test_a_contributor_whom_nobody_knows_blocks(tmp_path: Path, role: dict[str, Any], mailmap: bytes) -> None:
    world = World(tmp_path, (".mailmap", mailmap))
    change = world.propose("alice", "Register", model("fraud"), **role).approve("bob")
    judge(change.merge("squash"), "unknown-contributor")


@pytest.mark.threat("D02", rule="approver-is-contributor")
def test_a_mailmap_gives_nobody_another_name(tmp_path: Path) -> None:
    world = World(tmp_path, (".mailmap", b"Alice Adams <alice@acme.example> <bob@acme.example>\n"))
    change = world.propose("alice", "Register", model("fraud"), author="bob").approve("bob")
    judge(change.merge("squash"), "approver-is-contributor")


@pytest.mark.threat("D03", rule="unknown-contributor")
def test_an_account_that_nobody_knows_blocks(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud"), account="id-nobody").approve("bob")
    judge(change.merge("squash"), "unknown-contributor")


@pytest.mark.threat("D03")
@pytest.mark.parametrize("ident", ["Formatter <format@tools.example>", FORGE_COMMITTER], ids=["a tool", "the forge"])
def test_tools_and_the_forge_are_not_strangers(tmp_path: Path, ident: str) -> None:
    world = World(tmp_path, settings={"tools": ["format@tools.example"]})
    change = world.propose("alice", "Register", model("fraud"), committer=ident).approve("bob")
    judge(change.merge("squash"), None)


@pytest.mark.threat("D03")
def test_a_stranger_who_is_introduced_first_may_contribute(world: World) -> None:
    people = user("zoe", emails=["x@else.example"], accounts=[], keys=[], roles=["analyst"])
    world.propose("carol", "Hire", people).approve("erin").merge("squash")
    change = world.propose("alice", "Register", model("fraud"), author=STRANGER).approve("bob")
    judge(change.merge("squash"), None)


SIGNED = {"evidence": {"mode": "signature", "accept": ["signature"]}}
CLAIMED = {"evidence": {"mode": "signature", "accept": ["signature"], "contributors": "claimed"}}


@pytest.mark.threat("D04", rule="contributors-not-attested")
@pytest.mark.parametrize(
    ("settings", "key", "rule"),
    [(SIGNED, None, "contributors-not-attested"), (SIGNED, "alice", None), (CLAIMED, None, None)],
    ids=["nobody attested", "a signed commit", "claims accepted"],
)
def test_git_names_exclude_and_never_clear(
    tmp_path: Path, settings: dict[str, Any], key: str | None, rule: str | None
) -> None:
    world = World(tmp_path, settings=settings)
    change = world.propose("alice", "Register", model("fraud"), signed_by=key)
    world.approve_signed("bob", change)
    judge(change.merge("fast-forward", record=False), rule, ExitCode.UNDECIDABLE)


ANALYSTS = policy("models", actions=["model.*"], author={"permission": "model:register"})
TOOL = "Formatter <format@tools.example>"
AUTHORED: dict[str, tuple[str, str, str | None]] = {
    "whoever may, in their own name": ("alice", "alice", None),
    "whoever may, what another wrote": ("alice", "mallory", None),
    "whoever may not, in their own name": ("mallory", "mallory", "author-lacks-permission"),
    "whoever may not, in the name of one who may": ("mallory", "alice", "author-lacks-permission"),
    "whoever may not, in the name of a tool": ("mallory", TOOL, "author-lacks-permission"),
}


@pytest.mark.threat("D01", "D04", rule="author-lacks-permission")
@pytest.mark.parametrize(("signer", "author", "rule"), AUTHORED.values(), ids=AUTHORED)
def test_of_signed_commits_whoever_signed_is_asked_whether_they_may_propose(
    tmp_path: Path, signer: str, author: str, rule: str | None
) -> None:
    """Anybody can commit under any name."""
    world = World(tmp_path, ANALYSTS, settings={**SIGNED, "tools": ["format@tools.example"]})
    change = world.propose(signer, "Register", model("fraud"), author=author, committer=signer, signed_by=signer)
    world.approve_signed("bob", change)
    judge(change.merge("fast-forward", record=False), rule)


@pytest.mark.threat("D05", rule="approver-is-contributor")
@pytest.mark.parametrize(("approver", "rule"), [("dave", "approver-is-contributor"), ("bob", None)])
def test_a_squash_does_not_lose_its_second_author(tmp_path: Path, approver: str, rule: str | None) -> None:
    change = World(tmp_path, BOTH).propose("alice", "Register", model("fraud"))
    change.commit_as(("src/train.py", b"pass\n"), author="dave").approve(approver)
    judge(change.merge("squash"), rule)


@pytest.mark.threat("D05")
def test_a_squash_without_its_authors_is_undecidable(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    landed = change.merge("squash", receipt_edit=lambda payload: payload["proposal"].update(contributors=[]))
    refused(verdict(world), landed, Status.UNVERIFIABLE)


@pytest.mark.threat("D06")
def test_a_renamed_account_is_the_same_person(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob", login="robert")
    judge(change.merge("squash"), None)


@pytest.mark.threat("D06", rule="approver-unknown")
def test_a_login_that_was_taken_over_is_nobody(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob", account="id-new", login="bob")
    judge(change.merge("squash"), "approver-unknown")


TWINS: dict[str, dict[str, Any]] = {
    "an address": {"emails": ["bob@acme.example"]},
    "an address in capitals": {"emails": ["BOB@acme.example"]},
    "an account": {"accounts": [{"forge": "local", "id": "id-bob", "login": "twin"}]},
    "a key": {"keys": [public_line("bob")]},
}


@pytest.mark.threat("D07", rule="address-conflict")
@pytest.mark.parametrize("shared", TWINS.values(), ids=TWINS)
def test_two_people_do_not_share_an_identity(world: World, shared: dict[str, Any]) -> None:
    twin = user("twin", **shared)
    landed = world.propose("carol", "Hire", twin).approve("erin").merge("squash")
    report = verdict(world)
    assert rules(report) == {"address-conflict"}
    assert {finding.commit for finding in report.findings} == {landed.commit}


VARIANTS: dict[str, File] = {
    "a capital": user_of(Person("Bob", "Bob Brown")),
    "an invisible letter": user_of(Person("bob\u200d", "Bob Brown")),
    "a Cyrillic letter": user_of(Person("b\u043eb", "Bob Brown")),
    "a newline": user_of(Person("bob\n", "Bob Brown")),
}


@pytest.mark.threat("D08")
@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_a_name_has_one_spelling(world: World, variant: File) -> None:
    landed = world.propose("carol", "Hire", variant).approve("erin").merge("squash")
    report = verdict(world)
    refused(report, landed)
    assert {finding.path for finding in report.findings} == {variant[0]}


@pytest.mark.threat("D08")
def test_a_display_name_that_looks_like_another_is_told(world: World) -> None:
    twin = user("zed", display_name="B\u043eb Brown")
    world.propose("carol", "Hire", twin).approve("erin").merge("squash")
    assert twin[0] in {finding.path for finding in verdict(world).findings}


KEYS: dict[str, tuple[str | None, str | None]] = {
    "bob's own key": ("bob", None),
    "the author's key": ("alice", "signer-mismatch"),
    "another approver's key": ("carol", "signer-mismatch"),
    "a key that nobody has": ("nobody", "approver-unknown"),
    "no key": (None, "not-approved"),
}


@pytest.mark.threat("D12", rule="signer-mismatch")
@pytest.mark.parametrize(("signer", "rule"), KEYS.values(), ids=KEYS)
def test_an_approval_is_by_whoever_signed_it(world: World, signer: str | None, rule: str | None) -> None:
    change = world.propose("alice", "Register", model("fraud"))
    world.approve_signed("bob", change, signer=signer)
    judge(change.merge("squash"), rule)


@pytest.mark.threat("D12")
def test_a_good_signature_in_the_name_of_the_boss_approves_nothing(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud"), committer="carol", signed_by="alice")
    judge(change.merge("fast-forward"), "not-approved")


ALONE = {"single_maintainer": True}
MAINTAINERS: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "an active human": (ALONE, {}, None),
    "a bot": (ALONE, {"type": "bot"}, "not-approved"),
    "an agent": (ALONE, {"type": "agent"}, "not-approved"),
    "somebody who left": (ALONE, {"active": False}, "not-approved"),
    "somebody without the role": (ALONE, {"roles": []}, "not-approved"),
    "somebody whose Settings say nothing of it": ({}, {}, "not-approved"),
}


@pytest.mark.parametrize(("settings", "spec", "rule"), MAINTAINERS.values(), ids=MAINTAINERS)
def test_a_single_maintainer_approves_by_making_the_change(
    tmp_path: Path, settings: dict[str, Any], spec: dict[str, Any], rule: str | None
) -> None:
    carol = Person("carol", "Carol Clark", ("admin", "approver"))
    world = World(tmp_path, user("carol", **spec), settings=settings, people=(carol,))
    judge(world.push("carol", model("fraud", owner="carol")), rule)


def test_two_people_have_no_single_maintainer(tmp_path: Path) -> None:
    """A second person on file is only said; a second one in the change is somebody to ask."""
    world = World(tmp_path, settings=ALONE)
    landed = world.propose("carol", "Register", model("fraud"), author="dave").merge("squash")
    assert change_of(verdict(world), landed).status is Status.FAIL
