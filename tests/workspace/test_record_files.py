"""Record files made from any record, spelled in any way: one spelling is a record, and no other ever is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.evidence.records import Approval, Checkpoint, Escalation, Receipt, record_bytes, record_path
from govops.workspace.evidence import parse_record
from tests.evidence.strategies import ANY_TEXT, PAYLOADS
from tests.fuzz import check_of, seeds

Payload = Receipt | Approval | Checkpoint | Escalation
SEEDS = [file.read_bytes() for file in seeds("record")]
JSON: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.just([]) | st.just({})
)


def whole(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"


@pytest.mark.threat("C17", "C18")
@given(PAYLOADS, st.none() | ANY_TEXT)
def test_any_record_is_read_back_from_the_file_that_is_written(payload: Payload, signature: str | None) -> None:
    found = parse_record(record_path(payload), record_bytes(payload, signature))
    assert found is not None
    assert found.payload == payload
    assert found.signer is None


@pytest.mark.threat("D15", "D16")
@given(PAYLOADS, st.data())
def test_a_record_that_is_spelled_in_another_way_is_none(payload: Payload, data: st.DataObject) -> None:
    """The same values, and not the same bytes: a field that is left out because it says nothing, a space, an escape."""
    value = json.loads(record_bytes(payload, None))
    spellings = [
        json.dumps(value).encode() + b"\n",
        json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode() + b"\n",
        *(whole(shorter) for shorter in _without_one_field(value)),
    ]
    content = data.draw(st.sampled_from(spellings))
    found = parse_record(record_path(payload), content)
    assert (found is not None) == (content == record_bytes(payload, None))


@pytest.mark.threat("E16")
@given(PAYLOADS, st.data())
def test_a_record_with_any_value_exchanged_is_a_record_of_its_own_or_none(
    payload: Payload, data: st.DataObject
) -> None:
    """Under its old name it never is one, unless the value is the same."""
    value = json.loads(record_bytes(payload, None))
    where: Any = value
    while True:
        key = data.draw(st.sampled_from(list(where) if isinstance(where, dict) else range(len(where))))
        if not isinstance(where[key], dict | list) or not where[key] or data.draw(st.booleans()):
            break
        where = where[key]
    where[key] = data.draw(JSON)
    content = whole(value)
    if content != record_bytes(payload, None):
        assert parse_record(record_path(payload), content) is None or json.loads(content)["signature"] is not None
    check_of("record")(content)


@pytest.mark.threat("E16")
@given(st.sampled_from(SEEDS), st.data())
def test_a_file_with_a_piece_exchanged_is_a_record_or_none(seed: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(len(seed), start + 20)))
    check_of("record")(seed[:start] + data.draw(st.binary(max_size=4)) + seed[end:])


def _without_one_field(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The file without its signature's field, and without each field of the payload."""
    payload = value["payload"]
    shorter = [{**value, "payload": {key: payload[key] for key in payload if key != left_out}} for left_out in payload]
    return [{"payload": payload}, *shorter]
