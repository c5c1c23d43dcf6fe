"""``govops evidence``: so far, ``govops evidence verify``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.cli.output import FINDING_FORMATS, Output, deliver, fail_on_option, output_option
from govops.finding import Severity


@click.group("evidence")
def command() -> None:
    """Look after the evidence branch."""


@command.command("verify")
@click.argument("repository", type=click.Path(path_type=Path), default=".", metavar="[REPO]")
@click.option("--ref", help="The protected branch. Default: that of Settings, here or at origin.")
@click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: the branch that Settings name.")
@fail_on_option()
@output_option(FINDING_FORMATS)
def verify(
    repository: Path, *, ref: str | None, evidence_ref: str | None, fail_on: str, outputs: tuple[Output, ...]
) -> int:
    """Check the evidence branch by itself: append-only, each recorder's chain, signatures, schema.

    No change is judged. Keys are those that Settings of the protected branch ever named; an audit decides which of
    them an approved change had named, and which records count.

    \b
    govops evidence verify
    govops evidence verify ../registry --output json:evidence.json
    """
    from govops.app.evidence import verify as verify_evidence
    from govops.render.evidence import stream_verification

    found = verify_evidence(repository, ref=ref, evidence_ref=evidence_ref)
    threshold = Severity(fail_on)
    deliver(lambda name, colour: stream_verification(found, name, colour=colour, fail_on=threshold), outputs)
    return int(found.exit_code(threshold))
