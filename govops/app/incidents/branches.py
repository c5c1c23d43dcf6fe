"""One file of an incident as a commit on a branch of its own, on top of the protected branch: ready to be proposed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from govops import yamlio
from govops.app.proposing.branches import content, put
from govops.errors import UsageError
from govops.git import CleanRoom
from govops.history import Oid
from govops.kinds import kind_named, path_of_key, split_key
from govops.kinds.incident import Incident


@dataclass(frozen=True, slots=True)
class Draft:
    """The file of the incident ``name`` as it is to be, the branch for it, and the message of the commit."""

    name: str
    text: str
    branch: str
    message: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """The branch, its commit, the file, and the protected branch on top of which it is."""

    branch: str
    commit: Oid
    path: str
    text: str = field(repr=False)
    onto: str = ""


def path_of(name: str) -> str:
    """Where the incident's file stands."""
    return f"registry/incidents/{name}.yaml"


def checked(name: str, text: str) -> Incident:
    """The incident that the text is. UsageError for what could not stand there."""
    loaded = yamlio.load(text.encode(), path=path_of(name))
    if not isinstance(loaded.resource, Incident):
        found = loaded.findings[0]
        raise UsageError(found.message, hint=found.hint)
    return loaded.resource


def refuse_unknown(room: CleanRoom, tip: Oid, incident: Incident) -> None:
    """UsageError if it is about something of a built-in kind that is not there: it would hold nothing."""
    for name in incident.spec.named:
        key = split_key(name)
        where = path_of_key(key) if kind_named(key.kind) else None
        if where is not None and room.entry(tip, where) is None:
            raise UsageError(f"there is no {key.kind} `{key.name}`", hint=f"it would stand at {where}")


def write(repository: Path, draft: Draft, *, tip: Oid, onto: str) -> Drafted:
    """The branch with that file on top of ``tip``. Where it stands there already with the same text, it is left alone.

    UsageError for a branch of that name with something else.
    """
    path = path_of(draft.name)
    known = _known(repository, draft.branch, path)
    if known is not None and known[1] == draft.text.encode():
        return Drafted(draft.branch, known[0], path, draft.text, onto)
    commit = put(repository, draft.branch, {path: draft.text}, draft.message, onto=tip)
    return Drafted(draft.branch, commit, path, draft.text, onto)


def _known(repository: Path, branch: str, path: str) -> tuple[Oid, bytes] | None:
    with CleanRoom.open(repository, discover=True) as room:
        head = room.ref(f"refs/heads/{branch}")
        text = content(room, head, path) if head else None
        return (head, text) if head and text is not None else None
