"""Readers of bytes against bytes that nobody thought of: ``make fuzz``, and a short run among the tests.

A target is a module with a function ``check(data)`` that raises nothing whatever the bytes are, unless govops is
wrong. ``seeds/<target>`` is where the search starts, and where an input stays that once broke something.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from tests.support.lowest import ROOT

TARGETS = ("document", "commit", "tree", "record", "signature", "report", "arguments", "expression")

_EXAMPLES = ROOT / "tests" / "examples"


def check_of(target: str) -> Callable[[bytes], None]:
    """The function that a target is about; imported when it is asked for, so that it can be instrumented."""
    return cast("Callable[[bytes], None]", import_module(f"tests.fuzz.{target}").check)


def seed_folders(target: str) -> list[Path]:
    """Where a target's search starts; documents have the examples too."""
    own = ROOT / "tests" / "fuzz" / "seeds" / target
    return [own, _EXAMPLES / "good", _EXAMPLES / "bad"] if target == "document" else [own]


def seeds(target: str) -> list[Path]:
    """Every seed of a target, sorted."""
    return sorted(file for folder in seed_folders(target) for file in folder.iterdir() if file.is_file())
