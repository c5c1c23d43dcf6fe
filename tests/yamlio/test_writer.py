"""Canonical YAML: pleasant to read, and read back as the same value."""

from __future__ import annotations

from typing import Any

import pytest

from govops.errors import UsageError
from govops.yamlio import dump, read


def test_the_layout_is_what_people_write() -> None:
    value = {
        "apiVersion": "govops/v1",
        "spec": {
            "title": "Credit scoring",
            "version": "1.10",
            "answer": "NO",
            "since": "2026-03-01",
            "links": [{"title": "Model card", "url": "https://example.org/card"}],
            "grid": [[1, 2.5], []],
            "none": None,
            "labels": {},
            "purpose": "First line.\nSecond line.\n",
            "note": "no break at\nthe end",
            "spaced": " padded ",
            "tiny": 1e-7,
            "active": True,
            "hint": "a: b # c",
        },
    }
    text = """\
apiVersion: govops/v1
spec:
  title: Credit scoring
  version: "1.10"
  answer: "NO"
  since: 2026-03-01
  links:
    - title: Model card
      url: https://example.org/card
  grid:
    - - 1
      - 2.5
    - []
  none: null
  labels: {}
  purpose: |
    First line.
    Second line.
  note: |-
    no break at
    the end
  spaced: " padded "
  tiny: 0.0000001
  active: true
  hint: "a: b # c"
"""
    assert dump(value) == text
    assert read(text.encode()).value == value


@pytest.mark.threat("E23")
@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\n", "\n\n", "a\n", "a\n\n", "\na", " a\nb", "a \nb", "a\n b", "a\n\n\nb", "a\tb", "a\n#b"),
        *("-", "- a", "? a", ": a", "a:", "a: b", "a #b", "#a", "---", "--- a", "...", "%a", "@a", "`a", "&a", "*a"),
        *("!a", "|", ">", "[a]", "{a}", "'", '"', "'a'", '"a"', "\\", "a\\nb", "a,", "a, b", "a]", "=", "<<", "~"),
        *("null", "y", "12:30", "0x1f", "1.0", "1e3", "2026-03-01", "ü", "日本", "🎉", "\u00a0", "a\u00a0\nb"),
        *("x" * 500, "word " * 100 + "end", "a\n---\nb", "a\n...\nb", "key: |\n  x"),
    ],
)
def test_awkward_text_comes_back(text: str) -> None:
    """As a value, as an item, and as a key where keys may be so."""
    value = {"a": text, "b": [text, [text]], "c": {"d": text}}
    assert read(dump(value).encode()).value == value
    if "\n" not in text and "\t" not in text and text != "<<":
        assert read(dump({text: {text: 1}}).encode()).value == {text: {text: 1}}


def test_tuples_are_written_as_lists() -> None:
    assert read(dump({"a": (1, ("x",))}).encode()).value == {"a": [1, ["x"]]}


_CYCLE: dict[str, Any] = {}
_CYCLE["a"] = [_CYCLE]


@pytest.mark.threat("E23")
@pytest.mark.parametrize(
    "value",
    [
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": 2**53 + 1},
        {"a": 1e300},
        {"a": object()},
        {"a": b"bytes"},
        {1: "a"},
        {None: "a"},
        {"a\nb": 1},
        {"<<": 1},
        {"a": "\x1b"},
        {"a": "\u202e"},
        {"a": "\r\n"},
        {"a": "\ud800"},
        {"a": "x" * 70_000},
        {"a": [0] * 20_001},
        _CYCLE,
    ],
)
def test_what_would_not_come_back_is_not_written(value: dict[Any, Any]) -> None:
    with pytest.raises(UsageError):
        dump(value)
