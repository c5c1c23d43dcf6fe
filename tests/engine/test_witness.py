"""Gathering testimony: what a receipt, signed records, trailers and git itself say of one change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Law
from govops.engine.grouping import Attribution, Change, combine
from govops.engine.witness import Covers, gather, spent_by
from govops.evidence import testimony
from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.coverage import Coverage, NotMerged, cover
from govops.evidence.records import Approval, FileState, Receipt, SignedProposal, Subject, record_id
from govops.history import Commit, Ident, PathChange, SideCommit, Step
from tests.decision.sample import PATH, facts, house
from tests.evidence.sample import ADDED, account, approval, proposal, receipt, recorded
from tests.support.cast import public_line, signed
from tests.support.facts import change, commit, entry, oid

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


def heard(of: Change, *records: Recorded, law: Law = LAW, covers: Covers = covers) -> testimony.Testimony:
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
    "a merge of commits that not everybody signed": (
        landed(
            by("carol", "merge", "main", "three"),
            by("dave", "one", "main"),
            by("mallory", "two", "one", key="nobody"),
            by("alice", "three", "two", key="alice"),
        ),
        {"alice"},
    ),
}


@pytest.mark.threat("D04", "D12")
@pytest.mark.parametrize(("of", "expected"), SIGNATURES.values(), ids=SIGNATURES)
def test_of_a_merge_the_signatures_on_what_it_brought_in_attest_who_made_it(of: Change, expected: set[str]) -> None:
    assert attested(of) == expected


@pytest.mark.parametrize("payload", [b"payload", None], ids=["over other bytes", "over nothing"])
def test_a_signature_over_other_bytes_attests_nobody(payload: bytes | None) -> None:
    forged = commit("push", "main", signature=signed("alice", b"other", "git"), signed_payload=payload)
    assert attested(landed(forged)) == set()


def test_a_signature_attests_the_committer_by_the_key_that_made_it() -> None:
    """The name and the address beside the key are what the header claims."""
    (claim,) = (claim for claim in heard(landed(by("alice", "push", "main", key="alice"))).claims if claim.attested)
    key = " ".join(public_line("alice").split()[:2])
    assert claim == testimony.Claim("committer", f"key:{key}", "alice@acme.example", "Alice", attested=True)


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


@pytest.mark.parametrize("told", [None, receipt(proposal=proposal(method="merge"))], ids=["a push", "a merge"])
def test_whoever_committed_what_somebody_else_wrote_took_part(told: Receipt | None) -> None:
    made = commit("side", "main", author=person("alice")["author"], committer=person("dave")["committer"])
    of = landed(by("carol", "tip", "main", "side"), made, told=told)
    assert {("author", "Alice"), ("committer", "Dave")} <= {(claim.source, claim.name) for claim in heard(of).claims}


ELSEWHERE = Subject(path="x", old=None, new=None)
MOVED = Subject(path=PATH, old=FileState(mode="100644", oid=entry("b").oid), new=None)
SPEAKS: dict[str, tuple[Recorded, int]] = {
    "of what landed": (recorded(approval(), "bob"), 1),
    "unsigned": (recorded(approval(), None), 0),
    "of another repository": (recorded(approval(repository="local:acme/other"), "bob"), 0),
    "of another branch": (recorded(approval(branch="develop"), "bob"), 0),
    "of another file": (recorded(approval(subjects=(ELSEWHERE,)), "bob"), 0),
    "of another file beside what landed": (recorded(approval(subjects=(ELSEWHERE, ADDED)), "bob"), 1),
    "of another file beside another old side": (recorded(approval(subjects=(ELSEWHERE, MOVED)), "bob"), 0),
    "of another new side": (
        recorded(
            approval(subjects=(Subject(path=PATH, old=None, new=FileState(mode="100644", oid=entry("b").oid)),)), "bob"
        ),
        1,  # told, and stale
    ),
    "of another old side": (recorded(approval(subjects=(MOVED,)), "bob"), 0),
}


@pytest.mark.threat("C15")
@pytest.mark.parametrize(("record", "expected"), SPEAKS.values(), ids=SPEAKS)
def test_a_signed_record_is_heard_where_it_speaks_of_this_place_and_these_files(
    record: Recorded, expected: int
) -> None:
    assert len(heard(landed(by("alice", "push", "main")), record).decisions) == expected


@pytest.mark.threat("C04")
def test_a_signed_record_is_heard_where_what_it_approved_landed_on_a_moved_base() -> None:
    def replays(landed: PathChange, subject: Subject | None) -> Coverage:
        return Coverage.REPLAY if (landed, subject) == (LANDED, MOVED) else Coverage.RESIDUAL

    record = recorded(approval(subjects=(MOVED,)), "bob")
    assert len(heard(landed(by("alice", "push", "main")), record, covers=replays).decisions) == 1


UNHEARD: dict[str, dict[str, Any]] = {
    "unsigned": {},
    "of another repository": {"repository": "local:acme/other"},
    "of another branch": {"branch": "develop"},
    "of another file": {"subjects": (ELSEWHERE,)},
}


@pytest.mark.parametrize("fields", UNHEARD.values(), ids=UNHEARD)
def test_what_is_not_heard_silences_nothing_beside_it(fields: dict[str, Any]) -> None:
    """Records come in the order of their ids, so one of those that are not heard comes first."""
    signer = "bob" if fields else None
    unheard = [recorded(approval(**fields, reason=f"{n}"), signer) for n in range(9)]
    good = [recorded(approval(reason=f"good {n}"), "bob") for n in range(9)]
    assert min(record.id for record in unheard) < max(record.id for record in good)
    found = heard(landed(by("alice", "push", "main")), *unheard, *good).decisions
    assert [decision.record for decision in found] == sorted(record.id for record in good)


def test_of_one_instant_reviews_come_before_signed_records_and_these_before_trailers() -> None:
    """Where times are the same or untold, the order says which decision of a person is the latest."""
    signed_records = [recorded(approval(reason=f"{n}"), "bob") for n in "123"]
    commits = [by("alice", name, parent) for name, parent in (("one", "main"), ("two", "one"))]
    told = receipt(proposal=proposal(method="rebase"))
    steps = [Step(replace(made, message=TYPED), (LANDED,)) for made in commits]
    of = combine(steps, Attribution(steps[-1].commit.oid, receipt=(recorded(told), told)))
    found = sorted(heard(of, *signed_records, law=TYPING).decisions, key=lambda decision: decision.order)
    assert [decision.kind for decision in found] == ["receipt", *["signature"] * 3, *["trailer"] * 4]
    assert [decision.record for decision in found[1:4]] == sorted(record.id for record in signed_records)
    assert [decision.record for decision in found[4:]] == [commits[0].oid] * 2 + [commits[1].oid] * 2
    assert len({decision.order for decision in found}) == len(found)


TYPED = """Register

