"""Fill an index, or take one further: only what differs is written, and the result is what a new one would hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam, delete, insert, or_, select, update

from govops.index.schema import LASTING, METADATA, WHOLE
from govops.index.schema.history import commits, findings
from govops.index.schema.registry import resources
from govops.index.schema.standing import approval_requests, receipts, standing

Row = Mapping[str, Any]
_TOGETHER = 2_000  # rows of one statement
ANYWHERE = -1  # the position of findings that are about no commit of the branch
_EVENTS = tuple(
    table for table in METADATA.sorted_tables if "number" in table.c and "position" in table.c and table is not findings
)


class BlobAt(NamedTuple):
    """In the place of a ``blob_id``: that of the file that stood at a path after the change at a position."""

    path: str
    position: int


@dataclass(frozen=True, slots=True)
class Stand:
    """What a file was from a change on: a row of ``resources``, and rows of other tables that tell of it.

    Rows have no ``valid_to`` yet. ``blob_id`` of the row is None where the file is gone from there on.
    """

    row: Row
    parts: tuple[tuple[Table, Row], ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened at one position of the branch. ``rows`` makes all rows about it; ``digest`` tells others apart."""

    position: int
    digest: str
    rows: Callable[[], Iterable[tuple[Table, Row]]]


@dataclass(frozen=True, slots=True)
class Content:
    """What an index has to hold. Commits and files come from position ``since`` on; before it they are as they were.

    ``happenings`` are all that there are; ``general`` are findings of no commit; ``receipts`` may be only new ones.
    """

    since: int
    commits: Sequence[Row]
    stands: Sequence[Stand]
    happenings: Sequence[Happening]
    general: Sequence[Row]
    receipts: Sequence[Row]
    whole: Mapping[Table, Sequence[Row]]
    standing: Row


def fill(connection: Connection, content: Content) -> None:
    """Write all of it into empty tables, or into those of an index that is right up to ``content.since``."""
    if content.since:
        _go_back(connection, content.since)
    known = {row.position: row.digest for row in connection.execute(select(commits.c.position, commits.c.digest))}
    happenings = {one.position: one for one in content.happenings}
    digests = {position: one.digest for position, one in happenings.items()}
    sink = _Sink(connection, _Blobs(connection, content.stands))
    for row in content.commits:
        sink.add(commits, {**row, "digest": digests.get(row["position"], "")})
    _mend(connection, {at: digests.get(at, "") for at, before in known.items() if before != digests.get(at, "")})
    for stand, until in _Files(connection, is_new=not content.since).lasting(content.stands):
        for table, row in ((resources, stand.row), *stand.parts):
            sink.add(table, {**row, "valid_to": until})
    sink.flush()
    for position, one in happenings.items():
        if known.get(position) != digests[position]:
            for table, row in one.rows():
                sink.add(table, row)
    sink.flush()
    _add_receipts(sink, content.receipts)
    _replace_whole(sink, content)


