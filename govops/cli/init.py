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
    help="What proves a review. Default: signature, which needs no forge; with --ci receipt.",
)
@click.option("--merge-bot", metavar="EMAIL", help="Who commits the trailers that count, for --evidence trailer.")
@click.option("--branch", metavar="NAME", help="The protected branch. Default: main, or the one that is there.")
@click.option("--repository", metavar="ID", help="The id that evidence names. Default: local:<directory>.")
@click.option(
    "--ci", type=click.Choice(["github", "gitlab"]), help="Write what runs govops in CI, and make a recorder's key."
)
@click.option("--recorder-key", type=_FILE, metavar="FILE", help="Where its private half goes, outside the repository.")
@click.option("--schemas/--no-schemas", default=True, help="Write JSON Schemas for editors too. The default.")
def command(directory: Path, *, second: str | None, single_maintainer: bool, **options: Any) -> int:
    """Set up a governed repository in DIR: Settings, roles, policies, and you as the first admin.

    Makes DIR a git repository if it is none. Overwrites no file and commits nothing; says what to do next.
    Where a repository is set up already, --ci adds CI and a new key, and nothing else.

    \b
    govops init
    govops init ~/governance --key ~/.ssh/id_ed25519.pub
    govops init --second 'Bob Brown <bob@example.org>' --second-key bob.pub
    govops init --ci github --repository github:acme/governance
    """
    from govops.app.ci.adding import add_ci, is_set_up
    from govops.app.init import Wishes, initialise
    from govops.app.init.telling import told, told_added
    from govops.evidence.testimony import parse_ident

    _agree(second, single_maintainer=single_maintainer, **options)
    if options["ci"] and is_set_up(directory):
        click.echo(told_added(*add_ci(directory, options["ci"], options["recorder_key"])), nl=False)
        return 0
    if second is None and not single_maintainer and not options["example"] and _on_terminal():
        second = click.prompt(
            "A second admin, as NAME <EMAIL> (empty: you alone)", default="", show_default=False, err=True
        )
    if options["second_key"] and not second:
        raise click.UsageError("--second-key is for --second")
    options["evidence"] = options["evidence"] or ("receipt" if options["ci"] else "signature")
    someone = parse_ident(second) if second else None
    made = initialise(Wishes(directory, second=someone, **options))
    click.echo(told(made, here=Path.cwd()), nl=False)
    return 0


def _agree(second: str | None, *, single_maintainer: bool, **options: Any) -> None:
    if second and single_maintainer:
        raise click.UsageError("--second and --single-maintainer exclude each other")
    if options["merge_bot"] and options["evidence"] != "trailer":
        raise click.UsageError("--merge-bot is for --evidence trailer")
    if options["recorder_key"] and not options["ci"]:
        raise click.UsageError("--recorder-key is for --ci")


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
