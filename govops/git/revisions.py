"""Names -> commit ids, once, at the start: everything after this speaks in ids."""

from __future__ import annotations

import difflib
import re

from govops.errors import GovopsError, UsageError
from govops.git.graph import Walker
from govops.git.objects import FAULTS, ObjectReader
from govops.git.process import Git
from govops.history import Oid

_FULL = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_HINT = "give a branch, a tag, a commit id, or one of these with ~<n>"
_SEARCHES = (":", "@{", "^{/", "..")  # by message, by reflog, by range: they name no commit for good


class Revisions:
    """The refs of one repository, as they stood when the clean room was opened."""

    def __init__(self, git: Git, objects: ObjectReader, walker: Walker) -> None:
        self._git = git
        self._objects = objects
        self._walker = walker
        answer = git.run("for-each-ref", "--format=%(objectname) %(refname)")
        if answer.code:
            raise walker.explained(answer.err, "the refs")
        lines = answer.out.decode("utf-8", "surrogateescape").split("\n")
        pairs = [line.partition(" ") for line in lines if line]
        self._refs = {name: oid for oid, _, name in pairs}
        self.broken = tuple(sorted(set(re.findall(r"ignoring broken ref (\S{1,200})", answer.err))))

    def head(self) -> str | None:
        """The full name of the ref that HEAD points at, born or not; None if HEAD is detached."""
        answer = self._git.run("symbolic-ref", "--quiet", "HEAD")
        return answer.out.decode("utf-8", "surrogateescape").rstrip("\n") if answer.code == 0 else None

    def ref(self, name: str) -> Oid | None:
        """What exactly this ref (``refs/heads/main``) names: a commit, or a tag object."""
        return self._refs.get(name)

    def below(self, prefix: str) -> tuple[tuple[str, Oid], ...]:
        """(full name, id) of every ref whose name begins so, by name."""
        return tuple(sorted((name, oid) for name, oid in self._refs.items() if name.startswith(prefix)))

    def resolve(self, revision: str) -> Oid:
        """The commit that ``revision`` names; UsageError if it names none, UndecidableError if that is not there."""
        if not revision or "\0" in revision or "\n" in revision:
            raise UsageError(f"not a revision: {_shown(revision)}")
        if any(search in revision for search in _SEARCHES):
            raise UsageError(f"not a revision: {_shown(revision)}", hint=_HINT)
        answer = self._git.run("rev-parse", "--verify", "--end-of-options", revision)
        oid = answer.out.decode("ascii", "replace").strip()
        if answer.code or not _FULL.fullmatch(oid):
            raise self._unknown(revision, answer.err)
        return self._peeled(revision, oid)

    def _peeled(self, revision: str, oid: Oid) -> Oid:
        for _ in range(10):  # tags of tags
            found = self._objects.content(oid)
            if found.kind in FAULTS:
                raise self._walker.unreadable(found.kind, oid)
            if found.kind == "commit":
                return oid
            target = re.match(rb"object ([0-9a-f]+)\n", found.data)
            if found.kind != "tag" or target is None:
                break
            oid = target[1].decode("ascii")
        raise UsageError(f"{_shown(revision)} names no commit")

    def _unknown(self, revision: str, err: str) -> GovopsError:
        if re.search(r"[Cc]ould not (?:read|parse)|unable to (?:read|parse)|corrupt", err):
            return self._walker.explained(err, _shown(revision))
        if revision == "HEAD" and not self._refs:
            return UsageError("the repository has no commits yet")
        if "ambiguous" in err:
            return UsageError(f"{_shown(revision)} begins more than one object id", hint="give more digits")
        short = {name.split("/", 2)[-1]: None for name in self._refs}
        near = difflib.get_close_matches(revision, list(short)[:2000], n=1)
        hint = f"did you mean {_shown(near[0])}?" if near else _HINT
        return UsageError(f"no commit is named {_shown(revision)}", hint=hint)


def _shown(revision: str) -> str:
    return ascii(revision[:60] + ("..." if len(revision) > 60 else ""))
