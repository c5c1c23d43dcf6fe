"""``govops validate``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.cli.output import FINDING_FORMATS, Output, deliver, fail_on_option, output_option
from govops.finding import Finding, Severity, exit_code


@click.command("validate")
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1, metavar="[PATH]...")
@click.option("--worktree", is_flag=True, help="Check files as they are on disk. This is the default.")
@click.option("--rev", metavar="REV", help="Check files as this revision has them.")
@click.option("--repository", type=click.Path(path_type=Path), help="The repository. Default: the one around here.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="What it lists does not decide.")
@fail_on_option()
@output_option(FINDING_FORMATS)
def command(
    paths: tuple[Path, ...],
    *,
    worktree: bool,
    rev: str | None,
    repository: Path | None,
    baseline: Path | None,
    fail_on: str,
    outputs: tuple[Output, ...],
) -> int:
    """Check files: YAML, kinds, paths, references between files, people and roles.

    Without PATH everything governed is checked. All problems of all files are shown.

    \b
    govops validate
    govops validate registry/models/fraud/model.yaml
    govops validate --rev HEAD~3
    """
    from govops.app.validate import validate_revision, validate_worktree
    from govops.render import stream_findings
    from govops.rules import RULES
    from govops.workspace.files import find_root

    if rev and worktree:
        raise click.UsageError("--rev and --worktree exclude each other")
    root = repository or find_root(Path.cwd())
    found = validate_revision(root, rev, paths) if rev else validate_worktree(root, paths)
    findings = _marked(found.findings, baseline, whole=not paths) if baseline else found.findings
    code = max(exit_code(findings, Severity(fail_on)), found.fault)
    deliver(lambda name, colour: stream_findings(findings, name, colour=colour, code=code, rules=RULES), outputs)
    click.echo(f"{found.files} files of {found.of} checked, {len(findings)} findings", err=True)
    if found.left_out:
        click.echo(f"rules that speak of changes, which `govops plan` asks: {', '.join(found.left_out)}", err=True)
    return int(code)


def _marked(findings: tuple[Finding, ...], file: Path, *, whole: bool) -> tuple[Finding, ...]:
    """The findings, known ones marked; says what of the baseline nothing answers to, if everything was checked."""
    from govops.app.baselines import read
    from govops.cli.baseline import tell_gone

    known = read(file)
    if whole:
        tell_gone(known.gone("validate", findings))
    return known.marked("validate", findings)
