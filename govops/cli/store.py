"""``govops store``: the database of what git does not hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from govops.errors import ExitCode

REPOSITORY = click.option(
    "--repository", type=click.Path(path_type=Path), default=".", help="The repository. Default: the one around here."
)
STORE: Callable[[Any], Any] = click.option(
    "--store",
    envvar="GOVOPS_STORE",
    show_envvar=True,
    default="",
    metavar="URL",
    help="sqlite:////path/to/store.db or postgresql://host/name.",
)


@click.group("store")
def command() -> None:
    """Look after the store of the server: the access log, tokens, and what was asked under which key.

    git does not hold these, and no rebuild of the index touches them.
    """


@command.command("upgrade")
@STORE
def upgrade(*, store: str) -> int:
    """Make the store, or bring one of an older govops up to date; whole or not at all.

    Nothing else makes a store or changes its tables. With PostgreSQL, settings that lose writes are warned about.

    \b
    govops store upgrade --store sqlite:////srv/govops/store.db
    """
    from govops.app.access import upgrade_store

    done = upgrade_store(store)
    said = f"the store has version {done.after}"
    click.echo(said if done.before == done.after else f"{said}; it had {done.before or 'none'}")
    for warning in done.warnings:
        click.echo(f"warning: {warning}", err=True)
    return int(ExitCode.OK)
