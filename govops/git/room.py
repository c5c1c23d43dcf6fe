"""How the clean room is set up: what has to be known of the audited repository, and nothing more of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from govops.errors import StorageError, UndecidableError, UsageError
from govops.git.hashing import ObjectFormat, format_named
from govops.git.locate import Location
from govops.git.process import Git, clean_environment
from govops.git.refs import copy_refs, copy_reftable

OLDEST = (2, 38)  # `cat-file --batch-command` has every option that is used here
_REFTABLE_SINCE = (2, 45)

_UNDERSTOOD = frozenset(
    (
        "extensions.compatobjectformat",
        "extensions.noop",
        "extensions.noop-v1",
        "extensions.objectformat",
        "extensions.partialclone",
        "extensions.preciousobjects",
        "extensions.refstorage",
        "extensions.relativeworktrees",
        "extensions.worktreeconfig",
    )
)


@dataclass(frozen=True, slots=True)
class Room:
    """A furnished clean room: the git that runs in it, and what was found out on the way."""

    git: Git
    form: ObjectFormat
    version: str
    notes: tuple[str, ...]


def furnish(location: Location, place: Path) -> Room:
    """Make the clean room for one repository in the empty directory ``place``.

    UsageError for a git that is too old, UndecidableError for a repository format that is not understood.
    """
    git = outside(place)
    version, number = git_version(git)
    extensions = _extensions(git, location)
    form = format_named(extensions.get("extensions.objectformat", "sha1"))
    storage = extensions.get("extensions.refstorage", "files")
    home = place / "repository.git"
    create(git, home, form=form, storage=_supported(storage, number))
    copy = copy_reftable if storage == "reftable" else copy_refs
    notes = copy(location, home)
    return Room(_inside(git, home, location.objects), form, version, notes)


def outside(place: Path) -> Git:
    """A git that stands in ``place`` and looks for no repository around it."""
    environment = clean_environment(place) | {"GIT_CEILING_DIRECTORIES": str(place.parent)}
    return Git(place, environment)


def git_version(git: Git) -> tuple[str, tuple[int, int]]:
    """Git's version as it says it and as (major, minor); UsageError if it is too old."""
    said = git.run("version").out.decode("utf-8", "replace")
    found = re.match(r"git version (([0-9]+)\.([0-9]+)[0-9A-Za-z.+-]*)", said)
    if found is None:
        raise UsageError(f"git does not tell its version: {said[:60]!a}", hint="install git 2.38 or newer")
    number = int(found[2]), int(found[3])
    if number < OLDEST:
        raise UsageError(f"git {found[1]} is too old", hint="install git 2.38 or newer")
    return found[1], number


def create(git: Git, home: Path, *, form: ObjectFormat, storage: str = "files") -> None:
    """An empty bare repository, made without a template."""
    arguments = ["init", "--bare", "--quiet", "--template=", "--initial-branch=main", f"--object-format={form.name}"]
    if storage != "files":
        arguments.append(f"--ref-format={storage}")
    answer = git.run(*arguments, str(home))
    if answer.code:
        said = ascii((answer.err.splitlines() or ["it gave no reason"])[0][:200])[1:-1]
        hint = "make room for temporary files, and do it again: nothing was changed"
        raise StorageError(f"git cannot make a repository: {said}", hint=hint)


def _inside(git: Git, home: Path, objects: Path) -> Git:
    settings = ("core.commitGraph=false", "core.multiPackIndex=false", "advice.graftFileDeprecated=false")
    prefix = [f"--git-dir={home}", "--no-replace-objects", "--literal-pathspecs"]
    for setting in settings:
        prefix += ["-c", setting]
    environment = git.environment | {"GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(str(objects))}
    return replace(git, environment=environment, prefix=tuple(prefix))


def _quoted(path: str) -> str:
    """C-quoted, as git reads it: a colon would end the path, a quote or a hash at its start means something else."""
    return '"' + re.sub(r'[\x00-\x1f"\\\x7f]', lambda found: f"\\{ord(found[0]):03o}", path) + '"'


def _extensions(git: Git, location: Location) -> dict[str, str]:
    """The repository format extensions that the audited configuration names; nothing else of it is looked at."""
    file = location.common_dir / "config"
    if not file.is_file():
        return {}
    answer = git.run("config", "--file", str(file), "--no-includes", "--null", "--get-regexp", r"^extensions\.")
    if answer.code not in (0, 1):
        raise UsageError(f"git cannot read {file}", hint=ascii(answer.err[:200])[1:-1])
    pairs = [item.partition("\n") for item in answer.out.decode("utf-8", "replace").split("\0") if item]
    extensions = {key: value for key, _, value in pairs}
    for name in sorted(extensions.keys() - _UNDERSTOOD):
        raise UndecidableError(f"repository extension {name[:60]!a} is not supported", hint="use a newer govops")
    return extensions


def _supported(storage: str, number: tuple[int, int]) -> str:
    if storage == "files" or (storage == "reftable" and number >= _REFTABLE_SINCE):
        return storage
    raise UndecidableError(
        f"ref storage {storage[:60]!a} is not supported by this git",
        hint="reftable needs git 2.45 or newer; or convert a copy with `git refs migrate --ref-format=files`",
    )
