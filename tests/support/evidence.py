"""The evidence branch as a recorder writes it, and as others may spoil it afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from govops.evidence.records import Approval, Checkpoint, IncidentReport, Receipt, SignedProposal, canonical
from tests.support.cast import RECORDER, signed
from tests.support.clock import Clock, git_time
from tests.support.files import Content
from tests.support.objects import Objects, Tree
from tests.support.trees import edited

Edit = Callable[[dict[str, Any]], Any]  # changes a payload in place, or returns another one
Signer = str | None  # whose key signs; None leaves the record unsigned

_SCRIBE = "Recorder <recorder@acme.example>"


class EvidenceBranch:
    """Append-only by habit: :meth:`write` can also edit and delete."""

    def __init__(self, objects: Objects, clock: Clock, ref: str) -> None:
        self.ref = ref
        self.tip: str | None = None
        self.tree: Tree = {}
        self.paths: list[str] = []  # of records, in the order of writing
        self._objects = objects
        self._clock = clock
        self._chains: dict[str, tuple[int, str]] = {}

    def write(self, edits: Mapping[str, Content], *, message: str = "Record", author: str = _SCRIBE) -> str:
        """One commit on the branch, whatever it does to the records; its id."""
        self.tree = edited(self._objects, self.tree, edits)
        self.tip = self._objects.commit(
            self._objects.tree(self.tree),
            [self.tip] if self.tip else [],
            author=author,
            author_time=git_time(self._clock.tick()),
            message=f"{message}\n",
        )
        self._objects.ref(self.ref, self.tip)
        return self.tip

    def receipt(
        self, facts: Mapping[str, Any], *, recorder: str = RECORDER, signer: Signer = RECORDER, edit: Edit | None = None
    ) -> str:
        """Write what was known of a change; ``edit`` works on the JSON payload before it is signed."""
        sequence, previous = self._chains.get(recorder, (-1, None))
        payload = Receipt(
            type="govops/receipt/v1",
            recorder=recorder,
            sequence=sequence + 1,
            previous=previous,
            recorded_at=self._clock.tick(),
            **facts,
        )
        data = _edited(payload.model_dump(mode="json"), edit)
        path = self.add(data, signer=signer)
        if signer in (recorder, None):  # who forges a record is not followed by the recorder
            self._chains[recorder] = (sequence + 1, path.rpartition("/")[2].removesuffix(".json"))
        return path

    def checkpoint(
        self, facts: Mapping[str, Any], *, recorder: str = RECORDER, signer: Signer = RECORDER, edit: Edit | None = None
    ) -> str:
        """Write that a tip was verified: ``repository``, ``branch``, ``tip`` and ``report``."""
        sequence, previous = self._chains.get(recorder, (-1, None))
        payload = Checkpoint(
            type="govops/checkpoint/v1",
            recorder=recorder,
            sequence=sequence + 1,
            previous=previous,
            recorded_at=self._clock.tick(),
            **facts,
        )
        path = self.add(_edited(payload.model_dump(mode="json"), edit), signer=signer)
        self._chains[recorder] = (sequence + 1, path.rpartition("/")[2].removesuffix(".json"))
        return path

    def approval(self, facts: Mapping[str, Any], *, signer: Signer, author: str, edit: Edit | None = None) -> str:
        """Write a person's own signed decision."""
        payload = Approval(type="govops/approval/v1", **facts)
        return self.add(_edited(payload.model_dump(mode="json"), edit), signer=signer, author=author)

    def proposal(self, facts: Mapping[str, Any], *, signer: Signer, author: str, edit: Edit | None = None) -> str:
        """Write a person's own signed proposal."""
        payload = SignedProposal(type="govops/proposal/v1", **facts)
        return self.add(_edited(payload.model_dump(mode="json"), edit), signer=signer, author=author)

    def incident(self, facts: Mapping[str, Any], *, signer: Signer, author: str, edit: Edit | None = None) -> str:
        """Write a person's own signed report of an incident."""
        payload = IncidentReport(type="govops/incident/v1", **facts)
        return self.add(_edited(payload.model_dump(mode="json"), edit), signer=signer, author=author)

    def add(self, payload: Mapping[str, Any], *, signer: Signer, author: str = _SCRIBE) -> str:
        """Write any payload, valid or not, signed by the key of ``signer``; the record's path."""
        message = canonical(payload)
        name = hashlib.sha256(message).hexdigest()
        folder = str(payload["type"]).split("/")[1]
        path = f"{folder}s/{name[:2]}/{name}.json"
        signature = signed(signer, message) if signer else None
        whole = canonical({"payload": payload, "signature": signature}) + b"\n"
        self.write({path: whole}, message=f"Record {folder} {name[:12]}", author=author)
        self.paths.append(path)
        return path


def _edited(data: dict[str, Any], edit: Edit | None) -> dict[str, Any]:
    changed = edit(data) if edit else None
    return data if changed is None else changed
