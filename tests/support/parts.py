"""Real parts that a test needs and a machine may lack: programs, servers."""

from __future__ import annotations

import os
import shutil

import pytest


def require(program: str, *, package: str = "") -> str:
    """The absolute path of ``program``; ``package`` is the Debian package that brings it.

    Where it is missing the test fails if ``CI=true``, so that CI never runs less than it says, and is
    skipped with the reason elsewhere.
    """
    found = shutil.which(program)
    if found is not None:
        return found
    reason = f"{program} is not installed (apt-get install {package or program})"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
