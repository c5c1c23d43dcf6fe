"""What landed is recorded as the forge knows it, and an audit of the records tells good stories from bypasses."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.forge.hub import WAYS, Hub, company
from tests.support.audit import assert_clean, change_of, only
from tests.support.change import Landed, Method
from tests.support.fake_facts import User
from tests.support.fake_forge import Kind
from tests.support.files import delete, model, version


@pytest.mark.parametrize(("kind", "method"), WAYS)
def test_a_reviewed_change_is_clean_however_it_lands(tmp_path: Path, kind: Kind, method: Method) -> None:
    with company(tmp_path, kind) as hub:
        change = hub.world.propose("alice", "Register fraud", model("fraud")).push("alice", version("fraud", "1.0"))
        hub.land(change.approve("bob"), method)
        assert_clean(hub.judged())
        (receipt,) = hub.receipts()
        assert receipt.proposal is not None
        assert (receipt.proposal.method, receipt.proposal.id, receipt.backfilled) == (method, "1", False)


@pytest.mark.parametrize(("kind", "method"), WAYS)
def test_without_the_approval_it_is_found(tmp_path: Path, kind: Kind, method: Method) -> None:
    with company(tmp_path, kind) as hub:
        landed = hub.land(hub.world.propose("alice", "Register fraud", model("fraud")), method)
        only(hub.judged(), "not-approved", landed)


def test_gitlab_rebases_a_proposal_and_fast_forwards_to_it(tmp_path: Path) -> None:
    """What was approved before the rebase still is, as long as the content is the same."""
    with company(tmp_path, "gitlab") as hub:
        late = hub.world.propose("alice", "Register fraud", model("fraud")).push("alice", version("fraud", "1.0"))
        late.approve("bob")
        hub.land(hub.world.propose("dave", "Register churn", model("churn")).approve("bob"))
        landed = hub.land(late.rebase(by="alice"), "fast-forward")
        assert_clean(hub.judged())
        assert len(landed.commits) == 2
        assert [(receipt.base, receipt.tip) for receipt in hub.receipts()][1] == (landed.base, landed.commit)


@pytest.mark.slow
def test_a_year_is_recorded_in_one_run_and_once(github: Hub) -> None:
    """Twenty-five changes: more than are written at once."""
    for number in range(25):
        github.land(github.world.propose("alice", f"Register {number}", model(f"m{number}")).approve("bob"))
    ran = github.record()
    assert ran.out.splitlines()[-1] == "25 changes recorded"
    assert_clean(github.audit())
    before = [record.id for record in github.book().records]
    assert github.record().out == "0 changes recorded\n"
    assert [record.id for record in github.book().records] == before
    assert [receipt.sequence for receipt in github.receipts()] == list(range(25))


# ---- bypasses


@pytest.mark.threat("C01", "C36", rule="not-approved")
def test_a_direct_push_is_recorded_as_one_and_found(hub: Hub) -> None:
    landed = hub.push("alice", model("fraud"))
    only(hub.judged(), "not-approved", landed)
    (receipt,) = hub.receipts()
    assert receipt.proposal is None
    assert (receipt.pusher and receipt.pusher.login, receipt.landed_at) == ("alice", landed.at)


@pytest.mark.threat("C01", rule="not-approved")
def test_a_push_that_the_forge_has_forgotten_is_one_nevertheless(github: Hub) -> None:
    landed = github.push("alice", model("fraud"), told=False)
    assert change_of(github.judged(), landed).status is Status.FAIL
    (receipt,) = github.receipts()
    assert (receipt.pusher, receipt.landed_at) == (None, None)


@pytest.mark.threat("C01", "C36")
def test_all_commits_of_one_push_have_its_pusher_and_time(github: Hub) -> None:
    """The forge tells of the last one only."""
    github.push("alice", model("fraud"), told=False)
    last = github.push("alice", model("churn"))
    github.judged()
    assert [(r.landed_at, r.pusher and r.pusher.login) for r in github.receipts()] == [(last.at, "alice")] * 2


@pytest.mark.threat("C04")
def test_a_squash_after_the_base_moved_is_a_replay(github: Hub) -> None:
    github.land(github.world.propose("alice", "Register churn", model("churn")).approve("bob"))
    late = github.world.propose(
        "alice", "Rename churn", github.world.replace(model("churn")[0], "The churn model", "Churn")
    )
    late.approve("bob")
    other = github.world.replace(model("churn")[0], "proprietary", "Apache-2.0")
    github.land(github.world.propose("dave", "License churn", other).approve("bob"))
    landed = github.land(late)
    report = github.judged()
    assert_clean(report)
    assert "replay" in {how for _, how in change_of(report, landed).coverage}


@pytest.mark.threat("C12", rule="no-receipt")
def test_a_final_head_that_is_gone_leaves_the_change_undecided(github: Hub) -> None:
    """Nothing can be said of what was reviewed; what came after it is recorded all the same."""
    change = github.world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    lost = github.land(change)
    github.land(github.world.propose("alice", "Register churn", model("churn")).approve("bob"))
    github.fake.pulls[1].head = "d" * 40
    for review in github.fake.pulls[1].reviews:
        review.head = "d" * 40
    ran = github.record()
    assert ran.code == ExitCode.UNDECIDABLE
    assert f"{lost.commit[:12]} cannot be recorded" in ran.err
    assert ran.out.count("recorded") == 1
    report = github.audit()
    only(report, "no-receipt", lost)
    assert report.exit_code() is ExitCode.UNDECIDABLE


@pytest.mark.threat("C12")
def test_a_reviewed_head_that_is_gone_makes_that_review_undecidable(github: Hub) -> None:
    """A forced push replaced it, and the forge dropped it: nobody can tell whether the approval still fits."""
    change = github.world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    landed = github.land(change)
    github.fake.pulls[1].reviews[0].head = "e" * 40
    report = github.judged()
    (receipt,) = github.receipts()
    assert receipt.proposal is not None
    assert [review.subjects for review in receipt.proposal.reviews] == [None]
    assert change_of(report, landed).status is Status.UNVERIFIABLE


def test_a_head_that_only_the_forge_keeps_is_fetched(github: Hub) -> None:
    """A clone has no heads of proposals; they are asked for by id."""
    change = github.world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    change.rebase(by="alice").approve("bob")
    github.land(change)
    assert_clean(github.judged())
    (receipt,) = github.receipts()
    assert receipt.proposal is not None
    assert all(review.subjects for review in receipt.proposal.reviews)


@pytest.mark.threat("C13", rule="transient-state")
def test_a_rebase_merge_is_one_receipt_and_what_stood_between_is_told(github: Hub) -> None:
    """Three commits, the middle one malicious and taken back by the last."""
    change = github.world.propose("alice", "Register fraud", model("fraud"))
    change.push("alice", model("evil")).push("alice", delete(model("evil")[0]))
    landed = github.land(change.approve("bob"), "rebase")
    report = github.judged()
    (receipt,) = github.receipts()
    assert (receipt.base, receipt.tip, len(landed.commits)) == (landed.base, landed.commit, 3)
    assert "transient-state" in {finding.rule for finding in report.findings}


@pytest.mark.threat("C13", "C01", rule="not-approved")
@pytest.mark.parametrize("told", [True, False], ids=["the forge knows the push", "the forge forgot the push"])
@pytest.mark.parametrize(("kind", "method"), [way for way in WAYS if way[1] != "fast-forward"])
def test_a_commit_pushed_ahead_of_the_merge_is_not_taken_into_it(
    tmp_path: Path, kind: Kind, method: Method, *, told: bool
) -> None:
    """The proposal contains what was pushed before it was approved: one record over both would hide the push."""
    with company(tmp_path, kind) as hub:
        ahead = push_ahead(hub, told=told)
        hub.land(hub.world.changes[0].approve("bob"), method)
        report = hub.judged()
        assert [receipt.proposal is None for receipt in hub.receipts()] == [True, False]
        assert {f.rule for f in report.findings if f.commit == ahead.commit} >= {"not-approved"}


@pytest.mark.threat("C13", "C01", rule="not-approved")
def test_a_commit_pushed_ahead_of_a_fast_forward_is_not_taken_into_it(hub: Hub) -> None:
    ahead = push_ahead(hub)
    hub.land(hub.world.changes[0].approve("bob"), "fast-forward")
    report = hub.judged()
    assert [receipt.proposal is None for receipt in hub.receipts()] == [True, False]
    assert {f.rule for f in report.findings if f.commit == ahead.commit} >= {"not-approved"}


@pytest.mark.threat("C18", rule="evidence-untrusted")
def test_a_forged_receipt_is_no_receipt_and_does_not_keep_the_real_one_away(github: Hub) -> None:
    """Mallory may write the evidence branch, and signs what she likes with a key of her own."""
    landed = github.push("mallory", model("fraud"))
    approved = github.world.propose("alice", "Register churn", model("churn")).approve("bob")
    other = approved.merge("squash", record=False)
    forged = {"base": landed.base, "tip": landed.commit}
    other.record(signer="mallory", receipt_edit=lambda payload: payload.update(forged))
    github.publish(approved)
    report = github.judged()
    only(report, "not-approved", landed)
    assert len(github.receipts()) == 3


@pytest.mark.threat("C37", rule="not-approved")
def test_a_proposal_that_came_along_inside_of_another_is_not_what_was_merged(hub: Hub) -> None:
    """D was approved, E contains it and more. The forge calls both merged by the same commit; E is what landed."""
    first = hub.world.propose("alice", "D: register fraud", model("fraud")).approve("bob")
    second = hub.world.propose("mallory", "E: and churn", model("churn"), base=first.head)
    landed = hub.land(second, "merge")
    first.landed = landed
    hub.publish(first, landed=landed)
    hub.fake.contains[landed.commit].sort()
    report = hub.judged()
    (receipt,) = hub.receipts()
    assert receipt.proposal is not None
    assert receipt.proposal.id == "2"
    assert change_of(report, landed).status is Status.FAIL


@pytest.mark.threat("C37", "C36", rule="not-approved")
def test_a_proposal_for_another_branch_proves_nothing_here(github: Hub) -> None:
    change = github.world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    landed = github.land(change)
    github.fake.pulls[1].target = "experiments"
    only(github.judged(), "not-approved", landed)
    assert [receipt.proposal for receipt in github.receipts()] == [None]


@pytest.mark.threat("C37", rule="residual-content")
def test_merged_says_nothing_of_other_content(github: Hub) -> None:
    """What the forge calls the merge of an approved proposal holds one file more."""
    change = github.world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    landed = github.land(change, amend=[model("smuggled")])
    assert change_of(github.judged(), landed).status is Status.FAIL


@pytest.mark.threat("C37")
def test_a_title_helps_where_the_forge_has_not_caught_up(github: Hub) -> None:
    """Squashes are titled with the number. It counts because the forge calls this very commit the merge."""
    change = github.world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    landed = github.land(change)
    github.fake.contains[landed.commit] = []
    assert_clean(github.judged())


@pytest.mark.threat("C37", "C01", rule="not-approved")
def test_a_title_alone_proves_nothing(github: Hub) -> None:
    """Two pushes borrow the numbers of an approved proposal and of none."""
    github.land(github.world.propose("alice", "Register fraud", model("fraud")).approve("bob"))
    borrowed = [
        github.push("mallory", model(name), message=f"Register fraud (#{number})")
        for name, number in (("churn", 1), ("claims", 99))
    ]
    report = github.judged()
    assert [receipt.proposal is None for receipt in github.receipts()] == [False, True, True]
    assert {change_of(report, landed).status for landed in borrowed} == {Status.FAIL}


@pytest.mark.threat("H12")
def test_a_proposal_that_the_forge_still_calls_open_is_waited_for(hub: Hub) -> None:
    """It was merged a moment ago: to record a direct push now would be wrong for ever."""
    change = hub.world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    hub.land(change, "merge")
    pull = hub.fake.pulls[1]
    merged_at, pull.merged_at = pull.merged_at, None
    ran = hub.record()
    assert (ran.code, hub.receipts()) == (ExitCode.UNDECIDABLE, [])
    assert "has not caught up" in ran.err
    pull.merged_at = merged_at
    assert_clean(hub.judged())


def push_ahead(hub: Hub, *, told: bool = True) -> Landed:
    """Mallory pushes the first commit of her open proposal straight to the protected branch, and goes on with it."""
    world = hub.world
    change = world.propose("mallory", "Register fraud", model("fraud"))
    landed = Landed(world, base=world.main, commits=(change.head,), at=world.clock.tick())
    world.advance(change.head)
    if told:
        hub.pushed(landed, User(666, "mallory"))
    change.push("mallory", version("fraud", "1.0"))
    hub.fake.contains[landed.commit] = [change.number]
    return landed
