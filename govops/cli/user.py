"""``govops user``: so far, ``govops user import``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.errors import ExitCode, UsageError
from govops.render.untrusted import log_exact


@click.group("user")
def command() -> None:
    """Propose people for the registry."""


@command.command("import")
@click.option("--history", is_flag=True, help="Propose those who made the commits of the audited branch.")
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Propose those in a CSV file: name,email[,login,account_id,roles].",
)
@click.option("--write", "wanted", is_flag=True, help="Write the files. Default: print them.")
@click.option("--ref", help="Branch to read for --history. Default: the protected branch of Settings.")
@click.option("--repository", type=click.Path(path_type=Path), help="The work tree. Default: the one around here.")
def import_(*, history: bool, table: Path | None, wanted: bool, ref: str | None, repository: Path | None) -> int:
    """Propose a User file for everybody who is not in registry/users yet.

    Nobody gets a role unless the CSV file gives one, and no file is overwritten. Read what is proposed: names and
    addresses in commits are only claims.

    \b
    govops user import --history
    govops user import --csv people.csv --write
    """
    from govops.app.people import importing
    from govops.workspace.files import find_root

    if history == (table is not None):
        raise click.UsageError("give one of --history and --csv FILE")
    root = (repository or find_root(Path.cwd())).resolve()
    proposal = importing.from_table(root, table) if table else importing.from_history(root, ref)
    _say([f"{table}:{fault}" for fault in proposal.faults] or proposal.notes)
    if proposal.faults:
        raise UsageError(f"{table} has faults, so nobody is proposed", hint="mend the lines above")
    if wanted:
        click.echo("".join(f"wrote {path}\n" for path in importing.write(root, proposal)), nl=False)
    else:
        click.echo("---\n".join(f"# {path}\n{text}" for path, text in proposal.files.items()), nl=False)
    new = len(proposal.files)
    hint = "" if wanted or not new else "; --write writes the files"
    _say([f"{new} new, {proposal.known} in the registry already{hint}"])
    return int(ExitCode.OK)


def _say(lines: list[str]) -> None:
    for line in lines:
        click.echo(log_exact(line), err=True)
