"""What ``govops init`` tells: what stands there now, what is still to fill in, and which commands come next."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from govops.app.ci.telling import CiSetup, told_ci
from govops.app.init import Initialised
from govops.app.init.scaffold import SETTINGS, Scaffold
from govops.app.new_files import NewFiles
from govops.app.people.draft import Draft
from govops.render.untrusted import log_exact

_MOST = 12  # paths that are listed one by one


def told(made: Initialised, *, here: Path) -> str:
    """All of it, for a person; ``here`` is the directory in which the next commands will be typed."""
    parts = [_made(made), _kept(made.files), _to_fill_in(made), _next(made, here), _ci(made)]
    return _joined(parts)


def told_added(setup: CiSetup, files: NewFiles) -> str:
    """The same after CI alone was added."""
    return _joined([_created(files), _kept(files), told_ci(setup)])


def _joined(parts: Iterable[Iterable[str]]) -> str:
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def _made(made: Initialised) -> Iterator[str]:
    wanted = made.scaffold
    yield f"{log_exact(str(made.root))} is set up{'' if made.is_new else ', in the repository that was there'}:"
    for place, what in _rows(made):
        yield f"  {place:<32}{what}"
    if wanted.single_maintainer:
        yield "You keep it alone: a change that is proven yours counts as approved by you. Every report says so."
    if wanted.example:
        yield "The example's people will approve nothing here, so each change of yours is found: try one."


def _rows(made: Initialised) -> Iterator[tuple[str, str]]:
    wanted = made.scaffold
    kept = "one person keeps it" if wanted.single_maintainer else "nobody approves their own changes"
    yield SETTINGS, f"changes of {log_exact(wanted.branch)} are proven by {wanted.evidence}; {kept}"
    policies = _count(made, "policies/approvals/")
    each = "by risk" if wanted.example else "one approval for every action; incidents never wait"
    yield "policies/approvals/", f"{policies} policies: {each}"
    yield "registry/roles/", f"{_count(made, 'registry/roles/')} roles"
    if wanted.example:
        yield "registry/", "the example company: its people, models, use cases, service levels, incidents"
    for person in wanted.people:
        key = "with SSH key" if person.keys else "no SSH key"
        who = f"{person.display_name} <{person.emails[0]}>"
        yield f"registry/users/{person.slug}.yaml", f"{log_exact(who)}, {', '.join(person.roles)}, {key}"
    if wanted.ci:
        yield ".github/workflows/" if wanted.ci == "github" else ".gitlab/ci/", "CI: check, gate, record and audit"
    if wanted.schemas:
        yield "schemas/", "JSON Schemas, so that your editor completes and checks"


def _count(made: Initialised, folder: str) -> int:
    return sum(path.startswith(folder) for path in (*made.files.created, *made.files.kept, *made.files.same))


def _created(files: NewFiles) -> Iterator[str]:
    if files.created:
        yield "Written:"
        yield from (f"  {log_exact(path)}" for path in files.created)


def _kept(files: NewFiles) -> Iterator[str]:
    kept = files.kept
    if kept:
        yield "Left alone, because these were there:"
        yield from (f"  {log_exact(path)}" for path in kept[:_MOST])
        if len(kept) > _MOST:
            yield f"  and {len(kept) - _MOST} more"


def _to_fill_in(made: Initialised) -> Iterator[str]:
    lines = list(_missing(made))
    if lines:
        yield "Fill in before the first commit; afterwards it takes an approval:"
        yield from (f"  {line}" for line in lines)


def _missing(made: Initialised) -> Iterator[str]:
    mode = made.scaffold.evidence
    for person in made.scaffold.people:
        path = f"registry/users/{person.slug}.yaml"
        if path in made.already:
            yield f"{path}: it was there, so see that it has {_needed(person, mode)}"
        elif mode == "signature" and not person.keys:
            yield f"{path}: the line of {log_exact(person.display_name)}'s SSH .pub file under `keys`"
        elif mode == "receipt":
            yield f"{path}: the account by which the forge knows {log_exact(person.display_name)} under `accounts`"
    if mode == "receipt" and made.key is None:
        yield f"{SETTINGS}: name and key of the machine that writes receipts under `recorders`"


def _needed(person: Draft, mode: str) -> str:
    keys = f" and under `keys` {person.keys[0]}" if mode == "signature" and person.keys else ""
    return f"{' and '.join(person.roles)} under `roles`{keys}"


def _next(made: Initialised, here: Path) -> Iterator[str]:
    yield "Next:"
    if made.root != here:
        yield f"  cd {shlex.quote(str(made.root))}"
    yield from (f"  git config {name} {shlex.quote(value)}" for name, value in made.git_config)
    yield f"  git add {' '.join(_folders(made.scaffold))}"
    yield '  git commit -m "Adopt govops"'
    yield "  govops audit"


def _folders(wanted: Scaffold) -> Iterator[str]:
    yield from ("policies", "registry")
    if wanted.schemas:
        yield "schemas"
    if wanted.ci:
        yield from (".github",) if wanted.ci == "github" else (".gitlab", ".gitlab-ci.yml")


def _ci(made: Initialised) -> Iterator[str]:
    wanted = made.scaffold
    if wanted.ci is not None and made.key is not None:
        yield from told_ci(CiSetup(wanted.ci, wanted.branch, wanted.repository, made.key, in_settings=True))
