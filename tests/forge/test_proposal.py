"""A proposal as either forge tells it becomes the same facts, and nothing that is missing is passed over."""

from __future__ import annotations

import pytest

from govops.errors import UsageError
from govops.evidence.records import Account, Contributor
from govops.forge import ForgeProposal, ForgeReview, IncompleteEvidenceError
from tests.forge.story import (
    ALICE,
    BASE,
    BOB,
    CAROL,
    FIRST,
    LANDED,
    MALLORY,
    NAMES,
    ROBOT,
    SECOND,
    at,
    client,
    tell,
)
from tests.support.fake_facts import Made, Push, Seen, User
from tests.support.fake_forge import FakeForge


def known(fake: FakeForge, user: User) -> Account:
    return Account(forge=fake.kind, id=str(user.id), login=user.login, type="bot" if user.type == "Bot" else "human")


def proposal(fake: FakeForge) -> ForgeProposal:
    return client(fake).proposal("7")


def test_who_opened_landed_and_made_it(fake: FakeForge) -> None:
    tell(fake)
    told = proposal(fake)
    assert (told.forge, told.id, told.title, told.state) == (fake.kind, "7", "Register fraud", "merged")
    assert (told.opener, told.opened_at) == (known(fake, ALICE), at(9))
    assert (told.merger, told.merged_at, told.merge_commit) == (known(fake, CAROL), at(14), LANDED)
    assert (told.target, told.head, told.from_fork) == ("main", SECOND, False)
    assert told.method == (None if fake.kind == "github" else "squash")


@pytest.mark.threat("D04", "D05")
def test_contributors_are_all_who_git_and_the_forge_know_of(fake: FakeForge) -> None:
    """Authors, committers, co-authors and pushers: a squash would lose all but one."""
    tell(fake)
    alice = known(fake, ALICE) if fake.kind == "github" else None
    assert proposal(fake).contributors == (
        Contributor(source="author", name="Alice", email="alice@acme.example", account=alice),
        Contributor(source="committer", name="Alice", email="alice@acme.example"),
        *([Contributor(source="author", name="Alice", email="alice@acme.example")] if alice else []),
        Contributor(source="committer", name="Forge", email="noreply@forge.example"),
        Contributor(source="co-author", name="Dave", email="dave@acme.example"),
        Contributor(source="pusher", account=known(fake, MALLORY)),
        Contributor(source="pusher", account=known(fake, ALICE)),
    )


@pytest.mark.threat("C19")
def test_github_tells_what_a_dismissed_review_said_and_who_dismissed_it(github: FakeForge) -> None:
    tell(github)
    assert proposal(github).reviews == (
        ForgeReview("1", known(github, BOB), "approve", at(10), FIRST, True, at(12), known(github, CAROL)),
        ForgeReview("2", known(github, CAROL), "reject", at(11), FIRST),
        ForgeReview("3", known(github, BOB), "approve", at(13), SECOND),
    )


@pytest.mark.threat("C19")
def test_a_dismissal_without_its_event_has_no_time(github: FakeForge) -> None:
    tell(github).reviews[0].told = False
    first = proposal(github).reviews[0]
    assert (first.dismissed, first.dismissed_at, first.dismissed_by, first.decision) == (True, None, None, "approve")


@pytest.mark.threat("C19")
def test_gitlab_tells_by_its_notes_what_no_longer_stands(gitlab: FakeForge) -> None:
    """An approval names no commit there: it is about the version that stood at its time."""
    tell(gitlab)
    assert proposal(gitlab).reviews == (
        ForgeReview("note-101", known(gitlab, BOB), "approve", at(10), FIRST, True, at(12), known(gitlab, BOB)),
        ForgeReview("note-102", known(gitlab, CAROL), "reject", at(11), FIRST),
        ForgeReview("note-103", known(gitlab, BOB), "approve", at(13), SECOND),
    )


@pytest.mark.threat("C19")
def test_an_approval_that_a_push_took_back_ended_with_the_next_version(gitlab: FakeForge) -> None:
    pull = tell(gitlab)
    pull.reviews = [Seen(1, BOB, "approve", at(10), FIRST, dismissed_at=at(12), told=False)]
    (review,) = proposal(gitlab).reviews
    assert (review.dismissed, review.dismissed_at, review.dismissed_by) == (True, at(12), None)


