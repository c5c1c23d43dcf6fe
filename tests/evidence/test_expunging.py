"""Every kind of record reads as if it spoke of the new history, wherever it names a commit or content of the old."""

from __future__ import annotations

from typing import Any

import pytest

from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.expunging import concerning, expunctions, retold
from govops.evidence.records import (
    Checkpoint,
    ContextBlob,
    Escalation,
    FileState,
    Record,
    ReplacedCommit,
    ReplacedContent,
    SignedProposal,
    Subject,
    Tombstone,
)
from tests.evidence.sample import BRANCH, PATH, REPOSITORY, approval, proposal, receipt, recorded, review
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
    (rewrite,) = expunctions(EvidenceBook([recorded(tombstone(), "carol")]), REPOSITORY, BRANCH)
    (after,) = retold(EvidenceBook([record]), [rewrite], fixed=lambda path: path == FIXED).records
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
    fields: dict[str, Any] = {
        "type": "govops/proposal/v1",
        "repository": REPOSITORY,
        "branch": BRANCH,
        "name": "fraud",
        "person": "alice",
        "at": "2026-01-05T09:00:00Z",
    }
    proposed = SignedProposal(**fields, merge_base=oid("base"), head=oid("head"), subjects=SUBJECTS)
    assert told(proposed) == SignedProposal(**fields, **heads, subjects=RETOLD)


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
    fields = {**chained, "type": "govops/checkpoint/v1", "report": "1" * 64}
    assert told(Checkpoint(**fields, tip=oid("tip"))) == Checkpoint(**fields, tip=oid("new tip"))
    about = {"rule": "members", "after_minutes": 15, "subject": "Incident/drift", "notified": ("alice",)}
    sent = {"due_at": "2026-01-05T10:00:00Z", "as_of": "2026-01-05T10:00:00Z", "key": "2" * 64, "status": 200}
    fields = {**chained, "type": "govops/escalation/v1", **about, **sent}
    assert told(Escalation(**fields, tip=oid("tip"))) == Escalation(**fields, tip=oid("new tip"))
    assert told(tombstone()) == tombstone()


@pytest.mark.threat("C39")
def test_a_second_rewrite_goes_on_from_the_first() -> None:
    again = tombstone("erin", commits=(ReplacedCommit(old=oid("new tip"), new=oid("newest")),), content=())
    stones = EvidenceBook([recorded(tombstone(), "carol"), recorded(again, "erin")])
    first, second = sorted(expunctions(stones, REPOSITORY, BRANCH), key=lambda one: len(one.commits), reverse=True)
    (after,) = retold(
        EvidenceBook([recorded(receipt(), "recorder")]), [first, second], fixed=lambda path: False
    ).records
    assert after.payload == receipt(base=oid("new base"), tip=oid("newest"))


def offered(*records: Recorded) -> list[tuple[str, ...]]:
    """Who signed for each rewrite that is told of."""
    return [tuple(name for _, name in one.signers) for one in expunctions(EvidenceBook(records), REPOSITORY, BRANCH)]


@pytest.mark.threat("C39")
def test_those_who_tell_the_same_stand_together_whatever_their_reasons() -> None:
    both = [recorded(tombstone("carol"), "carol"), recorded(tombstone("erin", reason="Privacy"), "erin")]
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
