"""Where the measurements of an agreement come from, without addresses: a pull request must not choose whom we ask."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from govops.kinds.lists import UniqueNonEmpty
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part
from govops.kinds.scalars import Duration, Expression, Name, RepositoryPath, TimeZone

Column = Literal["p50_ms", "p95_ms", "p99_ms", "total", "failed", "up_seconds", "down_seconds"]

_WITH = {"file": ("files",), "sql": ("connection", "query"), "prometheus": ("connection", "queries")}
_PARTS = ("files", "connection", "query", "queries", "step")


class MeasurementSource(Part):
    """Files, a database or a Prometheus server, and what is read there."""

    type: Literal["file", "prometheus", "sql"] = Field(description="How they are read.")
    shape: Literal["requests", "points"] = Field(
        default="requests",
        description="A row is one request (`timestamp`, `latency_ms`, `ok`), or a `point`: what somebody computed over "
        "a stretch of time (`start`, `end` and any of `p50_ms`, `p95_ms`, `p99_ms`, `total`, `failed`, `up_seconds`, "
        "`down_seconds`). Prometheus gives points.",
    )
    files: UniqueNonEmpty[RepositoryPath] | None = Field(
        default=None,
        description="For `file`: JSONL, CSV or Parquet files, or patterns of their paths such as `measurements/*.csv`, "
        "below the repository or the folder that the connection names.",
    )
    connection: Name | None = Field(
        default=None, description="The address to ask, by the name that Settings or `--source NAME=ADDRESS` gives it."
    )
    query: Expression | None = Field(default=None, description="For `sql`: the SELECT whose rows are measurements.")
    queries: dict[Column, Expression] | None = Field(
        default=None,
        description="For `prometheus`: a query for each column, in which `$window` stands for the stretch of time, as "
        "in `sum(increase(requests_total[$window]))`.",
    )
    step: Duration | None = Field(
        default=None,
        description="For `prometheus`: ask for counts and seconds in steps of so long, which shows gaps; for the whole "
        "stretch at once when left out. Percentiles are always asked for the whole stretch.",
    )
    gap: Duration | None = Field(
        default=None,
        description="The longest silence that still counts as measured. When left out, only a stretch without any "
        "request, or that no point covers, is a gap.",
    )
    timezone: TimeZone | None = Field(
        default=None, description="Of timestamps in Parquet and SQL that name none; they are refused when left out."
    )

    @model_validator(mode="after")
    def _asks(self) -> Self:
        needed = _WITH[self.type]
        allowed = {*needed, *({"connection"} if self.type == "file" else {"step"} if self.type == "prometheus" else ())}
        for part in _PARTS:
            given = getattr(self, part) is not None
            if given and part not in allowed:
                raise ValueError(f"a source of type {quoted(self.type)} has no `{part}`")
            if part in needed and not given:
                raise ValueError(f"a source of type {quoted(self.type)} needs `{part}`")
        return self

    @model_validator(mode="after")
    def _shaped(self) -> Self:
        if self.type == "prometheus" and "shape" in self.model_fields_set and self.shape == "requests":
            raise ValueError("Prometheus keeps no single requests; its shape is `points`")
        return self

    @property
    def has_points(self) -> bool:
        """Whether a row is what somebody computed over a stretch of time."""
        return self.shape == "points" or self.type == "prometheus"
