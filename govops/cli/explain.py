"""``govops explain``."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("rule")
def command(rule: str) -> int:
    """Explain one rule, or one check of the doctor: what it claims, why it matters, how to fix it."""
    from govops.app.explain import explain

    click.echo(explain(rule), nl=False)
    return 0
