"""``govops rules``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("rules")
def command() -> int:
    """List the rules: id, severity, what it looks at, whether it is waivable, and what holds when it is kept.

    The built-in ones, then those of your own in `policies/rules/` of the work tree around here.
    """
    from govops.app.explain import listed

    rules = list(listed(Path.cwd()))
    width = max(len(name) for name, *_ in rules)
    for name, severity, scope, waivable, claim in rules:
        click.echo(f"{name:<{width}}  {severity:<8}  {scope:<8}  {waivable:<8}  {claim}")
    return 0
