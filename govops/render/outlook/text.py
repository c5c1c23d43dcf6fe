"""The outlook for a terminal or a build log. No line starts with text from outside."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Severity
from govops.outlook import Outlook
from govops.render.ansi import style
from govops.render.lines import approval_line, finding_lines, requirement_line
from govops.render.outlook.wording import NOT_AUDITED, could_give, headline
from govops.render.untrusted import log_exact, log_line
from govops.render.verdict import exit_meaning, status
from govops.render.wording import short


def stream(outlook: Outlook, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> Iterator[str]:
    """What the proposal means, what it takes, what was given, what is wrong, and the verdict as last line."""
    for line in (*_about(outlook), *_needs(outlook, colour=colour), *_problems(outlook, colour=colour)):
        yield f"{line}\n"
    code = outlook.exit_code(fail_on)
    verdict = style(headline(outlook, fail_on), status(code), colour=colour)
    yield f"{verdict} ({exit_meaning(code, fail_on)})\n"


def _about(outlook: Outlook) -> Iterator[str]:
    change = outlook.change
    name = f"{log_line(outlook.proposal)}, " if outlook.proposal else ""
    onto = f"{log_line(outlook.branch)} at {short(outlook.base)}"
    yield f"proposal {name}{short(outlook.head)} onto {onto}: {log_line(change.subject, 120)}"
    yield f"    made by {log_line(', '.join(change.contributors) or 'unknown')}"
    for words in outlook.assumed:
        yield f"    supposing that {log_line(words)}"
    for action in change.actions:
        summary = f" ({action.summary})" if action.summary else ""
        yield f"    action {log_line(f'{action.name}: {action.resource or action.path}{summary}')}"
    for path, coverage in change.coverage:
        if coverage != "identity":
            yield f"    content {log_line(coverage)}: {log_exact(path)}"


def _needs(outlook: Outlook, *, colour: bool) -> Iterator[str]:
    could = {(missing.text, missing.source): could_give(missing) for missing in outlook.missing}
    for requirement in outlook.change.requirements:
        yield f"    required: {requirement_line(requirement, colour=colour)}"
        if words := could.get((requirement.text, requirement.source)):
            yield f"        {log_line(words)}"
    for approval in outlook.change.approvals:
        yield f"    given: {approval_line(approval)}"


def _problems(outlook: Outlook, *, colour: bool) -> Iterator[str]:
    for finding in outlook.findings:
        yield from finding_lines(finding, colour=colour)
    for one in outlook.accepts:
        about = f"{one.rule} on {one.path}" if one.path else one.rule
        yield f"    accepts {log_line(about)} (change {short(one.change)}, finding {one.fingerprint})"
    if outlook.is_governed and not outlook.is_audited:
        yield f"note: {NOT_AUDITED}"
