"""What the server keeps, told as a forge tells it, and what can have become of a document."""

from __future__ import annotations

from typing import Any

import pytest

from govops.errors import UsageError
from govops.evidence.records import Account
from govops.forge import BranchRules, Forge, NoProposalError, Request
from govops.forge.hosted import HostedDecision, HostedForge, HostedProposal
from tests.support.proposals import ToldForge

ALICE, BOB = (Account(forge="local", id=f"id-{name}", login=name) for name in ("alice", "bob"))
HEAD, MERGE = "1" * 40, "2" * 40
AT = "2026-03-02T09:00:00Z"


def kept(**fields: Any) -> HostedProposal:
    """Alice's open proposal."""
    known: dict[str, Any] = {
        "id": "aa01",
        "repository": "local:acme/ai-governance",
        "branch": "main",
        "title": "Register fraud",
        "opener": ALICE,
        "person": "alice",
        "opened_at": AT,
        "base": "0" * 40,
        "head": HEAD,
        "paths": ("registry/models/fraud/model.yaml",),
    }
    return HostedProposal(**(known | fields))


def said(number: int = 1, **fields: Any) -> HostedDecision:
    known: dict[str, Any] = {"account": BOB, "person": "bob", "decision": "approve", "at": AT, "head": HEAD}
    return HostedDecision(id=f"aa01-{number}", **(known | fields))


MERGED = kept(state="merged", closed_at="2026-03-02T10:00:00Z", merge_commit=MERGE, decisions=(said(),))


def forge(*proposals: HostedProposal, beside: Forge | None = None) -> HostedForge:
    known = {one.id: one for one in proposals}
    return HostedForge(known.get, lambda commit: tuple(known), beside)


def test_a_merged_proposal_is_told_with_its_reviews() -> None:
    told = forge(MERGED).proposal("aa01")
    assert (told.forge, told.id, told.state, told.method) == ("local", "aa01", "merged", "merge")
    assert (told.opener, told.head, told.merge_commit, told.merged_at) == (ALICE, HEAD, MERGE, MERGED.closed_at)
    assert [(one.source, one.account) for one in told.contributors] == [("opener", ALICE)]
    assert [(r.id, r.account, r.decision, r.at, r.head) for r in told.reviews] == [("aa01-1", BOB, "approve", AT, HEAD)]


@pytest.mark.parametrize(("state", "expected"), [("open", "open"), ("rejected", "closed"), ("conflicted", "closed")])
def test_what_did_not_land_has_no_merge(state: str, expected: str) -> None:
    """Even if its document names a commit: a landing that was stopped leaves one."""
    told = forge(kept(state=state, closed_at=AT, merge_commit=MERGE)).proposal("aa01")
    assert (told.state, told.merge_commit, told.merged_at) == (expected, None, None)


def test_of_a_commit_those_are_told_that_it_landed_or_that_are_open() -> None:
    assert forge(MERGED).proposals_of(MERGE) == ("aa01",)
    assert forge(MERGED).proposals_of("9" * 40) == ()
    assert forge(kept()).proposals_of("9" * 40) == ("aa01",)
    assert forge(kept(state="withdrawn")).proposals_of(HEAD) == ()


def test_whatever_the_server_does_not_know_is_asked_elsewhere() -> None:
    from govops.forge.hosted import told

    other = ToldForge(told(kept(id="bb02", head=MERGE)))
    both = forge(MERGED, beside=other)
    assert both.proposals_of(MERGE) == ("aa01", "bb02")
    assert both.proposal("bb02").id == "bb02"
    with pytest.raises(NoProposalError, match="keeps no proposal"):
        forge(MERGED).proposal("bb02")


def test_nothing_can_be_written_there() -> None:
    here = forge()
    assert here.pusher(MERGE, "main") == (None, None)
    assert here.branch_rules("main") == BranchRules()
    with pytest.raises(UsageError, match="no comments"):
        here.comment("aa01", marker="m", body="m")
    with pytest.raises(UsageError, match="no commit statuses"):
        here.set_status(MERGE, state="success", context="c", description="d")
    with pytest.raises(UsageError, match="no pull requests"):
        here.open(Request("branch", "main", "title"))


@pytest.mark.threat("J11")
@pytest.mark.parametrize(
    ("later", "earlier", "expected"),
    [
        (kept(decisions=(said(),)), kept(), True),
        (kept(decisions=(said(), said(2))), kept(decisions=(said(),)), True),
        (MERGED, kept(decisions=(said(),)), True),
        (kept(decisions=(said(),)), MERGED, True),  # stopped before it landed
        (kept(number="7", url="https://forge.example/7"), kept(), True),
        (kept(), kept(), True),
        (kept(), kept(decisions=(said(),)), False),
        (kept(decisions=(said(2),)), kept(decisions=(said(),)), False),
        (kept(), MERGED, False),
        (kept(), kept(state="rejected"), False),
        (kept(state="merged"), kept(state="conflicted"), False),
        (kept(state="withdrawn", decisions=(said(),)), kept(state="withdrawn"), False),
        (kept(head=MERGE), kept(), False),
        (kept(opener=BOB), kept(), False),
        (kept(title="Other"), kept(), False),
    ],
)
def test_decisions_are_only_added_and_what_is_closed_stays_closed(
    later: HostedProposal, earlier: HostedProposal, *, expected: bool
) -> None:
    assert later.follows(earlier) is expected


def test_the_latest_instant_is_the_last_that_it_tells_of() -> None:
    assert kept().latest == AT
    assert kept(decisions=(said(at="2026-03-02T09:30:00Z"),)).latest == "2026-03-02T09:30:00Z"
    assert MERGED.latest == "2026-03-02T10:00:00Z"
