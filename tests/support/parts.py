"""Real parts that a test needs and a machine may lack: programs, corpora, servers."""

from __future__ import annotations

import json
import os
import shutil
from typing import Any, NoReturn

import pytest

from tests.support.lowest import ROOT


def require(program: str, *, package: str = "") -> str:
    """The absolute path of ``program``; ``package`` is the Debian package that brings it.

    Where it is missing the test fails if ``CI=true``, so that CI never runs less than it says, and is
    skipped with the reason elsewhere.
    """
    found = shutil.which(program)
    return found or _missing(f"{program} is not installed (apt-get install {package or program})")


def corpus(name: str) -> Any:
    """A corpus of tests/corpora/package.json as the values of its JSON; `make corpora` fetches them."""
    path = ROOT / "build" / "corpora" / f"{name}.json"
    if not path.exists():
        _missing(f"{path.relative_to(ROOT)} is missing (make corpora)")
    return json.loads(path.read_text(encoding="utf-8"))


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