Reviewed-by: Bob Brown <bob@acme.example>
Signed-off-by: Alice Adams <alice@acme.example>
Reviewed-by: Carol Clark <carol@acme.example>
"""
WRITER: dict[str, Any] = {"keys": ["Reviewed-by"], "only_review_server": True}
TYPING = house(evidence={"mode": "receipt", "accept": ["receipt", "signature", "trailer"], "trailers": WRITER})
TRAILERS: dict[str, tuple[Law, list[str]]] = {
    "accepted": (TYPING, ["email:bob@acme.example", "email:carol@acme.example"]),
    "described and not accepted": (house(evidence={"trailers": WRITER}), []),
    "not spoken of": (house(), []),
}


@pytest.mark.threat("C02")
@pytest.mark.parametrize(("law", "expected"), TRAILERS.values(), ids=TRAILERS)
def test_trailers_are_heard_where_settings_accept_them(law: Law, expected: list[str]) -> None:
    typed = commit("push", "main", message=TYPED)
    found = heard(landed(typed), law=law).decisions
    assert [decision.address for decision in found] == expected
    assert {(decision.kind, decision.record, decision.weak) for decision in found} <= {("trailer", typed.oid, True)}


@pytest.mark.threat("D14")
def test_without_a_receipt_a_change_is_as_late_as_the_latest_approval_by_somebody_known() -> None:
    early = recorded(approval(at="2026-01-01T00:00:00Z"), "bob")
    late = recorded(approval(at="2026-01-02T00:00:00Z"), "carol")
    stranger = recorded(approval(at="2026-01-03T00:00:00Z"), "nobody")
    of = landed(by("alice", "push", "main"))
    assert heard(of, early, late, stranger).landed_at == "2026-01-02T00:00:00Z"
    assert heard(of, stranger).landed_at is None


def spends(
    *records: Recorded, told: Receipt | None = None, at: str | None = "2026-01-02T00:00:00Z", **fields: Any
) -> list[str]:
    """When the records were given that the change uses up."""
    known = testimony.Testimony(told, landed_at=at)
    found = spent_by(facts(LAW, testimony=known, landed=(LANDED,), **fields), EvidenceBook(records), covers)
    return sorted(record.payload.at for record in found if isinstance(record.payload, Approval))


def test_what_was_given_after_the_landing_is_not_used_up_unless_it_was_still_awaited() -> None:
    """An emergency is approved when it has landed."""
    later = recorded(approval(at="2026-01-02T00:00:01Z"), "bob")
    assert spends(later, told=receipt()) == []
    known = facts(LAW, testimony=testimony.Testimony(receipt(), landed_at="2026-01-02T00:00:00Z"), landed=(LANDED,))
    assert list(spent_by(known, EvidenceBook([later]), covers, grace=1)) == [later]


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
    another = Subject(path=PATH, old=None, new=FileState(mode="100644", oid=entry("b").oid))
    other = recorded(approval(subjects=(another,), at="2025-01-01T00:00:00Z"), "bob")
    assert spends(other) == []
    assert spends(other, FIRST) == ["2026-01-01T00:00:00Z"]


@pytest.mark.threat("C16")
def test_a_receipt_that_may_not_tell_the_time_uses_nothing_up() -> None:
    """Nobody knows which of the approvals were given before."""
    assert spends(FIRST, SECOND, told=receipt(), at=None) == []


def proposes(name: str = "alice", *, by: str | None = None, **fields: Any) -> Recorded:
    """A person's own signed proposal of what landed, whose head is the commit ``side``; ``by`` is whose key signs."""
    about: dict[str, Any] = {
        "repository": LAW.settings.repository,
        "branch": LAW.settings.protected_branch,
        "name": "register",
        "person": name,
        "at": "2026-01-01T00:00:00Z",
        "merge_base": oid("main"),
        "head": oid("side"),
        "subjects": (ADDED,),
    }
    payload = SignedProposal(type="govops/proposal/v1", **(about | fields))
    return Recorded(record_id(payload), payload, " ".join(public_line(by or name).split()[:2]))


