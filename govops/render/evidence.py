"""What ``govops evidence verify`` found, as text, JSON or annotations. No line starts with text from outside."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from govops.errors import ExitCode
from govops.evidence.verification import TYPES, RecorderChain, Verification
from govops.finding import Severity, Status
from govops.render import stream_findings
from govops.render.ansi import style
from govops.render.untrusted import log_line
from govops.render.verdict import exit_meaning
from govops.render.wording import ended, many, short

SCHEMA = "govops/evidence-verification/v1"

_VERDICTS = {
    ExitCode.OK: ("the evidence holds", Status.PASS),
    ExitCode.VIOLATION: ("the evidence has faults", Status.FAIL),
}


def stream_verification(
    found: Verification, format: str, *, colour: bool = False, fail_on: Severity = Severity.LOW
) -> Iterator[str]:
    """The verification in the format of that name, piece by piece."""
    if format == "json":
        from govops.render import json_text

        fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
        return json_text.stream({"schema": SCHEMA, "exit_code": int(found.exit_code(fail_on)), **fields})
    if format == "github":
        return stream_findings(found.findings, format)
    return _text(found, colour=colour, fail_on=fail_on)


def _text(found: Verification, *, colour: bool, fail_on: Severity) -> Iterator[str]:
    yield from ended(_head(found))
    yield from ended(f"recorder {_recorder(chain)}" for chain in found.recorders)
    yield from ended(_people(found))
    yield from ended(_recorded(found))
    yield from stream_findings(found.findings, "text", colour=colour)
    code = found.exit_code(fail_on)
    word, status = _VERDICTS.get(code, ("not everything holds", Status.UNVERIFIABLE))
    yield f"{style(word, status, colour=colour)} ({exit_meaning(code, fail_on)})\n"


def _head(found: Verification) -> Iterator[str]:
    yield log_line(f"evidence of {found.repository}: {found.evidence_ref} at {found.evidence_tip}")
    yield log_line(f"by the keys that {found.ref} ever named, up to {found.tip}; an audit decides which of them count")
    each = [(kind, [record for record in found.records if record.type == kind]) for kind in TYPES]
    told = " + ".join(many(len(records), kind) for kind, records in each)
    holding = sum(not record.doubt for record in found.records)
    yield f"records {len(found.records)} = {told}; {holding} of them may count"


def _recorder(chain: RecorderChain) -> str:
    if not chain.records:
        return log_line(f"{chain.name}: no record")
    whole = f"chain broken in {many(len(chain.breaks), 'place')}" if chain.breaks else "chain whole"
    former = f"; {chain.former} by a key that Settings no longer name" if chain.former else ""
    numbers = f"{many(chain.records, 'record')}, number {chain.first} to {chain.last}, {whole}"
    return log_line(f"{chain.name}: {numbers}, last of {short(chain.last_tip or '')} at {chain.last_at}{former}")


def _people(found: Verification) -> Iterator[str]:
    own = [record for record in found.records if record.type in ("approval", "proposal")]
    for person in sorted({record.by for record in own}):
        signed = [record for record in own if record.by == person]
        holding = sum(not record.doubt for record in signed)
        yield log_line(f"person {person}: {many(len(signed), 'signed record')}, {holding} by a key of theirs")


def _recorded(found: Verification) -> Iterator[str]:
    if found.last_recorded is None:
        yield log_line(f"no commit of {found.ref} has a receipt that counts")
        return
    after = f"{many(found.unrecorded, 'commit')} after it, and {found.missing} before it"
    yield log_line(f"last recorded commit of {found.ref}: {short(found.last_recorded)}; {after}, have no receipt")
