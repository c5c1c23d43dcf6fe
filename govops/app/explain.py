"""A rule's or a check's documentation, as it stands in its code."""

from __future__ import annotations

from difflib import get_close_matches

from govops.doctor import CHECKS, check_named
from govops.errors import UsageError
from govops.rules import RULES, rule_named


def explain(identifier: str) -> str:
    """Title, severity, scope and docstring of a rule, or of a check of the doctor.

    UsageError with the nearest id when there is none.
    """
    rule, check = rule_named(identifier), check_named(identifier)
    if rule is not None:
        controls = f"controls: {', '.join(rule.controls)}\n" if rule.controls else ""
        return f"{rule.id}\nseverity: {rule.severity}, looks at: {rule.scope}\n{controls}\n{rule.documentation}\n"
    if check is not None:
        return f"{check.id}\nseverity: {check.severity}, made by: govops doctor\n\n{check.documentation}\n"
    known = [*(one.id for one in RULES), *(one.id for one in CHECKS)]
    close = get_close_matches(identifier, known, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "`govops rules` lists them"
    raise UsageError(f"there is no rule '{identifier[:60]}'", hint=hint)
