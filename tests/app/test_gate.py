"""The gate says before the landing what the audit says after it, without reading more than it has to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govops.app.gate import Knowledge, Pretence, outlook, publish, queue
from govops.errors import ExitCode, UndecidableError, UsageError
from govops.finding import Severity, Status
from govops.outlook import Outlook
from govops.render.outlook import stream_outlooks
from govops.workspace import Asked
from tests.support.audit import change_of, verdict
from tests.support.change import Change
from tests.support.files import (
    File,
    conflict,
    delegation,
    deployment,
    duty,
    model,
    policy,
    segregation,
    usecase,
    user,
    version,
)
from tests.support.proposals import NOW, ToldForge, foreseen, told
from tests.support.world import World

Story = Callable[[World], Change]


def _register(world: World) -> Change:
    return world.propose("alice", "Register fraud", model("fraud"))


def _roles(world: World) -> Change:
    return world.propose("carol", "Grant", user("dave", roles=["analyst", "approver"]))


def _deployed(world: World) -> None:
    """Two versions, staged one after the other."""
    world.propose("alice", "Register", model("fraud")).approve("bob").merge()
    for number in ("1.0.0", "1.1.0"):
        world.propose("alice", number, version("fraud", number)).approve("bob").merge()
        world.propose("alice", number, version("fraud", number, status="approved")).approve("bob").merge()
        world.propose("dave", f"Stage {number}", deployment("staging", "fraud", number)).approve("bob").merge()


def _orphaned(world: World) -> Change:
    """A use case links the model that goes."""
    links = [{"model": "fraud", "versions": ">=1.0"}]
    world.propose("alice", "Use", model("fraud"), usecase("claims", models=links)).approve("bob").merge()
    return world.propose("alice", "Delete", {"registry/models/fraud/model.yaml": None})


def _outside(world: World) -> Change:
    """A deployed use case approved 1.0 only, and 1.1 goes to production."""
    _deployed(world)
    use = {"models": [{"model": "fraud", "versions": "==1.0.0"}], "impact": "low"}
    for status in ("draft", "submitted", "approved", "deployed"):
        world.propose("alice", status, usecase("claims", status=status, **use)).approve("bob").merge()
    return world.propose("dave", "Go", deployment("production", "fraud", "1.1.0"))


def _retired(world: World, **spec: Any) -> Change:
    """A version that runs in production is deprecated."""
    _deployed(world)
    world.propose("dave", "Go", deployment("production", "fraud", "1.0.0")).approve("bob").merge()
    return world.propose("alice", "Retire", version("fraud", "1.0.0", status="deprecated", **spec)).approve("bob")


def _bereft(world: World) -> Change:
    """A use case in force loses the only version that it may use, and nothing runs in production."""
    _deployed(world)
    use = {"models": [{"model": "fraud", "versions": "==1.0.0"}], "impact": "low"}
    for status in ("draft", "submitted", "approved"):
        world.propose("alice", status, usecase("claims", status=status, **use)).approve("bob").merge()
    why = {"reason": "It drifts"}
    return world.propose("alice", "Retire", version("fraud", "1.0.0", status="deprecated", retirement=why)).approve(
        "bob"
    )


def _leaning(world: World, **spec: Any) -> Change:
    """Something that names a use case which was there before."""
    world.propose("alice", "Draft", usecase("desk"), usecase("post", dependencies=["desk"])).approve("bob").merge()
    return world.propose("alice", "Draft", usecase("claims", **spec)).approve("bob")


def _ring(world: World) -> Change:
    """The last of three use cases that then need each other."""
    _leaning(world, dependencies=["post"]).merge()
    return world.propose("alice", "Close", usecase("desk", dependencies=["claims"])).approve("bob")


def _needed(world: World) -> Change:
    """A use case is dropped that another one in force depends on."""
    world.propose("alice", "Draft", usecase("desk")).approve("bob").merge()
    for status in ("draft", "submitted", "approved"):
        needing = usecase("claims", status=status, dependencies=["desk"])
        world.propose("alice", status, needing).approve("bob").merge()
    why = {"reason": "No money"}
    return world.propose("alice", "Drop", usecase("desk", status="archived", retirement=why)).approve("bob")


def _twice(world: World) -> Change:
    """The same use case under another name."""
    said = {"title": "Claims routing", "description": "Sends every claim to the desk that can settle it."}
    world.propose("alice", "Draft", usecase("claims", **said)).approve("bob").merge()
    return world.propose("alice", "Draft", usecase("desk", **said)).approve("bob")


def _ruled(world: World, *rules: File) -> World:
    """The same company with more rules, which landed as they should."""
    world.propose("erin", "Rule", *rules).approve("carol").merge()
    return world


def _urgent(world: World) -> Change:
    """Operators may change models in an emergency; Alice is one."""
    emergency = {"within": "24h", "author": {"role": "operator"}, "reason": "It does harm as it is."}
    return _register(_ruled(world, policy("models", actions=["model.*"], emergency=emergency)))


def _lent(world: World) -> Change:
    """Bob is away, and Mallory acts for him."""
    return _register(_ruled(world, delegation("a", "bob", "mallory", ["approver"], until="2028-01-01T00:00:00Z")))


def _minor(world: World, **spec: Any) -> Change:
    """Only owners matter, and of the rest nobody has said a word."""
    _ruled(world, policy("models", actions=["model.*"], match={"fields": ["owner"]}))
    _register(world).approve("bob").merge()
    return world.propose("alice", "Edit", model("fraud", **spec)).approve("bob")


def _choice(world: World) -> Change:
    """An approver, and an admin or two analysts."""
    either = {"any_of": [{"role": "admin"}, {"count": 2, "role": "analyst"}]}
    return _register(_ruled(world, policy("models", actions=["model.*"], approvals=[{"role": "approver"}, either])))


STORIES: dict[str, Story] = {
    "a retirement without a reason": _retired,
    "a retirement while it runs": lambda w: _retired(w, retirement={"reason": "It drifts"}),
    "a use case that is there already": _twice,
    "a use case left without a version": _bereft,
    "a use case that needs one that is there": lambda w: _leaning(w, dependencies=["post"]),
    "a use case that is like one that is there": lambda w: _leaning(w, related=["desk"]),
    "a ring of use cases": _ring,
    "a use case dropped while it is needed": _needed,
    "an emergency": _urgent,
    "an emergency, approved in time": lambda w: _urgent(w).approve("bob"),
    "an emergency, rejected": lambda w: _urgent(w).reject("bob"),
    "approved by a delegate": lambda w: _lent(w).approve("mallory"),
    "approved by a delegate and their lender": lambda w: _lent(w).approve("mallory").approve("bob"),
    "a minor edit": lambda w: _minor(w, title="X"),
    "an edit that matters": lambda w: _minor(w, owner="bob"),
    "half of a choice": lambda w: _choice(w).approve("bob").approve("dave"),
    "one side of a choice": lambda w: _choice(w).approve("bob").approve("erin"),
    "approved": lambda w: _register(w).approve("bob"),
    "not approved": _register,
    "approved by its author": lambda w: _register(w).approve("alice"),
    "approved by somebody without the role": lambda w: _register(w).approve("dave"),
    "approved by a bot": lambda w: _register(w).approve("robo"),
    "approved before a push": lambda w: _register(w).approve("bob").push("alice", model("fraud", title="Other")),
    "approved and then rejected": lambda w: _register(w).approve("bob").reject("bob"),
    "rejected by another": lambda w: _register(w).approve("bob").reject("carol"),
    "approved and dismissed": lambda w: _register(w).approve("bob").dismiss("bob"),
    "by somebody unknown": lambda w: w.propose("alice", "R", model("fraud"), author="X <x@else.example>").approve(
        "bob"
    ),
    "of a role, approved": lambda w: _roles(w).approve("erin"),
    "of a role, approved by its beneficiary": lambda w: _roles(w).approve("dave"),
    "a reference to nothing": lambda w: w.propose("dave", "D", deployment("staging", "none", "1.0.0")).approve("bob"),
    "a broken file": lambda w: w.propose("alice", "B", ("registry/models/x/model.yaml", b"a: [")).approve("bob"),
    "a stray file": lambda w: w.propose("alice", "S", ("registry/models/x/notes.txt", b"x")).approve("bob"),
    "a workflow": lambda w: w.propose("alice", "W", (".github/workflows/x.yml", b"on: push\n")).approve("bob"),
    "a workflow, approved by an admin": lambda w: w.propose("alice", "W", (".github/workflows/x.yml", b"x\n")).approve(
        "carol"
    ),
    "a model is deleted that something names": lambda w: _orphaned(w).approve("bob"),
    "a use case outside of whose range a version runs": lambda w: _outside(w).approve("bob"),
    "nothing governed": lambda w: w.propose("alice", "N", ("src/train.py", b"pass\n")),
}


@pytest.mark.threat("C01", "C03", "C19", "C20", "C22", "C32", "C35")
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_the_gate_foresees_what_the_audit_finds(world: World, story: Story) -> None:
    change = story(world)
    before = foreseen(change)
    landed = change.merge("merge")
    report = verdict(world)
    found = {(f.rule, f.path, f.status) for f in report.findings}
    assert {(f.rule, f.path, f.status) for f in before.findings} == found
    assert before.exit_code() == report.exit_code()
    if before.is_governed:
        after = change_of(report, landed)
        assert (before.change.status, before.change.actions) == (after.status, after.actions)
        assert before.change.requirements == after.requirements
        assert [(a.person, a.counted, a.reasons) for a in before.change.approvals] == [
            (a.person, a.counted, a.reasons) for a in after.approvals
        ]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The default company."""
    return World(tmp_path)


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_gate_that_audits_first_says_the_same(world: World, story: Story) -> None:
    change = story(world)
    quick, thorough = foreseen(change), foreseen(change, audited=True)
    assert (quick.findings, quick.change, quick.missing) == (thorough.findings, thorough.change, thorough.missing)
    assert (quick.is_audited, thorough.is_audited) == (False, True)


