"""``govops sod``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from govops.cli.output import DUTY_FORMATS, Output, deliver, fail_on_option, output_option
from govops.finding import Severity


@click.command("sod")
@click.argument("repository", type=click.Path(path_type=Path), default=".", metavar="[REPO]")
@click.option("--ref", help="Branch to look at. Default: the protected branch of Settings, here or at origin.")
@click.option("--to", metavar="REV", help="Last commit to look at. Default: the branch's tip.")
@click.option("--policies", metavar="DIR|REPO@REV", help="Keep apart what rules from outside say, in retrospect.")
@click.option("--adoption", metavar="REV", help="Pin the commit from which govops makes claims.")
@click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: the branch that Settings name.")
@click.option("--person", metavar="NAME", help="Only what this person took both sides of.")
@fail_on_option()
@output_option(DUTY_FORMATS)
@click.option("--quiet", is_flag=True, help="No progress bar.")
def command(repository: Path, person: str | None, fail_on: str, outputs: tuple[Output, ...], **options: Any) -> int:
    """Show what is kept apart, and everybody who took both sides of it at any time, with the commits that show it.

    Roles that met, by period, and duties that met over the life of a model, version, use case or file. What was done
    before a rule stood breaks no rule; the exit code tells of the findings.

    \b
    govops sod
    govops sod ../registry --person bob --output markdown:duties.md
    """
    from govops.app.duties import duties
    from govops.cli.asking import asked
    from govops.render.duties import stream_duties

    report = duties(asked(repository, **options), person=person)
    deliver(lambda name, colour: stream_duties(report, name, colour=colour), outputs)
    return int(report.exit_code(Severity(fail_on)))
