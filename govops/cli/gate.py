"""``govops plan``, ``govops gate`` and ``govops simulate``: a proposal judged before it lands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govops.cli.output import Output, deliver, fail_on_option, output_option
from govops.errors import ExitCode
from govops.finding import Severity

if TYPE_CHECKING:
    from govops.outlook import Outlook

OUTLOOK_FORMATS = ("text", "markdown", "json", "github", "sarif", "junit")


def proposal_options(command: Any) -> Any:
    """Which proposal, onto what, and who knows of it."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("repository", type=click.Path(path_type=Path), default=".", metavar="[REPO]"),
    click.option("--head", metavar="REV", default="HEAD", show_default=True, help="The proposal's last commit."),
    click.option("--base", metavar="REV", help="Where it would land. Default: the tip of the protected branch."),
    click.option("--forge", type=click.Choice(["github", "gitlab"]), help="Ask this forge for the proposal's reviews."),
    click.option(
        "--proposal", metavar="NUMBER", help="The proposal's number at the forge. Default: found by its head."
    ),
    click.option("--as-of", metavar="INSTANT", default="now", show_default=True, help="When it would land."),
    click.option("--policies", metavar="DIR|REPO@REV", help="Judge by rules from outside."),
    click.option(
        "--evidence-ref", metavar="REF", help="Where the evidence is. Default: the branch that Settings name."
    ),
    click.option(
        "--after-audit", is_flag=True, help="Judge the history first: rules that landed unapproved do not count."
    ),
)


@click.command("plan")
@proposal_options
@fail_on_option()
@output_option(OUTLOOK_FORMATS)
def plan(outputs: tuple[Output, ...], fail_on: str, **options: Any) -> int:
    """Tell what a proposal means, what it needs and from whom, what counts already, and what does not and why.

    \b
    govops plan
    govops plan --head feature/fraud-2 --output markdown
    """
    outlook = _outlook(**options)
    _show((outlook,), outputs, Severity(fail_on))
    return int(ExitCode.OK)


@click.command("gate")
@proposal_options
@click.option("--queue", is_flag=True, help="Judge every first-parent commit from the base to the head, one by one.")
@click.option("--publish", is_flag=True, help="Post the commit status `govops/gate` and the comment at the forge.")
@fail_on_option()
@output_option(OUTLOOK_FORMATS)
def gate(outputs: tuple[Output, ...], fail_on: str, *, queue: bool, publish: bool, **options: Any) -> int:
    """Say by exit code whether a proposal may land: 0 yes, 1 not yet, 3 it could not be established.

    It is judged by the rules of the base, and nothing of the proposal is run.

    \b
    govops gate --base origin/main --head HEAD
    govops gate --forge github --proposal 17 --publish
    """
    from govops.app import gate as app

    severity = Severity(fail_on)
    if queue:
        from govops.cli.asking import asked_gate, forge_known

        found = app.queue(asked_gate(**options), forge_known(**options))
    else:
        found = (_outlook(**options),)
    _show(found, outputs, severity)
    if publish:
        from govops.cli.asking import forge_known

        app.publish(found, forge_known(**options), fail_on=severity)
    return int(max(outlook.exit_code(severity) for outlook in found))


@click.command("simulate")
@proposal_options
@click.option("--approve", metavar="USER", multiple=True, help="Suppose that this User approves it as it is now.")
@click.option("--without", metavar="USER", multiple=True, help="Suppose that this User had said nothing.")
@fail_on_option()
@output_option(OUTLOOK_FORMATS)
def simulate(
    outputs: tuple[Output, ...], fail_on: str, *, approve: tuple[str, ...], without: tuple[str, ...], **options: Any
) -> int:
    """Tell what the gate would say if somebody approved, or had not.

    \b
    govops simulate --approve bob
    govops simulate --approve carol --without bob
    """
    from govops.app.gate import Pretence

    outlook = _outlook(pretence=Pretence(approve, without), **options)
    _show((outlook,), outputs, Severity(fail_on))
    return int(outlook.exit_code(Severity(fail_on)))


def _outlook(pretence: Any = None, **options: Any) -> Outlook:
    from govops.app.gate import outlook
    from govops.cli.asking import asked_gate, forge_known

    return outlook(asked_gate(**options), forge_known(**options), pretence)


def _show(found: tuple[Outlook, ...], outputs: tuple[Output, ...], fail_on: Severity) -> None:
    from govops.render.outlook import stream_outlooks
    from govops.rules import RULES

    deliver(lambda name, colour: stream_outlooks(found, name, colour=colour, fail_on=fail_on, rules=RULES), outputs)
