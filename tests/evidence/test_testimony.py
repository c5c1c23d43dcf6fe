"""Evidence of every kind becomes one shape: claims of who made a change, decisions of who reviewed it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govops.evidence import testimony
from govops.evidence.records import Account, ContextBlob, Contributor, Dismissal
from govops.evidence.testimony import (
    Claim,
    Decision,
    from_approval,
    from_headers,
    from_proposal,
    from_receipt,
    from_trailers,
    parse_ident,
)
from govops.history import Ident
from tests.evidence.sample import ADDED, PATH, account, approval, proposal, receipt, recorded, review, signed_proposal
from tests.support.facts import commit, oid

BOB = "Bob Brown <bob@acme.example>"
CODED = Ident("Alice", "alice@acme.example")


def test_a_receipt_attests_opener_and_pushers_and_passes_on_what_git_claims() -> None:
    people = (
        Contributor(source="author", name="Alice", email="alice@acme.example"),
        Contributor(source="committer", account=account("dave"), email="dave@acme.example"),
        Contributor(source="pusher", account=account("erin")),
    )
    told = receipt(proposal=proposal(contributors=people))
    claims = from_receipt(recorded(told), told).claims
    assert [(claim.source, claim.attested) for claim in claims] == [
        ("opener", True),
        ("author", False),
        ("committer", False),  # a forge maps e-mails to accounts: still a claim
        ("pusher", True),
    ]


def test_a_contributor_is_known_by_account_and_by_what_git_says_beside_it() -> None:
    people = (
        Contributor(source="author", name="Alice", email="alice@acme.example"),
        Contributor(source="committer", account=account("dave"), email="dave@acme.example", name="Dave D"),
        Contributor(source="pusher", account=account("erin")),
        Contributor(source="opener", account=account("alice")),
    )
    told = receipt(proposal=proposal(contributors=people))
    assert from_receipt(recorded(told), told).claims == (
        Claim("opener", "account:local:id-alice", name="alice", attested=True),
        Claim("author", email="alice@acme.example", name="Alice"),
        Claim("committer", "account:local:id-dave", "dave@acme.example", "Dave D"),
        Claim("pusher", "account:local:id-erin", name="erin", attested=True),
        Claim("opener", "account:local:id-alice", name="alice", attested=True),
    )


CONTEXT = {"registry/models/fraud/versions/1.0.yaml": oid("version"), "registry/models/gone/model.yaml": None}
BLOBS = tuple(ContextBlob(path=path, oid=found) for path, found in CONTEXT.items())


def test_a_review_becomes_a_decision_about_what_the_reviewer_saw() -> None:
    nameless = Account(forge="local", id="id-carol")
    reviews = (review("bob", context=BLOBS), review("carol", account=nameless, decision="reject"))
    told = receipt(proposal=proposal(reviews=reviews))
    record = recorded(told)
    first, second = from_receipt(record, told).decisions
    assert first == Decision(
        kind="receipt",
        record=f"{record.id}#by-bob",
        decision="approve",
        address="account:local:id-bob",
        label="bob",
        at="2026-01-05T09:00:00Z",
        order=0,
        head=oid("head"),
        subjects={PATH: ADDED},
        context=CONTEXT,
    )
    assert (second.decision, second.label, second.order) == ("reject", "id-carol", 1)


def test_a_testimony_names_its_receipt_and_says_whether_anybody_signed_it() -> None:
    for told in (receipt(pusher=account("alice")), receipt(proposal=proposal())):
        for signer in ("recorder", None):
            record = recorded(told, signer)
            found = from_receipt(record, told)
            assert (found.receipt, found.record, found.weak) == (told, record.id, signer is None)


def test_what_was_reviewed_last_is_what_the_proposal_ended_with() -> None:
    told = receipt(proposal=proposal())
    assert from_receipt(recorded(told), told).reviewed == {PATH: ADDED}


def test_the_receipt_of_a_push_attests_its_pusher_and_holds_no_reviews() -> None:
    told = receipt(pusher=account("alice"))
    found = from_receipt(recorded(told), told)
    assert found.opener is not None
    assert found.opener.address == "account:local:id-alice"
    assert (found.decisions, found.reviewed, found.proposal) == ((), None, None)


def test_a_change_landed_when_the_forge_says_so_else_when_it_was_recorded() -> None:
    for landed_at in ("2026-01-05T08:00:00Z", None):
        for told in (receipt(landed_at=landed_at), receipt(landed_at=landed_at, proposal=proposal())):
            assert from_receipt(recorded(told), told).landed_at == (landed_at or told.recorded_at)


def test_what_an_unsigned_receipt_says_is_weak() -> None:
    told = receipt(proposal=proposal())
    weak = from_receipt(recorded(told, None), told)
    assert weak.weak
    assert all(decision.weak for decision in weak.decisions)


@pytest.mark.parametrize(
    ("dismissed", "expected"),
    [(None, None), (Dismissal(at=None), ""), (Dismissal(at="2026-01-05T09:30:00Z"), "2026-01-05T09:30:00Z")],
)
def test_a_dismissal_without_a_time_is_told_apart_from_none(dismissed: Dismissal | None, expected: str | None) -> None:
    told = receipt(proposal=proposal(reviews=(review("bob", dismissed=dismissed),)))
    assert [decision.withdrawn for decision in from_receipt(recorded(told), told).decisions] == [expected]


def test_a_signed_approval_speaks_for_its_key_and_says_whose_it_claims_to_be() -> None:
    decision = from_approval(recorded(approval("bob"), "carol"), approval("bob"), 1)
    assert decision.label == "bob"
    assert decision.address == f"key:{recorded(approval(), 'carol').signer}"


def test_a_signed_approval_is_a_decision_about_what_it_lists() -> None:
    told = approval("bob", decision="reject", context=BLOBS)
    record = recorded(told, "bob")
    assert from_approval(record, told, 7) == Decision(
        kind="signature",
        record=record.id,
        decision="reject",
        address=f"key:{record.signer}",
        label="bob",
        at="2026-01-05T09:00:00Z",
        order=7,
        head=oid("head"),
        subjects={PATH: ADDED},
        context=CONTEXT,
        base=oid("base"),
        place=0,
    )


def test_whoever_signed_a_proposal_opened_it() -> None:
    """The key attests it; the name is what the proposal claims."""
    proposed = signed_proposal("alice")
    record = recorded(proposed, "alice")
    assert from_proposal(record, proposed) == Claim("opener", f"key:{record.signer}", name="alice", attested=True)


def test_a_proposal_was_opened_when_the_forge_says_so() -> None:
    for opened_at in ("2026-01-04T08:00:00Z", None):
        told = receipt(proposal=proposal(opened_at=opened_at))
        assert from_receipt(recorded(told), told).opened_at == opened_at


def test_what_a_reviewer_saw_may_be_lost_and_the_reviewer_a_machine() -> None:
    bot = Account(forge="local", id="id-ci", login="ci", type="bot")
    told = receipt(proposal=proposal(reviews=(review("bob", head=None, subjects=None), review("ci", account=bot))))
    by_bob, by_ci = from_receipt(recorded(told), told).decisions
    assert (by_bob.is_lost, by_bob.by_machine, by_bob.subjects, by_bob.head) == (True, False, {}, None)
    assert (by_ci.is_lost, by_ci.by_machine) == (False, True)


KEY, OTHER, FORGE = "key:ssh-ed25519 stolen", "key:ssh-ed25519 kept", "account:local:id-bob"


def by(address: str) -> Decision:
    return Decision("signature", "record", "approve", address, "bob", None, 0)


@pytest.mark.threat("D13")
def test_a_key_that_is_not_believed_proves_no_part_and_its_decisions_are_doubted() -> None:
    """What a forge or another key says stands, and so does what was only claimed."""
    said = testimony.Testimony(
        record="record",
        claims=(Claim("opener", KEY, attested=True), Claim("pusher", OTHER, attested=True), Claim("author", OTHER)),
        decisions=(by(KEY), by(OTHER), by(FORGE)),
    )
    found = said.doubting(lambda key: key == "ssh-ed25519 stolen")
    assert [claim.attested for claim in found.claims] == [False, True, False]
    assert [decision.is_doubted for decision in found.decisions] == [True, False, False]
    assert found == replace(said, claims=found.claims, decisions=found.decisions)


@pytest.mark.threat("D13")
def test_only_keys_can_be_stolen() -> None:
    said = testimony.Testimony(claims=(Claim("opener", FORGE, attested=True),), decisions=(by(FORGE), by("")))
    assert said.doubting(lambda key: True) == said


def test_an_approval_that_nobody_signed_has_no_address() -> None:
    assert from_approval(recorded(approval("bob"), None), approval("bob"), 0).address == ""


def test_only_governed_files_are_part_of_the_question() -> None:
    told = receipt(proposal=proposal())
    found = from_receipt(recorded(told), told)
    assert set(found.about(lambda path: True).reviewed or {}) == {PATH}
    assert found.about(lambda path: path != PATH).reviewed == {}
    assert set(found.about(lambda path: path == PATH).reviewed or {}) == {PATH}
    assert testimony.Testimony().about(lambda path: True).reviewed is None


TRAILERS: dict[str, tuple[str, list[str]]] = {
    "one": (f"Subject\n\nReviewed-by: {BOB}\n", [BOB]),
    "in any letters": (f"Subject\n\nrEVIEWED-bY: {BOB}\n", [BOB]),
    "two": (f"Subject\n\nReviewed-by: {BOB}\nReviewed-by: Carol\n", [BOB, "Carol"]),
    "folded": ("Subject\n\nReviewed-by: Bob Brown\n <bob@acme.example>\n", [BOB]),
    "among others": (f"Subject\n\nChange-Id: I1\nReviewed-by: {BOB}\n", [BOB]),
    "another key": (f"Subject\n\nAcked-by: {BOB}\n", []),
    "as the subject": (f"Reviewed-by: {BOB}\n", []),
    "in the body": (f"Subject\n\nReviewed-by: {BOB}\n\nMore words.\n", []),
    "among prose": (f"Subject\n\nI say:\nReviewed-by: {BOB}\nand mean it\n", []),
    "quoted": (f"Subject\n\n> Reviewed-by: {BOB}\n", []),
}


@pytest.mark.threat("C02")
@pytest.mark.parametrize(("message", "expected"), TRAILERS.values(), ids=TRAILERS)
def test_only_a_block_of_trailers_at_the_end_holds_trailers(message: str, expected: list[str]) -> None:
    found = list(from_trailers(commit("c", message=message), ["Reviewed-by"], 0))
    assert [decision.label for decision in found] == expected
    assert all(decision.weak and decision.at is None for decision in found)


def test_a_trailer_is_an_approval_by_an_address_in_the_order_of_the_message() -> None:
    message = "Subject\n\nReviewed-by: Bob <BOB@acme.example>\nChange-Id: I1\nReviewed-by: Carol\n"
    made = commit("c", message=message)
    bob, carol = from_trailers(made, ["Reviewed-by"], 4)
    assert bob == Decision(
        kind="trailer",
        record=made.oid,
        decision="approve",
        address="email:bob@acme.example",
        label="Bob <BOB@acme.example>",
        at=None,
        order=4,
        weak=True,
    )
    assert (carol.label, carol.address, carol.order) == ("Carol", "", 6)


def test_headers_claim_an_author_a_committer_and_every_co_author() -> None:
    made = commit("c", author=CODED, message="S\n\nCo-authored-by: Bob <bob@x.example>\nco-authored-by: Zoe\n")
    claims = list(from_headers(made, committer=True))
    assert [(claim.source, claim.name, claim.email) for claim in claims] == [
        ("author", "Alice", "alice@acme.example"),
        ("committer", "Nobody", "nobody@acme.example"),
        ("co-author", "Bob", "bob@x.example"),
        ("co-author", "Zoe", ""),
    ]
    assert not any(claim.attested for claim in claims)
    assert [claim.source for claim in from_headers(made, committer=False)] == ["author", "co-author", "co-author"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bob <bob@x>", ("Bob", "bob@x")),
        ("<bob@x>", ("", "bob@x")),
        ("Bob", ("Bob", "")),
        ("Bob <B> <bob@x>", ("Bob <B>", "bob@x")),
        ("Bob <bob@x> ", ("Bob", "bob@x")),
        ("Bob <bob@x", ("Bob", "bob@x")),
        ("", ("", "")),
    ],
)
def test_an_ident_is_a_name_and_an_address(text: str, expected: tuple[str, str]) -> None:
    assert parse_ident(text) == Ident(*expected)
