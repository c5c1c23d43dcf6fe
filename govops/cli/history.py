"""``govops history``."""

from __future__ import annotations

from typing import Any

import click

from govops.cli.asking import looking_back, past_options
from govops.cli.output import ANSWER_FORMATS, Output, deliver, output_option


@click.command("history")
@click.argument("resource", metavar="KIND/NAME")
@past_options
@output_option(ANSWER_FORMATS)
def command(resource: str, outputs: tuple[Output, ...], **options: Any) -> int:
    """Tell every change of one resource: when, by whom, approved by whom, and the verdict of the audit.

    Of a Model, the changes of its versions and deployments too. Resources that were removed still have a history.

    \b
    govops history Model/fraud-screen
    govops history usecase/claims-routing --as-of 2026-03-01T00:00Z
    """
    from govops.app.past import history_of
    from govops.render.answer import stream_answer

    answer = history_of(looking_back(**options), resource)
    deliver(lambda name, colour: stream_answer(answer, name, colour=colour), outputs)
    return int(answer.exit_code)
