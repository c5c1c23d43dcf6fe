"""Records of the evidence branch: none, or the one spelling of what they say, under the one name that they have."""

from __future__ import annotations

from pydantic import ValidationError

from govops.evidence.records import Envelope, record_bytes, record_path
from govops.workspace.evidence import parse_record


def check(data: bytes) -> None:
    """Whatever has the fields of a record is read back from its own spelling, and from no other."""
    assert parse_record("receipts/00/0.json", data) is None
    try:
        envelope = Envelope.model_validate_json(data)
    except ValidationError:
        return
    path = record_path(envelope.payload)
    whole = record_bytes(envelope.payload, envelope.signature)
    found = parse_record(path, whole)
    assert found is not None
    assert found.payload == envelope.payload
    assert (parse_record(path, data) is None) == (data != whole)
