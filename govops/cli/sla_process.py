"""``govops sla process``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from govops.cli.output import PROCESS_FORMATS, Output, deliver, output_option
from govops.errors import ExitCode


@click.command("process")
@click.argument("repository", type=click.Path(path_type=Path), default=".", metavar="[REPO]")
@click.option("--ref", help="Branch to look at. Default: the protected branch of Settings, here or at origin.")
@click.option("--from", "first", metavar="REV", help="Measure only changes after this commit.")
@click.option("--to", metavar="REV", help="Last commit to look at. Default: the branch's tip.")
@click.option("--as-of", metavar="INSTANT", help="Until when open ones wait, or `now`. Default: latest attested time.")
@click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: the branch that Settings name.")
@click.option("--cache", type=click.Path(path_type=Path), metavar="DIR", help="Folder of your own for what was judged.")
@click.option("--strict", is_flag=True, help="Exit 1 if an open proposal is overdue, 3 if nobody can tell.")
@output_option(PROCESS_FORMATS)
@click.option("--quiet", is_flag=True, help="No progress bar.")
def process(repository: Path, *, cache: Path | None, strict: bool, outputs: tuple[Output, ...], **options: Any) -> int:
    """Measure the approval process: time to decide, time in each status, and who waits for whom.

    Times are attested ones alone; what nobody attests is counted as that. A policy's `decide_within` is the target.

    \b
    govops sla process
    govops sla process --as-of now --output json:process.json
    """
    from govops.app.approval_process import approval_process
    from govops.cli.asking import asked
    from govops.render.process import stream_process

    report, queue = approval_process(asked(repository, **options), cache)
    deliver(lambda name, colour: stream_process(report, queue, name, colour=colour), outputs)
    if not strict:
        return int(ExitCode.OK)
    if queue.problem or any(one.age is None for one in queue.proposals):
        return int(ExitCode.UNDECIDABLE)
    return int(ExitCode.VIOLATION if any(one.is_overdue for one in queue.proposals) else ExitCode.OK)
