"""``govops codeowners``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.errors import ExitCode

_ITS_PLACE = ""


@click.command("codeowners")
@click.option(
    "--output", is_flag=False, flag_value=_ITS_PLACE, metavar="[FILE]", help="Write FILE, or the forge's own."
)
@click.option("--check", is_flag=True, help="Exit 1, and show the difference, when the file is out of step.")
@click.option("--forge", type=click.Choice(["github", "gitlab"]), help="Whose logins. Default: the forge of Settings.")
@click.option("--rev", metavar="REV", help="Read the rules as this revision has them. Default: as they are on disk.")
@click.option("--repository", type=click.Path(path_type=Path), help="The repository. Default: the one around here.")
def command(*, output: str | None, check: bool, forge: str | None, rev: str | None, repository: Path | None) -> int:
    """Generate CODEOWNERS from approval policies, roles and people's logins; without an option it is printed.

    The file helps a forge to ask those who could approve. It decides nothing: govops does.

    \b
    govops codeowners --output
    govops codeowners --check
    """
    from govops.app.codeowners import owners_of_revision, owners_of_worktree, write_owners
    from govops.app.writing import write_whole
    from govops.workspace.files import find_root

    if check and output is not None:
        raise click.UsageError("--check and --output exclude each other")
    root = (repository or find_root(Path.cwd())).resolve()
    owners = owners_of_revision(root, rev, forge) if rev else owners_of_worktree(root, forge)
    if check:
        click.echo("".join(f"{line}\n" for line in owners.difference()), nl=False)
        return int(ExitCode.OK if owners.is_current else ExitCode.VIOLATION)
    if output is None:
        click.echo(owners.text, nl=False)
    elif output == _ITS_PLACE:
        click.echo(f"wrote {write_owners(root, owners)}", err=True)
    else:
        write_whole(Path(output), owners.text)
    return int(ExitCode.OK)