def merged(*more: Commit, parents: tuple[str, ...] = ("main", "side")) -> Change:
    """Carol merged what dave had committed."""
    return landed(by("carol", "merge", *parents), by("dave", "side", "main"), *more)


def took_part(of: Change, *records: Recorded, covers: Covers = covers) -> set[str]:
    return {claim.name.lower() for claim in heard(of, *records, covers=covers).claims if claim.source != "opener"}


OTHER = FileState(mode="100644", oid=entry("b").oid)
STALE = Subject(path=PATH, old=OTHER, new=OTHER)
SERIES = combine(
    [Step(by("carol", name, *parents), (LANDED,)) for name, parents in (("one", ["main", "side"]), ("two", ["one"]))],
    Attribution(oid("two")),
)
MERGES: dict[str, tuple[Change, tuple[Recorded, ...], set[str]]] = {
    "without a proposal": (merged(), (), {"carol", "dave"}),
    "of the proposal": (merged(), (proposes(),), {"dave"}),
    "of more than the proposal": (merged(), (proposes(subjects=(ELSEWHERE,)),), {"carol", "dave"}),
    "of other content than was proposed": (merged(), (proposes(subjects=(STALE,)),), {"carol", "dave"}),
    "of another head": (merged(), (proposes(head=oid("elsewhere")),), {"carol", "dave"}),
    "of the proposal and of something else": (
        merged(parents=("main", "side", "third")),
        (proposes(),),
        {"carol", "dave"},
    ),
    "that was pushed": (landed(by("carol", "push", "main")), (proposes(),), {"carol"}),
    "of a series": (SERIES, (proposes(),), {"carol"}),
}


