"""Records: one spelling, an id that follows from the content, and fields that are refused rather than coerced."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from govops.evidence.records import (
    Approval,
    Envelope,
    Receipt,
    canonical,
    record_bytes,
    record_id,
    record_path,
    signed_bytes,
    spelled,
)
from tests.evidence.sample import approval, proposal, receipt

TEXT = st.text(st.characters(blacklist_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=15,
)


@given(JSON)
def test_a_value_survives_its_canonical_spelling(value: Any) -> None:
    assert json.loads(canonical(value)) == value


@given(JSON)
def test_the_canonical_spelling_is_ascii_without_white_space_outside_of_strings(value: Any) -> None:
    text = canonical(value).decode("ascii")
    assert json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True) == text


@given(st.dictionaries(TEXT, st.integers(), min_size=2), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, int], random: Any) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert canonical(dict(items)) == canonical(value)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_in_json_has_no_spelling(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"n": number})


def test_the_id_is_the_digest_of_the_payload_and_the_path_follows_from_it() -> None:
    record = receipt()
    digest = hashlib.sha256(canonical(record.model_dump(mode="json"))).hexdigest()
    assert record_id(record) == digest
    assert record_path(record) == f"receipts/{digest[:2]}/{digest}.json"
    assert spelled(record) == (signed_bytes(record), digest, record_path(record))


def test_the_signature_is_no_part_of_the_id() -> None:
    assert record_bytes(receipt(), "one") != record_bytes(receipt(), "other")
    assert record_path(Envelope.model_validate_json(record_bytes(receipt(), "one")).payload) == record_path(receipt())


@pytest.mark.parametrize("record", [receipt(), receipt(proposal=proposal()), approval()], ids=["push", "merge", "own"])
def test_a_record_that_was_written_is_read_back_the_same(record: Receipt | Approval) -> None:
    assert Envelope.model_validate_json(record_bytes(record, None)).payload == record


REFUSED: dict[str, dict[str, Any]] = {
    "an unknown field": {"note": "x"},
    "an unknown type": {"type": "govops/receipt/v2"},
    "a short id": {"tip": "a" * 39},
    "an id in capitals": {"tip": "A" * 40},
    "an id and a newline": {"tip": "a" * 40 + "\n"},
    "a number as text": {"sequence": "0"},
    "true as a number": {"sequence": True},
    "a negative number": {"sequence": -1},
    "a day that is not": {"recorded_at": "2026-02-30T00:00:00Z"},
    "a leap second": {"recorded_at": "2016-12-31T23:59:60Z"},
    "another time zone": {"recorded_at": "2026-01-05T09:00:00+14:00"},
    "no time zone": {"recorded_at": "2026-01-05T09:00:00"},
    "an hour that is not": {"recorded_at": "2026-01-05T25:00:00Z"},
    "no branch": {"branch": ""},
}


@pytest.mark.threat("D15", "D16")
@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_what_is_not_of_the_schema_is_refused(wrong: dict[str, Any]) -> None:
    payload = receipt().model_dump(mode="json") | wrong
    with pytest.raises(ValidationError):
        Envelope.model_validate_json(canonical({"payload": payload, "signature": None}))


def test_a_contributor_is_somebody() -> None:
    empty = {"source": "author", "name": "", "email": "", "account": None}
    payload = receipt(proposal=proposal()).model_dump(mode="json")
    payload["proposal"]["contributors"] = [empty]
    with pytest.raises(ValidationError, match="a contributor needs"):
        Envelope.model_validate_json(canonical({"payload": payload, "signature": None}))
