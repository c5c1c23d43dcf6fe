"""Set up a repository of the user's own: files, and a git repository around them. Nothing is committed."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from govops.app.ci import CiForge
from govops.app.ci.adding import new_key, repository_at
from govops.app.ci.recorder import RecorderKey
from govops.app.example import example_company
from govops.app.init.keys import PublicKey, key_at_home, key_in, key_of_git
from govops.app.init.scaffold import SETTINGS, Scaffold, files_of
from govops.app.new_files import NewFiles, new_files
from govops.app.people.draft import Draft, alike, slug_for, wrong_email, wrong_name
from govops.app.people.registered import Registered, registered
from govops.errors import UsageError
from govops.git import CleanRoom, authoring
from govops.history import Ident

__all__ = ["Initialised", "Wishes", "initialise"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller asked for; None is whatever git or the directory says.

    ``evidence`` is a mode of Settings; ``merge_bot`` the committer address that writes trailers, in trailer mode.
    ``ci`` sets CI up too, with a new key whose private half goes to ``recorder_key``.
    """

    directory: Path
    name: str | None = None
    email: str | None = None
    key: Path | None = None
    second: Ident | None = None
    second_key: Path | None = None
    evidence: str = "signature"
    merge_bot: str | None = None
    branch: str | None = None
    repository: str | None = None
    example: bool = False
    schemas: bool = True
    ci: CiForge | None = None
    recorder_key: Path | None = None


@dataclass(frozen=True, slots=True)
class Initialised:
    """What was set up. ``already`` are User files that had stood for one of the people, and were left alone.

    ``git_config`` are the settings of git (key, value) that are still missing for signing commits as this person.
    ``key`` is that of CI's recorder, where CI was set up.
    """

    root: Path
    scaffold: Scaffold
    files: NewFiles
    is_new: bool
    already: tuple[str, ...]
    git_config: tuple[tuple[str, str], ...]
    key: RecorderKey | None = None


def initialise(wishes: Wishes) -> Initialised:
    """Write the files of a governed repository, all or none, into a work tree or a directory that becomes one.

    UsageError where Settings stand already, inside another repository, and for people who cannot be told apart.
    """
    root = wishes.directory.resolve()
    top = authoring.work_tree(root)
    if os.path.lexists(root / SETTINGS):
        raise UsageError(f"{root / SETTINGS} is there already", hint="this repository is set up; try `govops validate`")
    if top is not None and top.resolve() != root:
        raise UsageError(f"{root} lies inside the repository at {top}", hint=f"govops init {top}")
    here = registered(root)
    people = _people(wishes, root, here)
    scaffold = _scaffold(wishes, root, people, is_new=top is None)
    already = tuple(f"registry/users/{person.slug}.yaml" for person in people if person.slug in here.slugs)
    missing = _missing_config(root, people[0], wishes.key.expanduser().absolute() if wishes.key else None)
    with ExitStack() as undo:
        key = undo.enter_context(new_key(wishes.recorder_key, root)) if wishes.ci else None
        scaffold = replace(scaffold, recorder=key.line if key else None)
        written = undo.enter_context(new_files(root, files_of(scaffold)))
        if top is None:
            authoring.create_repository(root, scaffold.branch)
        return Initialised(root, scaffold, written, top is None, already, missing, key)


def _scaffold(wishes: Wishes, root: Path, people: tuple[Draft, ...], *, is_new: bool) -> Scaffold:
    if wishes.evidence == "trailer" and not wishes.merge_bot:
        hint = "name the committer that writes them with --merge-bot EMAIL"
        raise UsageError("anyone can type a trailer, so something must make them credible", hint=hint)
    name = slug_for(root.name, "governance", ())
    return Scaffold(
        name=name,
        repository=wishes.repository or (repository_at(root, wishes.ci) if wishes.ci else f"local:{name}"),
        branch=wishes.branch or ("main" if is_new else _branch(root)),
        people=people,
        single_maintainer=wishes.second is None and not wishes.example,
        evidence=wishes.evidence,
        merge_bot=wishes.merge_bot,
        example=wishes.example,
        schemas=wishes.schemas,
        ci=wishes.ci,
    )


