"""What running a program costs: processor and wall time and memory, its children included."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launcher.py")))


@dataclass(frozen=True, slots=True)
class Cost:
    """``cpu`` and ``wall`` in seconds; ``memory`` in MiB, of the largest process at its peak."""

    cpu: float
    wall: float
    memory: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu + other.cpu, self.wall + other.wall, max(self.memory, other.memory))

    def part(self, of: float) -> Cost:
        """The time that a part of the work took; memory is not divided."""
        return Cost(self.cpu * of, self.wall * of)


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    source: Path | None = None,
    target: Path | None = None,
    state: Path | None = None,
    ok: bool = True,
) -> Cost:
    """Run a program to its end, reading ``source`` and writing ``target`` (default: nothing).

    ``state`` is where it keeps what is the user's own. RuntimeError if it fails, unless ``ok`` is False.
    """
    reading, writing = os.pipe()
    with open(source or os.devnull, "rb") as stdin, open(target or os.devnull, "wb") as stdout:
        subprocess.run(
            [*_LAUNCHER, str(writing), *command],
            cwd=cwd,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            env=_environment() | ({"XDG_STATE_HOME": str(state)} if state else {}),
            pass_fds=(writing,),
            check=True,
        )
    os.close(writing)
    with open(reading, encoding="ascii") as told:
        code, cpu, wall, memory = told.read().split()
    if ok and int(code):
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {code}")
    return Cost(float(cpu), float(wall), int(memory) / 1024)


def cheapest(command: Sequence[str | Path], *, cwd: Path, times: int = 9, ok: bool = True) -> Cost:
    """The least of several runs, for programs that are over before a figure can settle."""
    costs = [run(command, cwd=cwd, ok=ok) for _ in range(times)]
    return Cost(*(min(values) for values in zip(*((c.cpu, c.wall, c.memory) for c in costs), strict=True)))


def _environment() -> dict[str, str]:
    """The caller's, without what would change what git or Python do."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "GOVOPS_"))}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "NO_COLOR": "1"}
