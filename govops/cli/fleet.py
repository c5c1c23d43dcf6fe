"""``govops fleet``: so far, ``govops fleet audit``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from govops.cli.output import Output, deliver, fail_on_option
from govops.finding import Severity

_FORMATS = ("text", "markdown", "json")


@click.group("fleet")
def command() -> None:
    """Look after many repositories at once."""


@command.command("audit")
@click.option(
    "--config", type=click.Path(path_type=Path), default="fleet.yaml", show_default=True, help="Which repositories."
)
@click.option("--jobs", type=click.IntRange(1, 256), help="How many at once. Default: one for each processor.")
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR", help="Folder for a JSON report of each.")
@click.option("--format", "format", type=click.Choice(_FORMATS), default="text", show_default=True, help="Summary.")
@click.option("--as-of", metavar="INSTANT", help="Instant of the reports, or `now`. Default: their latest time.")
@fail_on_option()
@click.option("--quiet", is_flag=True, help="No progress bar.")
def audit(config: Path, *, jobs: int | None, output: Path | None, format: str, fail_on: str, **options: Any) -> int:
    """Audit many repositories by one set of policies, each in a process of its own.

    A member that crashes, hangs or cannot be read has a row that says so, and stops no other. The exit code is the
    highest of all.

    \b
    govops fleet audit --config fleet.yaml --output reports
    """
    from govops.app.fleet import AskedFleet, audit_fleet
    from govops.cli.asking import clock_of, instant
    from govops.render.fleet import stream_fleet

    as_of, severity = options["as_of"], Severity(fail_on)
    shown = sys.stderr.isatty() and not options["quiet"]
    asked = AskedFleet(
        config,
        jobs or os.cpu_count() or 1,
        output,
        instant(as_of),
        clock_of(as_of),
        severity,
        _progress if shown else _nothing,
    )
    fleet = audit_fleet(asked)
    deliver(lambda name, colour: stream_fleet(fleet, name, colour=colour, fail_on=severity), (Output(format, None),))
    return int(fleet.exit_code)


def _progress(done: int, total: int) -> None:
    sys.stderr.write(f"\rfleet: {done} of {total} members" + ("\n" if done == total else ""))
    sys.stderr.flush()


def _nothing(done: int, total: int) -> None:
    """Watches without a word."""
