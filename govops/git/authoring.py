"""The authoring side: the user's own checkout, through GitPython. Nothing here is ever read for a verdict."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from govops import interrupt
from govops.errors import GovopsError, UsageError
from govops.git.locate import locate

if TYPE_CHECKING:
    from types import ModuleType


def work_tree(directory: Path) -> Path | None:
    """The top folder of the work tree that ``directory`` (which need not be there yet) lies in, if any.

    UsageError for a bare repository, which has no files to write.
    """
    place = next(folder for folder in (directory, *directory.parents) if folder.is_dir())
    if _is_bare(place):
        raise UsageError(f"{place} is a bare repository, which has no files", hint="give the path of a clone of it")
    if not any(os.path.lexists(folder / ".git") for folder in (place, *place.parents)):
        return None
    return locate(place, discover=True).shown


def create_repository(directory: Path, branch: str) -> None:
    """Make an existing folder a git repository whose first branch is ``branch``."""
    git = _gitpython()
    try:
        git.Repo.init(directory, mkdir=False, expand_vars=False, initial_branch=branch).close()
    except git.GitCommandError as error:
        raise GovopsError(f"git init failed in {directory}: {_said(error.stderr)}") from error


def configured(directory: Path, key: str) -> str | None:
    """What git's configuration says in ``directory``, in any of its files; None if nothing."""
    place = next(folder for folder in (directory, *directory.parents) if folder.is_dir())
    asked = ["git", "config", "--get", key]
    code, out, err = _gitpython().Git(str(place)).execute(asked, with_extended_output=True, with_exceptions=False)
    if code > 1:
        raise UsageError(f"git cannot read its configuration: {_said(str(err))}", hint="mend the file that it names")
    return str(out).rstrip("\n") or None


class RejectedError(GovopsError):
    """A push was turned down because the remote's ref is not where it was expected."""


def remotes(directory: Path) -> tuple[str, ...]:
    """Names of the configured remotes, as git lists them."""
    return tuple(_run(directory, ["git", "remote"]).split())


def fetch(
    directory: Path, remote: str, refspecs: Sequence[str], *, missing_ok: bool = False, prune: bool = False
) -> None:
    """Fetch from a remote, without tags. GovopsError if that fails; a missing ref is forgiven with ``missing_ok``.

    With ``prune`` what is gone at the remote goes here too.
    """
    options = ["--quiet", "--no-tags", "--no-auto-maintenance", *(["--prune"] if prune else [])]
    try:
        _run(directory, ["git", "fetch", *options, "--", remote, *refspecs])
    except GovopsError as error:
        if not (missing_ok and "couldn't find remote ref" in error.message):
            raise


def push(directory: Path, remote: str, commit: str, ref: str, *, expected: str | None) -> None:
    """Let a remote's ref name a commit if it names ``expected`` (None: is not there) until then, else RejectedError.

    An empty ``commit`` deletes the ref.
    """
    lease = f"--force-with-lease={ref}:{expected or ''}"
    try:
        _run(directory, ["git", "push", "--quiet", "--porcelain", lease, "--", remote, f"{commit}:{ref}"])
    except GovopsError as error:
        if any(word in error.message for word in ("stale info", "[rejected]", "[remote rejected]", "fetch first")):
            raise RejectedError(error.message, hint="fetch, and try again") from error
        raise


def _run(directory: Path, command: list[str]) -> str:
    """A git command in the user's own checkout, never asking for a password. GovopsError if it fails."""
    git = _gitpython().Git(str(directory))
    environment = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    code, out, err = git.execute(command, with_extended_output=True, with_exceptions=False, env=environment)
    if code:
        said = f"{out}\n{err}".strip()
        raise GovopsError(f"git {command[1]} failed: {_told(said)}")
    return str(out)


def _told(said: str) -> str:
    lines = [line for line in said.splitlines() if line.startswith(("!", "fatal:", "error:", "remote:"))]
    return ascii("; ".join(lines or said.splitlines()[:1])[:300])[1:-1]


def _gitpython() -> ModuleType:
    """GitPython, which runs ``git version`` as soon as it is imported."""
    interrupt.go_on()
    if shutil.which("git") is None:
        raise UsageError("git was not found", hint="install git, and see that it is on PATH")
    try:
        import git
    except ImportError as error:
        raise UsageError("git does not run", hint="`git version` says why; mostly a broken configuration") from error
    return git


def _is_bare(place: Path) -> bool:
    return (place / "HEAD").is_file() and (place / "objects").is_dir() and (place / "refs").is_dir()


def _said(stderr: str) -> str:
    """The first line of git's complaint, without GitPython's wrapping."""
    lines = str(stderr).replace("stderr: '", "").strip().strip("'").splitlines()
    return lines[0][:200] if lines else "it gave no reason"
