"""``govops verify-report``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.errors import ExitCode

_FILE = click.Path(path_type=Path)


@click.command("verify-report")
@click.argument("saved", type=_FILE, metavar="REPORT.json")
@click.argument("repository", type=_FILE, default=".", metavar="[REPO]")
@click.option("--policies", metavar="DIR|REPO@REV", help="The rules from outside, if the report was made by such.")
@click.option("--baseline", type=_FILE, metavar="FILE", help="The baseline, if the report was made with one.")
def command(saved: Path, repository: Path, policies: str | None, baseline: Path | None) -> int:
    """Audit again what a saved JSON report is about, and say whether it tells the truth.

    Exit 0 if a fresh audit says the same to the last byte, 3 if not.

    \b
    govops verify-report report.json ../registry
    """
    from govops.app.verify_report import compare_report

    found = compare_report(saved, repository, policies=policies, baseline=baseline)
    origin = found.saved.provenance
    if found.versions:
        click.echo(f"note: it was made by govops {origin.govops_version} with git {origin.git_version}", err=True)
    if found.differences:
        click.echo(f"{saved} is not what an audit of {origin.tip} gives: {', '.join(found.differences)} differ")
        return int(ExitCode.UNDECIDABLE)
    click.echo(f"{saved} is what an audit of {origin.tip} gives")
    return int(ExitCode.OK)
