"""``govops sla chart``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.cli.output import CHART_FORMATS, Output, deliver, output_option


@click.command("chart")
@click.argument("file", type=click.Path(path_type=Path), metavar="SERVICE.json")
@output_option(CHART_FORMATS)
def chart(file: Path, *, outputs: tuple[Output, ...]) -> int:
    """Draw what `sla check` measured: how each promise went day by day, and how much of its error budget is used.

    The SVG is readable in black and white and says in words what it shows; it can stand in a page as it is.

    \b
    govops sla check --trend --output json:service.json
    govops sla chart service.json --output svg:service.svg
    """
    from govops.app.reports import read_service
    from govops.render.service.charts import stream_charts

    report = read_service(file)
    deliver(lambda name, colour: stream_charts(report, name, colour=colour), outputs)
    return 0
