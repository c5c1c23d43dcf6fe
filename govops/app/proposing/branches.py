"""Files as one commit on a branch of their own, on top of the protected branch: ready to be proposed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from govops.app.proposing.desk import author_of
from govops.decision import Law
from govops.errors import UsageError
from govops.git import CleanRoom, NewCommit, Store
from govops.history import Oid
from govops.workspace.documents import LARGEST_DOCUMENT
from govops.workspace.standing import rule_tree


def put(repository: Path, branch: str, files: Mapping[str, str], message: str, *, onto: Oid) -> Oid:
    """The new commit. UsageError if there is a branch of that name; the work tree stays as it is."""
    who = author_of(repository)
    content = {path: text.encode("utf-8", "surrogateescape") for path, text in files.items()}
    with Store.open(repository, discover=True) as store:
        commit = store.commit(NewCommit(f"{message}\n", who, (onto,), content))
        if not store.swap({f"refs/heads/{branch}": (None, commit)}):
            raise UsageError(f'there is a branch "{branch}" already', hint="propose that one, or delete it")
    return commit


def content(room: CleanRoom, tip: Oid, path: str) -> bytes | None:
    """What stands at the path, None if nothing does that can be read."""
    entry = room.entry(tip, path)
    for _, text in room.blobs([entry.oid], limit=LARGEST_DOCUMENT) if entry else ():
        return text if isinstance(text, bytes) else None
    return None


def user_here(repository: Path, room: CleanRoom, tip: Oid, name: str | None) -> str:
    """The User of that name at ``tip``, or whose e-mail address git is configured with; UsageError for nobody."""
    law = Law(rule_tree(room, tip).snapshot)
    if name is not None:
        if law.user(name) is None:
            raise UsageError(f"there is no User `{name[:63]}`", hint="name somebody of registry/users")
        return name
    email = author_of(repository).email
    people = law.people_at(f"email:{email.lower()}")
    if len(people) != 1:
        raise UsageError(f"no User has the address {email} of git's user.email", hint="say who you are: --by USER")
    return people[0]
