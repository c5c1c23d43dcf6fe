"""Where a repository's parts lie, found by looking at files: git is never asked, because git would obey it."""

from __future__ import annotations

import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from govops.errors import UsageError

_POINTER = 1 << 16  # bytes: more than any path


@dataclass(frozen=True, slots=True)
class Location:
    """One repository. ``git_dir`` is the work tree's own, ``common_dir`` the one that all its work trees share."""

    shown: Path
    git_dir: Path
    common_dir: Path

    @property
    def objects(self) -> Path:
        """The object directory."""
        return self.common_dir / "objects"

    @property
    def is_partial(self) -> bool:
        """Whether objects were left out on purpose when it was cloned."""
        return any((self.objects / "pack").glob("*.promisor"))

    @property
    def is_shallow(self) -> bool:
        """Whether its history was cut off, by ``clone --depth`` or by a file put there by hand."""
        return any(_size(place / "shallow") > 0 for place in (self.common_dir, self.git_dir))

    @property
    def has_grafts(self) -> bool:
        """Whether it claims other parents for some commits."""
        return _size(self.common_dir / "info" / "grafts") > 0

    @property
    def has_commit_graph(self) -> bool:
        """Whether a commit-graph stands beside the objects, in one file or in several."""
        info = self.objects / "info"
        return _size(info / "commit-graph") > 0 or _size(info / "commit-graphs" / "commit-graph-chain") > 0

    def command(self, arguments: str) -> str:
        """A git command for people to paste."""
        return f"git -C {shlex.quote(str(self.shown))} {arguments}"


def locate(path: Path, *, discover: bool = False) -> Location:
    """The repository at ``path``: a work tree, a ``.git`` directory or file, or a bare repository.

    With ``discover`` the search goes on in the directories above, and only a ``.git`` entry counts: a bare
    repository that somebody put into a work tree is never found by being inside it. UsageError if there is none.
    """
    start = path.absolute()
    if not start.exists():
        raise UsageError(f"no such directory: {path}")
    for place in (start, *start.parents) if discover else (start,):
        if (place / ".git").exists():
            return _opened(place / ".git", shown=place)
    if not discover and (start.is_file() or _is_git_dir(start)):
        return _opened(start, shown=path)
    raise UsageError(f"not a git repository: {path}", hint="give the path of a clone")


def _opened(entry: Path, *, shown: Path) -> Location:
    git_dir = _pointed(entry, prefix="gitdir: ") if entry.is_file() else entry
    git_dir = git_dir.resolve()
    if not _is_git_dir(git_dir):
        raise UsageError(f"not a git repository: {shown}", hint=f"{entry.name} leads to no git directory")
    return Location(shown, git_dir, _common_dir(git_dir))


def _is_git_dir(place: Path) -> bool:
    head = place / "HEAD"
    return (head.is_file() or head.is_symlink()) and (_common_dir(place) / "objects").is_dir()


def _common_dir(git_dir: Path) -> Path:
    pointer = git_dir / "commondir"
    return _pointed(pointer, prefix="").resolve() if pointer.is_file() else git_dir


def _pointed(file: Path, *, prefix: str) -> Path:
    """The path that a one-line file names, relative to that file."""
    with file.open("rb") as stream:
        text = stream.read(_POINTER).decode("utf-8", "surrogateescape").rstrip("\r\n")
    if not text.startswith(prefix) or not text.removeprefix(prefix) or "\0" in text:
        raise UsageError(f"not a git repository: {file}", hint=f"{file.name} does not say where the git directory is")
    return file.parent / text.removeprefix(prefix)


def _size(file: Path) -> int:
    try:
        found = file.stat()
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 1
