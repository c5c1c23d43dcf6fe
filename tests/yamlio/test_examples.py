"""The example files: every good one loads, and every bad one is refused for the reason it states."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from govops.yamlio import load

EXAMPLES = Path(__file__).parents[1] / "examples"
GOOD = sorted((EXAMPLES / "good").rglob("*.yaml"))
BAD = sorted((EXAMPLES / "bad").rglob("*.yaml"))


def _header(text: str, word: str) -> str:
    """What a comment line at the top says after ``# word:``."""
    found = re.search(rf"^# {word}: (.+)$", text, re.MULTILINE)
    assert found, f"the file does not say `# {word}:`"
    return found[1].strip()


def test_there_are_examples_of_both() -> None:
    assert len(GOOD) >= 20
    assert len(BAD) >= 50


@pytest.mark.parametrize("file", GOOD, ids=lambda file: str(file.relative_to(EXAMPLES)))
def test_a_good_example_loads(file: Path) -> None:
    """At the path it states, or at the one it stands at below ``good/``."""
    data = file.read_bytes()
    stated = re.match(rb"# path: (\S+)\n", data)
    path = stated[1].decode() if stated else file.relative_to(EXAMPLES / "good").as_posix()
    assert load(data, path=path).findings == ()


@pytest.mark.threat("E20")
@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_example_is_refused_for_its_reason(file: Path) -> None:
    """With the rule, the words and a place; every finding says what to do."""
    data = file.read_bytes()
    rule, _, words = _header(data.decode(errors="replace"), "expect").partition(" ")
    loaded = load(data, path=_header(data.decode(errors="replace"), "path"))
    assert loaded.resource is None
    told = [f"{finding.place}: {finding.rule}: {finding.message}" for finding in loaded.findings]
    assert any(finding.rule == rule and words in finding.message for finding in loaded.findings), told
    assert all(finding.hint and finding.line and finding.excerpt for finding in loaded.findings)
    assert all(len(finding.message) <= 500 for finding in loaded.findings)
