"""Objects made in memory, written as a real repository; git must give every commit the id that was computed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from govops.app.demo.objects import Hands, MadeCommit, Objects, differences
from govops.errors import GovopsError
from govops.git.writer import Draft, RepositoryWriter, Stamp
from govops.history import Ident


def write(directory: Path, objects: Objects, refs: Mapping[str, str]) -> None:
    """Write all commits and refs, and check out main. UsageError when the directory is not empty."""
    with RepositoryWriter(directory) as writer:
        for commit in objects.commits.values():
            written = writer.commit(_draft(commit, objects))
            if written != commit.id:
                raise GovopsError(f"git made {written} where the demo computed {commit.id}")
        for name, oid in sorted(refs.items()):
            writer.set_ref(name, oid)


def _draft(commit: MadeCommit, objects: Objects) -> Draft:
    before = objects.commits[commit.parents[0]].tree if commit.parents else {}
    return Draft(
        commit.message,
        _stamp(commit.hands.author, commit.hands),
        _stamp(commit.hands.committer, commit.hands),
        commit.parents,
        {
            subject.path: objects.blobs[subject.new.oid] if subject.new else None
            for subject in differences(before, commit.tree)
        },
    )


def _stamp(ident: Ident, hands: Hands) -> Stamp:
    return Stamp(ident.name, ident.email, hands.at)
