"""A diagnosis as text, Markdown or JSON. No line starts with text from outside."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from govops.diagnosis import Diagnosis, Examined
from govops.errors import ExitCode
from govops.finding import Finding, Severity, Status
from govops.render.ansi import dim, style
from govops.render.untrusted import log_line
from govops.render.verdict import exit_meaning
from govops.render.wording import ended, many, short

SCHEMA = "govops/doctor/v1"

_WORDS = {Status.FAIL: "problem", Status.WARN: "advice", Status.UNVERIFIABLE: "not established"}


def stream_diagnosis(
    diagnosis: Diagnosis, format: str, *, colour: bool = False, fail_on: Severity = Severity.LOW
) -> Iterator[str]:
    """The diagnosis in the format of that name, ``text``, ``markdown`` or ``json``, piece by piece."""
    if format == "json":
        from govops.render import json_text

        fields = {field.name: getattr(diagnosis, field.name) for field in dataclasses.fields(diagnosis)}
        return json_text.stream({"schema": SCHEMA, "exit_code": int(diagnosis.exit_code(fail_on)), **fields})
    if format == "markdown":
        return ended(_markdown(diagnosis, fail_on))
    return ended(_text(diagnosis, colour=colour, fail_on=fail_on))


def _text(diagnosis: Diagnosis, *, colour: bool, fail_on: Severity) -> Iterator[str]:
    yield log_line(f"examined {diagnosis.repository}, {diagnosis.ref} at {diagnosis.tip}, {_clock(diagnosis)}")
    for examined in diagnosis.examined:
        if examined.skipped:
            yield dim(f"skipped {examined.id}: {log_line(examined.skipped)}", colour=colour)
        elif not examined.findings:
            yield f"{style('ok', Status.PASS, colour=colour)} {examined.id}"
        for finding in examined.findings:
            yield from _finding(finding, colour=colour)
    code = diagnosis.exit_code(fail_on)
    word = Status.PASS if code is ExitCode.OK else Status.FAIL
    yield f"{style(_sums(diagnosis), word, colour=colour)} ({exit_meaning(code, fail_on)})"


def _finding(finding: Finding, *, colour: bool) -> Iterator[str]:
    weight = f" ({finding.severity})" if finding.status is Status.FAIL else ""
    at = f" (commit {short(finding.commit)})" if finding.commit else ""
    word = style(f"{_WORDS[finding.status]}{weight}", finding.status, colour=colour)
    yield f"{word} {finding.rule}: {log_line(finding.message)}{at}"
    if finding.hint:
        yield f"    hint: {log_line(finding.hint)}"


def _sums(diagnosis: Diagnosis) -> str:
    made = [examined for examined in diagnosis.examined if not examined.skipped]
    count = {status: sum(f.status is status for f in diagnosis.findings) for status in _WORDS}
    found = [many(count[Status.FAIL], "problem"), f"{count[Status.UNVERIFIABLE]} not established"]
    return f"{many(len(made), 'check')} made: {', '.join(found)}, {count[Status.WARN]} advised"


def _clock(diagnosis: Diagnosis) -> str:
    return f"as of {diagnosis.as_of} ({diagnosis.as_of_clock})" if diagnosis.as_of else "at a time nobody attested"


def _markdown(diagnosis: Diagnosis, fail_on: Severity) -> Iterator[str]:
    from govops.render.markdown.escape import Code, escape, phrase

    origin = phrase(Code(diagnosis.repository), ", ", Code(diagnosis.ref), " at ", Code(diagnosis.tip))
    yield f"# Examination of {escape(origin)}\n"
    meaning = escape(exit_meaning(diagnosis.exit_code(fail_on), fail_on))
    yield f"{escape(_sums(diagnosis))}; {escape(_clock(diagnosis))}; {meaning}.\n"
    yield "| check | result | what was found | what to do |"
    yield "|---|---|---|---|"
    for examined in diagnosis.examined:
        yield from _rows(examined)


def _rows(examined: Examined) -> Iterator[str]:
    from govops.render.markdown.escape import NOTHING, Code, escape, worded

    name = escape(Code(examined.id))
    if examined.skipped:
        yield f"| {name} | skipped | {escape(examined.skipped)} | {NOTHING} |"
    elif not examined.findings:
        yield f"| {name} | ok | {escape(worded(examined.claim))} | {NOTHING} |"
    for finding in examined.findings:
        weight = f", {finding.severity}" if finding.status is Status.FAIL else ""
        what, hint = escape(worded(finding.message)), escape(worded(finding.hint or NOTHING))
        yield f"| {name} | **{_WORDS[finding.status]}**{weight} | {what} | {hint} |"
