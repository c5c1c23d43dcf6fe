"""Add CI to a repository that is governed already: the files that are missing, and a key for its recorder."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from govops import yamlio
from govops.app.ci import RECORDER, CiForge, ci_files
from govops.app.ci.recorder import RecorderKey, default_key_file, written_key
from govops.app.ci.telling import CiSetup
from govops.app.new_files import NewFiles, new_files
from govops.errors import UsageError
from govops.git import authoring
from govops.kinds.settings import Settings

_ORIGIN = re.compile(r"(?:ssh://|https?://)?(?:[^@/]*@)?[^/:]+(?::[0-9]+)?[:/](?P<path>[\w./~-]+?)(?:\.git)?/?")
_SETTINGS = "policies/govops.yaml"


def add_ci(directory: Path, forge: CiForge, key_file: Path | None) -> tuple[CiSetup, NewFiles]:
    """Write the files of CI and a new key; Settings, which takes an approval to change, is left alone."""
    root = directory.resolve()
    file = root / _SETTINGS
    settings = yamlio.load(file.read_bytes(), path=_SETTINGS).resource
    if not isinstance(settings, Settings):
        raise UsageError(f"{file} cannot be read", hint="govops validate")
    branch = settings.spec.protected_branch
    files = ci_files(forge, branch=branch)
    with new_key(key_file, root) as key, new_files(root, files) as written:
        name = _next_name({recorder.name for recorder in settings.spec.recorders})
        return CiSetup(forge, branch, settings.spec.repository, key, recorder=name), written


def _next_name(taken: Container[str]) -> str:
    """A key has a name of its own, so that one can be watched after it was retired."""
    names = (RECORDER, *(f"{RECORDER}-{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken)


def is_set_up(directory: Path) -> bool:
    """Whether there are Settings, which only the first ``govops init`` may write."""
    return os.path.lexists(directory / _SETTINGS)


@contextmanager
def new_key(file: Path | None, root: Path) -> Iterator[RecorderKey]:
    """A recorder's key for the repository at ``root``, which is removed again if what follows fails."""
    key = written_key(file or default_key_file(root.name), outside=root)
    with ExitStack() as undo:
        undo.callback(key.file.unlink, missing_ok=True)
        yield key
        undo.pop_all()


def repository_at(root: Path, forge: CiForge) -> str:
    """The id by which the forge is asked, from the remote ``origin``. UsageError where that names no repository."""
    origin = authoring.configured(root, "remote.origin.url") or ""
    found = _ORIGIN.fullmatch(origin)
    if found is None or "/" not in found["path"]:
        raise UsageError(
            f"which repository at {forge} is it? There is no remote `origin` that tells",
            hint=f"add --repository {forge}:OWNER/NAME",
        )
    return f"{forge}:{found['path']}"
