"""``govops demo``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo")
@click.argument("directory", type=click.Path(path_type=Path))
def command(directory: Path) -> int:
    """Replay the example company's history as a repository under DIRECTORY, audit it, and leave the report there.

    The history holds changes of every sort, good and bad; the report must find each bad one. Exit code 0 means
    that it did: the violations in it are the demo's own.
    """
    from govops.app.demo.showing import show_demo

    shown = show_demo(directory)
    click.echo(shown.text, nl=False)
    return int(shown.code)
