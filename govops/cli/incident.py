"""``govops incident``: report one at once, answer, correct and close it by proposals, and list what there is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govops.cli.asking import ask_passphrase
from govops.cli.output import ANSWER_FORMATS, Output, deliver, output_option
from govops.errors import ExitCode

if TYPE_CHECKING:
    from govops.app.incidents import Changed

_FILE = click.Path(path_type=Path)
_REPOSITORY = click.option("--repository", type=_FILE, default=".", help="The repository. Default: the one here.")
_SEVERITIES = click.Choice(["info", "warning", "error", "critical"])
_CATEGORIES = click.Choice(["performance", "safety", "security", "reliability", "compliance", "other"])
_BY = click.option("--by", metavar="USER", help="Who you are. Default: the User with git's user.email.")


@click.group("incident")
def command() -> None:
    """Report incidents at once, answer and close them by proposals, and list them."""


@command.command("report")
@click.argument("name")
@click.option("--severity", type=_SEVERITIES, required=True, help="How bad it is. `critical` holds promotions.")
@click.option("--resource", required=True, metavar="KIND/NAME", help="What it happened to.")
@click.option("--title", required=True, help="What happened, in a line.")
@click.option("--description", help="What happened. Default: the title.")
@click.option("--category", type=_CATEGORIES, help="What sort of harm. Default: derived from the words.")
@click.option("--related", multiple=True, metavar="KIND/NAME", help="What else it touches. Repeatable.")
@click.option("--affected", type=click.IntRange(min=0), default=0, help="How many people or records it touched.")
@click.option("--label", "labels", multiple=True, metavar="KEY=VALUE", help="A label, as a clock asks for one.")
@click.option("--key", type=_FILE, metavar="FILE", help="Your SSH private key. Default: git's user.signingkey.")
@_REPOSITORY
@click.option("--remote", metavar="NAME", help="The remote that all share. Default: origin, if there is one.")
@click.option("--no-remote", is_flag=True, help="Use the branches of this repository alone.")
def report(
    *, repository: Path, remote: str | None, no_remote: bool, key: Path | None, labels: tuple[str, ...], **wanted: Any
) -> int:
    """Sign a report, which takes effect at once, and write its file on the new branch incident-NAME.

    Nobody has to approve the report. While the incident is open and critical, nothing that it names is promoted. Your
    work tree stays as it is; the same report twice is one.

    \b
    govops incident report wrong-letters --severity critical --resource Model/fraud-screen
        --title "Letters to the wrong people" --affected 12
    """
    from govops.app.incidents import Wanted
    from govops.app.incidents import report as report_incident
    from govops.app.proposing import sit_down
    from govops.app.proposing.desk import own_key

    desk = sit_down(repository, remote, alone=no_remote)
    told = Wanted(labels=tuple(map(_label, labels)), **wanted)
    made = report_incident(desk, own_key(desk, key, ask_passphrase), told)
    done = "reported" if made.is_new else "was reported already"
    where = "" if made.is_pushed else "; not pushed yet: the record goes along with the next one"
    click.echo(f"{told.name} {done} by {made.person} at {made.at}: record {made.record[:12]}{where}")
    if made.drafted is None:
        click.echo(made.left, err=True)
    else:
        _tell(made.drafted)
    return int(ExitCode.OK)


@command.command("update")
@click.argument("name")
@click.option("--respond", is_flag=True, help="You take it up: this is the first answer.")
@click.option("--severity", type=_SEVERITIES, help="How bad it is.")
@click.option("--category", type=_CATEGORIES, help="What sort of harm.")
@click.option("--title", help="What happened, in a line.")
@click.option("--description", help="What happened.")
@click.option("--affected", "affected_count", type=click.IntRange(min=0), help="How many people or records it touched.")
@click.option("--related", multiple=True, metavar="KIND/NAME", help="What else it touches. Repeatable.")
@click.option("--notify", metavar="CLOCK[:STAGE]", help="An authority was told: `:initial` or `:final`.")
@click.option("--authority", help="Who was told, with --notify.")
@click.option("--reference", help="Under which number they file it, with --notify.")
@_BY
@_REPOSITORY
def update(
    *,
    repository: Path,
    name: str,
    respond: bool,
    related: tuple[str, ...],
    notify: str | None,
    authority: str | None,
    reference: str | None,
    by: str | None,
    **fields: Any,
) -> int:
    """Answer or correct an incident, or enter that an authority was told, on the new branch incident-NAME-update.

    It takes effect when the change has landed, with the approvals that policies ask for.

    \b
    govops incident update wrong-letters --respond
    govops incident update wrong-letters --notify eu-ai-act/serious-incident --authority "Market surveillance"
    """
    from govops.app.incidents import Update
    from govops.app.incidents import update as update_incident

    if bool(notify) != bool(authority):
        raise click.UsageError("--notify and --authority belong together")
    clock, _, stage = (notify or "").partition(":")
    told = (clock, stage or "initial", authority or "", reference) if notify else None
    wanted = Update(tuple(fields.items()), related, respond, told, by)
    _tell(update_incident(repository, name, wanted))
    return int(ExitCode.OK)


@command.command("resolve")
@click.argument("name")
@click.option("--notes", required=True, help="What was found and done.")
@_BY
@_REPOSITORY
def resolve(*, repository: Path, name: str, notes: str, by: str | None) -> int:
    """Write the resolution of an incident on the new branch incident-NAME-resolve.

    The incident stays open until that change has landed, approved by somebody who holds incident:resolve.

    \b
    govops incident resolve wrong-letters --notes "Rolled back; everyone was written to"
    """
    from govops.app.incidents import resolve as resolve_incident

    _tell(resolve_incident(repository, name, notes=notes, by=by))
    return int(ExitCode.OK)


@command.command("list")
@_REPOSITORY
@click.option("--open", "open_only", is_flag=True, help="Only those that are open.")
@click.option("--severity", type=_SEVERITIES, help="Only of this severity.")
@click.option("--category", type=_CATEGORIES, help="Only of this category, given or derived.")
@click.option("--resource", metavar="KIND/NAME", help="Only those that name this.")
@click.option("--ref", help="Branch to audit. Default: the protected branch of Settings, here or at origin.")
@click.option("--as-of", metavar="INSTANT", help="Instant to look from, or `now`. Default: the latest attested time.")
@click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: as Settings say.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@output_option(ANSWER_FORMATS)
def list_(
    outputs: tuple[Output, ...],
    *,
    open_only: bool,
    severity: str | None,
    category: str | None,
    resource: str | None,
    **options: Any,
) -> int:
    """List incidents: status, severity, category, times, clocks, and what agreements promise.

    The history is audited for it, so that all times are attested ones. Exit 0 whatever is found: `govops audit` judges.

    \b
    govops incident list --open
    govops incident list --severity critical --as-of now --output json
    """
    from govops.app.incidents import Filter, incidents
    from govops.cli.asking import asked
    from govops.render.incidents import stream_incidents

    as_of, found = incidents(asked(**options), Filter(open_only, severity, category, resource))
    deliver(lambda name, colour: stream_incidents(found, name, as_of=as_of, colour=colour), outputs)
    return int(ExitCode.OK)


def _label(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise click.UsageError(f"'{text[:60]}' is not a label; write it as key=value")
    return key, value


def _tell(made: Changed) -> None:
    click.echo(made.text, nl=False)
    click.echo(f"{made.path} stands on branch {made.branch}, on top of {made.onto}", err=True)
    click.echo(f"next: push it and open a proposal, or `govops propose {made.branch} --head {made.branch}`", err=True)
