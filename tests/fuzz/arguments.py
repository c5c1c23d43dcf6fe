"""Command lines: taken or refused with a reason. They are parsed and never obeyed: some write where they are told."""

from __future__ import annotations

import contextlib
import io

import click

from govops.cli import cli


def check(data: bytes) -> None:
    """One argument a line, in whatever bytes."""
    arguments = [line.replace("\0", "") for line in data.decode("utf-8", "surrogateescape").split("\n")]
    with contextlib.suppress(click.ClickException, click.exceptions.Exit), contextlib.redirect_stdout(io.StringIO()):
        _parse(cli, "govops", arguments, None)


def _parse(command: click.Command, name: str, arguments: list[str], above: click.Context | None) -> None:
    with command.make_context(name, arguments, parent=above) as context:
        rest = [*context._protected_args, *context.args]  # what a group leaves to its commands
        if isinstance(command, click.Group) and rest:
            found, below, rest = command.resolve_command(context, rest)
            if below is not None:
                _parse(below, found or "", rest, context)
