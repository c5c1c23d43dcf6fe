"""``govops index``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


@click.group("index")
def command() -> None:
    """Keep a SQL copy of a repository, for portals and dashboards; no verdict is ever computed from it."""


def database_options(function: Any) -> Any:
    """The repository, and where its index is."""
    options = (
        click.option(
            "--repository",
            type=click.Path(path_type=Path),
            default=".",
            help="A work tree, a bare repository or a clone. Default: the one around here.",
        ),
        click.option(
            "--url",
            envvar="GOVOPS_INDEX",
            show_envvar=True,
            default="",
            help="sqlite:////path/to/index.db or postgresql://host/name. Default: a file in the user's cache folder.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@command.command("build")
@database_options
@click.option("--service", type=click.Path(path_type=Path), metavar="FILE", help="Add what `sla check` measured.")
@click.option("--anew", is_flag=True, help="Make a new one although the one that is there could be continued.")
def build(repository: Path, url: str, *, service: Path | None, anew: bool) -> None:
    """Audit the repository, and make an index of it or bring the one that is there up to date.

    A new one is made beside the old one and takes its place at once.

    \b
    govops index build --url sqlite:////srv/govops/index.db
    govops index build --url postgresql://govops@db.example.org/governance
    """
    from govops.app.indexing import made

    standing, notes = made(repository, url, os.environ, service=service, anew=anew)
    for note in notes:
        click.echo(f"warning: {note}", err=True)
    click.echo(f"index of {standing.repository} at {standing.index_commit}, {standing.position + 1} commits")


@command.command("verify")
@database_options
def verify(repository: Path, url: str) -> int:
    """Compute everything again from git, and compare; exit 1 if the index says anything else.

    An index that is behind the repository is no error; what it says of its own commit is compared.
    """
    from govops.app.indexing import verified

    differences = verified(repository, url, os.environ)
    for line in differences:
        click.echo(line)
    click.echo(f"{len(differences)} difference(s)" if differences else "the index says what git says")
    return 1 if differences else 0
