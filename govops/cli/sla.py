"""``govops sla``: what was promised of a service, and what came of it."""

from __future__ import annotations

import click

from govops.cli.sla_alerts import alerts


@click.group("sla")
def command() -> None:
    """Look after service level agreements."""


command.add_command(alerts)
