"""Golden files: text that was reviewed once, compared byte for byte ever after."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import pytest

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@dataclass(frozen=True, slots=True)
class Golden:
    """Called as ``golden("report.md", text)``; writes instead of comparing when ``update`` is on."""

    update: bool
    root: Path = GOLDEN

    def __call__(self, name: str, text: str) -> None:
        """Fail with the difference unless ``tests/golden/<name>`` holds exactly ``text``."""
        path = self.root / name
        data = text.encode("utf-8")
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return
        if not path.exists():
            pytest.fail(f"no golden file {name}; write it with: pytest --update-golden", pytrace=False)
        before = path.read_bytes()
        if before != data:
            pytest.fail(_difference(name, before.decode("utf-8"), text), pytrace=False)


def _difference(name: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"golden/{name}", "this run", lineterm="")
    shown = list(lines)[:80] or ["the two differ in line ends only"]
    return "\n".join([*shown, "if the new text is right: pytest --update-golden, and review the diff"])
