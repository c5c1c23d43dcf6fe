"""The command line: parse, call ``app``, render, exit. Commands are imported when they are called."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

import govops
from govops.errors import ExitCode, GovopsError
from govops.interrupt import go_on, interrupted, noticed

_DEBUG = "--debug"
_COLLECT_EVERY = 20_000  # new objects; at Python's 700 a third of a long audit is the search for cycles in kept facts
_COMMANDS = {
    "audit": ("govops.cli.audit", "Prove from git history that every governed change was allowed."),
    "fleet": ("govops.cli.fleet", "Look after many repositories at once."),
    "validate": ("govops.cli.validate", "Check the files of a work tree or a revision."),
    "test-policies": ("govops.cli.policy_tests", "Try the policies: every case gets the verdict that it expects."),
    "who-can": ("govops.cli.who_can", "Tell who could approve an action on a resource, and who could not and why."),
    "plan": ("govops.cli.gate:plan", "Tell what a proposal means, what it needs and from whom."),
    "gate": ("govops.cli.gate:gate", "Say by exit code whether a proposal may land."),
    "simulate": ("govops.cli.gate:simulate", "Tell what the gate would say if somebody approved."),
    "propose": ("govops.cli.proposing:propose", "Propose the commits of this branch, signed by you."),
    "approve": ("govops.cli.proposing:approve", "Show what a proposal means, and sign your approval."),
    "merge": ("govops.cli.proposing:merge", "Merge a proposal, if the gate passes."),
    "record": ("govops.cli.record", "Record what landed: a signed receipt for every change that has none."),
    "report": ("govops.cli.report", "Render a saved report again, or show a framework clause by clause."),
    "verify-report": ("govops.cli.verify_report", "Audit again what a saved report is about, and compare."),
    "show": ("govops.cli.show", "Show one resource as it stood, with its derived status."),
    "list": ("govops.cli.list", "List the resources of one kind as they stood."),
    "history": ("govops.cli.history", "Tell the changes of one resource, and who approved each."),
    "evidence": ("govops.cli.evidence", "Look after the evidence branch."),
    "doctor": ("govops.cli.doctor", "Find out what weakens a repository before it hurts."),
    "sod": ("govops.cli.sod", "Show who took both sides of what is kept apart."),
    "framework": ("govops.cli.framework", "List the frameworks that come with govops, and add them."),
    "codeowners": ("govops.cli.codeowners", "Write CODEOWNERS from policies, roles and people."),
    "rules": ("govops.cli.rules", "List the built-in rules."),
    "explain": ("govops.cli.explain", "Explain one rule: why it matters and how to fix it."),
    "schema": ("govops.cli.schema", "Print the JSON Schema of a kind."),
    "init": ("govops.cli.init", "Set up a governed repository."),
    "escalate": ("govops.cli.escalate", "Tell whom the escalation rules name of what is open."),
    "waiver": ("govops.cli.waiver", "Propose exceptions with an end, and list what is excused."),
    "incident": ("govops.cli.incident", "Report incidents at once, answer and close them, and list them."),
    "baseline": ("govops.cli.baseline", "Write down what is found now, so that only what is new decides."),
    "sla": ("govops.cli.sla", "Check what was promised of services, and record what was broken."),
    "user": ("govops.cli.user", "Propose people for the registry."),
    "index": ("govops.cli.index", "Keep a SQL copy of a repository, and compare it with the repository."),
    "query": ("govops.cli.query", "Ask the SQL copy of a repository."),
    "store": ("govops.cli.store", "Look after what the server keeps and git does not hold."),
    "token": ("govops.cli.token", "Give people tokens for the API, list them, and take them back."),
    "serve": ("govops.cli.serve", "Serve the REST API of a repository."),
    "demo": ("govops.cli.demo", "Replay the example company's history and audit it."),
}


class _Lazy(click.Group):
    """A group whose commands cost nothing until one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_COMMANDS]  # here `list` is the module of `govops list`, once that is imported

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute or "command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name = args[0] if args else ""
        if name and name not in _COMMANDS:
            from difflib import get_close_matches

            close = get_close_matches(name, _COMMANDS, n=1)
            ctx.fail(f"no such command '{name}'" + (f"; did you mean '{close[0]}'?" if close else ""))
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(govops.__version__, message="govops %(version)s")
@click.option(_DEBUG, is_flag=True, expose_value=False, help="Show the traceback of an internal error.")
def cli() -> None:
    """Prove from git history that every change of your AI registry was reviewed and allowed.

    Exit codes: 0 allowed, 1 violations, 2 usage or configuration, 3 could not be established, 4 internal error.
    """


def main() -> NoReturn:
    """The console script: the one place that turns exceptions into exit codes."""
    gc.set_threshold(_COLLECT_EVERY)
    with noticed():
        try:
            code = cli.main(prog_name="govops", standalone_mode=False)
            go_on()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the one handler: an exit code and one line
            code = _failed(error)
    _exit(code if isinstance(code, int) else ExitCode.OK)


def _failed(error: BaseException) -> ExitCode:
    if interrupted() or isinstance(error, click.Abort | KeyboardInterrupt):
        return _say("interrupted", ExitCode.INTERNAL, hint="files and refs are as they were, or whole")
    if isinstance(error, click.exceptions.Exit):
        return ExitCode(error.exit_code) if error.exit_code in set(ExitCode) else ExitCode.INTERNAL
    if isinstance(error, click.ClickException):
        error.show()
        return ExitCode.USAGE
    if isinstance(error, GovopsError):
        code = _say(error.message, error.exit_code, hint=error.hint)
    elif isinstance(error, BrokenPipeError):
        return ExitCode.INTERNAL
    else:
        code = _say(f"internal error: {type(error).__name__}: {error}", ExitCode.INTERNAL, hint=f"run it with {_DEBUG}")
    if _DEBUG in sys.argv:
        import traceback

        traceback.print_exception(error)
    return code


def _say(message: str, code: ExitCode, *, hint: str = "") -> ExitCode:
    from govops.render.untrusted import visible, without_addresses

    if os.environ.get("GOVOPS_EMAILS") == "hidden":
        message, hint = without_addresses(message), without_addresses(hint)
    try:
        click.echo(f"error: {visible(message)}", err=True)
        if hint:
            click.echo(f"hint: {visible(hint)}", err=True)
    except OSError:
        return ExitCode.INTERNAL
    return code


def _exit(code: int) -> NoReturn:
    """Leave with a code that is still true once everything written has reached its reader."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more to say at shutdown
        code = ExitCode.INTERNAL
    sys.exit(int(code))
