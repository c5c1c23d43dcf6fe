"""Outlook -> text, one module per format: what `plan`, `gate` and `simulate` say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from govops.finding import Severity
from govops.outlook import Outlook
from govops.render import FINDINGS_FORMATS, stream_findings

if TYPE_CHECKING:
    from govops.rule import Rule

FORMATS = ("markdown", *FINDINGS_FORMATS)  # machines that read findings get those of the proposal


def stream_outlooks(
    outlooks: Sequence[Outlook],
    format: str,
    *,
    colour: bool = False,
    fail_on: Severity = Severity.LOW,
    rules: Sequence[Rule] = (),
) -> Iterator[str]:
    """The outlooks in the format of that name, piece by piece: one after the other, or all findings in one document.

    UsageError when there is no such format.
    """
    if format in ("text", "markdown", "json"):
        return (part for outlook in outlooks for part in _one(outlook, format, colour=colour, fail_on=fail_on))
    code = max(outlook.exit_code(fail_on) for outlook in outlooks)
    findings = [finding for outlook in outlooks for finding in outlook.findings]
    return stream_findings(findings, format, colour=colour, code=code, rules=rules)


def _one(outlook: Outlook, format: str, *, colour: bool, fail_on: Severity) -> Iterator[str]:
    if format == "text":
        from govops.render.outlook import text

        return text.stream(outlook, colour=colour, fail_on=fail_on)
    if format == "markdown":
        from govops.render.outlook import markdown

        return iter((markdown.comment(outlook, fail_on=fail_on),))
    from govops.render.outlook import json_v1

    return iter((json_v1.render(outlook, fail_on=fail_on),))
