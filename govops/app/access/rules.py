"""The rules in force: those that stand at the tip of the protected branch, read once for each tip.

Like the gate (ADR 0011) this reads no history: a role that landed without approval counts here until an audit is
heeded. What is proposed or decided under it is judged again by whoever audits.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from govops.app.governance import NotFoundError
from govops.decision import SETTINGS_PATH, Law
from govops.errors import UsageError
from govops.git import CleanRoom
from govops.git.locate import locate
from govops.history import Oid
from govops.workspace.opening import open_branches
from govops.workspace.standing import rule_tree

_MOST = 64  # repositories whose rules are kept
_Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules at ``commit``. ``repository`` is its name by Settings."""

    commit: Oid
    law: Law

    @property
    def repository(self) -> str:
        """What Settings call the repository."""
        return self.law.settings.repository


_known: dict[Path, tuple[_Stamp, tuple[str, ...], InForce]] = {}


def in_force(repository: Path, *, as_of: str | None = None) -> InForce:
    """The rules at the tip, or at ``as_of``, a commit of the protected branch.

    UsageError without readable Settings there, NotFoundError for a commit that is not on the branch. Nothing is read
    while the branch stays where it was.
    """
    if as_of is not None:
        return _read(repository, as_of)[1]
    known = _known.get(repository)
    stamp = tuple(map(_seen, known[1])) if known else ()  # taken first: what moves afterwards is seen the next time
    if known is not None and stamp == known[0]:
        return known[2]
    ref, found = _read(repository, None)
    if known is not None and known[2].commit == found.commit:
        found = known[2]
    if len(_known) >= _MOST:
        _known.clear()
    _known[repository] = (stamp, _places(repository, ref), found)
    return found


def _read(repository: Path, revision: str | None) -> tuple[str, InForce]:
    with open_branches(repository) as (room, protected, _):
        commit = protected.tip if revision is None else _on_branch(room, revision, protected.tip)
        law = Law(rule_tree(room, commit).snapshot)
    if not law.has_settings:
        raise UsageError(
            f"there is no readable {SETTINGS_PATH} at {commit[:12]}", hint="adopt govops with `govops init`"
        )
    return protected.ref, InForce(commit, law)


def _on_branch(room: CleanRoom, revision: str, tip: Oid) -> Oid:
    commit = room.resolve(revision)
    if not room.is_ancestor(commit, tip):
        raise NotFoundError(f"{commit[:12]} is not on the protected branch", hint="give a commit that landed")
    return commit


def _places(repository: Path, branch: str) -> tuple[str, ...]:
    """Files of which one is another as soon as the branch may have moved: git replaces them, and writes into none."""
    location = locate(repository, discover=repository == Path("."))
    common = location.common_dir
    places = (location.git_dir / "HEAD", common / branch, common / "packed-refs", common / "reftable/tables.list")
    return tuple(map(str, places))


def _seen(file: str) -> tuple[int, int, int] | None:
    try:
        found = os.lstat(file)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
