"""``govops who-can``."""

from __future__ import annotations

from pathlib import Path

import click

from govops.cli.output import ANSWER_FORMATS, Output, deliver, output_option


@click.command("who-can")
@click.argument("action", metavar="ACTION")
@click.argument("resource", metavar="RESOURCE")
@click.argument("revision", metavar="[REF]", required=False)
@click.option("--author", metavar="USER", default="", help="Who would make the change, and so cannot approve it.")
@click.option("--at", metavar="INSTANT", help="When it would land. Without it, what depends on the time is left open.")
@click.option(
    "--policies", metavar="DIR|REPO@REV", help="Ask the rules of a folder, such as `.`, or another repository."
)
@click.option("--after-audit", is_flag=True, help="Judge the history first: rules that landed unapproved do not count.")
@click.option("--repository", type=click.Path(path_type=Path), default=".", help="Default: the one around here.")
@output_option(ANSWER_FORMATS)
def command(
    action: str,
    resource: str,
    revision: str | None,
    *,
    author: str,
    at: str | None,
    policies: str | None,
    after_audit: bool,
    repository: Path,
    outputs: tuple[Output, ...],
) -> int:
    """Tell who could approve an action on a resource, who may author it, who is excluded and why.

    RESOURCE is KIND/NAME or the path of a file. The rules are those of REF, a commit of the protected branch; by
    default of its tip. Exit codes: 0 it can be approved, 1 nobody can or they are too few, 3 it cannot be told.

    \b
    govops who-can model.approve ModelVersion/fraud-screen/2.1.0 --author rafael
    govops who-can model.deploy_production deployment/production/fraud-screen --at now
    govops who-can policy.change policies/approvals/models-high.yaml --policies .
    """
    from govops.app.who_can import who_can
    from govops.cli.asking import instant
    from govops.render.answer.permission import stream_permission
    from govops.workspace import Asked, now

    asked = Asked(repository, now(), base=revision, policies=policies, audited=after_audit)
    found = who_can(asked, action, resource, author=author, at=instant(at))
    deliver(lambda name, colour: stream_permission(found, name, colour=colour), outputs)
    return int(found.exit_code)
