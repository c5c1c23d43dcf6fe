"""A rule's documentation, as it stands in its code."""

from __future__ import annotations

from difflib import get_close_matches

from govops.errors import UsageError
from govops.rules import RULES, rule_named


def explain(identifier: str) -> str:
    """Title, severity, scope and docstring of a rule. UsageError with the nearest id when there is none."""
    rule = rule_named(identifier)
    if rule is None:
        close = get_close_matches(identifier, [rule.id for rule in RULES], n=1)
        hint = f"did you mean '{close[0]}'?" if close else "`govops rules` lists them"
        raise UsageError(f"there is no rule '{identifier[:60]}'", hint=hint)
    controls = f"controls: {', '.join(rule.controls)}\n" if rule.controls else ""
    return f"{rule.id}\nseverity: {rule.severity}, looks at: {rule.scope}\n{controls}\n{rule.documentation}\n"
