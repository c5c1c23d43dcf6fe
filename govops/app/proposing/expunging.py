"""Sign that a history had to be rewritten, and what replaces what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from govops.app.proposing.desk import Desk, open_desk, person_of
from govops.engine import is_fixed
from govops.errors import UsageError
from govops.evidence.records import ReplacedCommit, ReplacedContent, Tombstone, signed_bytes
from govops.git import CleanRoom
from govops.history import Oid
from govops.workspace import now
from govops.workspace.journal import Signed
from govops.workspace.keys import SigningKey

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MAP_HINT = "git filter-repo writes one to .git/filter-repo/commit-map: a line `old new` for each commit"


@dataclass(frozen=True, slots=True)
class Expunged:
    """What was signed: how many commits and which paths were replaced, by whom."""

    person: str
    commits: int
    paths: tuple[str, ...]


def expunge(desk: Desk, key: SigningKey, *, commit_map: Path, before: Path, reason: str) -> Expunged:
    """Sign the rewrite that ``commit_map`` tells of: a line ``old new`` for each commit, as ``git filter-repo`` writes.

    ``before`` is a clone that has both histories: what was replaced is found by comparing them. UsageError if nothing
    was, or if policies, people, roles or control files were.
    """
    pairs = dict(_pairs(commit_map))
    desk.refresh()
    with open_desk(desk, f"{desk.refs}{desk.protected}") as (gate, _):
        person, settings, governed = person_of(gate, key), gate.registry.law.settings, gate.registry.governed
        with CleanRoom.open(before, discover=True) as room:
            content = _content(room, pairs, governed)
    record = Tombstone(
        type="govops/tombstone/v1",
        repository=settings.repository,
        branch=settings.protected_branch,
        person=person.name,
        reason=reason,
        at=now(),
        commits=tuple(ReplacedCommit(old=old, new=new) for old, new in sorted(pairs.items())),
        content=tuple(ReplacedContent(path=path, old=old, new=new) for (path, old), new in sorted(content.items())),
    )
    desk.journal.append(lambda: [Signed(record, person.key.sign(signed_bytes(record)))])
    return Expunged(person.name, len(pairs), tuple(sorted({path for path, _ in content})))


def _pairs(file: Path) -> Iterator[tuple[Oid, Oid]]:
    """Commits that have another id now; those that are gone are not told of."""
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read as a commit map", hint=_MAP_HINT) from error
    found = False
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or (number == 1 and words == ["old", "new"]):
            continue
        if len(words) != 2 or not all(map(_ID.fullmatch, words)):
            raise UsageError(f"{file}:{number}:1: {line[:80]!a} is no pair of commit ids", hint=_MAP_HINT)
        old, new = words
        if old != new and set(new) != {"0"}:
            found = True
            yield old, new
    if not found:
        raise UsageError(f"{file} names no commit that has another id now", hint=_MAP_HINT)


def _content(
    room: CleanRoom, pairs: Mapping[Oid, Oid], governed: Callable[[str], bool]
) -> dict[tuple[str, Oid], Oid | None]:
    content: dict[tuple[str, Oid], Oid | None] = {}
    for old, new in pairs.items():
        for diff in room.difference(old, new):
            if diff.old is None or not governed(diff.path):
                continue
            if is_fixed(diff.path):
                hint = "policies, people, roles and control files cannot be replaced: they say who may sign"
                raise UsageError(f"{diff.path} differs between {old[:12]} and {new[:12]}", hint=hint)
            becomes = diff.new.oid if diff.new else None
            if content.setdefault((diff.path, diff.old.oid), becomes) != becomes:
                raise UsageError(f"{diff.path} with content {diff.old.oid[:12]} became different things")
    return content
