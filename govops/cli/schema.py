"""``govops schema``."""

from __future__ import annotations

import click


@click.command("schema")
@click.argument("kind", required=False)
def command(kind: str | None) -> int:
    """Print the JSON Schema of KIND, or list the kinds and where their files stand."""
    from govops.app.schemas import kinds_table, schema_text

    click.echo(kinds_table() if kind is None else schema_text(kind), nl=False)
    return 0
