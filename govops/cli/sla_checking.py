"""``govops sla check``, ``status``, ``violations`` and ``acknowledge``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govops.cli.output import ANSWER_FORMATS, Output, deliver, fail_on_option, output_option
from govops.errors import ExitCode
from govops.finding import Severity

if TYPE_CHECKING:
    from govops.service import ServiceReport

CHECK_FORMATS = ("text", "json", "github")


def looking(command: Any) -> Any:
    """The options of every command that measures."""
    for option in reversed(_LOOKING):
        command = option(command)
    return command


_LOOKING = (
    click.argument("names", nargs=-1, metavar="[SLA]..."),
    click.option(
        "--source", "sources", metavar="NAME=ADDRESS", multiple=True, help="Where a connection leads. Repeatable."
    ),
    click.option(
        "--engine",
        type=click.Choice(("duckdb", "spark", "reference")),
        default="duckdb",
        show_default=True,
        help="What counts: DuckDB, Spark where data outgrows a machine, or plain Python. All give the same answers.",
    ),
    click.option(
        "--master",
        default="local[*]",
        show_default=True,
        metavar="URL",
        help="Whose Spark: local[*], spark://HOST:PORT, or sc://HOST:PORT for Spark Connect.",
    ),
    click.option(
        "--as-of", metavar="INSTANT", help="Instant to judge at, or `now`. Default: the latest attested time."
    ),
    click.option(
        "--repository",
        type=click.Path(path_type=Path),
        default=".",
        help="A work tree or a clone. Default: the one around here.",
    ),
    click.option("--ref", help="Branch to audit. Default: the protected branch of Settings, here or at origin."),
    click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: as Settings say."),
    click.option("--quiet", is_flag=True, help="No progress bar."),
)


@click.command("check")
@looking
@click.option("--trend", "with_trend", is_flag=True, help="Measure every day by itself as well, for reports.")
@click.option("--propose", is_flag=True, help="Write new violations on a proposal branch.")
@fail_on_option(told="; violated is high")
@output_option(CHECK_FORMATS)
def check(*, outputs: tuple[Output, ...], fail_on: str, propose: bool, **options: Any) -> int:
    """Measure every agreement (or those named) over its windows, and judge it by what was in force in them.

    Exit codes: 0 kept or at risk, 1 violated, 3 unknown: insufficient data, a source out of reach, a time or an
    approval that nobody attests.

    \b
    govops sla check
    govops sla check claims-response --as-of now --source metrics=https://prometheus.example.org
    govops sla check --trend --output json:service.json
    """
    from govops.render.service import failing, stream_check

    report = _checked(**options)
    severity = Severity(fail_on)
    deliver(lambda name, colour: stream_check(report, name, fail_on=severity, colour=colour), outputs)
    if propose:
        _propose(options["repository"], report)
    return int(report.exit_code(failing(severity)))


@click.command("status")
@looking
@output_option(ANSWER_FORMATS)
def status(*, outputs: tuple[Output, ...], **options: Any) -> int:
    """Show where each promise stands, what is left of its error budget, and how it went day by day.

    Exit 0 whatever it shows, and 3 where something is unknown: `govops sla check` judges.

    \b
    govops sla status
    govops sla status claims-response --as-of now
    """
    from govops.render.service import stream_status

    report = _checked(with_trend=True, **options)
    deliver(lambda name, colour: stream_status(report, name, colour=colour), outputs)
    return int(report.exit_code(()))


@click.command("violations")
@looking
@click.option("--objective", metavar="METRIC", help="Of one objective only, such as availability_percent.")
@click.option(
    "--state",
    type=click.Choice(("new", "recorded", "open", "acknowledged")),
    help="New ones; recorded ones; of those, not acknowledged ones (open) or acknowledged ones.",
)
@output_option(ANSWER_FORMATS)
def violations(*, outputs: tuple[Output, ...], objective: str | None, state: str | None, **options: Any) -> int:
    """List what was broken: recorded violations, and those that a check finds now.

    Exit 0 whatever it lists, and 3 where something is unknown.

    \b
    govops sla violations --state open
    govops sla violations claims-response --objective availability_percent
    """
    from govops.app.sla import select
    from govops.render.service import stream_violations

    report = select(_checked(**options), objective=objective, state=state)
    deliver(lambda name, colour: stream_violations(report, name, colour=colour), outputs)
    return int(report.exit_code(()))


@click.command("acknowledge")
@click.argument("violation", metavar="SLA/ID")
@click.option("--notes", required=True, help="What was found or done: it stands in every report.")
@click.option("--by", metavar="USER", help="Who takes note. Default: the User with git's user.email.")
@click.option(
    "--repository", type=click.Path(path_type=Path), default=".", help="The repository. Default: the one around here."
)
def acknowledge(violation: str, *, notes: str, by: str | None, repository: Path) -> int:
    """Take note of a recorded violation: a commit on the new branch sla-acknowledge-ID, on top of the protected branch.

    Your work tree stays as it is. The branch is a proposal like any other: the violation is acknowledged once it has
    landed with the approvals that it needs.

    \b
    govops sla acknowledge claims-response/0f3c2d1b9a8e7f60 --notes "the cache was cold after the move"
    """
    from govops.app.sla import acknowledge

    made = acknowledge(repository, violation, notes=notes, by=by)
    click.echo(made.text, nl=False)
    _next(made.branch, f"{made.path} stands")
    return int(ExitCode.OK)


def _checked(*, sources: tuple[str, ...], names: tuple[str, ...], **options: Any) -> ServiceReport:
    from govops.app.sla import Wanted, check
    from govops.cli.asking import asked
    from govops.sla.connections import given
    from govops.sla.engines import Access

    addresses = given(sources)
    access = Access(os.environ, options.pop("master"))
    engine, with_trend = options.pop("engine"), options.pop("with_trend", False)
    return check(asked(**options), Wanted(names, addresses, engine, access, with_trend))


def _propose(repository: Path, report: ServiceReport) -> None:
    from govops.app.sla import propose

    made = propose(repository, report)
    for violation, branch in made.waiting:
        click.echo(f"{violation.sla}/{violation.id} is proposed already, on branch {branch}", err=True)
    if made.branch is None:
        click.echo("there is nothing new to propose", err=True)
        return
    _next(made.branch, f"{len(made.violations)} violation(s) stand")


def _next(branch: str, what: str) -> None:
    click.echo(f"{what} on branch {branch}, on top of the protected branch", err=True)
    click.echo(f"next: push it and open a proposal, or `govops propose {branch} --head {branch}`", err=True)