def digest_of(value: Any) -> str:
    """Of a value that JSON can spell."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _go_back(connection: Connection, since: int) -> None:
    """Forget everything from a position on. What hangs on commits goes with them."""
    connection.execute(delete(findings).where(findings.c.position >= since))
    connection.execute(delete(commits).where(commits.c.position >= since))
    for table in {resources, *(table for tables in LASTING.values() for table in tables)}:
        connection.execute(update(table).where(table.c.valid_to >= since).values(valid_to=None))


def _mend(connection: Connection, changed: Mapping[int, str]) -> None:
    """Take away what happened at these positions, and note what will stand there."""
    if not changed:
        return
    tables = (METADATA.tables["changes"], findings, *_EVENTS)
    at = [{"at": position, "now": now} for position, now in changed.items()]
    for table in tables:
        connection.execute(delete(table).where(table.c.position == bindparam("at")), at)
    connection.execute(update(commits).where(commits.c.position == bindparam("at")).values(digest=bindparam("now")), at)


def _add_receipts(sink: _Sink, rows: Sequence[Row]) -> None:
    known = set(sink.connection.execute(select(receipts.c.id)).scalars()) if rows else set()
    for row in rows:
        if row["id"] not in known:
            sink.add(receipts, row)
    sink.flush()


def _replace_whole(sink: _Sink, content: Content) -> None:
    connection = sink.connection
    before = connection.execute(select(standing.c.digests)).scalar_one_or_none() or {}
    wanted: dict[Table, Sequence[Row]] = {table: content.whole.get(table, ()) for table in WHOLE}
    wanted[findings] = content.general
    now = {table.name: digest_of(rows) for table, rows in wanted.items()}
    for table, rows in wanted.items():
        if before.get(table.name) != now[table.name]:
            for row in _differing(connection, table, rows):
                sink.add(table, row)
    sink.flush()
    connection.execute(delete(standing))
    connection.execute(insert(standing), [{**content.standing, "one": 1, "digests": now}])


def _differing(connection: Connection, table: Table, rows: Sequence[Row]) -> Iterator[Row]:
    """Rows that have to be written; those that stand and should not are gone. Large tables keep a digest of each."""
    if table is not approval_requests:
        connection.execute(delete(table).where(table.c.position == ANYWHERE) if table is findings else delete(table))
        yield from rows
        return
    known = {row.id: row.digest for row in connection.execute(select(table.c.id, table.c.digest))}
    wanted = {row["id"]: {**row, "digest": digest_of(row)} for row in rows}
    gone = [{"gone": id_} for id_, was in known.items() if id_ not in wanted or wanted[id_]["digest"] != was]
    if gone:
        connection.execute(delete(table).where(table.c.id == bindparam("gone")), gone)
    yield from (row for id_, row in wanted.items() if known.get(id_) != row["digest"])


@dataclass(slots=True)
class _Sink:
    """Rows on their way into the database, many at a time; those that others refer to go first."""

    connection: Connection
    blobs: _Blobs
    waiting: dict[Table, list[Row]] = field(default_factory=dict)
    count: int = 0

    def add(self, table: Table, row: Row) -> None:
        blob = row.get("blob_id")
        wanted = {**row, "blob_id": self.blobs.at(blob)} if isinstance(blob, BlobAt) else row
        self.waiting.setdefault(table, []).append(wanted)
        self.count += 1
        if self.count >= 10 * _TOGETHER:
            self.flush()

    def flush(self) -> None:
        for table in METADATA.sorted_tables:
            rows = self.waiting.pop(table, [])
            for start in range(0, len(rows), _TOGETHER):
                self.connection.execute(insert(table), rows[start : start + _TOGETHER])
        self.count = 0


class _Blobs:
    """Which content stood where: of what is written now without a question, of the rest by asking."""

    def __init__(self, connection: Connection, stands: Iterable[Stand]) -> None:
        self._connection = connection
        rows = (stand.row for stand in stands)
        self._known: dict[tuple[str, int], str | None] = {(r["path"], r["valid_from"]): r["blob_id"] for r in rows}

    def at(self, wanted: BlobAt) -> str | None:
        if wanted not in self._known:
            ended = resources.c.valid_to
            there = select(resources.c.blob_id).where(
                resources.c.path == wanted.path,
                resources.c.valid_from <= wanted.position,
                or_(ended.is_(None), ended > wanted.position),
            )
            self._known[wanted] = self._connection.execute(there).scalar_one_or_none()
        return self._known[wanted]


class _Files:
    """Files one after another, each until the next of its path; those that stand in the database end where need be."""

    def __init__(self, connection: Connection, *, is_new: bool) -> None:
        self._connection = connection
        self._is_new = is_new
        self._open: dict[str, Stand] = {}
        self._ended: set[str] = set()

    def lasting(self, stands: Iterable[Stand]) -> Iterator[tuple[Stand, int | None]]:
        for stand in stands:
            path, position = stand.row["path"], stand.row["valid_from"]
            before = self._open.get(path)
            if before is None and path not in self._ended and self._is_known(stand):
                continue
            if before is not None and before.row["valid_from"] != position:
                yield before, position
            self._open.pop(path, None)
            self._ended.add(path)
            if stand.row["blob_id"] is not None:
                self._open[path] = stand
        for stand in self._open.values():
            yield stand, None

    def _is_known(self, stand: Stand) -> bool:
        """Whether the database says the same of the file already; if it says something else, that ends here."""
        if self._is_new:
            return False
        path, columns = stand.row["path"], (resources.c.blob_id, resources.c.mode, resources.c.status)
        stands = select(*columns).where(resources.c.path == path, resources.c.valid_to.is_(None))
        found = self._connection.execute(stands).one_or_none()
        if found is not None and tuple(found) == (stand.row["blob_id"], stand.row["mode"], stand.row["status"]):
            return True
        for table in (resources, *LASTING.get(stand.row["kind"], ())):
            ends = update(table).where(table.c.path == path, table.c.valid_to.is_(None))
            self._connection.execute(ends.values(valid_to=stand.row["valid_from"]))
        return False
