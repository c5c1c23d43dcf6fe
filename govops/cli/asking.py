"""From the options of audit-like commands to what the workspace is asked."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govops.errors import UsageError
from govops.workspace import Asked, Opened, now

if TYPE_CHECKING:
    from govops.app.gate import Knowledge

_HINT = "write it as 2026-03-01, 2026-03-01T12:00:00Z or now"
_HINT_OF_MOMENT = "write it as 2026-03-01T00:00Z or 2026-03-01T00:00:00+01:00, or give a revision"
_DATED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([T ].*)?", re.ASCII | re.DOTALL)
_ZONED = re.compile(r".*T.*(Z|[+-]\d\d:\d\d)", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?", re.ASCII)


def asked(repository: Path, *, quiet: bool = True, as_of: str | None = None, **options: Any) -> Opened:
    """Options as given on the command line; those that are no business of the workspace are dropped."""
    known = (
        "ref",
        "first",
        "new_since",
        "to",
        "policies",
        "adoption",
        "evidence_ref",
        "settled",
        "back_to",
        "back_to_instant",
    )
    wanted = {name: options[name] for name in known if name in options}
    watch = _nothing if quiet or not sys.stderr.isatty() else _Progress()
    return Opened(repository, as_of=instant(as_of), as_of_clock=clock_of(as_of), watch=watch, **wanted)


def ask_passphrase(prompt: str) -> str:
    """Ask on the terminal, without showing the answer. UsageError where there is none."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"{prompt}: nobody is there to be asked; use a key without one")
    answer: str = click.prompt(prompt, hide_input=True, err=True)
    return answer


def clock_of(as_of: str | None) -> str:
    """Whose clock an ``--as-of`` is; empty without one."""
    return "wall clock" if as_of == "now" else "given with --as-of" if as_of else ""


def asked_gate(repository: Path, *, as_of: str, **options: Any) -> Asked:
    """The same for commands that judge a proposal."""
    known = ("base", "head", "policies", "evidence_ref")
    wanted = {name: options[name] for name in known if name in options}
    return Asked(repository, instant(as_of) or now(), audited=options.get("after_audit", False), **wanted)


def forge_known(*, forge: str | None = None, proposal: str | None = None, **_: Any) -> Knowledge:
    """The forge to ask, opened with what the environment says, and the number of the proposal there."""
    from govops.app.gate import Knowledge
    from govops.forge import open_forge

    if forge is None and proposal is not None:
        raise UsageError("--proposal names a number at a forge", hint="say which with --forge github or --forge gitlab")
    return Knowledge((lambda repository: open_forge(forge, repository, os.environ)) if forge else None, proposal)


def past_options(command: Any) -> Any:
    """The options of every command that looks back."""
    for option in reversed(_PAST):
        command = option(command)
    return command


def looking_back(as_of: str | None, **options: Any) -> Opened:
    """The same for commands whose ``--as-of`` names a moment: an instant with its time zone, or else a revision."""
    if as_of is None:
        return asked(**options)
    if as_of != "now" and not _DATED.fullmatch(as_of):
        return asked(**options, back_to=as_of)
    if as_of != "now" and not _ZONED.fullmatch(as_of):
        message = f"'{as_of[:40]}' is not an instant: it needs a time of day and a time zone"
        raise UsageError(message, hint=_HINT_OF_MOMENT)
    return asked(**options, back_to_instant=instant(as_of, hint=_HINT_OF_MOMENT))


def instant(text: str | None, *, hint: str = _HINT) -> str | None:
    """An instant in UTC; a date is its first second. UsageError for anything else."""
    if text is None:
        return None
    if text == "now":
        return now()
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
        utc = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"'{text[:40]}' is not an instant", hint=hint) from error
    return utc.isoformat(timespec="seconds").replace("+00:00", "Z")


_PAST = (
    click.option("--as-of", metavar="REV|INSTANT", help="The moment to look at. Default: the tip of the branch."),
    click.option(
        "--repository",
        type=click.Path(path_type=Path),
        default=".",
        help="A work tree, a bare repository or a clone. Default: the one around here.",
    ),
    click.option("--ref", help="Branch to look at. Default: the protected branch of Settings, here or at origin."),
    click.option("--policies", metavar="DIR|REPO@REV", help="Judge by rules from outside, in retrospect."),
    click.option("--adoption", metavar="REV", help="Pin the commit from which govops makes claims."),
    click.option("--evidence-ref", metavar="REF", help="Where the evidence is. Default: as Settings say."),
    click.option("--quiet", is_flag=True, help="No progress bar."),
)


def _nothing(done: int, total: int) -> None:
    """Watches without a word."""


class _Progress:
    """A line on the terminal's error stream, written again a hundred times at most."""

    def __init__(self) -> None:
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        share = done * 100 // max(total, 1)
        if share != self._shown:
            self._shown = share
            sys.stderr.write(f"\raudit: {done} of {total} commits" + ("\n" if done == total else ""))
            sys.stderr.flush()