@pytest.fixture
def apart(tmp_path: Path) -> World:
    """Who builds a model approves none of its versions. Bob built one, and might approve the next."""
    built = conflict(duty("contribute", "model.*"), duty("approve", "model.approve"))
    world = World(tmp_path / "apart", segregation(lifecycle=[built]), user("erin", roles=["admin", "approver"]))
    world.propose("bob", "Build", model("fraud"), version("fraud", "1.0")).approve("carol").merge("squash")
    world.propose("alice", "Go on", version("fraud", "1.1")).approve("carol").merge("squash")
    return world


def test_what_people_did_long_ago_is_looked_up_where_the_rules_ask_for_it(apart: World) -> None:
    """Nothing at the base tells it, so the gate reads the history first."""
    change = apart.propose("alice", "Approve", version("fraud", "1.1", status="approved")).approve("bob")
    before = foreseen(change)
    assert before.is_audited
    assert [finding.rule for finding in before.findings] == ["approver-conflicted"]
    (missing,) = before.missing
    assert missing.could == ("carol", "erin")
    change.merge("squash")
    assert [finding.rule for finding in verdict(apart).findings] == ["approver-conflicted"]


def test_and_only_there(apart: World) -> None:
    change = apart.propose("carol", "Another rule", user("dave", roles=["analyst"])).approve("erin")
    assert not foreseen(change).is_audited


