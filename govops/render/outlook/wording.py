"""What the formats of an outlook say in common."""

from __future__ import annotations

from govops.errors import ExitCode
from govops.finding import Severity, Status
from govops.outlook import Missing, Outlook
from govops.render.wording import many

_NAMED = 10
NOT_AUDITED = "the rules were taken as they stand; whether they landed with approval, an audit tells"


def headline(outlook: Outlook, fail_on: Severity) -> str:
    """The verdict in one line."""
    if not outlook.is_governed:
        return "Nothing governed is changed"
    code = outlook.exit_code(fail_on)
    if code is ExitCode.OK:
        return "Allowed: it may land as it is"
    return f"{'Not established' if code is ExitCode.UNDECIDABLE else 'Not allowed yet'}: {_lacking(outlook)}"


def _lacking(outlook: Outlook) -> str:
    short = max((missing.count for missing in outlook.missing), default=0)  # one person may serve several requirements
    met = not outlook.missing
    others = [finding for finding in outlook.findings if finding.status in (Status.FAIL, Status.UNVERIFIABLE)]
    if met:
        return f"{many(len(others), 'problem')} to solve"
    return f"{many(short, 'more approval')} needed" if short else "no policy allows it"


def could_give(missing: Missing) -> str:
    """Who could give what is missing."""
    if not missing.count:
        return ""
    if not missing.could:
        return "nobody could give it: whoever holds the role made part of the change or has approved already"
    named = ", ".join(missing.could[:_NAMED])
    more = len(missing.could) - _NAMED
    return f"{many(missing.count, 'more')}: {named}{f' or {more} others' if more > 0 else ''}".replace("mores", "more")
