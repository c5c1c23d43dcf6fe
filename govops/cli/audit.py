"""``govops audit``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govops.cli.output import REPORT_FORMATS, Output, deliver_report, fail_on_option, output_option
from govops.errors import ExitCode
from govops.finding import Report, Severity, Status

if TYPE_CHECKING:
    from govops.workspace.keys import SigningKey


@click.command("audit")
@click.argument("repository", type=click.Path(path_type=Path), default=".", metavar="[REPO]")
@click.option("--ref", help="Branch to audit. Default: the protected branch of Settings, here or at origin.")
@click.option("--from", "first", metavar="REV", help="Report only changes after this commit.")
@click.option("--to", metavar="REV", help="Last commit to audit. Default: the branch's tip.")
@click.option("--as-of", metavar="INSTANT", help="Instant of the report, or `now`. Default: the latest attested time.")
@click.option("--policies", metavar="DIR|REPO@REV", help="Judge by rules from outside, in retrospect.")
@click.option("--adoption", metavar="REV", help="Pin the commit from which govops makes claims.")
@click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: the branch that Settings name.")
@click.option("--settled", is_flag=True, help="Count changes after the last recorded one as pending.")
@click.option("--since-report", "since", type=click.Path(path_type=Path), metavar="FILE", help="Continue this report.")
@click.option("--checkpoint", is_flag=True, help="Sign the tip on the evidence branch if everything was decided.")
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="Recorder's key. Or GOVOPS_RECORDER_KEY.")
@click.option("--push/--no-push", default=True, help="Push the checkpoint to the remote. Default: push.")
@click.option("--cache", type=click.Path(path_type=Path), metavar="DIR", help="Folder of your own for what was judged.")
@click.option("--new-since", metavar="REV", help="What was found up to this commit is shown and does not decide.")
@click.option(
    "--baseline", type=click.Path(path_type=Path), metavar="FILE", help="What it lists does not decide either."
)
@click.option("--service", type=click.Path(path_type=Path), metavar="FILE", help="Show what `sla check` measured.")
@click.option("--require-governed", is_flag=True, help="Exit 3 when no governed change was found.")
@click.option("--allow-undecidable", is_flag=True, help="Exit 0 or 1 although something could not be established.")
@fail_on_option("new", told="; `new` is `low` of what --new-since counts")
@output_option(REPORT_FORMATS)
@click.option("--quiet", is_flag=True, help="No progress bar.")
def command(outputs: tuple[Output, ...], fail_on: str, **options: Any) -> int:
    """Prove from git history that every governed change was allowed by the rules in force at that moment.

    REPO is a work tree, a bare repository or a clone; nothing in it is executed or changed, and no network is
    used.

    \b
    govops audit
    govops audit ../registry --output markdown:report.md --output json:report.json
    """
    from govops.app.audit import audit
    from govops.cli.asking import asked

    if fail_on == "new":
        fail_on = _of_what_is_new(options)
    key = _key(options) if options["checkpoint"] else None
    report = audit(asked(**options), options["cache"], options["since"], options["baseline"], options["service"])
    code = deliver_report(report, outputs, Severity(fail_on))
    if key is not None:
        _checkpoint(report, key, options)
    if options["allow_undecidable"] and code == ExitCode.UNDECIDABLE:
        click.echo(f"warning: {_unknown(report)} could not be established; --allow-undecidable hides that", err=True)
        code = report.violation_code(Severity(fail_on))
    if options["require_governed"] and not report.counts.governed:
        click.echo("error: no governed change was found, and --require-governed was given", err=True)
        code = max(code, ExitCode.UNDECIDABLE)
    sys.stdout.flush()
    return int(code)


_PARTIAL = ("first", "new_since", "baseline", "to", "policies", "adoption", "evidence_ref", "settled")


def _of_what_is_new(options: dict[str, Any]) -> str:
    """The severity that `--fail-on new` stands for."""
    if options["new_since"] is None and options["baseline"] is None:
        raise click.UsageError("--fail-on new needs to know since when: give --new-since REV, or a --baseline")
    return Severity.LOW.value


def _key(options: dict[str, Any]) -> SigningKey:
    """The recorder's key; a checkpoint is of a whole branch, by its own rules."""
    import os

    from govops.app.record import recorder_key

    given = [name for name in _PARTIAL if options[name]]
    if given:
        name = {"first": "from"}.get(given[0], given[0]).replace("_", "-")
        raise click.UsageError(f"--checkpoint is for the whole branch: leave --{name} out")
    return recorder_key(options["key"], os.environ)


def _checkpoint(report: Report, key: SigningKey, options: dict[str, Any]) -> None:
    from govops.app.checkpoint import checkpoint

    written = checkpoint(options["repository"], report, key, push=options["push"], ref=options["ref"])
    told = f"checkpoint {written[0][:12]} of {report.provenance.tip}" if written else "no checkpoint was written"
    click.echo(told, err=True)


def _unknown(report: Report) -> str:
    """How much is unknown: tampering, for one, is a finding on no change."""
    findings = sum(finding.status is Status.UNVERIFIABLE and not finding.known for finding in report.findings)
    return f"{findings} finding(s) and {report.counts.undecidable} change(s)"
