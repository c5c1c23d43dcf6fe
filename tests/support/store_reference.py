"""The tables at the end of docs/reference/store.md, with the columns as the code has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Table

from govops.index.durable.tables import METADATA
from tests.support.lowest import ROOT

PAGE = "docs/reference/store.md"
_TABLES = "## Tables\n"


def page(root: Path = ROOT) -> dict[str, str]:
    """Path -> text of the page: what people wrote there, with the tables at its end made again."""
    prose = (root / PAGE).read_text(encoding="utf-8").partition(_TABLES)[0]
    return {PAGE: "\n".join([prose + _TABLES, *map(_section, METADATA.sorted_tables)])}


def _section(table: Table) -> str:
    lines = [f"### {table.name}", "", f"{table.comment}.", "", "| column | type | |", "|---|---|---|", *_rows(table)]
    return "\n".join([*lines, ""])


def _rows(table: Table) -> Iterator[str]:
    unique = {tuple(index.columns.keys()) for index in table.indexes if index.unique}
    for column in table.columns:
        kind = "number" if "INT" in str(column.type) else "text"
        notes = [column.comment or "counts the rows"]
        notes += ["key"] if column.primary_key else []
        notes += ["may be null"] if column.nullable else []
        yield f"| `{column.name}` | {kind} | {'; '.join(notes)} |"
    for columns in sorted(unique):
        yield f"| | | {' and '.join(f'`{name}`' for name in columns)} together are unique |"
