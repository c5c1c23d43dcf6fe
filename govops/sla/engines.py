"""Which engine answers, and from where: files, a Prometheus server, a database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from govops.errors import UsageError
from govops.http import Patience
from govops.kinds.quoting import quoted
from govops.kinds.scalars import duration_seconds
from govops.sla import connections, files, prometheus, sql
from govops.sla.counting import Counts
from govops.sla.duck import Duck
from govops.sla.measuring import Engine, Measured, Question, Rejected
from govops.sla.reference import Reference, compute
from govops.sla.spooling import spool
from govops.sla.zones import zone

if TYPE_CHECKING:
    from govops.kinds.measurement_source import MeasurementSource
    from govops.sla.reference_rows import Row

ENGINES = ("duckdb", "spark", "reference")
LOCAL = "local[*]"


class Counter(Protocol):
    """What counts requests: DuckDB or Spark."""

    def spooled(self, path: Path, questions: Sequence[Question], gap: timedelta | None) -> Counts:
        """The answers from what :func:`govops.sla.spooling.spool` wrote."""
        ...

    def parquet(
        self, files: Sequence[files.File], zone: ZoneInfo | None, questions: Sequence[Question], gap: timedelta | None
    ) -> tuple[Counts, tuple[Rejected, ...]]:
        """The answers from Parquet files, and the first few bad rows."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """How others are asked: the ``environment`` has users and passwords; ``master`` is Spark's: `local[*]`,
    `spark://…`, or `sc://…` for Spark Connect.
    """

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    master: str = LOCAL
    patience: Patience | None = None


def engine(name: str, addresses: Mapping[str, str], *, root: Path, access: Access | None = None) -> Engine:
    """The engine of that name. Files lie below ``root``, or where ``addresses``, by name of connection, lead.

    UsageError for another name.
    """
    if name == "reference":
        return Reference(root, addresses)
    if name == "duckdb":
        return _Sources(root, addresses, access or Access(), Duck())
    if name == "spark":
        from govops.sla.spark import Spark

        access = access or Access()
        return _Sources(root, addresses, access, Spark(access.master))
    raise UsageError(f"there is no engine {quoted(name)}", hint=f"one of: {', '.join(ENGINES)}")


@dataclass(frozen=True, slots=True)
class _Sources:
    """The same answers from every type of source; ``counter`` counts where they are single requests."""

    root: Path
    addresses: Mapping[str, str]
    access: Access
    counter: Counter

    def measure(self, source: MeasurementSource, questions: Sequence[Question]) -> Measured:
        """The tallies; UndecidableError where the source cannot be read whole."""
        if not questions:
            return Measured(())
        if source.type == "prometheus":
            return prometheus.measure(self._server(source), source, questions)
        found = self._files(source) if source.type == "file" else ()
        if source.has_points:
            return compute(self._rows(source, found, questions), source, questions)
        gap = timedelta(seconds=duration_seconds(source.gap)) if source.gap else None
        if found and all(file.is_parquet for file in found):
            counts, rejected = self.counter.parquet(found, zone(source.timezone), questions, gap)
        else:
            with tempfile.TemporaryDirectory(prefix="govops-") as name:
                path = Path(name) / "measurements.csv"
                rejected = spool(self._rows(source, found, questions), path)
                counts = self.counter.spooled(path, questions, gap)
        return Measured(counts.tallies, counts.rows, counts.bad, counts.late, rejected)

    def _files(self, source: MeasurementSource) -> tuple[files.File, ...]:
        name = source.connection
        folder = self.root if name is None else connections.folder_of(name, self.addresses)
        return files.chosen(folder, source.files or ())

    def _rows(
        self, source: MeasurementSource, found: Iterable[files.File], questions: Sequence[Question]
    ) -> Iterator[Row]:
        where = zone(source.timezone)
        for file in found:
            if file.is_parquet:
                yield from Duck().rows(file, where, has_points=source.has_points)
            else:
                yield from files.rows(file, has_points=source.has_points)
        if source.type == "sql":
            yield from sql.rows(self._database(source), source, questions)

    def _server(self, source: MeasurementSource) -> prometheus.Server:
        name = source.connection or ""
        address = connections.address_of(name, self.addresses)
        return prometheus.Server(
            name, address, connections.login_for(name, self.access.environment), self.access.patience
        )

    def _database(self, source: MeasurementSource) -> sql.Database:
        name = source.connection or ""
        address = connections.address_of(name, self.addresses)
        return sql.Database(name, address, connections.login_for(name, self.access.environment))
