"""The installed ``govops`` command, run as its users run it: another process, whatever the directory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

PROGRAM = Path(sys.executable).parent / "govops"


def govops(
    *arguments: str | Path,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    confine: Callable[[], None] | None = None,
    seconds: float = 120,
    program: Path = PROGRAM,
) -> subprocess.CompletedProcess[str]:
    """Run it to its end; ``environment`` is added to the test's own, ``confine`` runs in the child before it."""
    return subprocess.run(
        [program, *arguments],
        cwd=cwd,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=seconds,
        preexec_fn=confine,
        check=False,
    )
