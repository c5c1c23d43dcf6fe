"""``govops show``."""

from __future__ import annotations

from typing import Any

import click

from govops.cli.asking import looking_back, past_options
from govops.cli.output import ANSWER_FORMATS, Output, deliver, output_option


@click.command("show")
@click.argument("resource", metavar="KIND/NAME")
@past_options
@output_option(ANSWER_FORMATS)
def command(resource: str, outputs: tuple[Output, ...], **options: Any) -> int:
    """Show one resource as it stood: derived status, what runs and for whom, who approved it and in what role.

    A ModelVersion is named by model and version, a Deployment by environment and model. A change that was not
    plainly allowed is marked wherever the answer rests on it.

    \b
    govops show Deployment/production/fraud-screen --as-of 2026-03-01T00:00Z
    govops show modelversion/fraud-screen/2.1.0
    govops show usecase/claims-routing --as-of HEAD~10
    """
    from govops.app.past import show
    from govops.render.answer import stream_answer

    answer = show(looking_back(**options), resource)
    deliver(lambda name, colour: stream_answer(answer, name, colour=colour), outputs)
    return int(answer.exit_code)
