"""Gathering testimony: what a receipt, signed records, trailers and git itself say of one change."""

from __future__ import annotations

from typing import Any

import pytest

from govops.decision import Law
from govops.engine.grouping import Attribution, Change, combine
from govops.engine.witness import gather, spent_by
from govops.evidence import testimony
from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.coverage import Coverage, NotMerged, cover
from govops.evidence.records import Approval, FileState, Receipt, Subject
from govops.history import Commit, Ident, PathChange, SideCommit, Step
from tests.decision.sample import PATH, facts, house
from tests.evidence.sample import approval, proposal, receipt, recorded
from tests.support.cast import signed
from tests.support.facts import change, commit, entry

LAW = house(evidence={"mode": "signature", "accept": ["signature"]})
LANDED = change(PATH, None, "a")


def person(name: str) -> dict[str, Ident]:
    ident = Ident(name.title(), f"{name}@acme.example")
    return {"author": ident, "committer": ident}


def by(name: str, commit_name: str, *parents: str, key: str | None = None) -> Commit:
    """A commit in somebody's name, with a signature by ``key`` or none."""
    payload = f"payload of {commit_name}".encode()
    armour = signed(key, payload, "git") if key else None
    return commit(commit_name, *parents, signature=armour, signed_payload=payload if key else None, **person(name))


def landed(tip: Commit, *side: Commit, told: Receipt | None = None) -> Change:
    """One step that brought the side commits in."""
    brought = tuple(SideCommit(one, ()) for one in side)
    found = (recorded(told), told) if told else None
    return combine([Step(tip, (LANDED,), side=brought)], Attribution(tip.oid, receipt=found))


def covers(landed: PathChange, subject: Subject | None) -> Coverage:
    """Where no merge ever succeeds."""
    return cover(landed, subject, lambda base, ours, theirs: NotMerged.CONFLICT)


def heard(of: Change, *records: Recorded, law: Law = LAW) -> testimony.Testimony:
    return gather(of, (LANDED,), book=EvidenceBook(records), law=law, covers=covers)


def attested(of: Change, law: Law = LAW) -> set[str]:
    """Who is attested to have made the change."""
    return {law.people_at(claim.address)[0] for claim in heard(of, law=law).claims if claim.attested}


SIGNATURES: dict[str, tuple[Change, set[str]]] = {
    "a push": (landed(by("alice", "push", "main", key="alice")), {"alice"}),
    "a push that nobody signed": (landed(by("alice", "push", "main")), set()),
    "a push signed by a stranger": (landed(by("alice", "push", "main", key="nobody")), set()),
    "a merge signed by the merger alone": (
        landed(by("carol", "merge", "main", "side", key="carol"), by("alice", "side", "main")),
        set(),
    ),
    "a merge of a signed commit": (
        landed(by("carol", "merge", "main", "side"), by("alice", "side", "main", key="alice")),
        {"alice"},
    ),
    "a merge of two signed commits": (
        landed(
            by("carol", "merge", "main", "two", key="carol"),
            by("alice", "one", "main", key="alice"),
            by("dave", "two", "one", key="dave"),
        ),
        {"alice", "dave"},
    ),
}


@pytest.mark.threat("D04", "D12")
@pytest.mark.parametrize(("of", "expected"), SIGNATURES.values(), ids=SIGNATURES)
def test_of_a_merge_the_signatures_on_what_it_brought_in_attest_who_made_it(of: Change, expected: set[str]) -> None:
    assert attested(of) == expected


def test_a_signature_over_other_bytes_attests_nobody() -> None:
    forged = commit("push", "main", signature=signed("alice", b"other", "git"), signed_payload=b"payload")
    assert attested(landed(forged)) == set()


@pytest.mark.threat("D11")
def test_a_key_counts_while_it_stands_with_a_user_whatever_the_commit_says_of_its_date() -> None:
    of = landed(by("alice", "push", "main", key="alice"))
    without = house()
    without.snapshot.put("registry/users/alice.yaml", None)
    assert (attested(of), attested(of, without)) == ({"alice"}, set())


def test_what_a_forge_attests_needs_no_signature() -> None:
    of = landed(by("alice", "push", "main", key="dave"), told=receipt(proposal=proposal()))
    assert {claim.source for claim in heard(of).claims if claim.attested} == {"opener"}


