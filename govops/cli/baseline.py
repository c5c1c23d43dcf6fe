"""``govops baseline``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govops.errors import ExitCode
from govops.render.untrusted import log_exact

if TYPE_CHECKING:
    from govops.app.baselines import Entry
    from govops.finding import Finding

_SECTIONS = ("validate", "audit")
_SHOWN = 20


@click.command("baseline")
@click.argument("file", type=click.Path(path_type=Path), required=False, metavar="[FILE]")
@click.option("--init", is_flag=True, help="Take in everything that is found now.")
@click.option("--of", "wanted", type=click.Choice(_SECTIONS), multiple=True, help="Repeatable. Default: both.")
@click.option("--repository", type=click.Path(path_type=Path), help="The repository. Default: the one around here.")
@click.option("--ref", help="Branch to audit. Default: the protected branch of Settings, here or at origin.")
def command(file: Path | None, *, init: bool, wanted: tuple[str, ...], repository: Path | None, ref: str | None) -> int:
    """Write down what `validate` and `audit` find now, so that only what is new decides their exit codes.

    A baseline only shrinks: called again, what is gone goes, and what is new is refused (exit 1) unless --init is
    given. FILE is .govops-baseline.json at the top of the repository unless you give another. Give it to both commands
    with --baseline; neither ever looks for one.

    \b
    govops baseline --init
    govops validate --baseline .govops-baseline.json
    govops baseline
    """
    from govops.app.baselines import place_of, update
    from govops.workspace.files import find_root

    root = (repository or find_root(Path.cwd())).absolute()
    place = place_of(root, file)
    done = update(place, {name: _found(name, root, ref) for name in wanted or _SECTIONS}, init=init)
    tell_gone(done.dropped, "dropped")
    _tell(done.refused, "new, and not taken in")
    click.echo(f"{place}: {done.kept} known, {len(done.dropped)} dropped, {len(done.refused)} refused")
    return int(ExitCode.VIOLATION if done.refused else ExitCode.OK)


def tell_gone(entries: tuple[Entry, ...], what: str = "gone; `govops baseline` drops it") -> None:
    """Say which entries of a baseline nothing answers to any more."""
    _tell(entries, what)


def _found(section: str, root: Path, ref: str | None) -> Iterable[Finding]:
    if section == "validate":
        from govops.app.validate import validate_worktree

        return validate_worktree(root, ()).findings
    from govops.app.audit import audit
    from govops.workspace import Opened

    return audit(Opened(root, ref=ref)).findings


def _tell(entries: tuple[Entry, ...], what: str) -> None:
    for entry in entries[:_SHOWN]:
        click.echo(f"{what}: {log_exact(entry.words)}", err=True)
    if len(entries) > _SHOWN:
        click.echo(f"{what}: {len(entries) - _SHOWN} more", err=True)
