"""``govops explain``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("explain")
@click.argument("rule")
def command(rule: str) -> int:
    """Explain one rule, or one check of the doctor: what it claims, why it matters, how to fix it.

    Rules of your own are those in `policies/rules/` of the work tree around here.
    """
    from govops.app.explain import explain

    click.echo(explain(rule, Path.cwd()), nl=False)
    return 0
