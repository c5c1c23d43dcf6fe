"""Every kind of record reads as if it spoke of the new history, wherever it names a commit or content of the old."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import Any

import pytest

from govops.evidence.book import EvidenceBook, Recorded, Tampering
from govops.evidence.expunging import Expunction, concerning, expunctions, in_turn, retold
from govops.evidence.records import (
    ContextBlob,
    Escalation,
    FileState,
    Record,
    ReplacedCommit,
    ReplacedContent,
    Subject,
    Tombstone,
)
from tests.evidence.sample import (
    BRANCH,
    PATH,
    REPOSITORY,
    approval,
    checkpoint,
    proposal,
    receipt,
    recorded,
    review,
    signed_proposal,
)
from tests.support.facts import oid

FIXED = "policies/govops.yaml"
COMMITS = {oid(name): oid(f"new {name}") for name in ("base", "head", "tip", "reviewed")}
CONTENT = {(PATH, oid("secret")): oid("clean"), (PATH, oid("worse")): None, (FIXED, oid("rule")): oid("other rule")}


def state(name: str) -> FileState:
    return FileState(mode="100644", oid=oid(name))


def subject(old: str | None, new: str | None, path: str = PATH) -> Subject:
    return Subject(path=path, old=state(old) if old else None, new=state(new) if new else None)


def tombstone(person: str = "carol", **fields: Any) -> Tombstone:
    defaults: dict[str, Any] = {
        "repository": REPOSITORY,
        "branch": BRANCH,
        "person": person,
        "reason": "A court ordered it",
        "at": "2026-02-01T09:00:00Z",
        "commits": tuple(ReplacedCommit(old=old, new=new) for old, new in COMMITS.items()),
        "content": tuple(ReplacedContent(path=path, old=old, new=new) for (path, old), new in CONTENT.items()),
    }
    return Tombstone(type="govops/tombstone/v1", **(defaults | fields))


def told(payload: Record) -> Record:
    """The record as it reads after the rewrite; its id and signer are those of what was signed."""
    record = recorded(payload, "recorder")
    (once,) = expunctions(EvidenceBook([recorded(tombstone(), "carol")]), REPOSITORY, BRANCH)
    (after,) = retold(EvidenceBook([record]), [once], fixed=lambda path: path == FIXED).records
    assert (after.id, after.signer) == (record.id, record.signer)
    return after.payload


SUBJECTS = (subject(None, "secret"), subject("secret", "worse"), subject("worse", None), subject(None, "rule", FIXED))
RETOLD = (subject(None, "clean"), subject("clean", None), subject(None, "rule", FIXED))
CONTEXT = tuple(
    ContextBlob(path=path, oid=blob)
    for path, blob in [
        (PATH, oid("secret")),
        (PATH, oid("worse")),
        (PATH, oid("else")),
        (PATH, None),
        (FIXED, oid("rule")),
    ]
)
RETOLD_CONTEXT = tuple(
    ContextBlob(path=path, oid=blob)
    for path, blob in [(PATH, oid("clean")), (PATH, None), (PATH, oid("else")), (PATH, None), (FIXED, oid("rule"))]
)


@pytest.mark.threat("C39")
def test_a_receipt_names_the_new_commits_and_content() -> None:
    seen = review("bob", head=oid("reviewed"), subjects=SUBJECTS, context=CONTEXT)
    lost = review("erin", head=None, subjects=None)
    before = receipt(proposal=proposal(subjects=SUBJECTS, reviews=(seen, lost)))
    after = review("bob", head=oid("new reviewed"), subjects=RETOLD, context=RETOLD_CONTEXT)
    assert told(before) == receipt(
        base=oid("new base"),
        tip=oid("new tip"),
        proposal=proposal(merge_bases=(oid("new base"),), head=oid("new head"), subjects=RETOLD, reviews=(after, lost)),
    )


@pytest.mark.threat("C39")
def test_a_receipt_of_a_push_and_one_of_the_first_commit_are_told_too() -> None:
    assert told(receipt()) == receipt(base=oid("new base"), tip=oid("new tip"))
    assert told(receipt(base=None)) == receipt(base=None, tip=oid("new tip"))
    assert told(receipt(base=oid("x"), tip=oid("y"))) == receipt(base=oid("x"), tip=oid("y"))


@pytest.mark.threat("C39")
def test_so_is_what_people_signed() -> None:
    heads: dict[str, Any] = {"merge_base": oid("new base"), "head": oid("new head")}
    given = approval(subjects=SUBJECTS, context=CONTEXT)
    assert told(given) == approval(subjects=RETOLD, context=RETOLD_CONTEXT, **heads)
    assert told(signed_proposal(subjects=SUBJECTS)) == signed_proposal(subjects=RETOLD, **heads)


@pytest.mark.threat("C39")
def test_and_what_else_a_recorder_wrote() -> None:
    chained: dict[str, Any] = {
        "recorder": "recorder",
        "sequence": 1,
        "previous": "0" * 64,
        "recorded_at": "2026-01-05T10:00:00Z",
        "repository": REPOSITORY,
        "branch": BRANCH,
    }
    assert told(checkpoint()) == checkpoint(tip=oid("new tip"))
    about = {"rule": "members", "after_minutes": 15, "subject": "Incident/drift", "notified": ("alice",)}
    sent = {"due_at": "2026-01-05T10:00:00Z", "as_of": "2026-01-05T10:00:00Z", "key": "2" * 64, "status": 200}
    fields = {**chained, "type": "govops/escalation/v1", **about, **sent}
    assert told(Escalation(**fields, tip=oid("tip"))) == Escalation(**fields, tip=oid("new tip"))
    assert told(tombstone()) == tombstone()


def rewrite(*names: str) -> Expunction:
    """The rewrite in which each of the commits takes the place of the one before it."""
    commits = tuple(ReplacedCommit(old=oid(old), new=oid(new)) for old, new in pairwise(names))
    stone = recorded(tombstone(commits=commits, content=()), "carol")
    (found,) = expunctions(EvidenceBook([stone]), REPOSITORY, BRANCH)
    return found


@pytest.mark.threat("C39")
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_rewrite_goes_on_from_those_before_it_in_whatever_order_they_are_told(order: tuple[int, ...]) -> None:
    told = [rewrite("tip", "new tip"), rewrite("new tip", "newer"), rewrite("newer", "newest")]
    turns = in_turn([told[number] for number in order])
    assert turns == tuple(told)
    (after,) = retold(EvidenceBook([recorded(receipt(), "recorder")]), turns, fixed=lambda path: False).records
    assert after.payload == receipt(tip=oid("newest"))


@pytest.mark.threat("C39")
def test_rewrites_of_different_commits_and_such_as_go_in_a_circle_stay_as_they_are_told() -> None:
    """A rewrite whose own new commits it replaces once more is not after itself."""
    apart = [rewrite("a", "b"), rewrite("c", "d"), rewrite("e", "f", "g")]
    assert in_turn(apart) == tuple(apart)
    assert in_turn(apart[::-1]) == tuple(apart[::-1])
    circle = [rewrite("a", "b"), rewrite("b", "a")]
    assert in_turn(circle) == tuple(circle)
    assert in_turn([*circle, rewrite("x", "y")])[0] == rewrite("x", "y")


@pytest.mark.threat("C39")
def test_rewrites_are_told_in_the_order_of_the_first_record_of_each() -> None:
    stones = [recorded(tombstone("carol", content=(), reason=reason), "carol") for reason in "abc"]
    others = [
        recorded(tombstone("carol", content=(), commits=(ReplacedCommit(old=oid(old), new=oid("x")),)), "carol")
        for old in "defgh"
    ]
    found = expunctions(EvidenceBook([*stones, *others]), REPOSITORY, BRANCH)
    assert len(found) == 6
    assert [one.id for one in found] == sorted(one.id for one in found)


@pytest.mark.threat("C39", "C17")
def test_a_rewrite_hides_no_sign_of_tampering() -> None:
    sign = Tampering("receipts/ab/abc.json", "a record was deleted")
    book = retold(EvidenceBook([recorded(receipt())], [sign]), [rewrite("a", "b")], fixed=lambda path: False)
    assert book.tampering == (sign,)


def offered(*records: Recorded) -> list[tuple[str, ...]]:
    """Who signed for each rewrite that is told of."""
    return [tuple(name for _, name in one.signers) for one in expunctions(EvidenceBook(records), REPOSITORY, BRANCH)]


@pytest.mark.threat("C39")
def test_those_who_tell_the_same_stand_together_whatever_their_reasons_and_when() -> None:
    later = tombstone("erin", reason="Privacy", at="2026-02-02T09:00:00Z")
    both = [recorded(tombstone("carol"), "carol"), recorded(later, "erin")]
    (one,) = expunctions(EvidenceBook(both), REPOSITORY, BRANCH)
    assert {name for _, name in one.signers} == {"carol", "erin"}
    assert set(one.reason.split("; ")) == {"A court ordered it", "Privacy"}
    assert one.id == min(record.id for record in both)


@pytest.mark.threat("C39", "C15")
@pytest.mark.parametrize("changed", [{"repository": "local:acme/other"}, {"branch": "develop"}])
def test_a_tombstone_of_another_place_tells_nothing_here(changed: dict[str, str]) -> None:
    assert offered(recorded(tombstone(**changed), "carol")) == []


def test_a_record_whose_signature_does_not_hold_has_no_signer() -> None:
    assert offered(recorded(tombstone(), None)) == [()]


@pytest.mark.threat("C39")
def test_what_stands_on_the_branch_was_not_replaced() -> None:
    rewrites = expunctions(EvidenceBook([recorded(tombstone(), "carol")]), REPOSITORY, BRANCH)
    assert tuple(concerning(rewrites, [oid("new tip")])) == rewrites
    assert tuple(concerning(rewrites, [oid("tip")])) == ()
