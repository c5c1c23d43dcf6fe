"""A report that was made here -> the recorder's word on the evidence branch that its tip was verified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from govops.errors import UsageError
from govops.evidence.records import Checkpoint, signed_bytes
from govops.git import CleanRoom
from govops.history import Oid
from govops.workspace.journal import Appended, Journal, Signed
from govops.workspace.keys import SigningKey
from govops.workspace.recorded import Stood, look


@dataclass(frozen=True, slots=True)
class Checkpointer:
    """Writes to one repository's evidence branch. ``remote`` is where it is pushed, None to keep it here."""

    repository: Path
    key: SigningKey
    remote: str | None = None
    ref: str | None = None

    def write(self, tip: Oid, report: str) -> Appended:
        """Say that the report of this digest verified ``tip``; nothing after a checkpoint of it or of a later one.

        UsageError if the key is no recorder's, or the commit is not on the branch.
        """
        with CleanRoom.open(self.repository) as room:
            stood = look(room, self.ref, self.key.public)
        if tip not in stood.positions:
            raise UsageError(f"{tip} is not on the protected branch", hint="audit the branch itself, without --ref")

        def write() -> Iterable[Signed]:
            there = stood.receipts(self.repository, self.remote)
            if there.verified < stood.positions[tip]:
                number, previous = there.following
                record = _checkpoint(stood, tip, report, number, previous)
                yield Signed(record, self.key.sign(signed_bytes(record)))

        return Journal(self.repository, stood.settings.evidence_branch, self.remote).append(write)


def _checkpoint(stood: Stood, tip: Oid, report: str, number: int, previous: str | None) -> Checkpoint:
    return Checkpoint(
        type="govops/checkpoint/v1",
        **stood.chained(number, previous),
        tip=tip,
        report=report,
    )