def test_a_return_is_a_rollback_although_only_one_file_of_the_past_is_read(world: World) -> None:
    _deployed(world)
    back = world.propose("dave", "Back", deployment("staging", "fraud", "1.0.0", rollback={"reason": "errors"}))
    for audited in (False, True):
        assert [action.name for action in foreseen(back, audited=audited).change.actions] == ["model.rollback"]


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
def test_only_a_gate_that_audits_first_knows_that_a_rule_landed_unapproved(world: World) -> None:
    """The quick one says so; the audit after the landing finds it in any case."""
    world.push("mallory", user("mallory", roles=["approver"]))
    change = _register(world).approve("mallory")
    quick, thorough = foreseen(change), foreseen(change, audited=True)
    assert quick.exit_code() is ExitCode.OK
    assert "an audit tells" in "".join(stream_outlooks([quick], "text"))
    assert {f.rule for f in thorough.findings} == {"rests-on-unapproved-rule"}


def test_what_is_missing_is_said_with_those_who_could_give_it(world: World) -> None:
    missing = foreseen(_register(world)).missing
    assert [(m.count, m.could) for m in missing] == [(1, ("bob", "carol"))]


def test_the_gate_says_that_a_change_may_land_as_an_emergency_and_until_when_it_is_approved(world: World) -> None:
    found = foreseen(_urgent(world))
    (finding,) = found.findings
    assert finding.message == (
        "registry/models/fraud/model.yaml may land as an emergency, and must then be approved:"
        " 1 approval by role approver within 24h of the landing"
    )
    assert found.exit_code() is ExitCode.VIOLATION
    assert finding.message.split(", and")[0] in "".join(stream_outlooks([found], "markdown")).replace("`", "")


def test_a_delegate_could_give_what_is_missing(world: World) -> None:
    assert [m.could for m in foreseen(_lent(world)).missing] == [("bob", "carol", "mallory")]


def test_a_delegate_of_somebody_who_took_part_could_not(world: World) -> None:
    change = _lent(world).push("bob", ("src/x.py", b"x\n"))
    assert [m.could for m in foreseen(change).missing] == [("carol",)]