@pytest.mark.parametrize(
    ("approved", "head"), [(at(12), None), (at(12, 1), SECOND), (at(11, 59), FIRST), (at(8), None), (at(9), None)]
)
@pytest.mark.threat("C19")
def test_an_approval_in_the_second_of_a_push_is_of_no_known_head(
    gitlab: FakeForge, approved: str, head: str | None
) -> None:
    tell(gitlab).reviews = [Seen(1, BOB, "approve", approved, None)]
    assert [review.head for review in proposal(gitlab).reviews] == [head]


@pytest.mark.threat("D06")
def test_a_login_that_somebody_else_took_is_another_account(fake: FakeForge) -> None:
    tell(fake).reviews.append(Seen(4, User(6666, "bob"), "approve", at(13, 30), SECOND))
    last = proposal(fake).reviews[-1].account
    assert (last.login, last.id) == ("bob", "6666")


@pytest.mark.threat("C35")
def test_a_bot_is_told_from_a_person(fake: FakeForge) -> None:
    tell(fake).reviews.append(Seen(4, ROBOT, "approve", at(13, 30), SECOND))
    assert proposal(fake).reviews[-1].account == known(fake, ROBOT)


@pytest.mark.threat("H12")
def test_reviews_beyond_the_first_page_are_read(github: FakeForge) -> None:
    tell(github).reviews = [Seen(n, BOB, "comment", at(10), FIRST) for n in range(1, 251)]
    assert [review.id for review in proposal(github).reviews] == [str(n) for n in range(1, 251)]


@pytest.mark.threat("H12")
def test_commits_beyond_what_github_lists_are_read_by_comparing(github: FakeForge) -> None:
    pull = tell(github)
    ids = [f"{n:040x}" for n in range(1, 321)]
    pull.commits = [Made(oid, "One", (f"P{oid[-3:]}", "p@acme.example"), NAMES["alice"]) for oid in ids]
    authors = {c.name for c in proposal(github).contributors if c.source == "author"}
    assert len(authors) == 320


@pytest.mark.threat("H12")
@pytest.mark.parametrize("count", [1, 3, 251, 400])
def test_a_list_of_commits_of_another_length_than_told_is_incomplete(github: FakeForge, count: int) -> None:
    tell(github).count = count
    with pytest.raises(IncompleteEvidenceError, match="commits"):
        proposal(github)


@pytest.mark.threat("H12")
def test_a_review_that_only_the_timeline_knows_is_a_missing_one(github: FakeForge) -> None:
    from tests.support.fake_forge import Fault

    tell(github)
    github.faults.append(Fault("/reviews", "drop"))
    with pytest.raises(IncompleteEvidenceError, match="its timeline tells more"):
        proposal(github)


def test_a_proposal_that_is_not_there_is_a_mistake_of_the_caller(fake: FakeForge) -> None:
    for number in ("8", "x", "7/reviews", "..", "٧"):
        with pytest.raises(UsageError):
            client(fake).proposal(number)


def test_proposals_of_a_commit_leave_out_what_was_closed(fake: FakeForge) -> None:
    for number, closed in ((12, False), (3, False), (5, True)):
        pull = tell(fake)
        pull.number, pull.merged_at, pull.closed = number, None, closed
        fake.pulls[number] = pull
    fake.contains = {FIRST: [12, 3, 5]}
    assert client(fake).proposals_of(FIRST) == ("3", "12")
    assert client(fake).proposals_of(BASE) == ()


@pytest.mark.threat("C01")
def test_who_pushed_is_told_where_the_forge_knows(fake: FakeForge) -> None:
    tell(fake)
    forge = client(fake)
    assert forge.pusher(LANDED, "main") == (known(fake, CAROL), at(14))
    assert forge.pusher(LANDED, "fraud") == (None, None)
    assert forge.pusher(BASE, "main") == (None, None)


@pytest.mark.threat("D04")
def test_somebody_who_forced_a_push_made_the_proposal_too(github: FakeForge) -> None:
    pull = tell(github)
    pull.from_fork, pull.forced_by = True, [MALLORY]
    pushers = [c.account for c in proposal(github).contributors if c.source == "pusher"]
    assert pushers == [known(github, MALLORY)]


def test_an_account_that_is_gone_is_nobodys(github: FakeForge) -> None:
    tell(github)
    github.pushes[1] = Push("fraud", FIRST, SECOND, None, at(12))
    assert [c.account for c in proposal(github).contributors if c.source == "pusher"] == [known(github, ALICE)]
