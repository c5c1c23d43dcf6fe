"""``govops query``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from govops.cli.index import database_options
from govops.cli.output import Output, deliver, output_option

_FORMATS = ("table", "csv", "json")


@click.command("query")
@click.argument("sql")
@database_options
@output_option(_FORMATS)
def command(sql: str, repository: Path, url: str, outputs: tuple[Output, ...]) -> int:
    """Ask the index in SQL, once it is up to date. Nothing can be changed.

    \b
    govops query "SELECT model, version FROM deployments WHERE environment = 'production' AND valid_to IS NULL"
    """
    from govops.app.indexing import answered
    from govops.render.rows import stream_rows

    with answered(repository, url, os.environ, sql) as (answer, standing):
        rows = list(answer.rows)
        click.echo(f"index at {standing.index_commit}", err=True)
    columns = answer.columns
    deliver(lambda name, colour: stream_rows(columns, rows, name), outputs or (Output("table", None),))
    return 0
