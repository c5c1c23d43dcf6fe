"""``govops sla``: what was promised of a service, and what came of it."""

from __future__ import annotations

import click

from govops.cli.sla_alerts import alerts
from govops.cli.sla_chart import chart
from govops.cli.sla_checking import acknowledge, check, status, violations
from govops.cli.sla_openslo import export, import_
from govops.cli.sla_process import process
from govops.cli.sla_recording import record


@click.group("sla")
def command() -> None:
    """Check what was promised of services, by the targets then in force, and record what was broken."""


for one in (record, check, status, violations, acknowledge, chart, process, alerts, export, import_):
    command.add_command(one)
