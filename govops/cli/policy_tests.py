"""``govops test-policies``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.cli.output import Output, deliver, output_option

_FORMATS = ("text", "json", "junit", "github")


@click.command("test-policies")
@click.argument("path", type=click.Path(path_type=Path), default=".", metavar="[PATH]")
@click.option("-k", "wanted", metavar="TEXT", default="", help="Only cases whose test or name holds this text.")
@click.option("--require-tests", is_flag=True, help="Exit 1 if there is no case at all.")
@output_option(_FORMATS)
def command(path: Path, *, wanted: str, require_tests: bool, outputs: tuple[Output, ...]) -> int:
    """Try the policies of a work tree: every case of policies/tests/ must get the verdict that it expects.

    PATH is a repository or one test of it. The cases are judged by the judge of real changes, with the policies, people
    and roles beside them as they are on disk. Exit codes: 0 all as expected, 1 a case differs, 2 a policy or a test is
    broken.

    \b
    govops test-policies
    govops test-policies policies/tests/production.yaml
    govops test-policies -k rollback --output junit:policies.xml
    """
    from govops.app.policy_tests import run
    from govops.render.policy_tests import stream_trial

    trial = run(path, wanted=wanted, is_required=require_tests)
    deliver(lambda name, colour: stream_trial(trial, name, colour=colour), outputs)
    return int(trial.exit_code)
