"""Keep an index up with its repository: looked at before each reading, written when something has moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlalchemy import select

from govops.app.governance.refusals import BusyError
from govops.app.governance.site import Site
from govops.app.indexing.gathering import gather, opened
from govops.app.indexing.hosted import HOSTED, tip_of
from govops.app.indexing.sampling import agrees
from govops.errors import UsageError
from govops.git.locate import Location, locate
from govops.git.watching import mark
from govops.history import Oid
from govops.index.copies import Copy, anew, copy_at, further, reading, turn
from govops.index.faults import BrokenDatabaseError, LockedDatabaseError, MissingDatabaseError
from govops.index.reading import Reader, Standing, reader
from govops.index.schema.history import commits
from govops.index.writing import fill
from govops.workspace import Opening
from govops.workspace.opening import Scene

_UNUSABLE = (MissingDatabaseError, BrokenDatabaseError)


@dataclass(frozen=True, slots=True)
class Current:
    """An index to read. ``lag`` is how many commits of the branch it does not know yet; somebody else adds them."""

    reader: Reader
    standing: Standing
    lag: int = 0


Tips = tuple[Oid, Oid | None, Oid | None]
"""The commits of the branch, the evidence and the open proposals that an index is made from."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What this process found when it last looked: which refs, what marked them, and what the index has to say."""

    location: Location
    copy: Copy
    file: Path | None
    names: tuple[str, ...]
    marked: tuple[object, ...]
    tips: Tips


_seen: dict[tuple[Path, str], _Seen] = {}
_lock = Lock()


@contextmanager
def current(site: Site) -> Iterator[Current]:
    """The site's index, brought up to the repository first unless somebody else is at it; then what is there is read.

    BusyError if there is nothing to read yet; UsageError where there is no policy to audit by, or no address.
    """
    copy, lag, tips = _brought_up(site)
    try:
        with reader(copy) as found:
            is_right = lag > 0 or _tips(found.standing()) == tips
    except _UNUSABLE:
        is_right = False
    if not is_right:  # somebody damaged it, or brought it up to another clone
        _forget(site)
        copy, lag, _ = _brought_up(site)
    with reader(copy) as found:
        yield Current(found, found.standing(), lag)


def refresh(site: Site) -> Standing:
    """Bring the index up to the repository; how it stands then."""
    with current(site) as now:
        return now.standing


def unmoved(site: Site) -> tuple[object, ...] | None:
    """What marks the repository, if this process knows the index to be up to it; None if it has to be looked at.

    No database is asked. What was read of the index before and after the same mark is still what it says.
    """
    with _lock:
        known = _seen.get((site.repository, site.index))
    if known is None or not (known.file is None or known.file.exists()):
        return None
    marked = mark(known.location, known.names)
    return marked if marked == known.marked else None


def _brought_up(site: Site) -> tuple[Copy, int, Tips]:
    """The index, how many commits it is behind, and what it is made from if it is not."""
    if not site.index:
        raise UsageError("there is no index", hint="give the address of a database")
    key = (site.repository, site.index)
    location = locate(site.repository)
    with _lock:
        known = _seen.get(key)
    if known is not None and mark(location, known.names) == known.marked and _is_there(known.copy):
        return known.copy, 0, known.tips
    expected = known.names if known is not None else _USUAL
    before = mark(location, expected)
    with opened(site.repository, cache_of(site)) as opening:
        scene = opening.scene
        names, tips = _names(scene), (scene.tip, scene.evidence_tip, tip_of(scene)[1])
        copy = copy_at(site.index, scene.settings.repository)
        lag = _write_if_behind(opening, copy)
    if not lag:
        with _lock:
            _seen[key] = _Seen(location, copy, copy.file, names, before if names == expected else (), tips)
    return copy, lag, tips


def _tips(standing: Standing) -> Tips:
    return (standing.index_commit, standing.evidence_tip, standing.hosted_tip)


def _write_if_behind(opening: Opening, copy: Copy) -> int:
    """How many commits the index is behind afterwards: none, unless somebody else writes it."""
    scene = opening.scene
    if _is_up(_standing(copy), scene):
        return 0
    with turn(copy) as ours:
        before = _standing(copy)
        if _is_up(before, scene):
            return 0
        if before is not None and before.repository != scene.settings.repository:
            raise UsageError(f'the index is of "{before.repository}"', hint="give this repository another one")
        if not ours and before is None:
            raise BusyError("the index is being made", hint="ask again in a moment")
        if not ours:
            return _behind(before, scene)
        try:
            _write(opening, copy, before)
        except LockedDatabaseError:  # somebody reads the old one for long, and may go on
            if before is None:
                raise
            return _behind(before, scene)
    return 0


def _write(opening: Opening, copy: Copy, before: Standing | None) -> None:
    def usable(seen: int, commit: Oid) -> bool:
        """Whether the index knows the branch up to there, and knows it as it is."""
        if before is None or before.position < seen - 1:
            return False
        with reading(copy) as connection:
            there = select(commits.c.commit_id).where(commits.c.position == seen - 1)
            is_same = connection.execute(there).scalar_one_or_none() == commit
            return is_same and agrees(connection, opening.scene)

    gathered = gather(opening, None, usable)
    with further(copy) if gathered.content.since else anew(copy) as connection:
        fill(connection, gathered.content)


def _standing(copy: Copy) -> Standing | None:
    """How the index stands; None where there is none that can be read."""
    try:
        with reader(copy) as found:
            return found.standing()
    except _UNUSABLE:
        return None


def _is_up(standing: Standing | None, scene: Scene) -> bool:
    if standing is None:
        return False
    was = (standing.ref, standing.index_commit, standing.evidence_ref, standing.evidence_tip)
    return was == (scene.ref, scene.tip, scene.evidence_ref, scene.evidence_tip) and (
        (standing.hosted_ref, standing.hosted_tip) == tip_of(scene)
    )


def _behind(standing: Standing | None, scene: Scene) -> int:
    steps = scene.room.chain(scene.tip).steps
    here = standing.position if standing is not None else -1
    known = standing is not None and here < len(steps) and steps[here] == standing.index_commit
    return max(len(steps) - 1 - here, 1) if known else len(steps)


def _names(scene: Scene) -> tuple[str, ...]:
    """All refs that an audit of the site may look at."""
    return _refs(scene.settings.protected_branch, scene.settings.evidence_branch, HOSTED)


def _refs(*branches: str) -> tuple[str, ...]:
    return tuple(f"{place}/{branch}" for branch in branches for place in ("refs/heads", "refs/remotes/origin"))


_USUAL = _refs("main", "govops/evidence", HOSTED)


def cache_of(site: Site) -> Path | None:
    """Where audits keep what they judged: beside the file, or in the user's folder for caches."""
    file = copy_at(site.index, "").file
    if file is not None:
        return file.with_name(f"{file.name}.cache")
    caches = own_caches(site.environment)
    return caches / "index" if caches else None


def own_caches(environment: Mapping[str, str]) -> Path | None:
    """The folder for what govops can make again, in the user's folder for caches; None where there is no such one."""
    home = environment.get("HOME", "")
    base = environment.get("XDG_CACHE_HOME") or (f"{home}/.cache" if home else "")
    return Path(base) / "govops" if base else None


def _is_there(copy: Copy) -> bool:
    return copy.file is None or copy.file.exists()


def _forget(site: Site) -> None:
    with _lock:
        _seen.pop((site.repository, site.index), None)