METHODS: dict[str, tuple[str, set[str]]] = {
    "a merge keeps the commits": ("merge", {"dave"}),
    "a squash does not": ("squash", set()),
    "a rebase makes new ones": ("rebase", set()),
    "a fast-forward lands them": ("fast-forward", {"dave", "carol"}),
}


@pytest.mark.threat("D04", "D05")
@pytest.mark.parametrize(("method", "named"), METHODS.values(), ids=METHODS)
def test_headers_count_where_the_branch_has_the_reviewed_commits(method: Any, named: set[str]) -> None:
    told = receipt(proposal=proposal(method=method))
    of = landed(by("carol", "tip", "main"), by("dave", "side", "main"), told=told)
    assert {claim.name.lower() for claim in heard(of).claims if claim.source in ("author", "committer")} == named


SPEAKS: dict[str, tuple[Recorded, int]] = {
    "of what landed": (recorded(approval(), "bob"), 1),
    "unsigned": (recorded(approval(), None), 0),
    "of another repository": (recorded(approval(repository="local:acme/other"), "bob"), 0),
    "of another branch": (recorded(approval(branch="develop"), "bob"), 0),
    "of another file": (recorded(approval(subjects=(Subject(path="x", old=None, new=None),)), "bob"), 0),
    "of another new side": (
        recorded(
            approval(subjects=(Subject(path=PATH, old=None, new=FileState(mode="100644", oid=entry("b").oid)),)), "bob"
        ),
        1,  # told, and stale
    ),
    "of another old side": (
        recorded(
            approval(subjects=(Subject(path=PATH, old=FileState(mode="100644", oid=entry("b").oid), new=None),)), "bob"
        ),
        0,
    ),
}


@pytest.mark.threat("C15")
@pytest.mark.parametrize(("record", "expected"), SPEAKS.values(), ids=SPEAKS)
def test_a_signed_record_is_heard_where_it_speaks_of_this_place_and_these_files(
    record: Recorded, expected: int
) -> None:
    assert len(heard(landed(by("alice", "push", "main")), record).decisions) == expected


@pytest.mark.threat("D14")
def test_without_a_receipt_a_change_is_as_late_as_the_latest_approval_by_somebody_known() -> None:
    early = recorded(approval(at="2026-01-01T00:00:00Z"), "bob")
    late = recorded(approval(at="2026-01-02T00:00:00Z"), "carol")
    stranger = recorded(approval(at="2026-01-03T00:00:00Z"), "nobody")
    of = landed(by("alice", "push", "main"))
    assert heard(of, early, late, stranger).landed_at == "2026-01-02T00:00:00Z"
    assert heard(of, stranger).landed_at is None


def spends(*records: Recorded, told: Receipt | None = None, **fields: Any) -> list[str]:
    """When the records were given that the change uses up."""
    known = testimony.Testimony(told, landed_at="2026-01-02T00:00:00Z")
    found = spent_by(facts(LAW, testimony=known, landed=(LANDED,), **fields), EvidenceBook(records), covers)
    return sorted(record.payload.at for record in found if isinstance(record.payload, Approval))


FIRST, SECOND, THIRD = (
    recorded(approval(at=at), "bob") for at in ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")
)


@pytest.mark.threat("C16")
def test_where_a_receipt_tells_when_every_approval_until_then_is_used_up() -> None:
    assert spends(THIRD, FIRST, SECOND, told=receipt()) == ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]


@pytest.mark.threat("C16")
def test_where_nobody_tells_when_the_earliest_of_each_signer_is() -> None:
    carols = recorded(approval(at="2026-01-04T00:00:00Z"), "carol")
    assert spends(SECOND, carols, FIRST) == ["2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"]


@pytest.mark.threat("C16")
def test_what_is_spent_is_not_spent_twice_and_other_content_spends_nothing() -> None:
    assert spends(FIRST, SECOND, spent={FIRST.id: "earlier"}) == ["2026-01-02T00:00:00Z"]
    other = approval(subjects=(Subject(path=PATH, old=None, new=FileState(mode="100644", oid=entry("b").oid)),))
    assert spends(recorded(other, "bob")) == []
