"""``govops report``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.cli.output import REPORT_FORMATS, Output, deliver_report, fail_on_option, output_option
from govops.finding import Severity


@click.command("report")
@click.argument("saved", type=click.Path(path_type=Path), metavar="REPORT.json")
@fail_on_option()
@output_option(REPORT_FORMATS)
def command(saved: Path, fail_on: str, outputs: tuple[Output, ...]) -> int:
    """Render a report that was saved with --output json:PATH again, in any format.

    \b
    govops report report.json --output markdown:report.md
    """
    from govops.app.reports import read_report

    return int(deliver_report(read_report(saved), outputs, Severity(fail_on)))