def _branch(root: Path) -> str:
    """The branch to protect in a repository that has some: main or master if there is one, else the one checked out."""
    with CleanRoom.open(root) as room:
        head = (room.head() or "").removeprefix("refs/heads/")
        usual = (name for name in ("main", "master") if name == head or room.ref(f"refs/heads/{name}"))
        return next(usual, head or "main")


def _people(wishes: Wishes, root: Path, here: Registered) -> tuple[Draft, ...]:
    me = _myself(wishes, root)
    mine = _my_key(wishes, root)
    found = [_draft(me, mine, here, others=_company(wishes))]
    if wishes.second is not None:
        theirs = key_in(wishes.second_key) if wishes.second_key else None
        found.append(_draft(wishes.second, theirs, here, others=(*_company(wishes), found[0])))
    return tuple(found)


def _company(wishes: Wishes) -> tuple[Draft, ...]:
    """Who comes along with the example: nobody else may have their names."""
    slugs = sorted(registered(example_company()).slugs) if wishes.example else []
    return tuple(Draft(slug, slug) for slug in slugs)


def _myself(wishes: Wishes, root: Path) -> Ident:
    name = wishes.name or authoring.configured(root, "user.name")
    email = wishes.email or authoring.configured(root, "user.email")
    if not name or not email:
        what = "your name" if not name else "your e-mail address"
        raise UsageError(
            f"git does not know {what}",
            hint='git config --global user.name "…" and user.email "…", or give --name and --email',
        )
    return Ident(name, email)


def _my_key(wishes: Wishes, root: Path) -> PublicKey | None:
    """Where signatures decide nothing could be approved without it, so it has to be there from the first commit."""
    found = key_in(wishes.key) if wishes.key else key_of_git(root)
    alone = wishes.second is None and not wishes.example
    if found is None and (wishes.evidence == "signature" or (wishes.evidence == "trailer" and alone)):
        place = key_at_home()
        how = "" if place else "make one with `ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519`, then "
        raise UsageError(
            "git has no SSH key to sign your commits with, and signatures are what proves them yours",
            hint=f"{how}add --key {place or '~/.ssh/id_ed25519.pub'}",
        )
    return found


def _draft(someone: Ident, key: PublicKey | None, here: Registered, *, others: tuple[Draft, ...]) -> Draft:
    """An admin. Somebody who is registered keeps their file's name, so that no second file is made for them."""
    wrong = wrong_name(someone.name) or wrong_email(someone.email)
    if wrong:
        raise UsageError(wrong, hint="write people as 'Name <address@example.org>'")
    keys = (key.line,) if key else ()
    for other in others:
        if someone.email.lower() in map(str.lower, other.emails) or set(keys) & set(other.keys):
            raise UsageError(f"{someone.name} has the address or key of {other.display_name}", hint="give their own")
    known = here.by_email.get(someone.email.lower()) or here.by_name.get(alike(someone.name))
    slug = known or slug_for(someone.name, someone.email, {*here.slugs, *(other.slug for other in others)})
    return Draft(slug, someone.name, (someone.email,), keys, roles=("admin",))


def _missing_config(root: Path, me: Draft, key: Path | None) -> tuple[tuple[str, str], ...]:
    """What git has to be told so that commits carry this address and this key's signature."""
    wanted = {"user.name": me.display_name, "user.email": me.emails[0]}
    if me.keys:
        wanted["gpg.format"] = "ssh"
        if key is not None:
            wanted["user.signingkey"] = str(key)
        wanted["commit.gpgsign"] = "true"
    return tuple((name, value) for name, value in wanted.items() if authoring.configured(root, name) != value)
