"""Real parts that a test needs and a machine may lack: programs, corpora, servers."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sysconfig
from pathlib import Path
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


def package(name: str, *, extra: str) -> None:
    """A Python package that not every machine can install; ``extra`` of pyproject.toml names it."""
    if importlib.util.find_spec(name) is None:
        _missing(f"{name} is not installed (pip install -e '.[{extra}]')")


def script(name: str, *, extra: str) -> str:
    """The path of a program that a Python package brought; ``extra`` of pyproject.toml names the package."""
    found = shutil.which(name, path=sysconfig.get_path("scripts"))
    return found or _missing(f"{name} is not installed (pip install -e '.[{extra}]')")


def corpus(name: str) -> Any:
    """A corpus or schema that `make corpora` fetches, as the values of its JSON."""
    return json.loads(corpus_file(f"{name}.json").read_text(encoding="utf-8"))


def corpus_file(name: str) -> Path:
    """A file that `make corpora` left there."""
    path = ROOT / "build" / "corpora" / name
    if not path.exists():
        _missing(f"{path.relative_to(ROOT)} is missing (make corpora)")
    return path


def forge_part(name: str) -> Path:
    """A file of what tests/forge/package.json names; `make forge` fetches it."""
    path = ROOT / "build" / "forge" / name
    if not path.exists():
        _missing(f"{path.relative_to(ROOT)} is missing (make forge)")
    return path


def real_data(name: str) -> Path:
    """A file of real input, which lies beside the checkout and is no part of it."""
    path = ROOT.parent / "shared" / "data" / name
    if not path.exists():
        _missing(f"../shared/data/{name} is not there: real input is kept beside the checkout")
    return path


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
