"""Write files as one commit on a branch of their own, on top of the protected branch: ready to be proposed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from govops.app.proposing.desk import author_of
from govops.errors import UsageError
from govops.git import NewCommit, Store
from govops.history import Oid


def put(repository: Path, branch: str, files: Mapping[str, str], message: str, *, onto: Oid) -> Oid:
    """The new commit. UsageError if there is a branch of that name; the work tree stays as it is."""
    who = author_of(repository)
    content = {path: text.encode("utf-8", "surrogateescape") for path, text in files.items()}
    with Store.open(repository, discover=True) as store:
        commit = store.commit(NewCommit(f"{message}\n", who, (onto,), content))
        if not store.swap({f"refs/heads/{branch}": (None, commit)}):
            raise UsageError(f'there is a branch "{branch}" already', hint="propose that one, or delete it")
    return commit
