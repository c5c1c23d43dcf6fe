"""``govops explain``."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("rule")
def command(rule: str) -> int:
    """Explain one rule: what it claims, why it matters, an example that fails, how to fix it."""
    from govops.app.explain import explain

    click.echo(explain(rule), nl=False)
    return 0
