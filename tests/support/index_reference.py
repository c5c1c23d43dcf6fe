"""The picture and the tables at the end of docs/reference/sql-index.md, as the code has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, Table

from govops.index.listings import LISTINGS
from govops.index.schema import METADATA
from govops.index.schema.columns import Flag, Json, Words
from tests.support.lowest import ROOT

PAGE = "docs/reference/sql-index.md"
_PICTURE = "## Picture\n"


def page(root: Path = ROOT) -> dict[str, str]:
    """Path -> text of the page: what people wrote there, with the rest of it made again."""
    prose = (root / PAGE).read_text(encoding="utf-8").partition(_PICTURE)[0]
    parts = [prose + _PICTURE, _picture(), "## Tables\n", *map(_section, _tables()), "## Lists\n", _lists()]
    return {PAGE: "\n".join(parts)}


def _tables() -> list[Table]:
    """Those to which others refer come first."""
    return METADATA.sorted_tables


def _picture() -> str:
    """Which rows refer to which, as a diagram of Mermaid; of the columns only those by which they do."""
    lines = ["```mermaid", "erDiagram"]
    for table in _tables():
        for constraint in sorted(table.foreign_key_constraints, key=lambda one: tuple(one.column_keys)):
            by = ", ".join(constraint.column_keys)
            lines.append(f'    {constraint.referred_table.name} ||--o{{ {table.name} : "{by}"')
    for table in _tables():
        lines.append(f"    {table.name} {{")
        lines += [f"        {_kind(column)} {column.name}{_marks(table, column)}" for column in _keys(table)]
        lines.append("    }")
    return "\n".join([*lines, "```", ""])


def _keys(table: Table) -> list[Column[object]]:
    return [column for column in table.columns if column.primary_key or column.foreign_keys or _is_origin(column)]


def _is_origin(column: Column[object]) -> bool:
    return column.name in ("commit_id", "blob_id")


def _marks(table: Table, column: Column[object]) -> str:
    marks = ["PK"] if column.primary_key else []
    marks += ["FK"] if column.foreign_keys else []
    return f" {', '.join(marks)}" if marks else ""


def _section(table: Table) -> str:
    lines = [f"### {table.name}", "", str(table.comment), "", "| column | type | |", "|---|---|---|", *_rows(table)]
    return "\n".join([*lines, ""])


def _rows(table: Table) -> Iterator[str]:
    for column in table.columns:
        notes = [str(column.comment)]
        notes += ["key"] if column.primary_key else []
        notes += ["may be null"] if column.nullable and "NULL" not in notes[0] else []
        yield f"| `{column.name}` | {_kind(column)} | {'; '.join(notes)} |"


def _kind(column: Column[object]) -> str:
    kinds = {Words: "text", Json: "json", Flag: "flag"}
    known = next((name for kind, name in kinds.items() if isinstance(column.type, kind)), "")
    return known or ("number" if "INT" in str(column.type) else "measure")


def _lists() -> str:
    """What the API and pages list, for those who use the library."""
    lines = ["| list | table | order | filters |", "|---|---|---|---|"]
    for name, listing in LISTINGS.items():
        order = f"{', '.join(listing.order)}{', newest first' if listing.newest_first else ''}"
        filters = ", ".join(f"`{key}`{_within(listing.within.get(key))}" for key in listing.filters)
        lines.append(f"| `{name}` | `{listing.table.name}` | {order} | {filters} |")
    return "\n".join([*lines, ""])


def _within(outer: str | None) -> str:
    return f" (with `{outer}`)" if outer else ""
