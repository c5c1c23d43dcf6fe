"""``govops list``."""

from __future__ import annotations

from typing import Any

import click

from govops.cli.asking import looking_back, past_options
from govops.cli.output import ANSWER_FORMATS, Output, deliver, output_option


@click.command("list")
@click.argument("kind", metavar="KIND")
@past_options
@output_option(ANSWER_FORMATS)
def command(kind: str, outputs: tuple[Output, ...], **options: Any) -> int:
    """List the resources of one kind as they stood: derived status, title, owner, and since when.

    KIND is written in any case, singular or plural, and may be a kind of your own.

    \b
    govops list models
    govops list deployments --as-of 2026-03-01T00:00Z
    """
    from govops.app.past import list_kind
    from govops.render.answer import stream_answer

    answer = list_kind(looking_back(**options), kind)
    deliver(lambda name, colour: stream_answer(answer, name, colour=colour), outputs)
    return int(answer.exit_code)
