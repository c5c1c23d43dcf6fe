"""From the options of audit-like commands to what the workspace is asked."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from govops.errors import UsageError
from govops.workspace import Opened, now

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?", re.ASCII)


def asked(repository: Path, *, quiet: bool = True, as_of: str | None = None, **options: Any) -> Opened:
    """Options as given on the command line; those that are no business of the workspace are dropped."""
    known = ("ref", "first", "to", "policies", "adoption", "evidence_ref", "settled")
    wanted = {name: options[name] for name in known if name in options}
    clock = "wall clock" if as_of == "now" else "given with --as-of" if as_of else ""
    watch = _nothing if quiet or not sys.stderr.isatty() else _Progress()
    return Opened(repository, as_of=instant(as_of), as_of_clock=clock, watch=watch, **wanted)


def instant(text: str | None) -> str | None:
    """An instant in UTC; a date is its first second. UsageError for anything else."""
    if text is None:
        return None
    if text == "now":
        return now()
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "write it as 2026-03-01, 2026-03-01T12:00:00Z or now"
        raise UsageError(f"'{text[:40]}' is not an instant", hint=hint) from error
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
