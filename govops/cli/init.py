"""``govops init``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

_FILE = click.Path(path_type=Path)


@click.command("init")
@click.argument("directory", type=_FILE, default=".", metavar="[DIR]")
@click.option("--example", is_flag=True, help="Add the example company, and its policies instead of plain ones.")
@click.option("--second", metavar="'NAME <EMAIL>'", help="A second admin: then nobody approves their own changes.")
@click.option("--second-key", type=_FILE, metavar="FILE", help="The second admin's SSH public key.")
@click.option("--single-maintainer", is_flag=True, help="You alone. The default; nothing is asked.")
@click.option("--name", help="Your name. Default: git's user.name.")
@click.option("--email", help="Your address in commits. Default: git's user.email.")
@click.option("--key", type=_FILE, metavar="FILE", help="Your SSH public key. Default: git's user.signingkey.")
@click.option(
    "--evidence",
    type=click.Choice(["signature", "receipt", "trailer"]),
    default="signature",
    show_default=True,
    help="What proves a review. Signatures need no forge and nothing running.",
)
@click.option("--merge-bot", metavar="EMAIL", help="Who commits the trailers that count, for --evidence trailer.")
@click.option("--branch", metavar="NAME", help="The protected branch. Default: main, or the one that is there.")
@click.option("--repository", metavar="ID", help="The id that evidence names. Default: local:<directory>.")
@click.option("--schemas/--no-schemas", default=True, help="Write JSON Schemas for editors too. The default.")
def command(directory: Path, *, second: str | None, single_maintainer: bool, **options: Any) -> int:
    """Set up a governed repository in DIR: Settings, roles, policies, and you as the first admin.

    Makes DIR a git repository if it is none. Overwrites no file and commits nothing; says what to do next.

    \b
    govops init
    govops init ~/governance --key ~/.ssh/id_ed25519.pub
    govops init --second 'Bob Brown <bob@example.org>' --second-key bob.pub
    """
    from govops.app.init import Wishes, initialise
    from govops.app.init.telling import told
    from govops.evidence.testimony import parse_ident

    if second and single_maintainer:
        raise click.UsageError("--second and --single-maintainer exclude each other")
    if options["merge_bot"] and options["evidence"] != "trailer":
        raise click.UsageError("--merge-bot is for --evidence trailer")
    if second is None and not single_maintainer and not options["example"] and _on_terminal():
        second = click.prompt(
            "A second admin, as NAME <EMAIL> (empty: you alone)", default="", show_default=False, err=True
        )
    if options["second_key"] and not second:
        raise click.UsageError("--second-key is for --second")
    someone = parse_ident(second) if second else None
    made = initialise(Wishes(directory, second=someone, **options))
    click.echo(told(made, here=Path.cwd()), nl=False)
    return 0


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
