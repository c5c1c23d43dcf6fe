"""The one door for YAML: bytes to values, values to resources, and values back to text."""

from __future__ import annotations

from govops.yamlio.builder import MAX_NODES, MAX_SCALAR_BYTES
from govops.yamlio.findings import excerpt
from govops.yamlio.loader import Loaded, load
from govops.yamlio.places import position
from govops.yamlio.reader import MAX_BYTES, Reading, read
from govops.yamlio.syntax import MAX_DEPTH
from govops.yamlio.writer import dump

__all__ = [
    "read",
    "load",
    "dump",
    "position",
    "excerpt",
    "Reading",
    "Loaded",
    "MAX_BYTES",
    "MAX_NODES",
    "MAX_DEPTH",
    "MAX_SCALAR_BYTES",
]