def test_a_choice_is_said_in_one_sentence_with_all_who_could_serve(world: World) -> None:
    (missing,) = foreseen(_choice(world).approve("bob").approve("dave")).missing
    assert missing.text == (
        "model.register: 1 approval by role approver, and either 1 by role admin or 2 by role analyst"
    )
    assert (missing.count, missing.could) == (1, ("carol", "erin"))


def test_a_contributor_is_nobody_who_could(world: World) -> None:
    change = _register(world).push("bob", ("src/x.py", b"x\n"))
    assert [m.could for m in foreseen(change).missing] == [("carol",)]


def test_a_simulated_approval_counts_like_a_real_one(world: World) -> None:
    change = _register(world)
    assert foreseen(change).exit_code() is ExitCode.VIOLATION
    assert foreseen(change, Pretence(approve=("bob",))).exit_code() is ExitCode.OK
    assert foreseen(change, Pretence(approve=("alice",))).exit_code() is ExitCode.VIOLATION


def test_without_somebody_is_as_if_they_had_been_silent(world: World) -> None:
    change = _register(world).approve("bob").reject("carol")
    assert foreseen(change).exit_code() is ExitCode.VIOLATION
    assert foreseen(change, Pretence(without=("carol",))).exit_code() is ExitCode.OK
    assert foreseen(change, Pretence(without=("carol", "bob"))).exit_code() is ExitCode.VIOLATION


@pytest.mark.parametrize("name", ["nobody", "../users"])
def test_nobody_can_be_supposed_who_is_not_there(world: World, name: str) -> None:
    with pytest.raises(UsageError, match="there is no User"):
        foreseen(_register(world), Pretence(approve=(name,)))


@pytest.mark.threat("C04")
def test_what_moved_on_the_branch_is_merged_before_it_is_judged(world: World) -> None:
    _register(world).approve("bob").merge()
    path = "registry/models/fraud/model.yaml"
    change = world.propose("alice", "Edit", world.replace(path, "proprietary", "MIT")).approve("bob")
    world.propose("alice", "Title", world.replace(path, "The fraud model", "The scam model")).approve("bob").merge()
    found = foreseen(change)
    assert found.exit_code() is ExitCode.OK
    assert found.change.coverage == ((path, "replay"),)


@pytest.mark.threat("C46", rule="merge-conflict")
def test_a_conflict_is_for_the_proposal_to_solve(world: World) -> None:
    change = world.propose("alice", "One", model("fraud", title="One")).approve("bob")
    world.propose("alice", "Two", model("fraud", title="Two")).approve("bob").merge()
    found = foreseen(change)
    assert [finding.rule for finding in found.findings if finding.rule == "merge-conflict"] == ["merge-conflict"]
    assert found.exit_code() is ExitCode.VIOLATION


@pytest.mark.threat("H05")
def test_a_base_that_is_not_on_the_protected_branch_is_refused(world: World) -> None:
    change = _register(world).approve("bob")
    with pytest.raises(UsageError, match="is not on the protected branch"):
        foreseen(change, base=change.head)


@pytest.mark.threat("H05")
def test_a_base_that_only_the_remotes_branch_has_is_on_the_protected_branch(world: World) -> None:
    """In a clone whose own branch is behind, `--base origin/main` is what somebody asks for."""
    behind = world.main
    world.propose("alice", "More", model("more")).approve("bob").merge()
    world.objects.ref("refs/remotes/origin/main", world.main)
    change = _register(world).approve("bob")
    world.objects.ref("refs/heads/main", behind)
    assert foreseen(change, base="origin/main").exit_code() is ExitCode.OK


@pytest.mark.threat("C15", "C43")
def test_a_proposal_for_another_branch_is_refused(world: World) -> None:
    change = _register(world).approve("bob")
    forge = ToldForge(told(change, target="release"))
    with pytest.raises(UsageError, match='for branch "release"'):
        outlook(Asked(world.path, NOW, head=change.head), Knowledge(lambda _: forge))


@pytest.mark.threat("C03")
def test_a_head_that_has_moved_at_the_forge_is_not_judged(world: World) -> None:
    change = _register(world).approve("bob")
    forge = ToldForge(told(change, head=world.main))
    with pytest.raises(UndecidableError, match="by now"):
        outlook(Asked(world.path, NOW, head=change.head), Knowledge(lambda _: forge, "1"))


@pytest.mark.threat("B08", "H04")
def test_a_shallow_clone_is_undecidable(world: World) -> None:
    change = _register(world).approve("bob")
    (world.git_dir / "shallow").write_text(f"{world.main}\n")
    with pytest.raises(UndecidableError, match="shallow"):
        foreseen(change)


