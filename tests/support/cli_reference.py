"""The page docs/reference/cli.md: every command's own help, in the order of `govops --help`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from govops.cli import cli

PAGE = "docs/reference/cli.md"
WIDTH = 100
_HEAD = """\
# Commands

What `govops --help` and `govops COMMAND --help` print. This page is made from the code by `make docs`.

Every command ends with one of five [exit codes](exit-codes.md). Reports go to standard output, or to the file that
`--output` names; messages, progress and errors go to standard error. `NO_COLOR` switches colour off, and without a
terminal there is none. `GOVOPS_EMAILS=hidden` puts one address that is nobody's in place of every e-mail address in
them; a report in JSON that was written so is to be read, and no later command goes on from it.
"""


def page() -> dict[str, str]:
    """Path -> text of the page."""
    return {PAGE: "\n".join([_HEAD, *_sections(cli, ("govops",), None)])}


def _sections(command: click.Command, name: tuple[str, ...], parent: click.Context | None) -> Iterator[str]:
    wanted = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, info_name=name[-1], parent=parent, **wanted)
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield f"## {' '.join(name)}\n\n```text\n{text}\n```\n"
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            if found is not None:
                yield from _sections(found, (*name, sub), context)
