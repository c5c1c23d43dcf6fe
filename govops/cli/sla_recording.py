"""``govops sla record``."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click

from govops.errors import ExitCode


@click.command("record")
@click.argument("name", metavar="SLA")
@click.option("--latency-ms", type=float, metavar="MS", help="One request that took so long.")
@click.option("--ok/--failed", default=True, help="Whether it was served. Default: --ok.")
@click.option("--at", metavar="INSTANT", help="When it came, such as 2026-03-01T09:30:00Z. Default: now.")
@click.option("--from", "lines", type=click.File("rb"), metavar="FILE", help="Lines of JSON, `-` for standard input.")
@click.option("--file", metavar="PATH", help="Which of the agreement's files, where it names several.")
@click.option(
    "--source", "sources", metavar="NAME=ADDRESS", multiple=True, help="Where a connection leads. Repeatable."
)
@click.option(
    "--repository", type=click.Path(path_type=Path), default=".", help="The repository. Default: the one around here."
)
def record(
    *,
    name: str,
    latency_ms: float | None,
    ok: bool,
    at: str | None,
    lines: io.BufferedReader | None,
    file: str | None,
    sources: tuple[str, ...],
    repository: Path,
) -> int:
    """Add measurements to the file of JSONL in which an agreement is measured, safely with many writers at once.

    All lines are added or none. A line that is no measurement is refused with its number.

    \b
    govops sla record claims-response --latency-ms 182.5
    govops sla record claims-response --latency-ms 30000 --failed --at 2026-03-01T09:30:00Z
    tail -n 1000 requests.jsonl | govops sla record claims-response --from -
    """
    from govops.app.sla.recording import Place, one_request, record
    from govops.sla.connections import given

    if (latency_ms is None) == (lines is None):
        raise click.UsageError("give either --latency-ms or --from")
    place = Place(repository, name, file, given(sources))
    if lines is not None:
        rows = lines.read().decode("utf-8", "surrogateescape").split("\n")
    else:
        rows = [one_request(latency_ms or 0.0, ok=ok, at=at)]
    path, number = record(place, rows)
    sys.stderr.write(f"{number} measurement{'s' if number != 1 else ''} recorded to {path}\n")
    return int(ExitCode.OK)