@pytest.mark.threat("D04")
@pytest.mark.parametrize(("of", "records", "expected"), MERGES.values(), ids=MERGES)
def test_whoever_merges_a_signed_proposal_and_adds_nothing_took_no_part(
    of: Change, records: tuple[Recorded, ...], expected: set[str]
) -> None:
    """Whoever lands anything else made it, as far as anybody can tell."""
    assert took_part(of, *records) == expected


@pytest.mark.threat("D04")
def test_whoever_merges_a_signed_proposal_onto_a_moved_base_took_no_part() -> None:
    def replays(landed: PathChange, subject: Subject | None) -> Coverage:
        return Coverage.REPLAY if subject == STALE else Coverage.RESIDUAL

    record = proposes(subjects=(STALE,))
    assert took_part(merged(), record, covers=replays) == {"dave"}
    pushed = heard(landed(by("carol", "push", "main")), record, covers=replays)
    assert [claim.source for claim in pushed.claims if claim.attested] == ["opener"]


OPENERS: dict[str, tuple[Recorded, bool]] = {
    "in their own name": (proposes(), True),
    "in somebody else's name": (proposes("alice", by="mallory"), False),
    "by a stranger": (proposes("nobody"), False),
    "for another repository": (proposes(repository="local:acme/other"), False),
    "for another branch": (proposes(branch="develop"), False),
    "of another commit": (proposes(head=oid("elsewhere")), False),
}


@pytest.mark.threat("C15", "D04")
@pytest.mark.parametrize(("record", "expected"), OPENERS.values(), ids=OPENERS)
def test_a_signed_proposal_attests_who_opened_what_was_merged(record: Recorded, *, expected: bool) -> None:
    """One that does not count silences none beside it: of nine others each has its turn."""
    assert ("opener" in {claim.source for claim in heard(merged(), record).claims}) is expected
    others = [proposes(title=f"{n}") for n in range(9)]
    assert record.id < max(other.id for other in others)
    openers = [claim for claim in heard(merged(), record, *others).claims if claim.source == "opener"]
    assert len(openers) == 9 + expected


def test_where_a_forge_tells_who_opened_it_a_signed_proposal_tells_nothing() -> None:
    told = receipt(proposal=proposal(method="merge", opener=account("dave"), contributors=()))
    of = landed(by("carol", "merge", "main", "side"), by("dave", "side", "main"), told=told)
    assert [claim.name for claim in heard(of, proposes()).claims if claim.attested] == ["dave"]


def test_a_change_was_opened_when_its_proposal_was_first_signed() -> None:
    """It may have moved on since. Of two proposals nobody tells which one was landed."""
    of, again = merged(), proposes(at="2026-01-03T00:00:00Z")
    assert heard(of, proposes(), again).opened_at == "2026-01-01T00:00:00Z"
    assert heard(of, proposes(), proposes("dave")).opened_at is None
    assert heard(of).opened_at is None


def test_a_forge_that_tells_when_a_change_was_opened_is_believed() -> None:
    told = receipt(proposal=proposal(opened_at="2026-01-01T06:00:00Z"))
    assert heard(landed(by("carol", "tip", "main"), told=told)).opened_at == "2026-01-01T06:00:00Z"
