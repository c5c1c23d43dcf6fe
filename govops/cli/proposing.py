"""``govops propose``, ``govops approve`` and ``govops merge``: the workflow with nothing but git."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govops.cli.asking import ask_passphrase
from govops.cli.output import deliver, fail_on_option
from govops.errors import ExitCode
from govops.finding import Severity

if TYPE_CHECKING:
    from govops.app.proposing import Desk, Open
    from govops.outlook import Outlook

_FILE = click.Path(path_type=Path)
_REPOSITORY = click.option("--repository", type=_FILE, default=".", help="The checkout. Default: here.")
_REMOTE = click.option("--remote", metavar="NAME", help="The remote that all share. Default: origin, if there is one.")
_ALONE = click.option("--no-remote", is_flag=True, help="Use the branches of this repository alone.")
_KEY = click.option("--key", type=_FILE, metavar="FILE", help="Your SSH private key. Default: git's user.signingkey.")


def _desk_options(command: Any) -> Any:
    options: tuple[Callable[[Any], Any], ...] = (_REPOSITORY, _REMOTE, _ALONE)
    for option in reversed(options):
        command = option(command)
    return command


@click.command("propose")
@click.argument("name", required=False)
@click.option("--head", metavar="REV", default="HEAD", show_default=True, help="The commit to propose.")
@click.option("--title", default="", help="What it is called. Default: the commit's first line.")
@_KEY
@_desk_options
def propose(*, name: str | None, head: str, title: str, key: Path | None, **where: Any) -> int:
    """Propose the commits of this branch, signed by you: others can approve them then.

    NAME is the name of the branch unless you give one. Propose again after more commits.

    \b
    govops propose
    govops propose fraud-2 --title "Fraud screen 2"
    """
    from govops.app import proposing
    from govops.app.proposing.desk import own_key

    desk = _desk(**where)
    made = proposing.propose(desk, own_key(desk, key, ask_passphrase), name=name, revision=head, title=title)
    _show(made.outlook)
    click.echo(f"proposed {made.name} as {made.person}{'' if made.is_pushed else '; not pushed yet: propose again'}")
    return int(ExitCode.OK)


@click.command("approve")
@click.argument("proposal", required=False)
@click.option("--landed", metavar="REV", help="Approve a change that landed as an emergency: a commit, or BASE..TIP.")
@click.option("--reject", is_flag=True, help="Reject it instead: that blocks it until you approve.")
@click.option("--reason", default="", help="Why; with --reject it has to be given.")
@click.option("--yes", is_flag=True, help="Sign without asking.")
@_KEY
@_desk_options
def approve(
    *, proposal: str | None, landed: str | None, reject: bool, reason: str, yes: bool, key: Path | None, **where: Any
) -> int:
    """Show what a proposal means, and sign your approval of exactly what it holds now.

    An approval that would not count is refused, with the reason. PROPOSAL may be left out if only one is open.

    \b
    govops approve fraud-2
    govops approve fraud-2 --reject --reason "no out-of-scope use is named"
    govops approve --landed 3f2c81d
    """
    from govops.app import proposing
    from govops.app.proposing.approving import refuse_useless, who
    from govops.app.proposing.desk import find, own_key
    from govops.app.proposing.desk import landed as change_of

    if reject and not reason:
        raise click.UsageError("--reject needs a --reason")
    if proposal and landed:
        raise click.UsageError("name a proposal, or say what has --landed")
    desk = _desk(**where)
    desk.refresh()
    found = change_of(desk, landed) if landed else find(desk, proposal)
    person = who(desk, found, own_key(desk, key, ask_passphrase))
    if not reject:
        refuse_useless(desk, found, person)
    verb = "reject" if reject else "approve"
    if not yes:
        _show(_outlook(desk, found))
        _confirm(f"{verb} {found.name} at {found.head[:10]} as {person.name}?")
    outlook = proposing.approve(desk, found, person, reject=reject, reason=reason)
    _show(outlook)
    click.echo(f"{person.name} {verb}{'ed' if reject else 'd'} {found.name} at {found.head[:10]}")
    return int(ExitCode.OK)


@click.command("merge")
@click.argument("proposal", required=False)
@click.option("--after-audit", is_flag=True, help="Judge the history first: rules that landed unapproved do not count.")
@fail_on_option()
@_desk_options
def merge(*, proposal: str | None, after_audit: bool, fail_on: str, **where: Any) -> int:
    """Merge a proposal onto the protected branch, if the gate passes.

    \b
    govops merge fraud-2
    """
    from govops.app import proposing
    from govops.app.proposing.desk import find

    desk = _desk(**where)
    desk.refresh()
    found = find(desk, proposal)
    merged = proposing.merge(desk, found, audited=after_audit, fail_on=Severity(fail_on))
    _show(merged.outlook)
    click.echo(f"merged {found.name} into {desk.protected} as {merged.commit[:10]}")
    return int(ExitCode.OK)


def _desk(*, repository: Path, remote: str | None, no_remote: bool) -> Desk:
    from govops.app.proposing import sit_down

    return sit_down(repository, remote, alone=no_remote)


def _outlook(desk: Desk, proposal: Open) -> Outlook:
    from govops.app.gate import outlook
    from govops.app.proposing.desk import asked_of

    return outlook(asked_of(desk, proposal.head, base=proposal.base))


def _show(outlook: Outlook) -> None:
    from govops.render.outlook import stream_outlooks

    deliver(lambda name, colour: stream_outlooks([outlook], name, colour=colour), ())


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is there to be asked; --yes signs without asking")
    if not click.confirm(question, err=True):
        raise click.Abort
