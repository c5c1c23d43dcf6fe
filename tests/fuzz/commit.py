"""Commits: malformed, or every fact stands in the bytes where git would look for it."""

from __future__ import annotations

from dataclasses import replace

from govops.git.commits import MalformedError, parse_commit
from govops.git.hashing import format_named
from govops.history import Commit, Ident

_FORMS = (format_named("sha1"), format_named("sha256"))


def check(data: bytes) -> None:
    """In both object formats. What a signature covers is a commit of its own, with the same facts."""
    for form in _FORMS:
        oid = "0" * form.hex_size
        try:
            commit = parse_commit(oid, data, form=form)
        except MalformedError:
            continue
        assert data.startswith(_head(commit))
        assert data.endswith(commit.message.encode("utf-8", "surrogateescape"))
        assert (commit.signature is None) == (commit.signed_payload is None)
        if commit.signed_payload is not None:
            bare = parse_commit(oid, commit.signed_payload, form=form)
            assert bare == replace(commit, signature=None, signed_payload=None)


def _head(commit: Commit) -> bytes:
    lines = [f"tree {commit.tree}", *(f"parent {parent}" for parent in commit.parents)]
    lines.append(f"author {_person(commit.author)} {commit.author_time}")
    lines.append(f"committer {_person(commit.committer)} {commit.committer_time}\n")
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _person(ident: Ident) -> str:
    return f"{ident.name} <{ident.email}>"
