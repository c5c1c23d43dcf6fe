"""What people ask of an index by hand: make it, or compare it with the repository."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from govops.app.governance.refusals import BusyError
from govops.app.governance.site import Site
from govops.app.indexing.gathering import gather, opened
from govops.app.indexing.refreshing import own_caches, refresh
from govops.app.indexing.verifying import differences
from govops.app.reports import read_service
from govops.errors import UsageError
from govops.git.locate import locate
from govops.index.copies import Copy, anew, copy_at, schema_of, turn
from govops.index.engines import warnings
from govops.index.querying import Answer, asked
from govops.index.reading import Standing, reader
from govops.index.writing import fill
from govops.workspace import settings_of


def build(site: Site, *, service: Path | None = None) -> Standing:
    """Audit the whole history, and put a new index of it in the place of the old one.

    ``service`` is what `govops sla check` measured, saved as JSON. UsageError where there is no policy to audit by,
    BusyError while others write the same index.
    """
    measured = read_service(service) if service is not None else None
    with opened(site.repository, None) as opening:
        copy = copy_at(site.index, opening.scene.settings.repository)
        with turn(copy) as ours:
            if not ours:
                raise BusyError("somebody else is writing the index", hint="wait for them")
            gathered = gather(opening, measured)
            with anew(copy) as connection:
                fill(connection, gathered.content)
    with reader(copy) as made:
        return made.standing()


def made(
    repository: Path, url: str, environment: Mapping[str, str], *, service: Path | None, anew: bool
) -> tuple[Standing, tuple[str, ...]]:
    """An index that is up to date, made or continued; and what its server is set to that should be known."""
    site = _site(repository, url, environment)
    standing = build(site, service=service) if anew or service is not None else refresh(site)
    return standing, warnings(copy_at(site.index, standing.repository).database)


def verified(repository: Path, url: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What the index says otherwise than the repository, one line each."""
    site = _site(repository, url, environment)
    return differences(site.repository, index_of(site))


@contextmanager
def answered(repository: Path, url: str, environment: Mapping[str, str], sql: str) -> Iterator[tuple[Answer, Standing]]:
    """What the index, once it is up to date, answers to a query in SQL. UsageError for what is none."""
    site = _site(repository, url, environment)
    standing = refresh(site)
    with asked(copy_at(site.index, standing.repository), sql) as answer:
        yield answer, standing


def index_of(site: Site) -> Copy:
    """The site's index, whether it is there or not."""
    return copy_at(site.index, settings_of(site.repository).repository)


def _site(repository: Path, url: str, environment: Mapping[str, str]) -> Site:
    """The repository around here, and its index: by default a file in the user's folder for caches."""
    root = locate(repository, discover=repository == Path(".")).shown
    return Site(root, index=url or _usual(root, environment), environment=environment)


def _usual(root: Path, environment: Mapping[str, str]) -> str:
    caches = own_caches(environment)
    if caches is None:
        raise UsageError("there is no folder for an index", hint="give its address with --url")
    folder = caches / "indexes"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"sqlite:///{folder / schema_of(settings_of(root).repository)}.db"
