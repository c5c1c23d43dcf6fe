"""``govops report``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from govops.cli.output import (
    FRAMEWORK_FORMATS,
    REPORT_FORMATS,
    Output,
    deliver,
    deliver_report,
    fail_on_option,
    output_option,
)
from govops.errors import UsageError
from govops.finding import Report, Severity

_FORMATS = (*REPORT_FORMATS, *(name for name in FRAMEWORK_FORMATS if name not in REPORT_FORMATS))
_AUDIT_ONLY = ("ref", "policies", "adoption", "evidence_ref", "as_of")


@click.command("report")
@click.argument("target", required=False, metavar="[REPORT.json|REV]")
@click.option("--framework", metavar="NAME", help="Only this framework, clause by clause, with the evidence for each.")
@click.option("--repository", type=click.Path(path_type=Path), help="Audit this one. Default: the one around here.")
@click.option("--ref", help="Branch to audit. Default: the protected branch of Settings, here or at origin.")
@click.option("--as-of", metavar="INSTANT", help="Instant of the report, or `now`. Default: the latest attested time.")
@click.option("--policies", metavar="DIR|REPO@REV", help="Judge by rules from outside, in retrospect.")
@click.option("--adoption", metavar="REV", help="Pin the commit from which govops makes claims.")
@click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: the branch that Settings name.")
@click.option("--service", type=click.Path(path_type=Path), metavar="FILE", help="Show what `sla check` measured.")
@fail_on_option()
@output_option(_FORMATS)
@click.option("--quiet", is_flag=True, help="No progress bar.")
def command(
    target: str | None, *, framework: str | None, fail_on: str, outputs: tuple[Output, ...], **options: Any
) -> int:
    """Render a report that was saved with --output json:PATH again; with --framework, one framework clause by clause.

    With --framework and no saved report, the history is audited up to REV, by default the tip. Exit code 1 then says
    that a clause is failing, and 3 that one could not be established.

    \b
    govops report report.json --output markdown:report.md
    govops report --framework nist-ai-rmf
    govops report report.json --framework nist-ai-rmf --output oscal:assessment-results.json
    """
    from govops.app.frameworks import about, outcome
    from govops.render.frameworks import stream_frameworks

    if framework is None:
        return int(deliver_report(_saved(target, options), _only(outputs, REPORT_FORMATS), Severity(fail_on)))
    if options["service"]:
        raise click.UsageError("--service is for the whole report, not for one framework")
    whole = _audited(target, options) if target is None or not Path(target).is_file() else _saved(target, options)
    report = about(whole, framework)
    shown = _only(outputs, FRAMEWORK_FORMATS)
    deliver(lambda name, colour: stream_frameworks(report, name, colour=colour), shown)
    return int(outcome(report.frameworks))


def _saved(target: str | None, options: dict[str, Any]) -> Report:
    from govops.app.reports import read_report, read_service, with_service

    if target is None:
        raise click.UsageError("give a saved report, or a framework with --framework NAME")
    given = next((name for name in (*_AUDIT_ONLY, "repository") if options[name]), None)
    if given is not None:
        raise click.UsageError(f"--{given.replace('_', '-')} is for an audit; a saved report has been made")
    report = read_report(Path(target))
    return with_service(report, read_service(options["service"])) if options["service"] else report


def _audited(revision: str | None, options: dict[str, Any]) -> Report:
    from govops.app.audit import audit
    from govops.cli.asking import asked

    options = options | {"repository": options["repository"] or Path(), "to": revision}
    return audit(asked(**options))


def _only(outputs: tuple[Output, ...], formats: tuple[str, ...]) -> tuple[Output, ...]:
    """The outputs, each of them in a format that there is for this report."""
    for output in outputs:
        if output.format not in formats:
            raise UsageError(f"there is no format '{output.format}' here", hint=f"one of: {', '.join(formats)}")
    return outputs
