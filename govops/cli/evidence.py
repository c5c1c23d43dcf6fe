"""``govops evidence``: verify the branch, and sign for a history that had to be rewritten."""

from __future__ import annotations

from pathlib import Path

import click

from govops.cli.asking import ask_passphrase
from govops.cli.output import FINDING_FORMATS, Output, deliver, fail_on_option, output_option
from govops.errors import ExitCode
from govops.finding import Severity

_FILE = click.Path(path_type=Path)


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


@command.command("expunge")
@click.option("--commit-map", type=_FILE, required=True, help="A line `old new` for each commit, of git filter-repo.")
@click.option("--before", type=_FILE, required=True, help="A clone that has the old and the new history.")
@click.option("--reason", required=True, help="Why it had to be: it stands in every report from then on.")
@click.option("--key", type=_FILE, metavar="FILE", help="Your SSH private key. Default: git's user.signingkey.")
@click.option("--repository", type=_FILE, default=".", help="The checkout. Default: here.")
@click.option("--remote", metavar="NAME", help="The remote that all share. Default: origin, if there is one.")
@click.option("--no-remote", is_flag=True, help="Use the branches of this repository alone.")
def expunge(
    *,
    commit_map: Path,
    before: Path,
    reason: str,
    key: Path | None,
    repository: Path,
    remote: str | None,
    no_remote: bool,
) -> int:
    """Sign that the history had to be rewritten, and what replaces what.

    It takes two people who may change policies; each signs with their own key. Records of the old commits then count
    for the new ones, and every report repeats who signed and why.

    \b
    govops evidence expunge --commit-map map.txt --before ../old-clone --reason "Court order 12/2026"
    """
    from govops.app.proposing import sit_down
    from govops.app.proposing.desk import own_key
    from govops.app.proposing.expunging import expunge as sign

    desk = sit_down(repository, remote, alone=no_remote)
    done = sign(desk, own_key(desk, key, ask_passphrase), commit_map=commit_map, before=before, reason=reason)
    click.echo(f"{done.person} signed for {done.commits} rewritten commits and {len(done.paths)} paths")
    return int(ExitCode.OK)
