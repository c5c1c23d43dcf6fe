"""``govops framework``: the frameworks that come with govops."""

from __future__ import annotations

from pathlib import Path

import click

from govops.errors import ExitCode


@click.group("framework")
def command() -> None:
    """List the frameworks that come with govops, and add them to a repository."""


@command.command("list")
def list_() -> int:
    """List them: name, number of clauses, title and edition, and the days between which it applies.

    \b
    govops framework list
    """
    from govops.app.frameworks import packs
    from govops.render.clauses import validity

    for pack in packs():
        spec = pack.framework.spec
        days = validity(spec.in_force_from, spec.in_force_until)
        told = f"{pack.name:24} {len(spec.clauses):3} clauses  {spec.title}, {spec.version}"
        click.echo(f"{told} ({days})" if days else told)
    return int(ExitCode.OK)


@command.command("add")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--repository", type=click.Path(path_type=Path), help="The work tree. Default: the one around here.")
def add(names: tuple[str, ...], repository: Path | None) -> int:
    """Write frameworks to policies/frameworks/, where they are yours to change; then propose them like any policy.

    One that is superseded brings its successor along. No file is overwritten and nothing is committed.

    \b
    govops framework add nist-ai-rmf
    govops framework add sr-11-7 eu-ai-act
    """
    from govops.app.frameworks import add_packs
    from govops.workspace.files import find_root

    root = (repository or find_root(Path.cwd())).resolve()
    files = add_packs(root, names)
    for path in files.created:
        click.echo(f"wrote {path}")
    for path in (*files.kept, *files.same):
        click.echo(f"{path} is there already, and was left alone", err=True)
    return int(ExitCode.OK)
