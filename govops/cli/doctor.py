"""``govops doctor``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govops.cli.output import Output, deliver, fail_on_option, output_option
from govops.finding import Severity

if TYPE_CHECKING:
    from govops.forge.protocol import Forge

_FORMATS = ("text", "markdown", "json")


@click.command("doctor")
@click.argument("repository", type=click.Path(path_type=Path), default=".", metavar="[REPO]")
@click.option("--forge", type=click.Choice(["github", "gitlab"]), help="Ask this forge for its branch rules too.")
@click.option("--ref", help="The protected branch. Default: that of Settings, here or at origin.")
@click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: the branch that Settings name.")
@click.option("--as-of", metavar="INSTANT", help="Instant to look from, or `now`. Default: the latest attested time.")
@fail_on_option()
@output_option(_FORMATS)
def command(
    repository: Path,
    *,
    forge: str | None,
    ref: str | None,
    evidence_ref: str | None,
    as_of: str | None,
    fail_on: str,
    outputs: tuple[Output, ...],
) -> int:
    """Find out what weakens a repository before it hurts: the clone, evidence, keys, people, waivers, branch rules.

    Nothing is changed, and no change is judged. Only with --forge the network is used.

    \b
    govops doctor
    govops doctor --forge github --as-of now --output markdown:doctor.md
    """
    from govops.app.doctor import Patient, diagnose
    from govops.cli.asking import clock_of, instant
    from govops.render.doctor import stream_diagnosis

    patient = Patient(repository, ref, evidence_ref, instant(as_of), clock_of(as_of))
    diagnosis = diagnose(patient, _connection(forge))
    threshold = Severity(fail_on)
    deliver(lambda name, colour: stream_diagnosis(diagnosis, name, colour=colour, fail_on=threshold), outputs)
    return int(diagnosis.exit_code(threshold))


def _connection(forge: str | None) -> Callable[[str], Forge] | None:
    """How to reach the forge, with the address and the token of the environment; None where none was named."""
    if forge is None:
        return None
    import os

    from govops.forge.opening import open_forge

    return lambda repository: open_forge(forge, repository, os.environ)
