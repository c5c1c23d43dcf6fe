"""``govops rules``."""

from __future__ import annotations

import click


@click.command("rules")
def command() -> int:
    """List the built-in rules: id, severity, what it looks at, and what holds when it is kept."""
    from govops.rules import RULES

    width = max(len(rule.id) for rule in RULES)
    for rule in RULES:
        click.echo(f"{rule.id:<{width}}  {rule.severity:<8}  {rule.scope:<8}  {rule.claim}")
    return 0
