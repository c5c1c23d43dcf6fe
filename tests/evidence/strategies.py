"""Any record at all, for property tests: every field of every type, drawn from what the format allows."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

from govops.evidence.records import (
    Account,
    Approval,
    Checkpoint,
    ContextBlob,
    Contributor,
    Dismissal,
    Escalation,
    FileState,
    Proposal,
    Receipt,
    Review,
    Subject,
)

T = TypeVar("T")

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
ANY_TEXT = TEXT | st.just("")
OID = st.text("0123456789abcdef", min_size=40, max_size=40) | st.text("0123456789abcdef", min_size=64, max_size=64)
DIGEST = st.text("0123456789abcdef", min_size=64, max_size=64)
INSTANT = st.datetimes().map(lambda instant: f"{instant.year:04}-{instant:%m-%dT%H:%M:%SZ}")
ACCOUNT = st.builds(Account, forge=TEXT, id=TEXT, login=ANY_TEXT)
STATE = st.none() | st.builds(FileState, mode=st.sampled_from(["100644", "100755", "120000"]), oid=OID)
SUBJECT = st.builds(Subject, path=TEXT, old=STATE, new=STATE)
CONTEXT = st.builds(ContextBlob, path=TEXT, oid=st.none() | OID)
CONTRIBUTOR = st.builds(
    Contributor,
    source=st.sampled_from(["opener", "author", "committer", "co-author", "pusher"]),
    account=st.none() | ACCOUNT,
    name=TEXT,
    email=ANY_TEXT,
)
DISMISSAL = st.none() | st.builds(Dismissal, at=st.none() | INSTANT, by=st.none() | ACCOUNT)


def few(item: st.SearchStrategy[T], *, least: int = 0) -> st.SearchStrategy[tuple[T, ...]]:
    """Up to two of them."""
    return st.lists(item, min_size=least, max_size=2).map(tuple)


REVIEW = st.builds(
    Review,
    id=TEXT,
    account=ACCOUNT,
    decision=st.sampled_from(["approve", "reject", "comment"]),
    at=INSTANT,
    head=OID,
    subjects=few(SUBJECT),
    context=few(CONTEXT),
    dismissed=DISMISSAL,
)
PROPOSAL = st.builds(
    Proposal,
    forge=TEXT,
    id=TEXT,
    title=ANY_TEXT,
    opener=ACCOUNT,
    opened_at=st.none() | INSTANT,
    merger=st.none() | ACCOUNT,
    method=st.sampled_from(["merge", "squash", "rebase", "fast-forward"]),
    merge_bases=few(OID, least=1),
    head=OID,
    subjects=few(SUBJECT),
    contributors=few(CONTRIBUTOR),
    reviews=few(REVIEW),
)
CHAINED = {
    "recorder": TEXT,
    "sequence": st.integers(0, 10**30),
    "previous": st.none() | DIGEST,
    "recorded_at": INSTANT,
    "repository": TEXT,
    "branch": TEXT,
}
RECEIPT = st.builds(
    Receipt,
    type=st.just("govops/receipt/v1"),
    base=st.none() | OID,
    tip=OID,
    landed_at=st.none() | INSTANT,
    backfilled=st.booleans(),
    pusher=st.none() | ACCOUNT,
    proposal=st.none() | PROPOSAL,
    **CHAINED,
)
APPROVAL = st.builds(
    Approval,
    type=st.just("govops/approval/v1"),
    repository=TEXT,
    branch=TEXT,
    person=TEXT,
    decision=st.sampled_from(["approve", "reject"]),
    role=ANY_TEXT,
    reason=ANY_TEXT,
    at=INSTANT,
    merge_base=OID,
    head=OID,
    subjects=few(SUBJECT, least=1),
    context=few(CONTEXT),
)
CHECKPOINT = st.builds(Checkpoint, type=st.just("govops/checkpoint/v1"), tip=OID, report=DIGEST, **CHAINED)
ESCALATION = st.builds(
    Escalation,
    type=st.just("govops/escalation/v1"),
    tip=OID,
    rule=TEXT,
    after_minutes=st.integers(0, 525_600),
    subject=TEXT,
    notified=few(TEXT, least=1),
    due_at=INSTANT,
    as_of=INSTANT,
    key=DIGEST,
    status=st.integers(200, 299),
    **CHAINED,
)
PAYLOADS: st.SearchStrategy[Receipt | Approval | Checkpoint | Escalation] = RECEIPT | APPROVAL | CHECKPOINT | ESCALATION
