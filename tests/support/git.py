"""Git itself, asked from tests for a second opinion: never the developer's own configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def git(directory: Path, *arguments: str, ok: tuple[int, ...] = (0,)) -> bytes:
    """Standard output of ``git <arguments>`` run on a git directory; other exit codes than ``ok`` raise."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "GIT_DIR": str(directory),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "LC_ALL": "C",
    }
    done = subprocess.run(["git", *arguments], env=environment, capture_output=True, check=False)
    if done.returncode not in ok:
        raise AssertionError(f"git {' '.join(arguments)}: {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return done.stdout
