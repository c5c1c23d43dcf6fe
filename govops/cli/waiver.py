"""``govops waiver``: propose an exception, and list those that there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from govops.cli.output import ANSWER_FORMATS, Output, deliver, output_option
from govops.errors import ExitCode

_REPOSITORY = click.option(
    "--repository", type=click.Path(path_type=Path), default=".", help="The repository. Default: the one around here."
)


@click.group("waiver")
def command() -> None:
    """Propose exceptions with an end, and list what is excused."""


@command.command("add")
@click.argument("name")
@click.option("--rule", "rules", multiple=True, required=True, help="A rule to be waived, by id or name. Repeatable.")
@click.option("--resource", metavar="KIND/NAME", help="For one resource.")
@click.option("--path", metavar="PATTERN", help="For paths: `*` stays within a folder, `**` crosses any number.")
@click.option("--reason", required=True, help="Why: it stands in every report.")
@click.option("--owner", required=True, metavar="USER", help="Who answers for it, and never approves it.")
@click.option("--expires", required=True, metavar="INSTANT|DURATION", help="When it ends, such as 30d from now.")
@_REPOSITORY
def add(*, repository: Path, **wanted: Any) -> int:
    """Write policies/waivers/NAME.yaml as a commit on the new branch waiver-NAME, on top of the protected branch.

    Your work tree stays as it is. The branch is a proposal like any other: it takes the approvals of a policy change,
    and the waiver is in force from the change after the one that lands it.

    \b
    govops waiver add fraud-hotfix --rule not-approved --resource Model/fraud-screen
        --reason "the only other reviewer is ill" --owner dana --expires 14d
    """
    from govops.app.exceptions import Wanted, add

    if wanted["resource"] is None and wanted["path"] is None:
        raise click.UsageError("give --resource or --path: a waiver for everything is none")
    made = add(repository, Wanted(**wanted))
    click.echo(made.text, nl=False)
    click.echo(f"{made.path} stands on branch {made.branch}, on top of {made.onto}", err=True)
    click.echo(f"next: push it and open a proposal, or `govops propose {made.branch} --head {made.branch}`", err=True)
    return int(ExitCode.OK)


@command.command("list")
@_REPOSITORY
@click.option("--ref", help="Branch to audit. Default: the protected branch of Settings, here or at origin.")
@click.option("--as-of", metavar="INSTANT", help="Instant to look from, or `now`. Default: the latest attested time.")
@click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: as Settings say.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@output_option(ANSWER_FORMATS)
def list_(outputs: tuple[Output, ...], **options: Any) -> int:
    """List waivers and ratifications: status, owner, approvers, end, and how many findings each excused.

    The history is audited for it. Exit 0 whatever is found: `govops audit` judges.

    \b
    govops waiver list
    govops waiver list --as-of now --output json
    """
    from govops.app.exceptions import waivers
    from govops.cli.asking import asked
    from govops.render.exceptions import stream_exceptions

    as_of, found = waivers(asked(**options))
    deliver(lambda name, colour: stream_exceptions(found, name, as_of=as_of, colour=colour), outputs)
    return int(ExitCode.OK)
