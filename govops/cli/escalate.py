"""``govops escalate``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from govops.cli.output import Output, deliver, output_option


@click.command("escalate")
@click.argument("repository", type=click.Path(path_type=Path), default=".", metavar="[REPO]")
@click.option("--ref", help="Branch to look at. Default: the protected branch of Settings, here or at origin.")
@click.option("--as-of", metavar="INSTANT", help="Instant to look from, or `now`. Default: the latest attested time.")
@click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: as Settings say.")
@click.option("--post", "posts", is_flag=True, help="Tell them, each once, and record it.")
@click.option(
    "--webhook",
    "webhooks",
    multiple=True,
    metavar="[NAME=]URL",
    help="Where to post, for NAME or for everybody. Repeatable. Or GOVOPS_WEBHOOK_<NAME>, GOVOPS_WEBHOOK_URL.",
)
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="Recorder's key. Or GOVOPS_RECORDER_KEY.")
@click.option("--push/--no-push", default=True, help="Push the records to the remote. Default: push.")
@output_option(("text", "markdown", "json"))
@click.option("--quiet", is_flag=True, help="No progress bar.")
def command(outputs: tuple[Output, ...], *, posts: bool, **options: Any) -> int:
    """Tell whom the escalation rules name of what is open: violations nobody took note of, incidents nobody ended.

    A step is due so long after the change was attested that reported it. Without --post the steps are printed: exit 1
    says that somebody is to be told. With it they are posted as JSON, each once, and a signed record of each delivery
    is kept on the evidence branch; exit 3 says that one failed, and the next run tries it again.

    \b
    govops escalate --as-of now
    GOVOPS_WEBHOOK_URL="$URL" GOVOPS_RECORDER_KEY="$KEY" govops escalate --post --as-of now
    """
    from govops.app.escalation import Posting, escalations, post
    from govops.app.escalation.webhooks import Webhooks
    from govops.app.record import recorder_key
    from govops.cli.asking import asked
    from govops.render.escalation import stream_escalations

    if posts:
        webhooks = Webhooks.of(options["webhooks"], os.environ)
        posting = Posting(webhooks, recorder_key(options["key"], os.environ), options["push"])
        report = post(asked(**options), posting)
    else:
        report = escalations(asked(**options))
    deliver(lambda name, colour: stream_escalations(report, name, colour=colour), outputs)
    return int(report.exit_code)
