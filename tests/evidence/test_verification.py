"""What holds of the evidence branch by itself: each record, each recorder's chain, and what nobody should rely on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from govops.errors import ExitCode
from govops.evidence.book import EvidenceBook, Recorded, Trust
from govops.evidence.records import record_path
from govops.evidence.verification import (
    CheckedRecord,
    RecorderChain,
    Verification,
    check_chains,
    check_records,
    doubts,
    fingerprint,
)
from govops.finding import Finding, Severity, Status
from tests.evidence.sample import BRANCH, REPOSITORY, approval, checkpoint, receipt, recorded
from tests.support.cast import public_line
from tests.support.facts import oid
from tests.support.parts import require

TRUST = Trust((("recorder", public_line("recorder")), ("other", public_line("other"))), REPOSITORY, BRANCH)
LENIENT = Trust(TRUST.recorders, REPOSITORY, BRANCH, unsigned=True)
UNSIGNED = "it bears no signature that holds"
DEVELOP = f"it is of branch `develop` of `{REPOSITORY}`"
FORK = f"it is of branch `{BRANCH}` of `local:acme/fork`"


def people_at(address: str) -> tuple[str, ...]:
    """Bob has his key, the twins share one, and nobody has any other."""
    return {key_of("bob"): ("bob",), key_of("carol"): ("carol", "carola")}.get(address, ())


def key_of(name: str) -> str:
    return f"key:{recorded(approval(), name).signer}"


def print_of(name: str) -> str:
    return fingerprint(public_line(name))


def checked(record: Recorded, trust: Trust = TRUST) -> CheckedRecord:
    (found,) = check_records(EvidenceBook([record]), trust, people_at)
    return found


def test_a_record_is_told_with_its_file_and_by_whom_it_is() -> None:
    landed, own = recorded(receipt(sequence=7), "recorder"), recorded(approval(), "bob")
    assert checked(landed) == CheckedRecord(
        record_path(landed.payload), landed.id, "receipt", "recorder", 7, print_of("recorder")
    )
    assert checked(own) == CheckedRecord(record_path(own.payload), own.id, "approval", "bob", None, print_of("bob"))
    assert checked(recorded(receipt(), None), LENIENT).signer == ""
    assert [one.id for one in check_records(EvidenceBook([landed, own]), TRUST, people_at)] == sorted(
        [landed.id, own.id]
    )


DOUBTED: dict[str, tuple[Recorded, str, str]] = {
    "a receipt that nobody signed": (recorded(receipt(), None), "evidence-untrusted", UNSIGNED),
    "a receipt of another branch": (recorded(receipt(branch="develop")), "evidence-untrusted", DEVELOP),
    "a receipt of a fork": (recorded(receipt(repository="local:acme/fork")), "evidence-untrusted", FORK),
    "one of another branch that nobody signed": (
        recorded(receipt(branch="develop"), None),
        "evidence-untrusted",
        DEVELOP,
    ),
    "a receipt by a stranger": (
        recorded(receipt(), "mallory"),
        "evidence-untrusted",
        f"Settings never named such a recorder with the key {print_of('mallory')}",
    ),
    "an approval that nobody signed": (recorded(approval(), None), "evidence-untrusted", UNSIGNED),
    "an approval for another branch": (recorded(approval(branch="develop"), "bob"), "evidence-untrusted", DEVELOP),
    "an approval for a fork": (recorded(approval(repository="local:acme/fork"), "bob"), "evidence-untrusted", FORK),
    "an approval by a stranger": (
        recorded(approval(), "mallory"),
        "approver-unknown",
        f"the key {print_of('mallory')} is no User's",
    ),
    "an approval in another's name": (
        recorded(approval("erin"), "bob"),
        "signer-mismatch",
        "it is signed with a key of bob",
    ),
    "an approval with a key of two": (
        recorded(approval("carol"), "carol"),
        "signer-mismatch",
        "it is signed with a key of carol and carola",
    ),
}


@pytest.mark.parametrize(("record", "rule", "doubt"), DOUBTED.values(), ids=DOUBTED)
def test_a_record_that_would_not_count_says_why(record: Recorded, rule: str, doubt: str) -> None:
    found = checked(record)
    assert (found.rule, found.doubt) == (rule, doubt)


def test_where_settings_need_no_signature_its_absence_is_no_reason() -> None:
    assert checked(recorded(receipt(), None), LENIENT).doubt == ""
    assert checked(recorded(receipt(branch="develop"), None), LENIENT).doubt == DEVELOP


def chain(length: int, *, signer: str = "recorder", first: int = 0) -> list[Recorded]:
    """So many receipts of the recorder."""
    records: list[Recorded] = []
    for number in range(first, first + length):
        previous = records[-1].id if records else None
        at = f"2026-01-0{number + 1}T10:00:00Z"
        payload = receipt(sequence=number, previous=previous, tip=oid(str(number)), recorded_at=at)
        records.append(recorded(payload, signer))
    return records


def test_a_chain_is_told_from_its_first_record_to_its_last() -> None:
    """Every recorder that Settings ever named is told of, whether it wrote anything or not."""
    receipts = chain(2)
    final = recorded(checkpoint(sequence=2, previous=receipts[-1].id, tip=oid("2"), recorded_at="2026-01-03T10:00:00Z"))
    assert list(check_chains(EvidenceBook([*receipts, final]), TRUST, [public_line("recorder")])) == [
        RecorderChain("other"),
        RecorderChain("recorder", 3, 0, 0, 2, oid("2"), "2026-01-03T10:00:00Z"),
    ]


def test_a_chain_says_where_it_is_broken_and_how_much_of_it_an_earlier_key_signed() -> None:
    """Nobody need have kept the first records; what is missing is told."""
    rotated = Trust((("recorder", public_line("recorder")), ("recorder", public_line("other"))), REPOSITORY, BRANCH)
    (first, second), (third,) = chain(2, first=1), chain(1, signer="other", first=3)
    (found,) = check_chains(EvidenceBook([first, second, third]), rotated, [public_line("carol"), public_line("other")])
    assert (found.records, found.former, found.first, found.last, found.last_tip) == (3, 2, 1, 3, oid("3"))
    assert found.breaks == (
        'the chain of recorder "recorder" has no record number 0',
        'record 3 of recorder "recorder" does not follow the one before it',
    )


def test_of_two_last_records_both_are_counted() -> None:
    first, fork = chain(1), recorded(receipt(tip=oid("fork")))
    (_, found) = check_chains(EvidenceBook([*first, fork]), TRUST, [public_line("recorder")])
    assert (found.records, found.last) == (2, 0)
    assert found.last_tip in (oid("0"), oid("fork"))
    assert found.breaks == ('the chain of recorder "recorder" has 2 records number 0',)


def test_a_record_without_a_signature_has_no_former_key() -> None:
    (_, found) = check_chains(EvidenceBook([recorded(receipt(), None)]), LENIENT, [])
    assert (found.name, found.records, found.former) == ("recorder", 1, 0)


def test_a_doubted_record_leaves_something_open_only_where_a_commit_waits_for_it() -> None:
    """Whatever else is not believed is as harmless as junk."""
    forged, own = recorded(receipt(), "mallory"), recorded(approval("erin"), "bob")
    book = EvidenceBook([forged, own, recorded(receipt(tip=oid("else")))])
    records = list(check_records(book, TRUST, people_at))
    hint = "see who pushed it, and leave it there; `govops audit` decides whether a change waits for it"
    stranger = f"Settings never named such a recorder with the key {print_of('mallory')}"
    of_forged = f"the receipt by `recorder` would count for nothing: {stranger}"
    of_own = "the approval by `erin` would count for nothing: it is signed with a key of bob"

    def finding(rule: str, message: str, status: Status, severity: Severity, record: Recorded) -> Finding:
        path = record_path(record.payload)
        return Finding(rule, message, status, severity, hint=hint, path=path, evidence=(record.id,))

    warned = finding("signer-mismatch", of_own, Status.WARN, Severity.INFO, own)
    for waiting, status, severity in (
        ([oid("tip")], Status.UNVERIFIABLE, Severity.CRITICAL),
        ([oid("else")], Status.WARN, Severity.INFO),
    ):
        found = finding("evidence-untrusted", of_forged, status, severity, forged)
        assert sorted(doubts(book, records, waiting), key=lambda one: one.rule) == [found, warned]


def test_a_fingerprint_is_the_one_that_ssh_keygen_shows(tmp_path: Path) -> None:
    file = tmp_path / "key.pub"
    file.write_text(f"{public_line('bob')}\n", encoding="ascii")
    shown = subprocess.run(
        [require("ssh-keygen", package="openssh-client"), "-l", "-f", file], check=True, capture_output=True
    )
    assert shown.stdout.decode("utf-8").split()[1] == print_of("bob")


@pytest.mark.parametrize(
    ("status", "fail_on", "expected"),
    [
        (Status.WARN, Severity.HIGH, ExitCode.OK),
        (Status.WARN, Severity.LOW, ExitCode.VIOLATION),
        (Status.UNVERIFIABLE, Severity.HIGH, ExitCode.UNDECIDABLE),
    ],
)
def test_what_does_not_hold_makes_the_exit_code(status: Status, fail_on: Severity, expected: ExitCode) -> None:
    found = (Finding("some-rule", "something", status, Severity.LOW),)
    whole = Verification(REPOSITORY, BRANCH, oid("tip"), "evidence", oid("e"), (), (), found, None, 0, 0)
    assert whole.exit_code(fail_on) is expected
