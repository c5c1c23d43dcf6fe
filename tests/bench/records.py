"""Receipts by the thousand: ``python -m tests.bench.records bare|read|write …``."""

from __future__ import annotations

import sys
from pathlib import Path

from govops.evidence.records import record_bytes, record_path, signed_bytes
from govops.workspace.evidence import parse_record
from govops.workspace.journal import Journal, Signed
from tests.evidence import sample
from tests.support.cast import RECORDER, private_key, signed

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
        record = sample.approval(reason=f"{writer}-{number}")
        written = Signed(record, signed("bob", signed_bytes(record)))
        journal.append(lambda written=written: [written])  # type: ignore[misc]  # mypy sees no default there


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
