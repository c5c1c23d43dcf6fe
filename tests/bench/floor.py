"""The floor: what git alone needs to tell the chain's changes and to hand out every governed blob once."""

from __future__ import annotations

import re
from pathlib import Path

from tests.bench.cost import Cost, run

_LOG = ("git", "log", "--first-parent", "-m", "--raw", "-z", "--no-renames", "--no-abbrev", "main")
_GOVERNED = re.compile(rb":\d{6} \d{6} [0-9a-f]{40} ([0-9a-f]{40}) [AM]\0(?:registry|policies)/")


def floor(repository: Path, folder: Path) -> Cost:
    """The cost of both programs; what Python does between them is not counted. ``folder`` takes their output."""
    told, wanted = folder / "log", folder / "blobs"
    log = run(_LOG, cwd=repository, target=told)
    blobs = dict.fromkeys(_GOVERNED.findall(told.read_bytes()))
    wanted.write_bytes(b"".join(blob + b"\n" for blob in blobs))
    return log + run(("git", "cat-file", "--batch"), cwd=repository, source=wanted)
