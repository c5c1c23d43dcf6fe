"""Record files: one spelling and one place each, and nothing that crashes their reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.evidence.records import canonical, record_bytes, record_path, signed_bytes
from govops.git import CleanRoom
from govops.workspace import read_evidence
from govops.workspace.evidence import parse_record
from tests.evidence.sample import approval, proposal, receipt
from tests.support.cast import public_line, signed
from tests.support.files import model
from tests.support.world import World

RECORD = receipt(proposal=proposal())
PATH = record_path(RECORD)
WHOLE = record_bytes(RECORD, signed("recorder", signed_bytes(RECORD)))


def test_a_record_is_read_with_the_key_that_signed_it() -> None:
    found = parse_record(PATH, WHOLE)
    assert found is not None
    assert (found.payload, found.signer) == (RECORD, " ".join(public_line("recorder").split()[:2]))


def with_payload(**fields: Any) -> bytes:
    whole = json.loads(WHOLE)
    whole["payload"].update(fields)
    return canonical(whole) + b"\n"


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda whole: whole[:-2],
    "without its newline": lambda whole: whole[:-1],
    "with white space": lambda whole: whole.replace(b",", b", ", 1),
    "with a byte-order mark": lambda whole: b"\xef\xbb\xbf" + whole,
    "with a key twice": lambda whole: whole.replace(b'{"payload"', b'{"payload":null,"payload"', 1),
    "with other content under its name": lambda whole: with_payload(branch="develop"),
    "with a field more": lambda whole: with_payload(note="x"),
    "of another encoding": lambda whole: whole.decode().encode("utf-16"),
    "empty": lambda whole: b"",
    "of brackets": lambda whole: b"[" * 100_000,
    "of one huge number": lambda whole: b"1" * 10_000,
    "null": lambda whole: b"null\n",
}


@pytest.mark.threat("C17", "C18", rule="junk-record")
@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_what_is_not_exactly_a_record_is_none(spoil: Callable[[bytes], bytes]) -> None:
    assert parse_record(PATH, spoil(WHOLE)) is None


def test_a_record_under_another_name_is_none() -> None:
    assert parse_record(record_path(approval()), WHOLE) is None


@given(st.binary())
def test_no_bytes_crash_the_reader(content: bytes) -> None:
    assert parse_record(PATH, content) is None


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_one_other_byte_is_no_record_or_one_without_that_signature(place: int, difference: int) -> None:
    spoiled = bytearray(WHOLE)
    spoiled[place] ^= difference
    found = parse_record(PATH, bytes(spoiled))
    assert found is None or found.payload == RECORD
    assert found is None or b'"signature"' in bytes(spoiled)


def test_a_signature_that_does_not_hold_leaves_an_unsigned_record() -> None:
    for armour in ("x", signed("recorder", b"other"), signed("recorder", signed_bytes(RECORD), "git")):
        found = parse_record(PATH, record_bytes(RECORD, armour))
        assert found is not None
        assert found.signer is None


def test_no_branch_is_a_branch_without_records(tmp_path: Path) -> None:
    with CleanRoom.open(World(tmp_path).path) as room:
        found = read_evidence(room, None)
    assert (found.book.records, found.junk, found.book.tampering) == ((), (), ())


def read(world: World) -> Any:
    with CleanRoom.open(world.path) as room:
        return read_evidence(room, world.evidence.tip)


@pytest.mark.threat("C17", "C18")
def test_every_file_is_a_record_or_junk_and_every_touch_is_told(tmp_path: Path) -> None:
    world = World(tmp_path)
    for name in ("fraud", "churn"):
        world.propose("alice", "Register", model(name)).approve("bob").merge("squash")
    first, second = world.evidence.paths
    world.evidence.write({"README.md": b"Records\n", "notes.txt": b"x", "receipts/zz/x.json": b"{}\n"})
    assert len(read(world).book.records) == 2
    assert (read(world).junk, read(world).book.tampering) == (("notes.txt", "receipts/zz/x.json"), ())
    world.evidence.write({first: None, second: b"{}\n"})
    found = read(world)
    assert set(found.junk) == {"notes.txt", "receipts/zz/x.json", second}
    assert sorted((sign.path, sign.what.split(" in ")[0]) for sign in found.book.tampering) == sorted(
        [(first, "the record was deleted"), (second, "the record was edited")]
    )
