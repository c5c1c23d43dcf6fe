"""Receipts by the thousand: ``python -m tests.bench.records bare|read|write …``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from govops.evidence.records import Checkpoint, record_bytes, record_path, signed_bytes
from govops.workspace.evidence import parse_record
from govops.workspace.journal import Journal, Last, Signed, Write
from tests.evidence import sample
from tests.support.cast import RECORDER, private_key, signed
from tests.support.facts import oid

_MANY = 10_000
_DIFFERENT = 500  # each is read twenty times: making them is not what is measured


def main(arguments: list[str]) -> int:
    """Do one of the three."""
    job, *rest = arguments
    if job == "write":
        _write(Path(rest[0]), int(rest[1]), int(rest[2]))
    else:
        _verify(bare=job == "bare")
    return 0


def _verify(*, bare: bool) -> None:
    key = private_key(RECORDER)
    public = key.public_key()
    made = [sample.receipt(sequence=n, proposal=sample.proposal(id=str(n))) for n in range(_DIFFERENT)]
    messages = [signed_bytes(receipt) for receipt in made]
    signatures = [key.sign(message) for message in messages]
    files = [
        (record_path(receipt), record_bytes(receipt, signed(RECORDER, message)))
        for receipt, message in zip(made, messages, strict=True)
    ]
    for _ in range(_MANY // _DIFFERENT):
        if bare:
            for signature, message in zip(signatures, messages, strict=True):
                public.verify(signature, message)
        else:
            for path, content in files:
                record = parse_record(path, content)
                if record is None or record.signer is None:
                    raise RuntimeError("a good record was not read")


def _write(place: Path, writer: int, count: int) -> None:
    journal = Journal(place, "govops/evidence")
    for number in range(count):
        journal.append(_next(f"{writer}-{number}"))


def _next(name: str) -> Write:
    return lambda last: _checkpoint(last, name)


def _checkpoint(last: Last, name: str) -> Iterator[Signed]:
    place = last(RECORDER)
    record = Checkpoint(
        type="govops/checkpoint/v1",
        recorder=RECORDER,
        sequence=place.sequence + 1 if place else 0,
        previous=place.id if place else None,
        recorded_at="2026-01-05T10:00:00Z",
        repository=sample.REPOSITORY,
        branch=sample.BRANCH,
        tip=oid(name),
        report="0" * 64,
    )
    yield Signed(record, signed(RECORDER, signed_bytes(record)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
