"""``govops sla alerts``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.errors import ExitCode
from govops.render.untrusted import log_line


@click.command("alerts")
@click.argument("names", nargs=-1, metavar="[SLA]...")
@click.option(
    "--repository", type=click.Path(path_type=Path), default=".", help="The repository. Default: the one around here."
)
@click.option("--ref", help="Branch to read. Default: the protected branch of Settings, here or at origin.")
def alerts(*, names: tuple[str, ...], repository: Path, ref: str | None) -> int:
    """Write alert rules for Prometheus, from the queries of the agreements that Prometheus measures.

    An error rate or availability alerts on how fast its error budget is used, over two windows at once; a response
    time alerts when it is above its target. What has no rule is named on standard error, with the reason. Exit 2 when
    nothing can be written.

    \b
    govops sla alerts > rules/govops.yml && promtool check rules rules/govops.yml
    govops sla alerts motor-pricing-response
    """
    from govops.app.sla.alerting import alert_rules

    made = alert_rules(repository, names, ref=ref)
    for reason in made.lacking:
        click.echo(f"no alert: {log_line(reason)}", err=True)
    click.echo(made.text, nl=False)
    return int(ExitCode.OK if made.text else ExitCode.USAGE)