SIGNED = {"evidence": {"mode": "signature", "accept": ["signature"]}}


@pytest.fixture
def signing(tmp_path: Path) -> World:
    """A company without a forge."""
    return World(tmp_path, settings=SIGNED)


def unforeseen(change: Change) -> Outlook:
    """What the gate says when there is no forge to ask."""
    return outlook(Asked(change.world.path, NOW, head=change.head))


def test_without_a_forge_signed_proposals_and_approvals_are_what_counts(signing: World) -> None:
    change = _register(signing)
    assert unforeseen(change).change.status is Status.FAIL
    signing.approve_signed("bob", change)
    assert unforeseen(change).change.status is Status.UNVERIFIABLE
    signing.propose_signed("alice", change)
    assert unforeseen(change).change.status is Status.PASS


@pytest.mark.threat("C16", rule="evidence-spent")
def test_a_signed_approval_is_not_good_for_a_second_landing(signing: World) -> None:
    change = _register(signing)
    signing.propose_signed("alice", change)
    signing.approve_signed("bob", change)
    change.merge("merge", record=False)
    world = signing
    undo = world.propose("alice", "Undo", {"registry/models/fraud/model.yaml": None})
    world.propose_signed("alice", undo)
    world.approve_signed("bob", undo)
    undo.merge("merge", record=False)
    again = _register(world)
    world.propose_signed("alice", again)
    assert {f.rule for f in unforeseen(again).findings} == {"evidence-spent"}
    world.approve_signed("bob", again)
    assert unforeseen(again).exit_code() is ExitCode.OK


@pytest.mark.threat("C34")
def test_each_member_of_a_queue_is_judged_on_top_of_the_one_before(world: World) -> None:
    first = world.propose("carol", "Grant", user("dave", roles=["analyst", "approver"])).approve("erin")
    second = _register(world).approve("dave")
    base = world.main
    open_ones = (told(first), told(second))
    landed = [change.merge("merge", record=False).commit for change in (first, second)]
    told_both = [replace(one, merge_commit=commit) for one, commit in zip(open_ones, landed, strict=True)]
    tip = world.main
    world.advance(base)
    known = Knowledge(lambda _: ToldForge(*told_both))
    found = queue(Asked(world.path, NOW, head=tip), known)
    assert [(one.proposal, one.change.status) for one in found] == [
        ("local#1", Status.PASS),
        ("local#2", Status.PASS),  # dave's role landed before
    ]


@pytest.mark.threat("C34", rule="residual-content")
def test_content_that_slipped_into_a_queue_is_found(world: World) -> None:
    change = _register(world).approve("bob")
    base = world.main
    open_one = told(change)
    landing = change.merge("merge", amend=[model("slipped")], record=False)
    world.advance(base)
    known = Knowledge(lambda _: ToldForge(replace(open_one, merge_commit=landing.commit)))
    (found,) = queue(Asked(world.path, NOW, head=landing.commit), known)
    assert "residual-content" in {finding.rule for finding in found.findings}


def test_what_is_published_is_the_status_of_the_head_and_one_comment(world: World) -> None:
    change = _register(world)
    forge = ToldForge(told(change))
    known = Knowledge(lambda _: forge, "1")
    publish((outlook(Asked(world.path, NOW, head=change.head), known),), known, fail_on=Severity.LOW)
    assert forge.statuses == {change.head: ("govops/gate", "failure")}
    assert "1 more approval needed" in forge.comments["1"]
    assert "bob, carol" in forge.comments["1"]


@pytest.mark.parametrize("format", ["text", "markdown", "json", "github"])
@pytest.mark.parametrize("story", ["approved", "approved before a push", "nothing governed"])
def test_every_format_says_the_verdict(world: World, story: str, format: str) -> None:
    found = foreseen(STORIES[story](world))
    text = "".join(stream_outlooks([found], format))
    assert text.endswith("\n") or format == "github"
    assert ("stale-approval" in text) == (story == "approved before a push")


@pytest.mark.parametrize("format", ["sarif", "junit", "json", "text"])
def test_a_queue_is_one_document_where_the_format_has_documents(world: World, format: str) -> None:
    both = [foreseen(STORIES[story](world)) for story in ("not approved", "approved by its author")]
    text = "".join(stream_outlooks(both, format))
    openings = {"sarif": '"$schema"', "junit": "<?xml", "json": '"schema": "govops/outlook/v1"', "text": "proposal "}
    assert text.count(openings[format]) == (2 if format in ("json", "text") else 1)
    assert "not-approved" in text
    assert "approver-is-contributor" in text
