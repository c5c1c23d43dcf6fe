"""Which engine measures: chosen by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from govops.errors import UsageError
from govops.sla.measuring import Engine
from govops.sla.reference import Reference

ENGINES = ("reference",)


def engine(name: str, connections: Mapping[str, str], *, root: Path) -> Engine:
    """The engine of that name; files lie below ``root`` or where ``connections`` lead. UsageError for another name."""
    if name == "reference":
        return Reference(root, connections)
    raise UsageError(f'there is no engine "{name[:60]}"', hint=f"one of: {', '.join(ENGINES)}")
