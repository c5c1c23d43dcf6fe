"""``govops sla export`` and ``govops sla import``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.errors import ExitCode
from govops.render.untrusted import log_line

_REPOSITORY = click.option(
    "--repository", type=click.Path(path_type=Path), default=".", help="The repository. Default: the one around here."
)


@click.command("export")
@click.argument("names", nargs=-1, metavar="[SLA]...")
@click.option(
    "--format", "format_", type=click.Choice(["openslo"]), default="openslo", show_default=True, help="As what."
)
@_REPOSITORY
@click.option("--ref", help="Branch to read. Default: the protected branch of Settings, here or at origin.")
def export(*, names: tuple[str, ...], format_: str, repository: Path, ref: str | None) -> int:
    """Write the agreements as OpenSLO documents: an SLO for each objective, and the Services that they are about.

    What OpenSLO cannot say is listed on standard error. Exit 2 when nothing can be said.

    \b
    govops sla export > openslo.yaml
    govops sla export motor-pricing-response
    """
    from govops.app.sla.exchanging import export

    made = export(repository, names, ref=ref)
    for reason in made.unsaid:
        click.echo(f"not in {format_}: {log_line(reason)}", err=True)
    click.echo(made.text, nl=False)
    return int(ExitCode.OK if made.text else ExitCode.USAGE)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--service", "services", multiple=True, metavar="NAME=KIND/NAME", help="What a service is here. Repeatable."
)
@click.option("--connection", metavar="NAME", help="The connection to ask where an SLO names no data source.")
@click.option("--at-risk", type=float, default=80, show_default=True, help="Percent of the budget; OpenSLO has none.")
@_REPOSITORY
def import_(*, file: Path, services: tuple[str, ...], connection: str | None, at_risk: float, repository: Path) -> int:
    """Propose the SLOs of an OpenSLO file as agreements, on a new branch on top of the protected one.

    Your work tree stays as it is. What an agreement cannot say is listed on standard error, and an SLO that would
    promise something else is left out. Exit 2 when nothing is left.

    \b
    govops sla import openslo.yaml --service fraud-api=Deployment/production/fraud-screen
    """
    from govops.app.sla.exchanging import propose
    from govops.sla.openslo import Given

    pairs = [text.partition("=") for text in services]
    if any(not equals for _, equals, _ in pairs):
        raise click.UsageError("--service is NAME=KIND/NAME")
    given = Given({name: resource for name, _, resource in pairs}, connection, at_risk)
    made = propose(repository, file, given)
    for reason in made.unsaid:
        click.echo(f"not imported: {log_line(reason)}", err=True)
    if not made.files:
        return int(ExitCode.USAGE)
    click.echo("---\n".join(made.files.values()), nl=False)
    click.echo(f"at_risk: {at_risk:g} is in none of the documents; see whether it is what you want", err=True)
    click.echo(f"{', '.join(made.files)} on branch {made.branch}, on top of {made.onto}", err=True)
    click.echo(f"next: push it and open a proposal, or `govops propose {made.branch} --head {made.branch}`", err=True)
    return int(ExitCode.OK)
