"""Leave word on the evidence branch of what was verified."""

from __future__ import annotations

import hashlib
from pathlib import Path

from govops.errors import ExitCode, UndecidableError
from govops.finding import Report
from govops.git.authoring import remotes
from govops.git.locate import locate
from govops.render import stream
from govops.workspace.checkpointing import Checkpointer
from govops.workspace.keys import SigningKey

_DECIDED = (ExitCode.OK, ExitCode.VIOLATION)


def checkpoint(
    repository: Path, report: Report, key: SigningKey, *, push: bool, ref: str | None = None
) -> tuple[str, ...]:
    """Sign the tip of a report in which everything was decided; the ids of the records, none if nothing had to be said.

    UndecidableError if the remote did not take what was written.
    """
    if report.exit_code() not in _DECIDED:
        return ()
    root = locate(repository, discover=True).shown
    known = remotes(root) if push else ()
    remote = "origin" if "origin" in known else next(iter(known), None)
    done = Checkpointer(root, key, remote, ref).write(report.provenance.tip, digest(report))
    if not done.is_pushed:
        raise UndecidableError(
            "the checkpoint is written here, and the remote did not take it", hint="push the evidence branch yourself"
        )
    return done.ids


def digest(report: Report) -> str:
    """SHA-256 of the report as JSON."""
    found = hashlib.sha256()
    for piece in stream(report, "json"):
        found.update(piece.encode("ascii"))
    return found.hexdigest()
