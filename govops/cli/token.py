"""``govops token``: by which tokens people use the API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from govops.cli.store import REPOSITORY, STORE
from govops.errors import ExitCode

if TYPE_CHECKING:
    from govops.app.governance import Site
    from govops.index.durable.tokens import Token


@click.group("token")
def command() -> None:
    """Give people tokens for the API, list them, and take them back. The store keeps their digests only."""


@command.command("add")
@click.argument("user")
@click.option("--label", required=True, help="What it is for.")
@click.option("--account", default="", metavar="FORGE/ID", help="Which account. Default: the one of the forge `local`.")
@click.option("--expires", metavar="INSTANT", help="From when on it opens nothing. Default: never.")
@STORE
@REPOSITORY
def add(*, user: str, label: str, account: str, expires: str | None, store: str, repository: Path) -> int:
    """Make a token for a User, and print it: once, since nobody keeps it.

    Whoever sends it is that User, and may do what the rules in force let them.

    \b
    govops token add dana --label laptop --expires 2027-01-31
    """
    from govops.app.access import mint
    from govops.cli.asking import instant

    made = mint(_site(store, repository), user, label=label, account=account, expires=instant(expires))
    click.echo(made.secret)
    click.echo(_line(made.token), err=True)
    return int(ExitCode.OK)


@command.command("list")
@STORE
@REPOSITORY
def list_(*, store: str, repository: Path) -> int:
    """List the tokens: id, account, since when, until when, and what each is for."""
    from govops.app.access import tokens

    for token in tokens(_site(store, repository)):
        click.echo(_line(token))
    return int(ExitCode.OK)


@command.command("revoke")
@click.argument("token_id", metavar="ID")
@STORE
@REPOSITORY
def revoke(*, token_id: str, store: str, repository: Path) -> int:
    """Take a token back: from now on it opens nothing. Its line stays."""
    from govops.app.access import revoke

    revoke(_site(store, repository), token_id)
    click.echo(f"token {token_id} opens nothing any more")
    return int(ExitCode.OK)


def _site(store: str, repository: Path) -> Site:
    from govops.app.governance import Site

    return Site(repository, store=store)


def _line(token: Token) -> str:
    from govops.render.untrusted import log_line

    ends = f"revoked {token.revoked}" if token.revoked else f"until {token.expires or 'it is revoked'}"
    return log_line(f"{token.id} {token.forge}/{token.account} since {token.created}, {ends}: {token.label}")
