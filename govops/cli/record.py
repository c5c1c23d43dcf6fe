"""``govops record``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from govops.errors import ExitCode
from govops.render.untrusted import log_line


@click.command("record")
@click.argument("repository", type=click.Path(path_type=Path), default=".", metavar="[REPO]")
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The recorder's private SSH key. Default: the text in GOVOPS_RECORDER_KEY.",
)
@click.option("--push/--no-push", default=True, help="Push the evidence branch to the remote. Default: push.")
@click.option("--ref", help="Branch to record. Default: the protected branch of Settings, here or at origin.")
def command(*, repository: Path, key: Path | None, push: bool, ref: str | None) -> int:
    """Write a signed receipt for every change that landed and has none: what the forge knows of it.

    Run it after each push to the protected branch, and once a day for what was missed. Nothing is overwritten, and
    runs may overlap. A forge that does not answer is exit 3: what came before is kept, the rest is for the next run.

    \b
    GOVOPS_RECORDER_KEY="$KEY" GITHUB_TOKEN="$TOKEN" govops record
    govops record --key ~/.ssh/recorder --no-push
    """
    from govops.app.record import record, recorder_key

    count = 0
    signing = recorder_key(key, os.environ)
    for one in record(repository, signing, os.environ, push=push, ref=ref):
        count += 1
        what = f"{one.proposal} ({one.method})" if one.proposal else "direct push"
        click.echo(log_line(f"recorded {one.tip[:12]} {what}{', backfilled' if one.backfilled else ''}"))
    click.echo(f"{count} change{'s' if count != 1 else ''} recorded")
    return int(ExitCode.OK)
